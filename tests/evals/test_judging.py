import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot.evals.agreement import agreement
from copilot.evals.cache import OutputCache
from copilot.evals.case import Case
from copilot.evals.errors import SuiteError
from copilot.evals.gating import threshold_gates
from copilot.evals.judging import Judge, Judgement, Pair, read_verdict
from copilot.evals.judging_runs import judge_outputs, read_labels
from copilot.evals.metric import Answered
from copilot.evals.metrics.catalog import metric
from copilot.evals.scoring import score_cases, score_suite
from copilot.evals.statistics import Resamples
from copilot.evals.suite import Gate
from copilot.evals.working import Worked
from copilot.kernel.errors import ConfigurationError
from copilot.lab import ServiceLab
from copilot.llm.chat import ModelUnavailableError
from copilot.settings import Settings
from tests.fake_openai import FakeOpenAI, running

CONVERSATION = {
    "channel": "email",
    "language": "en",
    "customer": {"source": "crm", "external_id": "c1", "name": "Eleanor Marsh"},
    "messages": [
        {
            "external_id": "m1",
            "author": {"role": "customer", "name": "Eleanor Marsh"},
            "sent_at": "2026-03-01T08:00:00Z",
            "text": "My kettle leaks. Write to eleanor@example.com. Eleanor Marsh",
        },
        {
            "external_id": "m2",
            "author": {"role": "agent", "name": "Sam Reed"},
            "visibility": "internal",
            "sent_at": "2026-03-01T09:00:00Z",
            "text": "She is a difficult one.",
        },
    ],
}
PAIR = Pair("c1", CONVERSATION, "We will send a new kettle to Eleanor Marsh.", "No.")


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with running() as fake:
        yield fake


def lab(tmp_path: Path, server: FakeOpenAI, **more: str) -> ServiceLab:
    settings = Settings(data_dir=tmp_path)
    return ServiceLab(settings).with_settings(
        {
            "COPILOT_JUDGE__KIND": "openai",
            "COPILOT_JUDGE__MODEL": "judge-1",
            "COPILOT_JUDGE__BASE_URL": server.base_url,
            "COPILOT_JUDGE__DEADLINE_S": "5",
            **more,
        }
    )


def fenced(prompt: str) -> dict[str, str]:
    """The two texts as the judge got them."""
    return dict(re.findall(r"<data \w+ ([AB])>\n(.*?)\n</data", prompt, re.DOTALL))


def prefers(words: str) -> object:
    """A judge that prefers the text with ``words``, wherever it stands."""

    def script(messages: list[dict[str, str]]) -> str:
        texts = fenced(messages[-1]["content"])
        better = next((side for side, text in texts.items() if words in text), "equal")
        return json.dumps({"reason": "It helps.", "better": better})

    return script


async def judged(lab: ServiceLab, cache: OutputCache, pair: Pair = PAIR) -> Judgement:
    async with lab.judge() as chat:
        assert chat is not None
        return await Judge(chat, lab.prompts(), "draft", cache).judge(pair)


async def test_the_better_text_wins_wherever_it_stands(tmp_path: Path, server: FakeOpenAI) -> None:
    server.script = prefers("new kettle")  # type: ignore[assignment]
    with OutputCache.open(tmp_path / "cache") as cache:
        first = await judged(lab(tmp_path, server), cache)
        swapped = PAIR._replace(first=PAIR.second, second=PAIR.first)
        second = await judged(lab(tmp_path, server), cache, swapped)
    assert first == Judgement("first", consistent=True)
    assert second == Judgement("second", consistent=True)


async def test_a_judge_that_looks_at_the_place_alone_decides_nothing(
    tmp_path: Path, server: FakeOpenAI
) -> None:
    server.answer = '{"reason": "It comes first.", "better": "A"}'
    with OutputCache.open(tmp_path / "cache") as cache:
        assert await judged(lab(tmp_path, server), cache) == Judgement("tie", consistent=False)


