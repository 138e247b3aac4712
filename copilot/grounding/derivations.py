"""Figures that no source states but that follow from what they state: sums, shares, days counted.

Careful on purpose: with enough numbers any number is the sum of some. So terms belong together: the
lines of one order, or figures that the checked text itself names in the same sentence.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import combinations, islice
from typing import NamedTuple

from copilot.grounding.counted_days import DayCounter, Duration
from copilot.grounding.figure import Figure
from copilot.grounding.figure_check import FigureKind, Source
from copilot.grounding.matching import Place
from copilot.grounding.source_figures import SourceFigures, is_count
from copilot.grounding.surroundings import sentence_around
from copilot.grounding.words import content_keys

_CENT = Decimal("0.01")
_MOST_TERMS = 60
_MOST_DATES = 40
_MOST_DURATIONS = 40
_BEFORE = re.compile(r"\b(?:before|prior|ennen|aiemmin|aikaisemmin|innan|vor)\b", re.IGNORECASE)


class Derived(NamedTuple):
    """How a figure follows, and where the first of what it follows from stands."""

    written: str
    place: Place


class _Term(NamedTuple):
    """A figure that may be part of a reckoning."""

    value: Decimal
    label: object
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
        self._lines = [
            (count, _term(price, Place(number, price)))
            for number, one in enumerate(found)
            for count, price in one.counted_lines
        ]

    def derive(
        self, text: str, figure: Figure, named: Sequence[tuple[Figure, Place]]
    ) -> Derived | None:
        """How ``figure`` of ``text`` follows, or None.

        Args:
            text: The checked text.
            figure: A figure of it that no source states.
            named: Figures of the text that sources do state, with where.
        """
        if len(figure.parts) != 1:
            return None
        start, end = sentence_around(text, figure.start, figure.end)
        near = [one for one in named if start <= one[0].start < end]
        if figure.kind == "amount":
            return self._amount(figure, near)
        if figure.kind == "quantity" and is_count(figure):
            return self._count(figure)
        if figure.kind == "date":
            return self._date(text[start:end], figure, near)
        return None

    def _amount(self, figure: Figure, near: Sequence[tuple[Figure, Place]]) -> Derived | None:
        label, value = figure.parts[0][0]
        if not isinstance(value, Decimal) or value <= 0:
            return None
        stated = [_term(one, place) for one, place in near if one.kind == "amount"]
        for ways in (
            self._of_lines(value),
            self._of_named(stated),
            self._of_shares(near, stated),
        ):
            for reached, written, terms in ways:
                if reached == value and all(_may_add(label, one.label) for one in terms):
                    return Derived(f"{written} = {value:f}{_currency(terms)}", terms[0].place)
        return None

    def _count(self, figure: Figure) -> Derived | None:
        """How many pieces one order has in all its lines."""
        by_source: dict[int, list[tuple[Decimal, _Term]]] = {}
        for count, price in self._lines:
            by_source.setdefault(price.place.source, []).append((count, price))
        for lines in by_source.values():
            counts = [count for count, _ in lines]
            if len(counts) > 1 and sum(counts) == figure.parts[0][0][1]:
                written = " + ".join(f"{one:f}" for one in counts)
                return Derived(f"{written} = {sum(counts):f}", lines[0][1].place)
        return None

    def _of_lines(self, value: Decimal) -> Iterator[tuple[Decimal, str, Sequence[_Term]]]:
        """A line as often as it was bought, or all lines of one order, that reach ``value``."""
        for lines in self._by_sum.get(value, ()):
            written = " + ".join(
                f"{count:f} × {price.value:f}" if count != 1 else f"{price.value:f}"
                for count, price in lines
            )
            yield value, written, [price for _, price in lines]

    @cached_property
    def _by_sum(self) -> dict[Decimal, list[list[tuple[Decimal, _Term]]]]:
        """What single lines of more than one piece, and all lines of each source, come to."""
        found: dict[Decimal, list[list[tuple[Decimal, _Term]]]] = {}
        by_source: dict[int, list[tuple[Decimal, _Term]]] = {}
        for count, price in self._lines:
            if count != 1:
                found.setdefault(count * price.value, []).append([(count, price)])
            by_source.setdefault(price.place.source, []).append((count, price))
        for lines in by_source.values():
            if len(lines) > 1:
                together = sum((count * price.value for count, price in lines), Decimal())
                found.setdefault(together, []).append(lines)
        return found

    def _of_named(self, stated: Sequence[_Term]) -> Iterator[tuple[Decimal, str, Sequence[_Term]]]:
        """What the sentence names added or taken off, also from an amount of the same source."""
        terms = list({one.value: one for one in stated}.values())[:8]
        for count in (2, 3):
            for some in combinations(terms, count):
                yield sum((one.value for one in some), Decimal()), _joined(some, "+"), some
        for one in terms:
            here = [
                other
                for other in (*terms, *self._amounts)
                if other.value != one.value and other.place.source == one.place.source
            ]
            for other in here:
                yield other.value - one.value, _joined((other, one), "-"), (other, one)
                yield other.value + one.value, _joined((other, one), "+"), (other, one)

    def _of_shares(
        self, near: Sequence[tuple[Figure, Place]], stated: Sequence[_Term]
    ) -> Iterator[tuple[Decimal, str, Sequence[_Term]]]:
        """A percentage that the sentence names, of an amount it names or an order states."""
        orders = [one for one in self._amounts if self._is_order(one.place)]
        for share in (_term(one, place) for one, place in near if one.kind == "percent"):
            for whole in (*stated, *orders):
                part = (whole.value * share.value / 100).quantize(_CENT, ROUND_HALF_UP)
                written = f"{whole.value:f} × {share.value:f} %"
                yield part, written, [whole]
                yield whole.value - part, f"{whole.value:f} - {written}", [whole]

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

    def _terms(self, kind: FigureKind) -> Iterator[_Term]:
        for place in self._of_kind(kind):
            if len(place.figure.parts) == 1:
                yield _term(place.figure, place)


def _term(figure: Figure, place: Place) -> _Term:
    label, value = figure.parts[0][0][:2] if len(figure.parts[0][0]) > 1 else (None, Decimal())
    return _Term(value if isinstance(value, Decimal) else Decimal(), label, figure.text, place)


def _duration(figure: Figure) -> Duration | None:
    if len(figure.parts) != 1:
        return None
    label, value = figure.parts[0][0]
    return Duration.of(label, value, figure.text)


def _may_add(label: object, other: object) -> bool:
    return label is None or other is None or label == other


def _joined(terms: Sequence[_Term], sign: str) -> str:
    return f" {sign} ".join(f"{one.value:f}" for one in terms)


def _currency(terms: Sequence[_Term]) -> str:
    label = next((one.label for one in terms if one.label), None)
    return f" {label}" if label else ""
