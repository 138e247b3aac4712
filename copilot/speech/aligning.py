"""Times of words that were not timed: of a corrected text, or of a sentence within a segment."""

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from copilot.speech.transcript import Word

_MOST_PAIRS = 4_000_000
"""Words times words that are compared; beyond that times are shared out by length alone."""

_SIGNS = re.compile(r"[^\w]+")


class Span(NamedTuple):
    """Seconds of a recording."""

    start: float
    end: float


def retimed(words: Sequence[Word], text: str, span: Span) -> list[Word]:
    """The words of ``text`` with times, each word that was heard so keeping its own.

    What a person put in between shares the seconds of the words it replaces, by length; it has no
    confidence, since no engine heard it.

    Args:
        words: As they were heard, in order.
        text: What a person says was said.
        span: Seconds of the segment, where ``words`` do not tell.
    """
    said = text.split()
    if not words:
        return []
    found: list[Word] = []
    heard = list(words)
    for kind, first, last, begin, end in _changes([one.text for one in heard], said):
        if kind == "equal":
            pairs = zip(heard[first:last], said[begin:end], strict=True)
            found += [one.model_copy(update={"text": now}) for one, now in pairs]
        elif begin < end:
            found += _shared(said[begin:end], _room(heard, first, last, span))
    return found


def seconds_within(words: Sequence[Word], sentence: str, *, least: float = 0.6) -> Span | None:
    """The seconds in which ``sentence`` was said, or None where too little of it stands there.

    Args:
        words: Of the segment it stands in, in order.
        sentence: Word for word, or nearly.
        least: The share of its words that must be found, in order and close together.
    """
    wanted = [word for word in map(_key, sentence.split()) if word]
    heard = [_key(one.text) for one in words]
    if not wanted or not heard or len(wanted) * len(heard) > _MOST_PAIRS:
        return None
    matcher = SequenceMatcher(None, heard, wanted, autojunk=False)
    blocks = [one for one in matcher.get_matching_blocks() if one.size]
    if sum(one.size for one in blocks) < least * len(wanted):
        return None
    first, last = blocks[0].a, blocks[-1].a + blocks[-1].size - 1
    if last - first + 1 > 2 * len(wanted):
        # Little words far away: only the longest run says where it is.
        longest = max(blocks, key=lambda one: one.size)
        if longest.size < least * len(wanted):
            return None
        first, last = longest.a, longest.a + longest.size - 1
    return Span(words[first].start, words[last].end)


def _changes(heard: Sequence[str], said: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    if len(heard) * len(said) > _MOST_PAIRS:
        return [("replace", 0, len(heard), 0, len(said))]
    ours, theirs = list(map(_key, heard)), list(map(_key, said))
    return list(SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes())


def _key(word: str) -> str:
    bare = _SIGNS.sub("", unicodedata.normalize("NFC", word).casefold())
    return bare or word.strip().casefold()


def _room(heard: Sequence[Word], first: int, last: int, span: Span) -> Span:
    """The seconds of ``heard[first:last]``; where that is none, the gap at that place."""
    if first < last:
        return Span(heard[first].start, heard[last - 1].end)
    start = heard[first - 1].end if first > 0 else min(span.start, heard[0].start)
    end = heard[first].start if first < len(heard) else max(span.end, heard[-1].end)
    return Span(start, max(start, end))


def _shared(words: Sequence[str], room: Span) -> list[Word]:
    total = sum(map(len, words))
    found: list[Word] = []
    at = room.start
    for word in words:
        end = at + (room.end - room.start) * len(word) / total
        found.append(Word(start=round(at, 3), end=round(end, 3), text=word))
        at = end
    return found
