"""Amounts that are sums, differences or shares of others."""

from collections.abc import Container, Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from copilot.grounding.figure import Figure
from copilot.grounding.matching import Place

_CENT = Decimal("0.01")
_MOST_NAMED = 8


class Term(NamedTuple):
    """A figure that may be part of a reckoning."""

    value: Decimal
    label: object
    written: str
    place: Place


Way = tuple[str, Sequence[Term]]
"""A reckoning as it is written, and its terms."""


def term_of(figure: Figure, place: Place) -> Term:
    """``figure``, which has one value, as a term; ``place`` is where it stands."""
    label, value = figure.parts[0][0][:2] if len(figure.parts[0][0]) > 1 else (None, Decimal())
    return Term(value if isinstance(value, Decimal) else Decimal(), label, figure.text, place)


class Sums:
    """What amounts of the sources come to.

    Args:
        amounts: The amounts of the sources.
        shares: Their percentages.
        orders: The numbers of the sources that are orders.
    """

    def __init__(
        self, amounts: Sequence[Term], shares: Sequence[Term], orders: frozenset[int]
    ) -> None:
        self._amounts = amounts
        self._shares = shares
        self._orders = orders

    @cached_property
    def _by_value(self) -> dict[Decimal, list[Term]]:
        found: dict[Decimal, list[Term]] = {}
        for one in self._amounts:
            found.setdefault(one.value, []).append(one)
        return found

    def of_named(
        self,
        value: Decimal,
        stated: Sequence[Term],
        also: Container[Place] = (),
        follow: Container[Term] = (),
    ) -> Iterator[Way]:
        """What a text names added up or taken off, also with an amount of the same source.

        Args:
            value: The amount that is to be reached.
            stated: The amounts that the text names; only the first few count.
            also: The amounts of other sources that may be added or taken off as well.
            follow: Those of ``stated`` that only follow from sources, in another sentence: they
                are reckoned with what the text names, not with what it does not.
        """
        terms = list({one.value: one for one in stated}.values())[:_MOST_NAMED]
        for count in (2, 3):
            for some in combinations(terms, count):
                if sum((one.value for one in some), Decimal()) == value and _apart(some):
                    yield joined(some, "+"), some
        for one in terms:
            for other in terms:
                if one.value - other.value == value and _apart((one, other)):
                    yield joined((one, other), "-"), (one, other)
            if one in follow:
                continue
            for wanted, sign in ((value + one.value, "-"), (value - one.value, "+")):
                for other in self._with(wanted, one, also):
                    yield joined((other, one), sign), (other, one)
            for other in self._with(one.value - value, one, also):
                yield joined((one, other), "-"), (one, other)

    def _with(self, value: Decimal, term: Term, also: Container[Place] = ()) -> Iterator[Term]:
        """The amounts of ``value`` that ``term`` may be reckoned with."""
        for other in self._by_value.get(value, ()):
            same = other.place.source == term.place.source
            if other.place == term.place:
                continue
            if value != term.value and (same or other.place in also):
                yield other

    def of_two_orders(self, value: Decimal) -> Iterator[Way]:
        """What an amount of one order and one of another come to."""
        for one in self._amounts:
            if one.place.source in self._orders:
                for other in self._by_value.get(value - one.value, ()):
                    if other.place.source in self._orders - {one.place.source}:
                        yield joined((one, other), "+"), (one, other)

    def between(self, value: Decimal, terms: Iterable[Term]) -> Iterator[Way]:
        """What lies between two amounts of one source, the first of which is among ``terms``."""
        for one in terms:
            for other in self._with(one.value - value, one):
                yield joined((one, other), "-"), (one, other)

    def of_shares(
        self, value: Decimal, named: Sequence[Term], stated: Sequence[Term]
    ) -> Iterator[Way]:
        """A percentage of an amount, at least one of which the text names.

        Args:
            value: The amount that is to be reached: the share, what it leaves, or both together.
            named: The percentages that the sentence names.
            stated: The amounts that the text names.
        """
        said = {one.value for one in named}
        pairs = [(share, whole) for share in named for whole in (*stated, *self._amounts)]
        others = (one for one in self._shares if one.value not in said)
        pairs += [(share, whole) for share in others for whole in stated]
        for share, whole in pairs:
            exact = whole.value * share.value / 100
            if all(
                abs(one - value) > _CENT
                for one in (exact, whole.value - exact, whole.value + exact)
            ):
                continue
            part = exact.quantize(_CENT, ROUND_HALF_UP)
            written = f"{whole.value:f} × {share.value:f} %"
            if part == value:
                yield written, [whole]
            elif whole.value - part == value:
                yield f"{whole.value:f} - {written}", [whole]
            elif whole.value + part == value:
                yield f"{whole.value:f} + {written}", [whole]


def _apart(terms: Sequence[Term]) -> bool:
    """Whether none of ``terms`` follows from another of them."""
    return len({one.place for one in terms}) == len(terms)


def may_add(label: object, other: object) -> bool:
    """Whether two currencies, of which None is unknown, may be the same."""
    return label is None or other is None or label == other


def joined(terms: Sequence[Term], sign: str) -> str:
    """The values of ``terms`` with ``sign`` between them."""
    return f" {sign} ".join(f"{one.value:f}" for one in terms)


def currency_of(terms: Sequence[Term]) -> str:
    """The currency of ``terms`` after a space, where one is known."""
    label = next((one.label for one in terms if one.label), None)
    return f" {label}" if label else ""
