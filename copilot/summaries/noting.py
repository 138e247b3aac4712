"""Notes on a thread: checked sentences with message numbers, which a whole summary is made of."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from copilot.conversations.conversation import Message
from copilot.llm.prompts import RenderedPrompt
from copilot.summaries.asking import Asker
from copilot.summaries.fitting import PROMPT_CHARACTERS, length_of
from copilot.summaries.said import clipped
from copilot.summaries.summary import SectionKind, Summary
from copilot.summaries.thread import Thread

TASK = "summary_reduce"
_LONGEST_NOTE = 300
_LABEL = 60
_SHARE_OF_NOTES = 0.75
_LATEST_CHARACTERS = 6_000
_MESSAGE_CHARACTERS = 4_000


class Note(NamedTuple):
    """A sentence that is known to rest on the messages with these numbers."""

    kind: SectionKind
    text: str
    numbers: tuple[int, ...]


class Noted(NamedTuple):
    """A prompt made of notes.

    Attributes:
        prompt: The prompt.
        shown: Numbers of the messages that it tells of, by a note or themselves.
        shortened: How many messages it shows that are not whole.
    """

    prompt: RenderedPrompt
    shown: frozenset[int]
    shortened: int


def notes_of(summary: Summary, thread: Thread) -> list[Note] | None:
    """The supported sentences of ``summary`` as notes; None when one rests on a message not here.

    Such a message was removed, or is not for those who asked.
    """
    notes = []
    for section in summary.sections:
        for one in section.sentences:
            numbers = [thread.numbers.get(message_id) for message_id in one.message_ids]
            known = [number for number in numbers if number is not None]
            if len(known) < len(numbers):
                return None
            if one.supported and known:
                notes.append(Note(section.kind, one.text, tuple(known)))
    return notes


def room_beside(thread: Thread, asker: Asker) -> int:
    """Characters that notes and messages together may take."""
    return min(PROMPT_CHARACTERS, asker.room(_render(thread, asker, [], [])))


def from_parts(thread: Thread, asker: Asker, parts: Sequence[Sequence[Note]]) -> Noted:
    """The prompt that makes one summary of the notes on all parts, and of the latest messages."""
    room = room_beside(thread, asker)
    share = int(room * _SHARE_OF_NOTES) // max(1, len(parts))
    notes = [note for part in parts for note in _within(part, share)]
    left = min(room - _length(notes), _LATEST_CHARACTERS)
    return _noted(thread, asker, notes, _latest_within(thread.messages, left))


def from_earlier(thread: Thread, asker: Asker, notes: Sequence[Note], new: int) -> Noted | None:
    """The prompt that brings an earlier summary up to date with the last ``new`` messages.

    Beside them it shows the messages that the notes rest on, as far as there is room. None when
    the new messages alone do not fit.
    """
    before, latest = thread.messages[:-new], thread.messages[-new:]
    room = room_beside(thread, asker) - _length(notes)
    room -= sum(length_of(one, _MESSAGE_CHARACTERS) for one in latest)
    if room < 0:
        return None
    rests_on = thread.numbered(number for note in notes for number in note.numbers)
    # What the new messages answer stands just before them.
    wanted = sorted({thread.numbers[one.id] for one in [*rests_on, *before[-2:]]})
    evidence = _latest_within(thread.numbered(wanted), room)
    fresh = thread.numbers[latest[0].id]
    return _noted(thread, asker, notes, [*evidence, *latest], fresh=fresh)


def _within(notes: Sequence[Note], room: int) -> list[Note]:
    """As many of ``notes`` as ``room`` holds, at least one."""
    kept: list[Note] = []
    for note in notes:
        room -= _length([note])
        if room < 0 and kept:
            break
        kept.append(note)
    return kept


def _length(notes: Iterable[Note]) -> int:
    return sum(min(len(one.text), _LONGEST_NOTE) + _LABEL for one in notes)


def _latest_within(messages: Sequence[Message], room: int) -> list[Message]:
    kept: list[Message] = []
    for message in reversed(messages):
        room -= length_of(message, _MESSAGE_CHARACTERS)
        if room < 0:
            break
        kept.insert(0, message)
    return kept


def _noted(
    thread: Thread,
    asker: Asker,
    notes: Sequence[Note],
    messages: Sequence[Message],
    fresh: int | None = None,
) -> Noted:
    told = {number for note in notes for number in note.numbers}
    told |= {thread.numbers[one.id] for one in messages}
    cut = sum(len(one.text) > _MESSAGE_CHARACTERS for one in messages if fresh is not None)
    return Noted(_render(thread, asker, notes, messages, fresh), frozenset(told), cut)


def _render(
    thread: Thread,
    asker: Asker,
    notes: Sequence[Note],
    messages: Sequence[Message],
    fresh: int | None = None,
) -> RenderedPrompt:
    return asker.render(
        TASK,
        language=thread.options.language,
        max_sentences=thread.options.max_sentences,
        subject=asker.masked(thread.conversation.subject or ""),
        notes="\n".join(_line(thread, asker, note) for note in notes),
        messages=thread.shown(messages, _MESSAGE_CHARACTERS, asker.masked),
        fresh=fresh,
    )


def _line(thread: Thread, asker: Asker, note: Note) -> str:
    last = thread.messages[max(note.numbers) - 1]
    numbers = ", ".join(map(str, sorted(note.numbers)[:12]))
    text = asker.masked(clipped(" ".join(note.text.split()), _LONGEST_NOTE))
    return f"- {note.kind}, messages {numbers}, {last.sent_at.date().isoformat()}: {text}"