async def test_the_same_text_twice_is_a_tie_and_asks_nobody(
    tmp_path: Path, server: FakeOpenAI
) -> None:
    with OutputCache.open(tmp_path / "cache") as cache:
        same = PAIR._replace(second=PAIR.first)
        assert await judged(lab(tmp_path, server), cache, same) == Judgement("tie")
    assert server.requests == []


async def test_a_verdict_is_asked_for_once(tmp_path: Path, server: FakeOpenAI) -> None:
    server.script = prefers("new kettle")  # type: ignore[assignment]
    with OutputCache.open(tmp_path / "cache") as cache:
        first = await judged(lab(tmp_path, server), cache)
        again = await judged(lab(tmp_path, server), cache)
    assert again == first
    assert len(server.requests) == 2


async def test_a_judge_elsewhere_sees_placeholders_and_no_internal_note(
    tmp_path: Path, server: FakeOpenAI
) -> None:
    server.script = prefers("new kettle")  # type: ignore[assignment]
    with OutputCache.open(tmp_path / "cache") as cache:
        await judged(lab(tmp_path, server), cache)
    for prompt in server.prompts:
        assert "Marsh" not in prompt
        assert "eleanor@" not in prompt
        assert "difficult" not in prompt
        assert "kettle leaks" in prompt


async def test_a_local_judge_sees_the_text_as_it_is(tmp_path: Path, server: FakeOpenAI) -> None:
    server.script = prefers("new kettle")  # type: ignore[assignment]
    with OutputCache.open(tmp_path / "cache") as cache:
        await judged(lab(tmp_path, server, COPILOT_JUDGE__LOCAL="true"), cache)
    assert "Marsh" in server.prompts[0]


@pytest.mark.parametrize("behaviour", ["refuses", "error_500", "not_json", "empty"])
async def test_a_judge_that_fails_is_told_and_asked_again_next_time(
    tmp_path: Path, server: FakeOpenAI, behaviour: str
) -> None:
    server.behaviour = behaviour  # type: ignore[assignment]
    with OutputCache.open(tmp_path / "cache") as cache:
        failed = await judged(lab(tmp_path, server), cache)
        server.behaviour = "good"
        server.script = prefers("new kettle")  # type: ignore[assignment]
        better = await judged(lab(tmp_path, server), cache)
    assert failed.verdict is None
    assert failed.error
    assert better.verdict == "first"


async def test_of_a_message_longer_than_the_window_the_judge_sees_the_beginning(
    tmp_path: Path, server: FakeOpenAI
) -> None:
    server.script = prefers("new kettle")  # type: ignore[assignment]
    [first, note] = CONVERSATION["messages"]  # type: ignore[misc]
    long = {**first, "text": f"My kettle leaks. {'It drips. ' * 3_000}The end."}  # type: ignore[dict-item]
    pair = PAIR._replace(conversation={**CONVERSATION, "messages": [long, note]})
    small = lab(tmp_path, server, COPILOT_JUDGE__CONTEXT_TOKENS="4000")
    with OutputCache.open(tmp_path / "cache") as cache:
        assert (await judged(small, cache, pair)).verdict == "first"
        assert "My kettle leaks." in server.prompts[0]
        assert "The end." not in server.prompts[0]
        # Texts that leave no room for the conversation are not judged without it.
        crowded = pair._replace(first="A new kettle. " * 900)
        refused = await judged(small, cache, crowded)
    assert refused.verdict is None
    assert refused.error == "The judge's window is too small for these texts."


def drafted(case_id: str, reference: str) -> Case:
    given = {"conversation": CONVERSATION, "articles": []}
    return Case(id=case_id, input=given, expected={"reference": reference})


