"""A suite from start to end: what is recorded, what is made again, and what decides."""

import asyncio
import shutil
from pathlib import Path

import pytest

from copilot.conversations.reading import read_body
from copilot.evals.cache import OutputCache
from copilot.evals.comparing import compare
from copilot.evals.errors import SuiteError
from copilot.evals.metric import mean
from copilot.evals.reports.known import known_metrics
from copilot.evals.run import Run
from copilot.evals.running import RunOptions, run_suite
from copilot.evals.runs import read_run, write_run
from copilot.evals.scoring import score_suite
from copilot.evals.statistics import Resamples
from copilot.evals.suite import Suite
from copilot.kernel.errors import ConfigurationError
from copilot.kernel.resources import bundled
from copilot.lab import ServiceLab
from tests.evals.desk_suites import mails, read, write_suite
from tests.evals.recorded import cases_of, mean_metric, scored
from tests.evals.tasks.datasets import ARTICLES, CONVERSATION, lab


def run(suite: Suite, cache: Path, *, engines: ServiceLab | None = None, **options: object) -> Run:
    async def running() -> Run:
        with OutputCache.open(cache) as opened:
            return await run_suite(
                suite,
                engines or lab(),
                opened,
                RunOptions(**options),  # type: ignore[arg-type]
            )

    return asyncio.run(running())


def steady(one: Run) -> dict[str, object]:
    """What two runs of the same have in common."""
    dumped = one.model_dump(exclude={"started_at", "seconds", "work_seconds"})
    dumped["cases"] = [
        {key: value for key, value in case.items() if key not in ("seconds", "cached")}
        for case in dumped["cases"]
    ]
    return dumped


def test_the_record_of_a_run_is_complete_and_read_again_as_it_was(tmp_path: Path) -> None:
    gates = {"exact": ">= 0.9", "similarity": ">= 0.5"}
    suite = read(write_suite(tmp_path, rows=mails(12, lost=3), more={"gates": gates}))
    found = run(suite, tmp_path / "cache", seed=7)
    assert (found.name, found.task, found.seed) == ("mail", "email_parsing", 7)
    assert found.suite_file == str(suite.file)
    assert found.dataset_hash
    assert found.baseline is None
    assert found.identity.engine == "rules"
    assert found.identity.code
    exact, similarity = found.metrics
    assert exact.value == 0.75
    assert exact.low is not None
    assert exact.high is not None
    assert exact.low < 0.75 < exact.high
    assert exact.cases == 12
    assert similarity.name == "similarity"
    assert [(gate.metric, gate.passed) for gate in found.gates] == [
        ("exact", False),
        ("similarity", True),
    ]
    assert not found.passed
    first = found.cases[0]
    assert first.id == "m00"
    assert first.labels == {"language": "en"}
    assert first.output is not None
    assert first.output["text"] == "Kiitos, tilaus 0 tuli perille."
    assert first.expected["reply"] == "Jotain muuta"
    assert first.scores["exact"] == 0
    assert found.cases[11].scores == {"exact": 1.0, "similarity": 1.0}
    assert read_run(write_run(found, tmp_path / "runs")) == found


def test_the_same_seed_gives_the_same_run_and_the_cache_the_same_outputs(tmp_path: Path) -> None:
    suite = read(write_suite(tmp_path, rows=mails(20, lost=4)))
    first = run(suite, tmp_path / "one", seed=3)
    apart = run(suite, tmp_path / "two", seed=3, concurrency=1)
    again = run(suite, tmp_path / "one", seed=3, concurrency=64)
    assert steady(first) == steady(apart) == steady(again)
    assert all(case.cached for case in again.cases)
    assert again.work_seconds == 0
    fresh = run(suite, tmp_path / "one", seed=3, fresh=True)
    assert not any(case.cached for case in fresh.cases)


def test_a_case_that_fails_is_scored_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def breaking(text: str, **options: bool) -> object:
        if "tilaus 3" in text:
            raise ValueError("half \ud800 of it")
        return read_body(text, **options)

    monkeypatch.setattr("copilot.evals.tasks.email_parsing.read_body", breaking)
    gates = {"exact": ">= 0.99"}
    suite = read(write_suite(tmp_path, rows=mails(8), more={"gates": gates}))
    found = run(suite, tmp_path / "cache")
    (failed,) = found.failed
    assert failed.id == "m03"
    assert failed.error == "ValueError: half \ufffd of it"
    assert failed.output is None
    assert failed.scores == {"exact": 0.0, "similarity": 0.0}
    assert found.metrics[0].value == 7 / 8
    assert not found.passed
    write_run(found, tmp_path / "runs")
    monkeypatch.undo()
    mended = run(suite, tmp_path / "cache")
    assert mended.passed
    assert [case.id for case in mended.cases if not case.cached] == ["m03"]


