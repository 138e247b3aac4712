"""What reckonings may use of the sources: their amounts, and what each is told of."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import islice

from copilot.grounding.figure import Figure
from copilot.grounding.figure_check import FigureKind, Source
from copilot.grounding.matching import Place
from copilot.grounding.multiples import counts_in, is_for_one
from copilot.grounding.source_figures import ByKind, SourceFigures
from copilot.grounding.sums import Term, term_of
from copilot.grounding.words import content_keys
from copilot.kernel.listed import listed

MOST_TERMS = 60
"""How many figures of a kind are reckoned with."""

SAID_OF_ALL = frozenset(listed("cost price pay total maksa hinta yhtee euro euroa"))
"""Keys of words that are said of any amount."""

_CLOSE = 40
_LONGEST_ASKED = 2000
_MOST_ASKED = 6
_NOWHERE = Figure("", "amount", -1, -1, ())
_TAKEN_OFF = re.compile(
    r"\b(?:less|minus|deduct\w*|subtract\w*|take off|taken off|miinus|vähenne\w*|vähennet\w*)\b",
    re.IGNORECASE,
)


class KnownTerms:
    """The figures of the sources as terms of reckonings.

    Args:
        sources: The sources.
        found: The figures of each.
        figures: The same by their kind.
    """

    def __init__(
        self, sources: Sequence[Source], found: Sequence[SourceFigures], figures: ByKind
    ) -> None:
        self.sources = sources
        self._found = found
        self._figures = figures
        terms = (one for one in self.terms("amount") if one.value > 0)
        self.amounts = list(islice(terms, MOST_TERMS))
        self.lines = [
            (count, term_of(price, Place(number, price)))
            for number, one in enumerate(found)
            for count, price in one.counted_lines
        ]

    @cached_property
    def of_orders(self) -> list[Term]:
        """The amounts of orders."""
        return [one for one in self.amounts if self.is_order(one.place)]

    def of_matter(self, sentence: str) -> Iterator[Term]:
        """The amounts that are told of what ``sentence`` is about."""
        said = frozenset(content_keys(sentence)) - SAID_OF_ALL
        return (one for one, around in self._around_amounts if said & around)

    @cached_property
    def _around_amounts(self) -> list[tuple[Term, frozenset[str]]]:
        """The amounts, and the words around each."""
        return [
            (one, self.keys_around(one.place))
            for one in self.amounts
            if not self.is_order(one.place)
        ]

    @cached_property
    def for_one(self) -> list[Term]:
        """The amounts that a source gives as the price of one."""
        return [
            one
            for one in self.amounts
            if is_for_one(self.sources[one.place.source].text, one.place.figure)
        ]

    @cached_property
    def asked(self) -> list[tuple[Decimal, str]]:
        """Numbers of people or things that customers name in what they ask."""
        found: dict[Decimal, str] = {}
        for source in self.sources:
            if source.kind == "message":
                text = source.text[:_LONGEST_ASKED]
                counts = counts_in(text, (0, len(text)), _NOWHERE)
                found |= {count: written for count, written in counts if "×" not in written}
        return list(found.items())[:_MOST_ASKED]

    @cached_property
    def items(self) -> list[tuple[Term, Decimal, frozenset[str]]]:
        """The prices of orders' items, how many were bought, and what the line names."""
        lines = ((count, price) for count, price in self.lines if self.is_order(price.place))
        return [
            (price, count, self.keys_around(price.place) - SAID_OF_ALL)
            for count, price in islice(lines, MOST_TERMS)
        ]

    def items_named(self, sentence: str) -> list[Term]:
        """The prices of the items that ``sentence`` names."""
        said = frozenset(content_keys(sentence))
        numbers = set[int]().union(*(self._items_by_word.get(one, ()) for one in said))
        return [self.items[number][0] for number in sorted(numbers)]

    @cached_property
    def _items_by_word(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, (_, _, words) in enumerate(self.items):
            for word in words:
                found.setdefault(word, []).append(number)
        return found

    @cached_property
    def close_amounts(self) -> list[tuple[Term, frozenset[str]]]:
        """The amounts that are no order's, and the few words right before each."""
        found = []
        for one in self.amounts:
            if not self.is_order(one.place):
                text, start = self.sources[one.place.source].text, one.place.figure.start
                before = text[max(0, start - _CLOSE) : start].rpartition(",")[2]
                found.append((one, frozenset(content_keys(before)) - SAID_OF_ALL))
        return found

    @cached_property
    def fees_taken_off(self) -> list[tuple[Term, frozenset[str]]]:
        """The amounts that a source says are taken off, and the words around each."""
        return [
            (one, words)
            for one, words in self._around_amounts
            if _TAKEN_OFF.search(self.around(one.place))
        ]

    def around(self, place: Place) -> str:
        """The sentence around a figure of a source."""
        return self._found[place.source].sentence_of(place.figure)

    def keys_around(self, place: Place) -> frozenset[str]:
        """The keys of its content words."""
        return self._found[place.source].keys_around(place.figure)

    def is_order(self, place: Place) -> bool:
        """Whether a figure stands in an order."""
        return self.sources[place.source].kind == "order"

    def of_kind(self, kind: FigureKind) -> Iterator[Place]:
        """Where the figures of ``kind`` stand."""
        return (Place(number, known.figure) for number, known in self._figures.get(kind, ()))

    def terms(self, kind: FigureKind) -> Iterator[Term]:
        """Those of them that have one value."""
        for place in self.of_kind(kind):
            if len(place.figure.parts) == 1:
                yield term_of(place.figure, place)
