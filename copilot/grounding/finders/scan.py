"""Where in a text figures can be at all, so that no pattern walks over all of it.

Every figure starts at a run of digits, a sign of a currency or one of a few words. These are found
in one pass; the patterns of the finders are then tried only there.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from copilot.grounding.figure import Figure
from copilot.grounding.finders.marking_words import Mark, marks_of

_DIGIT_RUN = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
TAKEN = "\x00"
"""What stands where something was found already."""

_SIGNS = re.compile(r"[€$£]")
_MOST_IN_CHAIN = 16
_CHAIN_GAP = 14


class Anchors:
    """The places of ``text`` where figures may start.

    Attributes:
        runs: Start and end of each run of digits, in order.
        starts: Start of each.
        signs: Where the signs of currencies are.
    """

    def __init__(self, text: str) -> None:
        self.runs = [match.span() for match in _DIGIT_RUN.finditer(text)]
        self.signs = [match.start() for match in _SIGNS.finditer(text)]
        self.starts = [start for start, _ in self.runs]
        self._before: defaultdict[str, list[int]] = defaultdict(list)
        self._after: defaultdict[str, list[int]] = defaultdict(list)
        before, after = self._before, self._after
        for start, end in self.runs:
            before[text[end : end + 1]].append(start)
            after[text[start - 1 : start]].append(start)
        self._words: defaultdict[Mark, list[int]] = defaultdict(list)
        known: dict[str, tuple[Mark, ...]] = {}
        for match in _LETTERS.finditer(text):
            word = match[0]
            marks = known.get(word)
            if marks is None:
                marks = known[word] = marks_of(word)
            if marks:
                start = match.start()
                for mark in marks:
                    self._words[mark].append(start)

    def before(self, *characters: str) -> list[int]:
        """Where the runs of digits start that one of ``characters`` follows."""
        return merged(*(self._before.get(one, ()) for one in characters))

    def after(self, *characters: str) -> list[int]:
        """Where the runs of digits start that stand right after one of ``characters``."""
        return merged(*(self._after.get(one, ()) for one in characters))

    def beside(self, belongs: Callable[[str], bool]) -> list[int]:
        """Where the runs of digits start that a character which ``belongs`` stands next to."""
        sides = (*self._before.items(), *self._after.items())
        return merged(*(starts for character, starts in sides if belongs(character)))

    def words(self, *marks: Mark) -> list[int]:
        """Where the words with one of ``marks`` start."""
        return merged(*(self._words.get(one, ()) for one in marks))

    def leading_to(
        self, places: Iterable[int], first_gap: int = _CHAIN_GAP, most: int = _MOST_IN_CHAIN
    ) -> list[int]:
        """Where the runs of digits start that stand close before one of ``places``.

        Args:
            places: Such as the signs that follow a number.
            first_gap: How many characters may part the last run from the place.
            most: How many runs, each close to the next, may belong to it.
        """
        found: set[int] = set()
        for place in places:
            at, position, gap = bisect_left(self.starts, place) - 1, place, first_gap
            last = max(-1, at - most)
            while at > last and position - self.runs[at][1] <= gap:
                position = self.starts[at]
                found.add(position)
                at, gap = at - 1, _CHAIN_GAP
        return sorted(found)


def merged(*places: Sequence[int]) -> list[int]:
    """All of ``places`` in order."""
    filled = [one for one in places if one]
    return sorted(set().union(*filled)) if len(filled) > 1 else list(filled[0]) if filled else []


def matches(pattern: re.Pattern[str], text: str, starts: Iterable[int]) -> Iterator[re.Match[str]]:
    """Every match of ``pattern`` at one of ``starts`` (in order); none overlaps the one before."""
    end = 0
    match_at = pattern.match
    for start in starts:
        if start >= end:
            match = match_at(text, start)
            if match is not None:
                end = match.end()
                yield match


def without(text: str, figures: Sequence[Figure]) -> str:
    """``text`` with what ``figures``, in order and apart, cover blanked out; offsets kept."""
    if not figures:
        return text
    pieces = []
    position = 0
    for figure in figures:
        pieces.append(text[position : figure.start])
        pieces.append(TAKEN * (figure.end - figure.start))
        position = figure.end
    pieces.append(text[position:])
    return "".join(pieces)


def cuts(text: str, figures: Iterable[Figure]) -> bool:
    """Whether one of ``figures`` of ``text`` begins or ends inside a word or number."""
    for figure in figures:
        start, end = figure.start, figure.end
        if text[end - 1 : end + 1].isalnum() and end < len(text):
            return True
        if start and text[start - 1 : start + 1].isalnum():
            return True
    return False
