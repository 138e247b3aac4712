"""What a message says, sentence by sentence: worked out once and remembered for a while.

It depends on the message's text, its author's role and how much of an address stands before it, so
a thread with one more message costs one message. Remembered are places, acts and hashed keys,
never text, under a digest: nothing of a deleted message can be read from them.
"""

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

from copilot.conversations.conversation import Message, Role
from copilot.grounding.sentences import folded, sentence_spans
from copilot.grounding.words import content_keys
from copilot.summaries.acts import Act, act_spans
from copilot.summaries.clauses import cut_at_clauses

_REMEMBERED_CHARACTERS = 4_000_000
"""Of the texts that were read; what is remembered of them is about as large."""

_LEAST_REMEMBERED = 200
"""Shorter messages are read anew as fast as they are looked up."""


class Sentence(NamedTuple):
    """A sentence that is more than courtesy.

    Attributes:
        start, end: Where it stands in the message's text, the end exclusive.
        order: Number of the sentence in its message, from 0, courtesies counted.
        acts: What it does, the most telling first.
        keys: The different content words, hashed (the same only within this process).
    """

    start: int
    end: int
    order: int
    acts: tuple[Act, ...]
    keys: frozenset[int]


class Memory:
    """Readings of the messages that were read last, by a digest of what they were made from.

    Safe to use from several threads.

    Args:
        characters: How much text the readings may have been made from, all together.
    """

    def __init__(self, characters: int = _REMEMBERED_CHARACTERS) -> None:
        self._most = characters
        self._held = 0
        self._readings: OrderedDict[bytes, tuple[int, list[Sentence]]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._readings)

    def read(self, message: Message, skipped: int = 0) -> list[Sentence]:
        """The sentences of ``message``, without the first ``skipped`` characters of its text."""
        text, role = message.text, message.author.role
        if len(text) < _LEAST_REMEMBERED:
            return read(text, role, skipped)
        # A caller may choose the id: with its length before it no two messages read the same.
        told = f"{role}\0{skipped}\0{len(message.id)}\0{message.id}{text}"
        made_from = told.encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(made_from, digest_size=16).digest()
        with self._lock:
            known = self._readings.get(digest)
            if known is not None:
                self._readings.move_to_end(digest)
                return known[1]
        found = read(text, role, skipped)
        self._keep(digest, len(text), found)
        return found

    def _keep(self, digest: bytes, length: int, found: list[Sentence]) -> None:
        if length > self._most // 4:
            return
        with self._lock:
            if digest not in self._readings:
                self._readings[digest] = (length, found)
                self._held += length
            while self._held > self._most:
                _, (least, _) = self._readings.popitem(last=False)
                self._held -= least


def read(text: str, role: Role, skipped: int = 0) -> list[Sentence]:
    """The sentences of a text that are more than courtesy, over-long ones cut at clauses."""
    rest = text[skipped:]
    spans = [part for span in sentence_spans(rest) for part in cut_at_clauses(rest, span)]
    return [
        Sentence(
            one.start + skipped,
            one.end + skipped,
            order,
            one.acts,
            keys_of(rest[one.start : one.end]),
        )
        for order, one in enumerate(act_spans(rest, role, spans))
        if not one.polite
    ]


def keys_of(text: str) -> frozenset[int]:
    """The different content words of a text, hashed."""
    return frozenset(map(hash, content_keys(folded(text))))


MEMORY = Memory()
"""The process's own."""