async def test_a_judge_that_never_answers_leaves_a_gate_on_it_missed(
    tmp_path: Path, server: FakeOpenAI
) -> None:
    server.behaviour = "error_500"
    cases = [drafted("c1", "We will send a new kettle."), drafted("c2", " ")]
    worked = [Worked("hash", {"text": "No."}, None, 0.1, cached=False) for _ in cases]
    with OutputCache.open(tmp_path / "cache") as cache:
        scored, told = await judge_outputs("draft", cases, worked, lab(tmp_path, server), cache)
    # The second case has nothing to be held against, so it is not asked about.
    assert (told.judged, told.failed, told.consistent) == (0, 1, None)
    assert told.error
    ours = {"judge": metric("draft", "judge")}
    results = score_suite(score_cases(cases, scored, ours, "x"), ours, Resamples(2, seed=0))
    assert [one.value for one in results] == [None]
    [gate] = threshold_gates({"judge": Gate(">=", 0.0)}, results)
    assert not gate.passed


def test_a_case_that_broke_lost_unless_there_was_nothing_to_hold_it_against() -> None:
    broken = [Answered(drafted("c1", "Yes."), None), Answered(drafted("c2", " "), None)]
    assert metric("draft", "judge").measure(broken) == [(0, 1), (0, 0)]


async def test_only_texts_for_people_are_judged(tmp_path: Path, server: FakeOpenAI) -> None:
    ours = lab(tmp_path, server)
    with OutputCache.open(tmp_path / "cache") as cache:
        async with ours.judge() as chat:
            assert chat is not None
            with pytest.raises(ConfigurationError, match="drafts and summaries"):
                Judge(chat, ours.prompts(), "retrieval", cache)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ('{"reason": "x", "better": "A"}', "first"),
        ('```json\n{"better" : "b"}\n```', "second"),
        ('{"better": "equal"}', "tie"),
        ('<think>{"better": "A"}</think>{"better": "B"}', "second"),
        ('Perhaps {"better": "A"}.</think>\n{"better": "B"}', "second"),
        ('{"reason": "A says \\"better\\": more", "better": "A"}', "first"),
    ],
)
def test_verdicts_are_read_whatever_stands_around_them(answer: str, verdict: str) -> None:
    assert read_verdict(answer) == verdict


@pytest.mark.parametrize(
    "answer",
    ["", "A", '{"better": "C"}', '<think>{"better": "A"}</think>', '<think>{"better": "A"} or'],
)
def test_an_answer_without_a_verdict_is_none(answer: str) -> None:
    with pytest.raises(ModelUnavailableError):
        read_verdict(answer)


def test_kappa_of_cohens_own_kind_of_table() -> None:
    # 20 both yes, 15 both no, 5 and 10 apart: observed 0.70, expected 0.50, so κ is 0.40.
    ours = ["yes"] * 20 + ["yes"] * 5 + ["no"] * 10 + ["no"] * 15
    theirs = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    found = agreement(ours, theirs)
    assert found.observed == pytest.approx(0.70, abs=1e-12)
    assert found.kappa == pytest.approx(0.40, abs=1e-9)


def test_kappa_is_not_told_where_it_means_nothing() -> None:
    assert agreement([], []) == (0, None, None)
    assert agreement(["a", "a"], ["a", "a"]) == (2, 1.0, None)


def test_labels_are_read_and_faults_are_told_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text('{"id": "c1", "better": "a"}\n\n{"id": "c2", "better": "tie"}\n')
    assert read_labels(file) == {"c1": "a", "c2": "tie"}
    file.write_text('{"id": "c1", "better": "a"}\n{"id": "c2", "better": "left"}\n')
    with pytest.raises(SuiteError, match=":2: "):
        read_labels(file)


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "c1", "better": "b"}',
        '{"id": "", "better": "b"}',
        '{"id": "c2"}',
        '["c2", "a"]',
        '{"id": "c2"',
        "[" * 100_000,
        "\udcff",
    ],
)
def test_a_label_that_cannot_be_used_is_told(tmp_path: Path, line: str) -> None:
    file = tmp_path / "labels.jsonl"
    text = f'{{"id": "c1", "better": "a"}}\n{line}\n'
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SuiteError, match=":2: "):
        read_labels(file)


def test_an_id_may_hold_what_other_readers_take_for_the_end_of_a_line(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text('{"id": "c\u2028\x851", "better": "a"}\n', "utf-8")
    assert read_labels(file) == {"c\u2028\x851": "a"}
