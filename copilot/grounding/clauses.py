"""What each figure of a sentence is of, where a sentence tells of several: ``S 5 €, M 9 €``."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from copilot.grounding.figure import Figure, Key
from copilot.grounding.figure_check import FigureKind
from copilot.grounding.source_figures import words_around

_BOUNDARY = re.compile(
    r"[,;:()]\s|\s[–—-]\s|\s(?:and|or|but|while|whereas|ja|tai|sekä|mutta|vaan|och|und)\s"
)
# "Plan S" and "zone B" are told apart by a letter.
_LETTER = re.compile(r"(?<![\w'’])[B-HJ-Z](?![\w'’])")
_SAID_OF_ALL = frozenset(("=price", "=lasts", "=total", "=until"))
_DEPENDING = frozenset(("amount", "percent"))
_CONDITIONS = frozenset(("quantity", "date", "time"))

Told = tuple[FigureKind, Key]


class Clause(NamedTuple):
    """What stands beside a figure.

    Attributes:
        words: Keys of the words, without those that are said of any figure.
        figures: What an amount or percentage depends on: ``25 %`` for ``over 60 minutes``.
    """

    words: frozenset[str]
    figures: frozenset[Told]


def span_of(
    worded: str, sentence: tuple[int, int], figure: Figure, same: Sequence[Figure]
) -> tuple[int, int] | None:
    """Offsets of the clause of ``figure``, or None where it cannot be told from another's.

    A clause without a figure belongs to the figure after it: ``students and over 65s 12 €``.

    Args:
        worded: The text without its figures.
        sentence: Offsets of the sentence in it.
        figure: The figure.
        same: All figures of its kind in the sentence, itself too, in order.
    """
    start, end = sentence
    cuts = [start, *(one.end() for one in _BOUNDARY.finditer(worded, start, end)), end]
    ends = []
    for low, high in pairwise(cuts):
        held = [one for one in same if low <= one.start < high]
        if len(held) > 1 and figure in held:
            return None
        if held:
            ends.append((high, held[0].start))
    for place, (high, first) in enumerate(ends):
        if first == figure.start:
            low = ends[place - 1][0] if place else start
            # What a semicolon parts is not told of together.
            low = max(low, worded.rfind("; ", low, figure.start) + 1)
            return low, end if place == len(ends) - 1 else high
    return None


def clause_in(
    worded: str, span: tuple[int, int], kind: FigureKind, figures: Sequence[Figure]
) -> Clause:
    """What stands in a clause.

    Args:
        worded: The text without its figures.
        span: Offsets of the clause.
        kind: That of the figure whose clause it is.
        figures: The figures of the text.
    """
    start, end = span
    around = worded[start:end]
    letters = frozenset(_LETTER.findall(around))
    told = frozenset(_told(figures, span) if kind in _DEPENDING else ())
    return Clause((words_around(around) | letters) - _SAID_OF_ALL, told)


def _told(figures: Sequence[Figure], span: tuple[int, int]) -> Iterator[Told]:
    for one in figures:
        if span[0] <= one.start < span[1] and one.kind in _CONDITIONS:
            yield one.kind, one.parts[0][0]


def is_of_other(here: Clause, own: Clause, other: Clause, *, after: bool) -> bool:
    """Whether a text tells of what ``other`` is of, and not of what ``own`` is of.

    Args:
        here: What stands beside the figure in the checked text.
        own: What stands beside the same value in a source.
        other: What stands beside another value in the same sentence of it.
        after: Whether ``other`` comes after ``own`` there. What comes later leaves out what both
            share: all that it does say tells it apart.
    """
    if _other_condition(here, own, other):
        return True
    theirs, ours = other.words - own.words, own.words - other.words
    said, of_own = here.words & theirs, here.words & ours
    # A value beside which nothing is told ("you have 14 days") may be of whatever the text says.
    if not said or not own.words:
        return False
    if after:
        return len(said) > len(of_own) or said == theirs
    return not of_own and bool(ours) and len(ours) >= len(theirs)


def _other_condition(here: Clause, own: Clause, other: Clause) -> bool:
    """Whether ``over 60 minutes`` is said where the value is of ``over 120 minutes``."""
    for kind, value in here.figures & other.figures - own.figures:
        beside = [one for one in own.figures if one[0] == kind and one[1][0] == value[0]]
        if beside and not here.figures & frozenset(beside):
            return True
    return False
