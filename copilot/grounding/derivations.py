"""Figures that no source states but that follow from what they state: sums, shares, days counted.

Careful on purpose: with enough numbers any number is the sum of some. So terms belong together: the
lines of one order, or figures that the checked text itself names in the same sentence.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import chain, islice, permutations
from typing import NamedTuple

from copilot.grounding.counted_days import DayCounter, Duration, weekday_of_named
from copilot.grounding.figure import Figure
from copilot.grounding.figure_check import FigureKind, Source
from copilot.grounding.matching import Place
from copilot.grounding.multiples import TOTAL, counts_in, is_for_one
from copilot.grounding.source_figures import SourceFigures, is_count
from copilot.grounding.sums import Sums, Term, Way, currency_of, may_add, term_of
from copilot.grounding.surroundings import sentence_around
from copilot.grounding.words import content_keys
from copilot.kernel.listed import listed

_CENT = Decimal("0.01")
_MOST_TERMS = 60
_MOST_SHARES = 20
_YEAR = 12
_SAID_OF_ALL = frozenset(listed("cost price pay total maksa hinta yhtee euro euroa"))
_MOST_DATES = 40
_MOST_DURATIONS = 40
_BEFORE = re.compile(r"\b(?:before|prior|ennen|aiemmin|aikaisemmin|innan|vor)\b", re.IGNORECASE)


class Derived(NamedTuple):
    """How a figure follows, and where the first of what it follows from stands."""

    written: str
    place: Place


class Deriver:
    """Looks for reckonings over the figures of the sources.

    Args:
        sources: The sources.
        found: The figures of each.
    """

    def __init__(self, sources: Sequence[Source], found: Sequence[SourceFigures]) -> None:
        self._sources = sources
        self._found = found
        terms = (one for one in self._terms("amount") if one.value > 0)
        self._amounts = list(islice(terms, _MOST_TERMS))
        shares = list(islice(self._terms("percent"), _MOST_SHARES))
        orders = frozenset(n for n, one in enumerate(sources) if one.kind == "order")
        self._sums = Sums(self._amounts, shares, orders)
        self._lines = [
            (count, term_of(price, Place(number, price)))
            for number, one in enumerate(found)
            for count, price in one.counted_lines
        ]

    def derive(
        self,
        text: str,
        figure: Figure,
        named: Sequence[tuple[Figure, Place]],
        *,
        sentence: tuple[int, int] | None = None,
        today: date | None = None,
    ) -> Derived | None:
        """How ``figure`` of ``text`` follows, or None.

        Args:
            text: The checked text.
            figure: A figure of it that no source states.
            named: Figures of the text that sources do state, or that follow, with where.
            sentence: Offsets of the figure's sentence, where they are known.
            today: The day of the text, for the years of its dates.
        """
        if len(figure.parts) != 1:
            return None
        start, end = sentence or sentence_around(text, figure.start, figure.end)
        near = [one for one in named if start <= one[0].start < end]
        if figure.kind == "amount":
            reckons = TOTAL.search(text, start, end) is not None
            wider = named if reckons else near
            found = self._amount(figure, near, wider, sentence=text[start:end], reckons=reckons)
            return found or self._times(text, (start, end), figure, near)
        if figure.kind == "quantity":
            return self._count(figure) if is_count(figure) else self._difference(figure)
        if figure.kind == "date":
            counted = self._date(text[start:end], figure, near)
            if counted is not None:
                return counted
            known = weekday_of_named(figure, near, today)
            return Derived(*known) if known is not None else None
        return None

    def _amount(
        self,
        figure: Figure,
        near: Sequence[tuple[Figure, Place]],
        wider: Sequence[tuple[Figure, Place]],
        *,
        sentence: str,
        reckons: bool,
    ) -> Derived | None:
        label, value = figure.parts[0][0]
        if not isinstance(value, Decimal) or value <= 0:
            return None
        stated = [term_of(one, place) for one, place in wider if one.kind == "amount"]
        shares = [term_of(one, place) for one, place in near if one.kind == "percent"]
        of_matter: list[Term] = []
        if reckons:
            of_matter = [*self._of_matter(sentence), *self._of_orders]
        ways = (
            self._of_lines(value),
            self._sums.of_named(value, stated, {one.place for one in of_matter}),
            self._sums.of_shares(value, shares, stated),
            self._sums.of_two_orders(value) if reckons else (),
            self._sums.between(value, of_matter),
        )
        for written, terms in chain.from_iterable(ways):
            if all(may_add(label, one.label) for one in terms):
                return Derived(f"{written} = {value:f}{currency_of(terms)}", terms[0].place)
        return None

    def _times(
        self,
        text: str,
        sentence: tuple[int, int],
        figure: Figure,
        near: Sequence[tuple[Figure, Place]],
    ) -> Derived | None:
        """A price for one, as often as the sentence says."""
        label, value = figure.parts[0][0]
        if not isinstance(value, Decimal) or value <= 0:
            return None
        counted = [one for one, _ in near if one.kind == "quantity"]
        counts = counts_in(text, sentence, figure, counted)
        if not counts:
            return None
        named = [term_of(one, place) for one, place in near if one.kind == "amount"]
        for price in (*named, *self._for_one, *self._of_matter(text[slice(*sentence)])):
            if price.value <= 0 or not may_add(label, price.label):
                continue
            for count, written in counts:
                if count * price.value == value:
                    reckoned = f"{written} × {price.value:f} = {value:f}{currency_of([price])}"
                    return Derived(reckoned, price.place)
        shared = counts if is_for_one(text, figure) else [one for one in counts if one[0] == _YEAR]
        for price in named:
            for count, written in shared:
                if (price.value / count).quantize(_CENT, ROUND_HALF_UP) == value:
                    reckoned = f"{price.value:f} / {written} = {value:f}{currency_of([price])}"
                    return Derived(reckoned, price.place)
        return None

    @cached_property
    def _of_orders(self) -> list[Term]:
        """The amounts of orders."""
        return [one for one in self._amounts if self._is_order(one.place)]

    @cached_property
    def _measured(self) -> list[Term]:
        """The quantities of the orders."""
        found = (one for one in self._terms("quantity") if self._is_order(one.place))
        return list(islice(found, _MOST_TERMS))

    def _of_matter(self, sentence: str) -> Iterator[Term]:
        """The amounts that are told of what ``sentence`` is about."""
        said = frozenset(content_keys(sentence)) - _SAID_OF_ALL
        return (one for one, around in self._around_amounts if said & around)

    @cached_property
    def _around_amounts(self) -> list[tuple[Term, frozenset[str]]]:
        """The amounts, and the words around each."""
        return [
            (one, frozenset(content_keys(self._around(one.place))))
            for one in self._amounts
            if not self._is_order(one.place)
        ]

    @cached_property
    def _for_one(self) -> list[Term]:
        """The amounts that a source gives as the price of one."""
        return [
            one
            for one in self._amounts
            if is_for_one(self._sources[one.place.source].text, one.place.figure)
        ]

    def _count(self, figure: Figure) -> Derived | None:
        """How many pieces one order has in all its lines."""
        by_source: dict[int, list[tuple[Decimal, Term]]] = {}
        for count, price in self._lines:
            by_source.setdefault(price.place.source, []).append((count, price))
        for lines in by_source.values():
            counts = [count for count, _ in lines]
            if len(counts) > 1 and sum(counts) == figure.parts[0][0][1]:
                written = " + ".join(f"{one:f}" for one in counts)
                return Derived(f"{written} = {sum(counts):f}", lines[0][1].place)
        return None

    def _difference(self, figure: Figure) -> Derived | None:
        """What lies between two measures of one order, such as readings of a meter."""
        label, value = figure.parts[0][0]
        terms = [one for one in self._measured if one.label == label]
        for one, other in permutations(terms, 2):
            if one.place.source == other.place.source and one.value - other.value == value:
                return Derived(f"{one.written} - {other.written}", one.place)
        return None

    def _of_lines(self, value: Decimal) -> Iterator[Way]:
        """A line as often as it was bought, or all lines of one order, that reach ``value``."""
        for lines in self._by_sum.get(value, ()):
            written = " + ".join(
                f"{count:f} × {price.value:f}" if count != 1 else f"{price.value:f}"
                for count, price in lines
            )
            yield written, [price for _, price in lines]

    @cached_property
    def _by_sum(self) -> dict[Decimal, list[list[tuple[Decimal, Term]]]]:
        """What single lines of more than one piece, and all lines of each source, come to."""
        found: dict[Decimal, list[list[tuple[Decimal, Term]]]] = {}
        by_source: dict[int, list[tuple[Decimal, Term]]] = {}
        for count, price in self._lines:
            if count != 1:
                found.setdefault(count * price.value, []).append([(count, price)])
            by_source.setdefault(price.place.source, []).append((count, price))
        for lines in by_source.values():
            if len(lines) > 1:
                together = sum((count * price.value for count, price in lines), Decimal())
                found.setdefault(together, []).append(lines)
        return found

    def _date(
        self, sentence: str, figure: Figure, near: Sequence[tuple[Figure, Place]]
    ) -> Derived | None:
        counter = DayCounter(figure)
        if not counter.wanted:
            return None
        said = set(content_keys(sentence))
        back = _BEFORE.search(sentence) is not None
        durations = [_duration(one) for one, _ in near if one.kind == "quantity"]
        for around, duration, before in self._known_durations:
            if said & around:
                durations.append(duration)
                back = back or before
        dates = [place for one, place in near if one.kind == "date"]
        dates += islice(self._of_kind("date"), _MOST_DATES)
        for day in dates:
            for duration in filter(None, durations):
                written = counter.counted(day.figure, duration, back=back)
                if written is not None:
                    return Derived(written, day)
        return None

    @cached_property
    def _known_durations(self) -> list[tuple[frozenset[str], Duration | None, bool]]:
        """The words around each duration, itself, and whether it is counted back."""
        found = []
        for place in islice(self._of_kind("quantity"), _MOST_DURATIONS):
            around = self._around(place)
            before = _BEFORE.search(around) is not None
            found.append((frozenset(content_keys(around)), _duration(place.figure), before))
        return found

    def _around(self, place: Place) -> str:
        text = self._sources[place.source].text
        start, end = sentence_around(text, place.figure.start, place.figure.end)
        return text[start:end]

    def _is_order(self, place: Place) -> bool:
        return self._sources[place.source].kind == "order"

    def _of_kind(self, kind: FigureKind) -> Iterator[Place]:
        for number, one in enumerate(self._found):
            for known in one.of_kind(kind):
                yield Place(number, known.figure)

    def _terms(self, kind: FigureKind) -> Iterator[Term]:
        for place in self._of_kind(kind):
            if len(place.figure.parts) == 1:
                yield term_of(place.figure, place)


def _duration(figure: Figure) -> Duration | None:
    if len(figure.parts) != 1:
        return None
    label, value = figure.parts[0][0]
    return Duration.of(label, value, figure.text)
