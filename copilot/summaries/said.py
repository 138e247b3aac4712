"""A conversation as one row of sentences, each with its message and what it does."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from copilot.conversations.conversation import Conversation, Message
from copilot.grounding.sentences import folded
from copilot.summaries.acts import Act
from copilot.summaries.due import due_date
from copilot.summaries.handles import address_lengths
from copilot.summaries.reading import MEMORY

_LONGEST_SENTENCE = 300
_LONGEST_NUMBER = 40
_NUMBER_BEGUN = re.compile(r"\d[\d.,:/-]{0,40}$")
_WHOLE = 600_000
_FIRST, _LATEST = 100_000, 400_000
"""Characters: of a thread longer than ``_WHOLE`` the beginning and the end are looked at.

The first says what it is about, the last where it stands; nothing else would be shown.
"""


class Said(NamedTuple):
    """One sentence of a conversation.

    Attributes:
        place: Number of its message among those looked at, from 0.
        order: Number of the sentence in its message, from 0.
        acts: What it does, the most telling first.
        keys: Its content words, hashed; None: not worked out yet.
    """

    message: Message
    place: int
    order: int
    text: str
    acts: tuple[Act, ...]
    keys: frozenset[int] | None = None

    @property
    def at(self) -> tuple[int, int]:
        """What tells it from the other sentences of its conversation."""
        return self.place, self.order

    @property
    def by_customer(self) -> bool:
        """Whether the customer said it."""
        return self.message.author.role == "customer"

    @property
    def by_agent(self) -> bool:
        """Whether the human who answers said it."""
        return self.message.author.role == "agent"

    @property
    def due(self) -> date | None:
        """The day it names for something to come. Found anew each time: ask for few."""
        return due_date(self.text, self.message.sent_at, self.message.language)


def visible_messages(conversation: Conversation, *, include_internal: bool) -> list[Message]:
    """The messages that people wrote, without internal notes unless they are wanted."""
    return [
        message
        for message in conversation.messages
        if message.author.role != "system"
        and (include_internal or message.visibility == "public")
        and message.text.strip()
    ]


def said_in(messages: Sequence[Message]) -> list[Said]:
    """The sentences of ``messages`` that are more than courtesy, in order.

    Address words before them are left out and run-on sentences cut at clauses. Of a very long
    thread the middle is left out.
    """
    places = list(_looked_at(messages))
    skipped = address_lengths([messages[place] for place in places])
    return [
        Said(
            message,
            place,
            one.order,
            clipped(folded(message.text[one.start : one.end])),
            one.acts,
            one.keys,
        )
        for place, address in zip(places, skipped, strict=True)
        for message in (messages[place],)
        for one in MEMORY.read(message, address)
    ]


def _looked_at(messages: Sequence[Message]) -> Iterable[int]:
    if sum(len(one.text) for one in messages) <= _WHOLE:
        return range(len(messages))
    first = _fitting(messages, range(len(messages)), _FIRST)
    latest = _fitting(messages, range(len(messages) - 1, -1, -1), _LATEST)
    return sorted({*first, *latest})


def _fitting(messages: Sequence[Message], places: Iterable[int], room: int) -> list[int]:
    """The first of ``places`` whose messages have ``room`` characters together; at least one."""
    found: list[int] = []
    for place in places:
        room -= len(messages[place].text)
        if room < 0 and found:
            break
        found.append(place)
    return found


def clipped(sentence: str, longest: int = _LONGEST_SENTENCE) -> str:
    """The beginning of a sentence that is too long to read at a glance, cut at a word.

    Not beside a number: ``1 299 €`` must not become ``1``.
    """
    if len(sentence) <= longest:
        return sentence
    cut = last = sentence.rfind(" ", longest // 2, longest)
    while cut > 0 and _beside_number(sentence, cut):
        cut = sentence.rfind(" ", longest // 2, cut)
    if last > 0:
        return sentence[: cut if cut > 0 else last].rstrip(" ,;:-–")
    # A script without blanks.
    kept = sentence[:longest]
    if sentence[longest].isdigit():
        kept = _NUMBER_BEGUN.sub("", kept)
    return kept.rstrip(" ,;:-–\u200d")


def _beside_number(sentence: str, blank: int) -> bool:
    """Whether the word before or after a blank has a digit in it."""
    before = sentence[max(0, blank - _LONGEST_NUMBER) : blank].rpartition(" ")[2]
    after = sentence[blank + 1 : blank + 1 + _LONGEST_NUMBER].partition(" ")[0]
    return any(character.isdigit() for character in before + after)
