"""Marks in texts: where two texts differ by words, and spans that somebody found."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from copilot.evals.reports.blocks import Piece

MOST_WORDS = 1000
"""Words of a text that are compared; what follows is shown without marks."""

_WORD = re.compile(r"\S+\s*|\s+")


class Span(NamedTuple):
    """Characters ``start`` to ``end`` of a text, what they are, and a word to put behind them."""

    start: int
    end: int
    mark: str
    tag: str = ""


def bare(word: str) -> str:
    """A word as word error rates see it: no case, no punctuation at its ends."""
    return word.casefold().strip().strip(".,;:!?\"'()[]…–-")


# Both sides of a case are drawn one after the other from the same comparison.
@lru_cache(maxsize=8)
def differing(
    expected: str, found: str, key: Callable[[str], str] = str.strip
) -> tuple[Sequence[Piece], Sequence[Piece]]:
    """Both texts, with the words that only one of them has marked ``del`` and ``add``.

    Args:
        expected: What should stand there.
        found: What an engine made.
        key: Words with the same key are the same word.
    """
    before, rest_before = _words(expected)
    after, rest_after = _words(found)
    # Not difflib: it takes minutes over long texts that repeat few words.
    from rapidfuzz.distance import Indel

    left: list[Piece] = []
    right: list[Piece] = []
    for one in Indel.opcodes([*map(key, before)], [*map(key, after)]):
        gone, come = before[one.src_start : one.src_end], after[one.dest_start : one.dest_end]
        left += _marked("".join(gone), "" if one.tag == "equal" else "del")
        right += _marked("".join(come), "" if one.tag == "equal" else "add")
    return (*left, rest_before), (*right, rest_after)


def marked(text: str, spans: Iterable[Span]) -> list[Piece]:
    """``text`` with its spans marked; spans that overlap an earlier one or lie outside are left.

    Args:
        text: The text that the spans' offsets count characters of.
        spans: In any order. An empty span only puts its tag in.
    """
    pieces: list[Piece] = []
    at = 0
    for span in sorted(spans):
        if not at <= span.start <= span.end <= len(text):
            continue
        pieces.append(text[at : span.start])
        if span.end > span.start:
            pieces.append((text[span.start : span.end], span.mark))
        if span.tag:
            pieces.append((span.tag, "tag"))
        at = span.end
    return [*pieces, text[at:]]


def occurrences(text: str, wanted: str, mark: str) -> list[Span]:
    """Where ``wanted`` stands in ``text``, whatever its case."""
    if not wanted.strip():
        return []
    # Not casefold: the offsets have to stay those of the text.
    found = re.finditer(re.escape(wanted.strip()), text, re.IGNORECASE)
    return [Span(one.start(), one.end(), mark) for one in found]


def _marked(words: str, mark: str) -> list[Piece]:
    """The words with their mark; the space behind them has none."""
    bare_words = words.rstrip()
    return [(bare_words, mark), words[len(bare_words) :]] if mark and bare_words else [words]


def _words(text: str) -> tuple[Sequence[str], str]:
    words = _WORD.findall(text)
    return words[:MOST_WORDS], "".join(words[MOST_WORDS:])
