"""What is found in the text of a source: once, however often something is checked against it.

Articles, orders and messages are checked against again and again, for each draft and summary.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from copilot.grounding.concepts import matter_keys
from copilot.grounding.figure import Figure
from copilot.grounding.figure_keys import Entry, index_keys
from copilot.grounding.finders.relative import find_relative
from copilot.grounding.finding import find_figures
from copilot.grounding.surroundings import sentence_around

_ITEM_LINE = re.compile(r"\d+ pcs ")
_CODE = re.compile(r"(?<!\w)[^\W\d_]{0,6}-?\d{4,}(?!\w)")
_COUNTED = ("piece", "times")
_MOST_LINES = 40
_MOST_COUNTED = 999
_KEPT_TEXTS = 2048
_LONGEST_KEPT = 20_000


class Context(NamedTuple):
    """The words around a figure and the order numbers named beside it."""

    words: frozenset[str]
    codes: frozenset[str]


Measure = frozenset[object]
"""Currencies or dimensions; a weekday or a day; letters and number of digits of a code."""


class Known:
    """A figure of a source.

    Args:
        figure: The figure.
        text: The source's text.
        is_order: Whether the source is an order.
    """

    def __init__(self, figure: Figure, text: str, *, is_order: bool) -> None:
        self.figure = figure
        self._text = text
        self._is_order = is_order

    @cached_property
    def entries(self) -> frozenset[Entry]:
        """The keys under which it is found."""
        kind = self.figure.kind
        return frozenset(key for part in self.figure.parts for key in index_keys(kind, part))

    @cached_property
    def measure(self) -> Measure:
        """What it measures; only figures of one measure say otherwise than each other."""
        return measure_of(self.figure)

    @cached_property
    def of_item(self) -> bool:
        """Whether it is the price of an item of an order, which stands there without words."""
        if not self._is_order or self.figure.kind != "amount":
            return False
        start, _ = sentence_around(self._text, self.figure.start, self.figure.end)
        return _ITEM_LINE.match(self._text, start) is not None

    @cached_property
    def context(self) -> Context:
        """What stands around it."""
        return context_of(self._text, self.figure)


class SourceFigures:
    """The figures of one source.

    Args:
        text: The source's text.
        said_at: The day that its ``tomorrow`` counts from.
        is_order: Whether the source is an order.
    """

    def __init__(self, text: str, said_at: date | None, *, is_order: bool) -> None:
        figures = find_figures(text)
        self._text = text
        # "Two weeks ago" is two weeks as well as a day: who repeats it may mean either.
        days = [] if said_at is None else find_relative(text, said_at, today_too=True)
        self.known = [Known(one, text, is_order=is_order) for one in (*figures, *days)]
        self.spans = [(one.start, one.end) for one in figures]

    @cached_property
    def counted_lines(self) -> list[tuple[Decimal, Figure]]:
        """Lines with one count of pieces and one price: the count, and the price."""
        return list(self._counted_lines())

    def _counted_lines(self) -> Iterator[tuple[Decimal, Figure]]:
        lines = 0
        for start, end in _lines(self._text):
            here = [one.figure for one in self.known if start <= one.figure.start < end]
            counts = [one for one in here if is_count(one)]
            prices = [one for one in here if one.kind == "amount"]
            if len(counts) == 1 and len(prices) == 1 and lines < _MOST_LINES:
                lines += 1
                count = counts[0].parts[0][0][1]
                if isinstance(count, Decimal) and 0 < count <= _MOST_COUNTED:
                    yield count, prices[0]


def source_figures(text: str, said_at: date | None, *, is_order: bool) -> SourceFigures:
    """The figures of a source's text; those of texts of usual length are remembered."""
    if len(text) > _LONGEST_KEPT:
        return SourceFigures(text, said_at, is_order=is_order)
    return _remembered(text, said_at, is_order)


def forget_texts() -> None:
    """Forget every text that is remembered: somebody was erased."""
    _remembered.cache_clear()


@lru_cache(maxsize=_KEPT_TEXTS)
def _remembered(text: str, said_at: date | None, is_order: bool) -> SourceFigures:  # noqa: FBT001
    return SourceFigures(text, said_at, is_order=is_order)


def context_of(text: str, figure: Figure) -> Context:
    """The words of the sentence around ``figure``, and the codes in it."""
    start, end = sentence_around(text, figure.start, figure.end)
    around = f"{text[start : figure.start]} {text[figure.end : end]}"
    words = frozenset(key for key in matter_keys(around) if key.lstrip("=").isalpha())
    return Context(words, frozenset(_CODE.findall(around)))


def measure_of(figure: Figure) -> Measure:
    """What ``figure`` measures: the same for all figures of a kind that need not be told apart."""
    if figure.kind in ("amount", "quantity"):
        return frozenset(key[0] for part in figure.parts for key in part)
    if figure.kind == "date":
        return frozenset((figure.parts[0][0][0] == "weekday",))
    if figure.kind == "identifier":
        letters = re.sub(r"[\W\d_]", "", figure.text).upper()
        return frozenset(((letters, sum(map(str.isdigit, figure.text))),))
    return frozenset()


def is_count(figure: Figure) -> bool:
    """Whether a figure counts pieces of something."""
    if figure.kind != "quantity" or len(figure.parts) != 1:
        return False
    label = str(figure.parts[0][0][0])
    return label in _COUNTED or label.startswith("noun:")


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line)
        start += len(line)
