"""Which messages of a thread a prompt shows, whole or shortened, and what it has to leave out."""

from collections.abc import Sequence
from typing import NamedTuple

from copilot.conversations.conversation import Message
from copilot.llm.room import FENCE_CHARACTERS

PROMPT_CHARACTERS = 24_000
"""Of messages in one prompt. A longer thread is read in parts, several at once."""

MOST_PARTS = 12
_MESSAGE_CHARACTERS = 4_000
_LEAST_CHARACTERS = 400
_LEAST_ROOM = 3_000
_PART_NEEDS = 700
_KEPT_FIRST = 2
_BEGINNING = 0.7
_OMITTED = " […] "
_LONGEST_WORD = 60


class Window(NamedTuple):
    """The messages that fit into a prompt; some between the first ones and the rest may not.

    Attributes:
        left_out: How many do not.
        after: How many of ``messages`` stand before those.
        longest: Characters of a message that the prompt shows.
    """

    messages: list[Message]
    left_out: int
    after: int
    longest: int = _MESSAGE_CHARACTERS

    @property
    def not_whole(self) -> int:
        """How many messages are left out or shortened."""
        return self.left_out + sum(len(one.text) > self.longest for one in self.messages)


class Parts(NamedTuple):
    """A thread in parts that are read one by one.

    Attributes:
        parts: Consecutive messages, together all that are read.
        left_out: How many messages are in no part.
        longest: Characters of a message that a prompt shows.
    """

    parts: list[list[Message]]
    left_out: int
    longest: int

    @property
    def not_whole(self) -> int:
        """How many messages are left out or shortened."""
        read = (one for part in self.parts for one in part)
        return self.left_out + sum(len(one.text) > self.longest for one in read)


def shortened(text: str, longest: int) -> str:
    """``text`` if it is no longer than ``longest`` characters, else its beginning and its end.

    A long mail says why at its beginning and what it asks at its end. No word or figure is cut.
    """
    if len(text) <= longest:
        return text
    room = max(0, longest - len(_OMITTED))
    head = text[: int(room * _BEGINNING)]
    tail = text[len(text) - (room - len(head)) :]
    # A word or figure that is cut reads as another one.
    head = head[: _last_blank(head) + 1] if _last_blank(head) >= 0 else head
    blank = _last_blank(tail[::-1])
    tail = tail[len(tail) - 1 - blank :] if blank >= 0 else tail
    return f"{head.rstrip()}{_OMITTED}{tail.lstrip()}"


def _last_blank(text: str) -> int:
    """Where the last blank stands, -1 when none is near the end: not all scripts have them."""
    return max(text.rfind(blank, max(0, len(text) - _LONGEST_WORD)) for blank in " \n")


def plan(messages: Sequence[Message], room: int) -> Window | Parts:
    """How a thread is read with ``room`` characters for messages in a prompt.

    At once, when it fits with its longest messages cut to 4,000 characters. Else in at most 12
    parts, each message shortened so far that all fit; only when not even that does, messages
    between the first and the latest are left out. A room too small for parts is used once.
    """
    once = min(room, PROMPT_CHARACTERS)
    at_once = _longest_within([len(one.text) for one in messages], once)
    lengths = sum(length_of(one) for one in messages)
    if lengths <= once:
        return Window(list(messages), 0, 0, max(at_once, _MESSAGE_CHARACTERS))
    if room < _LEAST_ROOM:
        return fitting(messages, most=once)
    return _parts(messages, room)


def _parts(messages: Sequence[Message], room: int) -> Parts:
    most = min(MOST_PARTS, max(2, room // _PART_NEEDS))
    # A message more than their equal share, because messages are not cut to fill parts up.
    share = _total(messages, room) // most + max(length_of(one, room) for one in messages)
    each = min(room, max(PROMPT_CHARACTERS, share))
    for used in (1.0, 0.9, 0.8, 0.65, 0.5, 0.35):
        budget = int(most * each * used)
        longest = _longest_within([len(one.text) for one in messages], budget)
        longest = min(longest, each - FENCE_CHARACTERS)
        kept, left_out = list(messages), 0
        if longest < _LEAST_CHARACTERS:
            longest = _LEAST_CHARACTERS
            kept, left_out = _first_and_latest(messages, budget, longest)
        parts = _split(kept, each, longest)
        if len(parts) <= most:
            break
    if (over := len(parts) - most) > 0:
        # Whatever the lengths: never more calls than were promised.
        left_out += sum(len(part) for part in parts[1 : over + 1])
        parts = [parts[0], *parts[over + 1 :]]
    return Parts(parts, left_out, longest)


def _total(messages: Sequence[Message], longest: int) -> int:
    return sum(length_of(one, longest) for one in messages)


def _first_and_latest(
    messages: Sequence[Message], budget: int, longest: int
) -> tuple[list[Message], int]:
    """The first messages and as many of the latest as ``budget`` holds."""
    first, rest = list(messages[:_KEPT_FIRST]), messages[_KEPT_FIRST:]
    room = budget - _total(first, longest)
    taken = 0
    for message in reversed(rest):
        room -= length_of(message, longest)
        if room < 0:
            break
        taken += 1
    return [*first, *rest[len(rest) - taken :]], len(rest) - taken


def _split(messages: Sequence[Message], each: int, longest: int) -> list[list[Message]]:
    """``messages`` in parts of about one length, none longer than ``each``."""
    total = _total(messages, longest)
    target = total / max(1, -(-total // each))
    parts: list[list[Message]] = [[]]
    filled = 0
    for message in messages:
        length = length_of(message, longest)
        if parts[-1] and (filled >= target or filled + length > each):
            parts.append([])
            filled = 0
        parts[-1].append(message)
        filled += length
    return parts


def _longest_within(lengths: Sequence[int], budget: int) -> int:
    """The most characters of each text that can be shown so that all fit ``budget``; may be < 0."""
    room = budget - FENCE_CHARACTERS * len(lengths)
    left = len(lengths)
    for length in sorted(lengths):
        if length * left > room:
            return room // left
        room -= length
        left -= 1
    return max(lengths, default=0) + max(0, room)


def fitting(messages: Sequence[Message], *, most: int = PROMPT_CHARACTERS) -> Window:
    """The last message, the first ones, and as many before the last as ``most`` characters hold.

    The last message is cut where it does not fit; the others are there as a whole or not at all.
    """
    if not messages:
        return Window([], 0, 0)
    longest = min(_MESSAGE_CHARACTERS, max(_LEAST_CHARACTERS, most - FENCE_CHARACTERS))
    last, before = [messages[-1]], list(messages[:-1])
    room = most - length_of(messages[-1], longest)
    first: list[Message] = []
    for message in before[:_KEPT_FIRST]:
        if (length := length_of(message)) > room:
            break
        room -= length
        first.append(message)
    for message in reversed(before[len(first) :]):
        if (length := length_of(message)) > room:
            break
        room -= length
        last.insert(0, message)
    left_out = len(messages) - len(first) - len(last)
    return Window([*first, *last], left_out, len(first), longest)


def length_of(message: Message, longest: int = _MESSAGE_CHARACTERS) -> int:
    """Characters that ``message`` takes in a prompt which shows ``longest`` of it at most."""
    return min(len(message.text), longest) + FENCE_CHARACTERS
