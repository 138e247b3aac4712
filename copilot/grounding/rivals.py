"""The figures of the sources that may say otherwise than a figure of a text."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, islice
from operator import ne
from typing import NamedTuple

from copilot.grounding.figure import Figure
from copilot.grounding.figure_check import FigureKind
from copilot.grounding.matching import Place
from copilot.grounding.source_figures import Known, Measure

_MOST = 400
_LONGEST_COMPARED = 200
_MOST_DIGITS = 9
_ONE_DIGIT = frozenset(
    sign * digit * 10**place for sign in (1, -1) for digit in range(1, 10) for place in range(9)
)
"""What numbers that differ in one digit differ by."""
_BY_LABEL = frozenset(("amount", "quantity"))


class Rival(NamedTuple):
    """A figure of a source that may say otherwise, and which source that is."""

    source: int
    known: Known

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.source, self.known.figure)


class Rivals:
    """Figures of one kind that no figure of the text stands for already.

    Args:
        kind: Their kind.
        figures: They and the number of their source, in order; only so many are looked at.
    """

    def __init__(self, kind: FigureKind, figures: Iterable[tuple[int, Known]]) -> None:
        self._kind = kind
        self._all: Sequence[tuple[int, Known]] = list(islice(figures, _MOST))
        self._written: dict[tuple[Measure, Callable[[Figure], str]], list[str | None]] = {}
        self._items: set[int] | None = None
        self._words: dict[Hashable, tuple[dict[str, list[int]], list[int]]] = {}

    @cached_property
    def codes(self) -> frozenset[str]:
        """All order numbers and the like that stand near them."""
        return frozenset[str]().union(*(known.context.codes for _, known in self._all))

    def in_order(self, numbers: Iterable[int]) -> Iterator[Rival]:
        """Those of ``numbers``, in the order of the sources."""
        for number in sorted(numbers):
            yield Rival(*self._all[number])

    def slipped(self, measure: Measure, written: str) -> Iterator[tuple[bool, Rival]]:
        """Those of the same measure with the digits of ``written`` but for a slip.

        Args:
            measure: That of the figure.
            written: Its digits.

        Yields:
            Whether only the order of the digits is another, else one of them is; and which it is.
        """
        mine, value = sorted(written), int(written)
        near: set[int] | None = None
        for number, other in self._by_size.get(len(written), ()):
            # The same digits in another order differ by a multiple of nine.
            if (value - other) % 9 and value - other not in _ONE_DIGIT:
                continue
            rival = Rival(*self._all[number])
            theirs = rival.known.digits
            scrambled = sorted(theirs) == mine
            if scrambled or sum(map(ne, written, theirs)) == 1:
                near = self.measuring(measure) if near is None else near
                if number in near:
                    yield scrambled, rival

    @cached_property
    def _by_size(self) -> dict[int, list[tuple[int, int]]]:
        """By how many digits they have: their number, and the digits as one."""
        found: dict[int, list[tuple[int, int]]] = {}
        for number, (_, known) in enumerate(self._all):
            digits = known.digits
            if 1 < len(digits) <= _MOST_DIGITS:
                found.setdefault(len(digits), []).append((number, int(digits)))
        return found

    def resembling(
        self, measure: Measure, what: Callable[[Figure], str], written: str, least: float
    ) -> set[int]:
        """Those of the same measure that are written much like a figure.

        Args:
            measure: That of the figure.
            what: What of a figure is compared.
            written: That of the figure.
            least: How alike both must be, 0 to 1.
        """
        from rapidfuzz import fuzz, process

        there = self._written.get((measure, what))
        if there is None:
            numbers = self._by_measure.get(measure, ())
            compared = (what(self._all[number][1].figure) for number in numbers)
            there = self._written[measure, what] = [
                one if len(one) <= _LONGEST_COMPARED else None for one in compared
            ]
        if len(written) > _LONGEST_COMPARED:
            return set()
        alike = process.extract_iter(
            written, there, scorer=fuzz.ratio, processor=None, score_cutoff=100 * least
        )
        return {self._by_measure[measure][place] for _, _, place in alike}

    def items(self, measure: Measure) -> set[int]:
        """The prices of an order's items among those of the same measure."""
        if self._items is None:
            known = ((number, one) for number, (_, one) in enumerate(self._all))
            self._items = {number for number, one in known if one.of_item}
        buckets = (self._by_measure.get(one, ()) for one in self._labels(measure))
        return self._items.intersection(chain.from_iterable(buckets))

    def measuring(self, measure: Measure) -> set[int]:
        """Those of the same measure."""
        buckets = (self._by_measure.get(one, ()) for one in self._labels(measure))
        return set(chain.from_iterable(buckets))

    def ranges(self, measure: Measure) -> set[int]:
        """Those of the same measure that have two ends."""
        return {one for one in self.measuring(measure) if len(self._figure(one).parts) > 1}

    def _figure(self, number: int) -> Figure:
        return self._all[number][1].figure

    def sharing(self, measure: Measure, words: Collection[str], least: int) -> set[int]:
        """Those of the same measure with ``least`` of ``words`` around them, or their only one."""
        labels = tuple(self._labels(measure))
        least = min(least, len(words))
        found: set[int] = set()
        for label in labels:
            by_word, alone = self._by_word(label)
            shared = [by_word[word] for word in words if word in by_word]
            if least == 1:
                found.update(*shared)
            else:
                counts = Counter(chain.from_iterable(shared))
                found.update(number for number, count in counts.items() if count >= least)
                found.update(alone)
        return found

    def _labels(self, measure: Measure) -> Iterable[Hashable]:
        if self._kind not in _BY_LABEL:
            return (measure,)
        if self._kind == "quantity":
            return measure
        # Which currency a bare price is in, nobody knows.
        return tuple(self._by_measure) if None in measure else (*measure, None)

    @cached_property
    def _by_measure(self) -> dict[Hashable, list[int]]:
        found: defaultdict[Hashable, list[int]] = defaultdict(list)
        for number, (_, known) in enumerate(self._all):
            measure = known.measure
            for label in measure if self._kind in _BY_LABEL else (measure,):
                found[label].append(number)
        return dict(found)

    def _by_word(self, label: Hashable) -> tuple[dict[str, list[int]], list[int]]:
        """Which have a word around them; and which have no more than one."""
        there = self._words.get(label)
        if there is None:
            by_word: dict[str, list[int]] = {}
            alone: list[int] = []
            for number in self._by_measure.get(label, ()):
                words = self._all[number][1].context.words
                if len(words) == 1:
                    alone.append(number)
                for word in words:
                    by_word.setdefault(word, []).append(number)
            there = self._words[label] = by_word, alone
        return there


def likeness(one: str, other: str) -> float:
    """How alike two short texts are written, 0 to 1; long ones count as unlike."""
    from rapidfuzz import fuzz

    if max(len(one), len(other)) > _LONGEST_COMPARED:
        return 0.0
    return fuzz.ratio(one, other) / 100
