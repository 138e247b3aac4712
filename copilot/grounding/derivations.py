"""Figures that no source states but that follow from what they state: sums, shares, days counted.

Careful on purpose: with enough numbers any number is the sum of some. So terms belong together: the
lines of one order, or figures that the checked text itself names in the same sentence.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import chain, combinations, islice, permutations
from typing import NamedTuple

from copilot.grounding.clock import Clock
from copilot.grounding.counted_days import DayCounter, Duration, weekday_of_named
from copilot.grounding.figure import Figure
from copilot.grounding.figure_check import Source
from copilot.grounding.known_terms import MOST_TERMS, SAID_OF_ALL, KnownTerms
from copilot.grounding.matching import Place
from copilot.grounding.multiples import FOLLOWS, SAVES, TOGETHER, TOTAL, counts_in, is_for_one
from copilot.grounding.source_figures import ByKind, SourceFigures, is_count
from copilot.grounding.sums import Sums, Term, Way, currency_of, joined, may_add, term_of
from copilot.grounding.surroundings import sentence_around
from copilot.grounding.taxes import SPEAKS_OF_TAX, of_tax
from copilot.grounding.words import content_keys

_CENT = Decimal("0.01")
_MOST_SHARES = 20
_YEAR = 12
_MOST_DATES = 40
_MOST_DURATIONS = 40
_REACH = 160
_MOST_CLOSE = 8
_HALF_PERCENT = 50
_HALF = re.compile(r"\b(?:half|puolet|puolikkaan|puoleen|hälften|Hälfte)\b", re.IGNORECASE)
_AT_LATEST = re.compile(
    r"\b(?:latest|by|until|so|that makes|viimeistään|mennessä|siis|eli|asti)\b", re.IGNORECASE
)
_BEFORE = re.compile(r"\b(?:before|prior|ennen|aiemmin|aikaisemmin|innan|vor)\b", re.IGNORECASE)


class Derived(NamedTuple):
    """How a figure follows, and where the first of what it follows from stands."""

    written: str
    place: Place


class _Stated(NamedTuple):
    """Figures of a text that sources state, with where: of a sentence, of those it reckons with."""

    near: Sequence[tuple[Figure, Place]]
    wider: Sequence[tuple[Figure, Place]]
    all: Sequence[tuple[Figure, Place]]
    follow: Collection[Term]


class Deriver:
    """Looks for reckonings over the figures of the sources.

    Args:
        sources: The sources.
        found: The figures of each.
        figures: The same by their kind.
    """

    def __init__(
        self, sources: Sequence[Source], found: Sequence[SourceFigures], figures: ByKind
    ) -> None:
        self._known = known = KnownTerms(sources, found, figures)
        shares = list(islice(known.terms("percent"), _MOST_SHARES))
        orders = frozenset(n for n, one in enumerate(sources) if one.kind == "order")
        self._sums = Sums(known.amounts, shares, orders)
        self._clock = Clock(known)

    def derive(
        self,
        text: str,
        figure: Figure,
        named: Sequence[tuple[Figure, Place]],
        derived: Sequence[tuple[Figure, Place]] = (),
        *,
        sentence: tuple[int, int] | None = None,
        today: date | None = None,
    ) -> Derived | None:
        """How ``figure`` of ``text`` follows, or None.

        Args:
            text: The checked text.
            figure: A figure of it that no source states.
            named: Figures of the text that sources do state, with where.
            derived: Figures of the text that follow, with where the first stands that they do from.
            sentence: Offsets of the figure's sentence, where they are known.
            today: The day of the text, for the years of its dates.
        """
        if len(figure.parts) != 1:
            return None
        start, end = sentence or sentence_around(text, figure.start, figure.end)
        near = [one for one in (*named, *derived) if start <= one[0].start < end]
        if figure.kind == "amount":
            reckons = TOTAL.search(text, start, end) is not None
            told, low = list(near), start - _REACH
            if reckons or any(one.kind == "percent" for one, _ in near):
                told = [*named, *(one for one in derived if low <= one[0].start < end)]
            follow = {term_of(*one) for one in derived if low <= one[0].start < start}
            terms = _Stated(near, told if reckons else near, told, follow)
            found = self._amount(figure, terms, sentence=text[start:end], reckons=reckons)
            return found or self._times(text, (start, end), figure, near)
        if figure.kind == "quantity":
            found = self._count(figure) if is_count(figure) else self._measure_of(figure)
            compares = found is None and TOTAL.search(text, start, end) is not None
            return self._more(figure, near) if compares else found
        if figure.kind == "time":
            return _derived(self._clock.counted(text[start:end], figure, near))
        if figure.kind == "percent":
            return self._half(text[start:end], figure)
        if figure.kind == "date":
            before = [one for one in (*named, *derived) if start - _REACH <= one[0].start < start]
            counted = self._date(text[start:end], figure, near, before, today)
            if counted is not None:
                return counted
            return _derived(weekday_of_named(figure, near, today))
        return None

    def _amount(
        self,
        figure: Figure,
        told: "_Stated",
        *,
        sentence: str,
        reckons: bool,
    ) -> Derived | None:
        label, value = figure.parts[0][0]
        if not isinstance(value, Decimal) or value <= 0:
            return None
        stated = [term_of(one, place) for one, place in told.wider if one.kind == "amount"]
        whole = [term_of(one, place) for one, place in told.all if one.kind == "amount"]
        shares = [term_of(one, place) for one, place in told.near if one.kind == "percent"]
        if not shares:
            whole = stated
        of_matter: list[Term] = []
        if reckons or FOLLOWS.search(sentence):
            of_matter = [*self._known.of_matter(sentence), *self._known.of_orders]
        ways = (
            self._of_lines(value),
            self._sums.of_named(value, stated, {one.place for one in of_matter}, told.follow),
            self._sums.of_shares(value, shares, whole),
            self._sums.of_two_orders(value) if reckons else (),
            self._sums.between(value, of_matter),
            self._of_things(value, sentence),
            self._of_tax(value, sentence, shares, stated),
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
        said = text[slice(*sentence)]
        named = [term_of(one, place) for one, place in near if one.kind == "amount"]
        single = [one for one in named if is_for_one(text, self._here(one, near))]
        prices = [
            *named,
            *self._known.for_one,
            *self._known.of_matter(said),
            *self._known.items_named(said),
        ]
        asked = [(one, self._known.asked) for one in single]
        for price, times in chain(((one, counts) for one in prices), asked):
            if price.value <= 0 or not may_add(label, price.label):
                continue
            for count, written in times:
                if count * price.value == value:
                    reckoned = f"{written} × {price.value:f} = {value:f}{currency_of([price])}"
                    return Derived(reckoned, price.place)
        saved = self._saved(value, said, named)
        if saved is not None:
            return saved
        shared = counts if is_for_one(text, figure) else [one for one in counts if one[0] == _YEAR]
        for price in named:
            for count, written in shared:
                if (price.value / count).quantize(_CENT, ROUND_HALF_UP) == value:
                    reckoned = f"{price.value:f} / {written} = {value:f}{currency_of([price])}"
                    return Derived(reckoned, price.place)
        return None

    def _saved(self, value: Decimal, said: str, named: Sequence[Term]) -> Derived | None:
        """What a price is lower by than another, as often as a customer asks for it."""
        if not SAVES.search(said):
            return None
        pairs = (
            (one, abs(one.value - other.value))
            for one in named
            for other in self._known.amounts
            if other.place.source == one.place.source
        )
        for one, less in pairs:
            for count, written in self._known.asked:
                if less and count * less == value:
                    reckoned = f"{written} × {less:f} = {value:f}{currency_of([one])}"
                    return Derived(reckoned, one.place)
        return None

    @staticmethod
    def _here(term: Term, near: Sequence[tuple[Figure, Place]]) -> Figure:
        return next(one for one, place in near if place == term.place)

    def _of_things(self, value: Decimal, sentence: str) -> Iterator[Way]:
        """What things that a sentence names cost together, or what a fee leaves of a price."""
        said = frozenset(content_keys(sentence)) - SAID_OF_ALL
        if TOGETHER.search(sentence):
            close = [one for one, words in self._known.close_amounts if said & words]
            for one, other in combinations(close[:_MOST_CLOSE], 2):
                same = one.place.source == other.place.source
                if same and one.value + other.value == value:
                    yield joined((one, other), "+"), (one, other)
        for fee, around in self._known.fees_taken_off:
            if said & around:
                for price, count, _ in self._known.items:
                    whole = count * price.value
                    if whole - fee.value == value:
                        yield f"{whole:f} - {fee.value:f}", (price, fee)

    def _of_tax(
        self, value: Decimal, sentence: str, shares: Sequence[Term], stated: Sequence[Term]
    ) -> Iterator[Way]:
        if SPEAKS_OF_TAX.search(sentence) is None:
            return iter(())
        rates = [*shares, *islice(self._known.terms("percent"), _MOST_SHARES)]
        return of_tax(value, rates, [*stated, *self._known.of_orders])

    def _half(self, sentence: str, figure: Figure) -> Derived | None:
        """That a source speaks of half of what the sentence is about."""
        if figure.parts[0][0][1] != _HALF_PERCENT:
            return None
        said = frozenset(content_keys(sentence)) - SAID_OF_ALL
        for number, source in enumerate(self._known.sources):
            for match in islice(_HALF.finditer(source.text), _MOST_SHARES):
                start, end = sentence_around(source.text, *match.span())
                if said & frozenset(content_keys(source.text[start:end])):
                    there = Figure(match[0], "percent", *match.span(), figure.parts)
                    return Derived(f"{match[0]} = 50 %", Place(number, there))
        return None

    def _measure_of(self, figure: Figure) -> Derived | None:
        return _derived(self._clock.lasting(figure)) or self._difference(figure)

    @cached_property
    def _measured(self) -> list[Term]:
        """The quantities of the orders."""
        found = (one for one in self._known.terms("quantity") if self._known.is_order(one.place))
        return list(islice(found, MOST_TERMS))

    def _count(self, figure: Figure) -> Derived | None:
        """How many pieces one order has in all its lines."""
        by_source: dict[int, list[tuple[Decimal, Term]]] = {}
        for count, price in self._known.lines:
            by_source.setdefault(price.place.source, []).append((count, price))
        for lines in by_source.values():
            counts = [count for count, _ in lines]
            if len(counts) > 1 and sum(counts) == figure.parts[0][0][1]:
                written = " + ".join(f"{one:f}" for one in counts)
                return Derived(f"{written} = {sum(counts):f}", lines[0][1].place)
        return None

    def _more(self, figure: Figure, near: Sequence[tuple[Figure, Place]]) -> Derived | None:
        """How much a quantity that the sentence names is more or less than another beside it."""
        label, value = figure.parts[0][0]
        for one, place in near:
            if one.kind != "quantity" or len(one.parts) > 1 or one.parts[0][0][0] != label:
                continue
            for other in islice(self._known.terms("quantity"), MOST_TERMS):
                mine = term_of(one, place)
                same = other.label == label and other.place.source == place.source
                if same and value == abs(mine.value - other.value) != 0:
                    return Derived(f"{mine.written} / {other.written}", place)
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
        for count, price in self._known.lines:
            if count != 1:
                found.setdefault(count * price.value, []).append([(count, price)])
            by_source.setdefault(price.place.source, []).append((count, price))
        for lines in by_source.values():
            if len(lines) > 1:
                together = sum((count * price.value for count, price in lines), Decimal())
                found.setdefault(together, []).append(lines)
        return found

    def _date(
        self,
        sentence: str,
        figure: Figure,
        near: Sequence[tuple[Figure, Place]],
        before: Sequence[tuple[Figure, Place]],
        today: date | None,
    ) -> Derived | None:
        counter = DayCounter(figure)
        if not counter.wanted:
            return None
        said = set(content_keys(sentence))
        back = _BEFORE.search(sentence) is not None
        told = [*near, *before] if _AT_LATEST.search(sentence) else near
        durations = [_duration(one) for one, _ in told if one.kind == "quantity"]
        for around, duration, ahead in self._known_durations:
            if said & around:
                durations.append(duration)
                back = back or ahead
        dates = [place for one, place in near if one.kind == "date"]
        dates += islice(self._known.of_kind("date"), _MOST_DATES)
        different = {one[:2]: one for one in durations if one is not None}
        for day in dates:
            for duration in different.values():
                written = counter.counted(day.figure, duration, back=back, today=today)
                if written is not None:
                    return Derived(written, day)
        return None

    @cached_property
    def _known_durations(self) -> list[tuple[frozenset[str], Duration | None, bool]]:
        """The words around each duration, itself, and whether it is counted back."""
        found = []
        for place in islice(self._known.of_kind("quantity"), _MOST_DURATIONS):
            around = self._known.around(place)
            before = _BEFORE.search(around) is not None
            found.append((self._known.keys_around(place), _duration(place.figure), before))
        return found


def _derived(known: tuple[str, Place] | None) -> Derived | None:
    return Derived(*known) if known is not None else None


def _duration(figure: Figure) -> Duration | None:
    """How long a figure says, at the longest: ``3–4 weeks`` are over after four."""
    label, value = figure.parts[-1][0]
    return Duration.of(label, value, figure.text)
