"""Reading a thread that is longer than a prompt: part by part, several at once."""

import asyncio
import logging
from collections.abc import Sequence
from typing import NamedTuple

from copilot.conversations.conversation import Message
from copilot.llm.chat import ModelUnavailableError
from copilot.llm.prompts import RenderedPrompt
from copilot.summaries.answer import SummaryAnswer
from copilot.summaries.asking import Asker
from copilot.summaries.building import extractive_summary
from copilot.summaries.checking import Checker, Claim
from copilot.summaries.fitting import Parts
from copilot.summaries.noting import Note, notes_of, room_beside
from copilot.summaries.summary import SummaryOptions
from copilot.summaries.thread import Thread
from copilot.summaries.written import wanted_languages, written_in

_log = logging.getLogger(__name__)

_AT_ONCE = 4
_SHARE_OF_TIME = 0.6
_ROUNDS = 2
_FEWEST_NOTES, _MOST_NOTES = 2, 8
_NOTE_CHARACTERS = 250


class PartsRead(NamedTuple):
    """What was noted on each part.

    Attributes:
        notes: In the order of the parts.
        unread: Messages of the parts that the model did not read; sentences of the messages
            themselves stand for those.
    """

    notes: list[list[Note]]
    unread: int


async def read_parts(thread: Thread, asker: Asker, parts: Parts) -> PartsRead:
    """Ask the model about each part, at most four at once, for six tenths of the time that is left.

    A part that fails is asked about once more when others succeeded. One that fails again, or is
    not there in time, is noted by choosing sentences.

    Raises:
        ModelUnavailableError: The model read no part.
    """
    most = await asyncio.to_thread(_notes_each, thread, asker, len(parts.parts))
    prompts = await asyncio.to_thread(_prompts, thread, asker, parts, most)
    answers: dict[int, SummaryAnswer] = {}
    ends = asyncio.get_running_loop().time() + asker.seconds_left * _SHARE_OF_TIME
    fault = ModelUnavailableError("There was no time left to read the conversation.")
    for _ in range(_ROUNDS):
        waiting = [place for place in range(len(prompts)) if place not in answers]
        fault = await _round(asker, prompts, waiting, answers, ends) or fault
        if not answers:
            raise fault
        if len(answers) == len(prompts):
            break
    notes, unread = [], 0
    for place, part in enumerate(parts.parts):
        answer = answers.get(place)
        found = await asyncio.to_thread(_carried, thread, answer, part) if answer else None
        if found is None:
            _log.warning("part %d of %d was noted without the model", place + 1, len(prompts))
            unread += sum(len(one.text) <= parts.longest for one in part)
            found = await asyncio.to_thread(_chosen, thread, part, most)
        notes.append(found)
    return PartsRead(notes, unread)


async def _round(
    asker: Asker,
    prompts: Sequence[RenderedPrompt],
    places: Sequence[int],
    answers: dict[int, SummaryAnswer],
    ends: float,
) -> ModelUnavailableError | None:
    """Ask once about the parts at ``places`` and keep what comes; the last fault, if any."""
    left = ends - asyncio.get_running_loop().time()
    if left <= 0 or not places:
        return None
    turns = asyncio.Semaphore(_AT_ONCE)

    async def ask(place: int) -> None:
        async with turns:
            answers[place] = await asker.summary(prompts[place], asker.longest_of_part)

    tasks = [asyncio.create_task(ask(place)) for place in places]
    try:
        done, _ = await asyncio.wait(tasks, timeout=left)
    finally:
        # Not by a deadline of the calls themselves: that would count as failures of the model.
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    fault = None
    for task in done:
        error = task.exception()
        if isinstance(error, ModelUnavailableError):
            fault = error
        elif error is not None:
            raise error
    return fault


def _notes_each(thread: Thread, asker: Asker, parts: int) -> int:
    """How many sentences a part may have so that those of all parts fit into one prompt."""
    room = room_beside(thread, asker) // (max(1, parts) * _NOTE_CHARACTERS)
    return min(_MOST_NOTES, max(_FEWEST_NOTES, room))


def _prompts(thread: Thread, asker: Asker, parts: Parts, most: int) -> list[RenderedPrompt]:
    return [
        asker.render(
            "summary",
            language=thread.options.language,
            max_sentences=most,
            subject=asker.masked(thread.conversation.subject or ""),
            left_out=_gap(thread, parts, number - 1),
            part={"number": number, "count": len(parts.parts)},
            messages=thread.shown(part, parts.longest, asker.masked),
        )
        for number, part in enumerate(parts.parts, 1)
    ]


def _gap(thread: Thread, parts: Parts, place: int) -> dict[str, int]:
    """Where a part leaves messages out, and how many; the numbers of the messages tell."""
    part = parts.parts[place]
    before = thread.numbers[parts.parts[place - 1][-1].id] if place else 0
    for after, message in enumerate(part):
        number = thread.numbers[message.id]
        if number > before + 1:
            return {"count": number - before - 1, "after": after}
        before = number
    return {"count": 0, "after": 0}


def _carried(thread: Thread, answer: SummaryAnswer, part: Sequence[Message]) -> list[Note] | None:
    """What of an answer its part carries; None when that is nothing though something was said."""
    claims = claims_in(answer)
    language = written_in((one.text for one in claims), wanted_languages(thread))
    inside = Thread(thread.conversation.model_copy(update={"messages": list(part)}), thread.options)
    places = {thread.numbers[message.id]: place for place, message in enumerate(part, 1)}
    moved = [
        one._replace(numbers=tuple(places[number] for number in one.numbers if number in places))
        for one in claims
    ]
    notes = []
    for one in Checker(inside, language).check(moved):
        if one.fault is None:
            ids = one.made.sentence.message_ids
            numbers = tuple(thread.numbers[message_id] for message_id in ids)
            notes.append(Note(one.claim.kind, one.claim.text, numbers))
    return notes if notes or not claims else None


def _chosen(thread: Thread, part: Sequence[Message], most: int) -> list[Note]:
    """Sentences of the part's own messages."""
    conversation = thread.conversation.model_copy(update={"messages": list(part)})
    options = SummaryOptions(include_internal=thread.options.include_internal, max_sentences=most)
    return notes_of(extractive_summary(conversation, options), thread) or []


def claims_in(answer: SummaryAnswer) -> list[Claim]:
    """The sentences of an answer, each on one line."""
    return [
        Claim(section.kind, " ".join(one.text.split()), tuple(one.messages))
        for section in answer.sections
        for one in section.sentences
        if one.text.strip()
    ]