def test_a_drop_against_the_baseline_fails_and_no_change_passes(tmp_path: Path) -> None:
    good = run(read(write_suite(tmp_path, rows=mails(30))), tmp_path / "cache")
    kept = write_run(good, tmp_path / "base")
    more = {"baseline": str(kept.relative_to(tmp_path))}
    same = run(read(write_suite(tmp_path, rows=mails(30), more=more)), tmp_path / "cache")
    assert same.passed
    assert {gate.kind for gate in same.gates} == {"baseline"}
    assert same.baseline is not None
    assert Path(same.baseline).samefile(kept)
    worse = run(read(write_suite(tmp_path, rows=mails(30, lost=12), more=more)), tmp_path / "cache")
    assert not worse.passed
    assert "significantly worse" in worse.gates[0].detail


def test_a_baseline_that_cannot_be_used_is_told_before_anything_is_made(tmp_path: Path) -> None:
    other = run(
        read(write_suite(tmp_path, name="figures", task="figures", rows=[FIGURE], metrics="[f1]")),
        tmp_path / "cache",
    )
    runs = {"other": write_run(other, tmp_path / "base").name, "broken": "broken.json"}
    (tmp_path / "base" / "broken.json").write_text("{}")
    told = {
        "other": r"mail\.yaml:5: The baseline is a run of the task figures",
        "broken": r"broken\.json: It is not the record of a run",
    }
    for kind, name in runs.items():
        suite = read(write_suite(tmp_path, more={"baseline": f"base/{name}"}))
        with pytest.raises(SuiteError, match=told[kind]):
            run(suite, tmp_path / "untouched")
        with OutputCache.open(tmp_path / "untouched") as cache:
            assert cache._connection.execute("SELECT count(*) FROM outputs").fetchone() == (0,)


FIGURE = {
    "id": "f1",
    "text": "You paid 12.50 EUR.",
    "sources": ["Total: 12.50 EUR"],
    "figures": [{"text": "12.50 EUR", "verdict": "supported"}],
}
DRAFT = {"id": "d", "conversation": CONVERSATION, "articles": ARTICLES, "reference": "Yes."}


def test_a_missing_judge_is_told_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(_self: ServiceLab) -> None:
        raise AssertionError("the engines were opened")

    monkeypatch.setattr(ServiceLab, "desk", opened)
    suite = read(
        write_suite(tmp_path, name="d", task="draft", rows=[DRAFT], metrics="[must_mention, judge]")
    )
    with pytest.raises(ConfigurationError, match="COPILOT_JUDGE__KIND=openai"):
        run(suite, tmp_path / "cache")


def test_a_matrix_variant_is_recorded_and_told_by_compare(tmp_path: Path) -> None:
    suite = read(
        write_suite(tmp_path, name="figures", task="figures", rows=[FIGURE], metrics="[f1]")
    )
    plain = run(suite, tmp_path / "cache")
    variant = {"COPILOT_LLM__DEADLINE_S": "5"}
    found = run(suite, tmp_path / "cache", variant=variant)
    assert found.variant == variant
    assert found.identity.settings == {"COPILOT_LLM__DEADLINE_S": "5.0"}
    changes = compare(plain, found, known_metrics(plain, found)).changes
    assert [(one.what, one.before, one.after) for one in changes] == [
        ("COPILOT_LLM__DEADLINE_S", None, "5.0")
    ]


def test_a_changed_prompt_is_detected_and_told_by_compare(tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    shutil.copytree(bundled("prompts"), folder)
    row = {"id": "s", "conversation": CONVERSATION, "references": ["A broken kettle."]}
    suite = read(write_suite(tmp_path, name="sums", task="summary", rows=[row], metrics="[rouge1]"))
    engines = lab().with_settings({"COPILOT_PROMPTS__FOLDER": str(folder)})
    before = run(suite, tmp_path / "cache", engines=engines)
    with (folder / "summary" / "user.md.j2").open("a") as prompt:
        prompt.write("Be brief.\n")
    after = run(suite, tmp_path / "cache", engines=engines)
    assert not after.cases[0].cached
    changes = compare(before, after, known_metrics(before, after)).changes
    assert [one.what for one in changes] == ["prompt"]


def test_what_is_larger_than_the_range_cannot_be_detected() -> None:
    share, unbounded = mean_metric("share"), mean_metric("rate", high=None)
    assert share.value is mean
    cases = cases_of({"share": scored([0, 1, 1]), "rate": scored([0, 1, 1])})
    metrics = {"share": share, "rate": unbounded}
    found = {one.name: one for one in score_suite(cases, metrics, Resamples(3, seed=0))}
    assert found["share"].detectable is None
    assert (found["rate"].detectable or 0) > 1
