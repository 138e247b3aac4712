"""Threads longer than the model's window, read in parts by a real server's answers."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from copilot.conversations.conversation import Conversation
from copilot.kernel.resources import bundled
from copilot.llm.guard import GuardedChat
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from copilot.llm.prompts import Prompts
from copilot.privacy.known import KnownFacts
from copilot.summaries.fitting import MOST_PARTS, Parts, plan, shortened
from copilot.summaries.flow import Summariser
from copilot.summaries.summary import Summary, SummaryOptions, SummarySentence
from tests.fake_openai import Behaviour, FakeOpenAI, running
from tests.summaries.long_thread import (
    fact,
    is_part,
    is_reduce,
    long_thread,
    notes_in,
    reader,
    said,
    shown_in,
)
from tests.timing import limit


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with running() as fake:
        fake.script = reader
        yield fake


@asynccontextmanager
async def summariser(
    server: FakeOpenAI, *, context: int = 8192, deadline_s: float = 30, local: bool = True
) -> AsyncIterator[Summariser]:
    config = LlmConfig(
        kind="openai",
        base_url=server.base_url,
        model="fake",
        local=local,
        context_tokens=context,
        deadline_s=deadline_s,
    )
    async with OpenAIChat.open(config) as chat:
        guarded = GuardedChat(chat, deadline_s=deadline_s)
        yield Summariser(None, guarded, Prompts(bundled("prompts")))


def sentences(summary: Summary) -> list[SummarySentence]:
    return [one for section in summary.sections for one in section.sentences]


async def test_a_thread_of_400_messages_is_read_as_a_whole(server: FakeOpenAI) -> None:
    thread = long_thread(400, characters=300)
    async with summariser(server) as made:
        summary = await made.summarise(thread, SummaryOptions())
    parts = [one for one in server.prompts if is_part(one)]
    assert 2 <= len(parts) <= MOST_PARTS
    assert [is_reduce(one) for one in server.prompts] == [False] * len(parts) + [True]
    # Each message in one part, under its own number.
    shown = [number for one in parts for number in shown_in(one)]
    assert sorted(shown) == list(range(1, 401))
    for one in parts:
        assert all(fact(number) in text for number, text in shown_in(one).items())
    # The whole is made of what every part had to say, and the ids are those of the thread.
    noted = dict(notes_in(server.prompts[-1]))
    assert len(noted) == 2 * len(parts)
    assert all(text == fact(number) for number, text in noted.items())
    first, last = sentences(summary)
    assert (first.text, first.message_ids) == (fact(1), ["m0"])
    assert (last.text, last.message_ids) == (fact(400), ["m399"])
    assert all(one.supported and one.figures for one in (first, last))
    assert (summary.degraded, summary.left_out) == (False, 0)


async def test_what_does_not_fit_even_in_parts_is_told(server: FakeOpenAI) -> None:
    thread = long_thread(400, characters=2600)
    async with summariser(server) as made:
        summary = await made.summarise(thread, SummaryOptions())
    parts = [one for one in server.prompts if is_part(one)]
    assert len(parts) <= MOST_PARTS
    shown = {number: text for one in parts for number, text in shown_in(one).items()}
    whole = sum(thread.messages[number - 1].text.strip() == text for number, text in shown.items())
    assert summary.left_out == 400 - whole > 0
    if len(shown) < 400:
        assert any("messages are left out here" in one for one in parts)
    assert {1, 2, 400} <= set(shown)
    assert not summary.degraded


async def test_a_large_window_reads_a_megabyte_whole(server: FakeOpenAI) -> None:
    thread = long_thread(400, characters=2600)
    assert sum(len(one.text) for one in thread.messages) > 1_000_000
    async with summariser(server, context=128_000) as made:
        summary = await made.summarise(thread, SummaryOptions())
    assert (summary.left_out, summary.degraded) == (0, False)
    assert len([one for one in server.prompts if is_part(one)]) <= MOST_PARTS


async def test_a_part_that_fails_is_asked_again(server: FakeOpenAI) -> None:
    failed: list[str] = []

    def behaves(prompt: str) -> Behaviour:
        if "You see part 2 of" in prompt and not failed:
            failed.append(prompt)
            return "error_500"
        return "good"

    server.behaves = behaves
    async with summariser(server) as made:
        summary = await made.summarise(long_thread(200), SummaryOptions())
    assert len(failed) == 1
    assert (summary.left_out, summary.degraded) == (0, False)


async def test_a_part_that_fails_twice_is_noted_from_its_own_words(server: FakeOpenAI) -> None:
    server.behaves = lambda prompt: "error_500" if "You see part 2 of" in prompt else "good"
    async with summariser(server) as made:
        summary = await made.summarise(long_thread(200), SummaryOptions())
    failed = [one for one in server.prompts if "You see part 2 of" in one]
    assert len(failed) == 2
    unread = shown_in(failed[0])
    assert summary.left_out == len(unread)
    assert not summary.degraded
    noted = [number for number, _ in notes_in(server.prompts[-1])]
    assert set(noted) & set(unread)
    assert sentences(summary)[-1].message_ids == ["m199"]


async def test_when_every_part_fails_the_summary_is_extractive(server: FakeOpenAI) -> None:
    server.behaviour = "error_500"
    async with summariser(server) as made:
        summary = await made.summarise(long_thread(200), SummaryOptions())
    assert (summary.engine, summary.degraded) == ("extractive", True)
    assert len(server.requests) <= MOST_PARTS


async def test_parts_that_are_late_do_not_hold_up_the_rest(server: FakeOpenAI) -> None:
    server.behaves = lambda prompt: "hangs" if "You see part 3 of" in prompt else "good"
    began = time.monotonic()
    async with summariser(server, deadline_s=4) as made:
        summary = await made.summarise(long_thread(200), SummaryOptions())
    assert time.monotonic() - began < limit(5)
    late = next(one for one in server.prompts if "You see part 3 of" in one)
    assert summary.left_out == len(shown_in(late))
    assert not summary.degraded
    assert is_reduce(server.prompts[-1])


async def test_no_more_than_four_at_once_and_all_within_the_deadline(server: FakeOpenAI) -> None:
    server.behaviour = "hangs"
    began = time.monotonic()
    async with summariser(server, deadline_s=2) as made:
        summary = await made.summarise(long_thread(200), SummaryOptions())
    assert time.monotonic() - began < limit(3)
    assert len(server.requests) == 4
    assert summary.degraded


async def test_more_time_can_be_given_when_nobody_waits(server: FakeOpenAI) -> None:
    server.takes_s = 0.6
    async with summariser(server, deadline_s=2) as made:
        hurried = await made.summarise(long_thread(200), SummaryOptions())
        patient = await made.summarise(long_thread(200), SummaryOptions(), deadline_s=60)
    assert hurried.left_out > 0 or hurried.degraded
    assert (patient.left_out, patient.degraded) == (0, False)


async def test_a_lying_parts_notes_go_no_further(server: FakeOpenAI) -> None:
    def lies(messages: list[dict[str, str]]) -> str:
        prompt = "\n".join(one["content"] for one in messages)
        if "You see part 2 of" in prompt:
            number = min(shown_in(prompt))
            return said(
                (fact(number), [number]),
                (fact(number + 1).replace("£", "£9"), [number + 1]),
                ("A bicycle was promised to the customer as a present.", [number]),
                (fact(1), [1]),
            )
        return reader(messages)

    server.script = lies
    async with summariser(server) as made:
        await made.summarise(long_thread(200), SummaryOptions())
    noted = [text for _, text in notes_in(server.prompts[-1])]
    assert all(text == fact(number) for number, text in notes_in(server.prompts[-1]))
    # The honest one of the four is there, the first message's only as its own part has it.
    second = next(one for one in server.prompts if "You see part 2 of" in one)
    assert fact(min(shown_in(second))) in noted
    assert noted.count(fact(1)) == 1


async def test_the_whole_is_checked_against_the_messages_not_the_notes(server: FakeOpenAI) -> None:
    def lies(messages: list[dict[str, str]]) -> str:
        prompt = "\n".join(one["content"] for one in messages)
        if not is_reduce(prompt):
            return reader(messages)
        return said((fact(1), [200]), (fact(9).replace("£9.09", "£990.00"), [9]))

    server.script = lies
    async with summariser(server) as made:
        first, second = sentences(await made.summarise(long_thread(200), SummaryOptions()))
    assert (first.message_ids, first.supported) == (["m0"], True)
    assert not second.supported
    assert "£990.00" in [one.text for one in second.figures if one.verdict != "supported"]


async def test_a_model_elsewhere_sees_placeholders_in_every_prompt(server: FakeOpenAI) -> None:
    thread = long_thread(200)
    messages = [
        one.model_copy(
            update={
                "text": f"Dear Pirjo Laine, write to pirjo@example.com. {one.text}",
                "author": one.author.model_copy(update={"name": "Pirjo Laine"}),
            }
        )
        for one in thread.messages
    ]

    def telling(asked: list[dict[str, str]]) -> str:
        prompt = "\n".join(one["content"] for one in asked)
        shown = shown_in(prompt)
        number = max(shown)
        address = shown[number].split("write to ")[1].split(". ")[0]
        if not is_reduce(prompt):
            return said((f"{address} asks about it. {fact(number)}", [number]))
        return said((f"{address} asks. {fact(number)}", [number]), (fact(number) + " No, £1.", [1]))

    server.script = telling
    facts = KnownFacts(names=("Pirjo Laine",), emails=("pirjo@example.com",))
    async with summariser(server, local=False) as made:
        summary = await made.summarise(
            thread.model_copy(update={"messages": messages}), SummaryOptions(), known=facts
        )
    assert len(server.prompts) > 3
    assert not [one for one in server.prompts if "Pirjo" in one or "pirjo@" in one]
    assert "pirjo@example.com" in sentences(summary)[0].text
    assert sentences(summary)[0].supported


async def test_internal_notes_are_in_no_part(server: FakeOpenAI) -> None:
    thread = long_thread(200)
    noted = thread.model_copy(
        update={
            "messages": [
                one.model_copy(update={"visibility": "internal"}) if place % 3 == 0 else one
                for place, one in enumerate(thread.messages)
            ]
        }
    )
    async with summariser(server) as made:
        summary = await made.summarise(noted, SummaryOptions())
        assert not [one for one in server.prompts if fact(1) in one or fact(4) in one]
        assert sentences(summary)[0].message_ids == ["m1"]
        server.requests.clear()
        await made.summarise(noted, SummaryOptions(include_internal=True))
        assert [one for one in server.prompts if fact(1) in one]


@pytest.mark.parametrize("room", [3_000, 5_000, 14_000, 60_000, 300_000])
@pytest.mark.parametrize("lengths", [[100] * 3000, [50_000] * 20, [20, 9_000] * 100, [400] * 200])
def test_a_plan_keeps_its_bounds(room: int, lengths: list[int]) -> None:
    thread: Conversation = long_thread(1)
    (only,) = thread.messages
    messages = [
        only.model_copy(update={"id": f"m{place}", "text": "word " * (length // 5)})
        for place, length in enumerate(lengths)
    ]
    planned = plan(messages, room)
    parts = planned.parts if isinstance(planned, Parts) else [planned.messages]
    assert len(parts) <= MOST_PARTS
    read = [one.id for part in parts for one in part]
    assert read == [one.id for one in messages if one.id in set(read)]
    assert len(read) + planned.left_out == len(messages)
    assert {read[0], read[-1]} == {"m0", messages[-1].id}
    for part in parts:
        assert sum(len(shortened(one.text, planned.longest)) for one in part) <= room


def test_a_shortened_text_keeps_its_beginning_its_end_and_whole_figures() -> None:
    text = "First 49,90 € " + "and then 12,50 € more " * 200 + "last 18.3.2026."
    short = shortened(text, 300)
    assert len(short) <= 300
    assert short.startswith("First 49,90 €")
    assert short.endswith("last 18.3.2026.")
    assert set(short.replace("[…]", " ").split()) <= set(text.split())
