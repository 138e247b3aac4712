"""What is found in the text of a source: once, however often something is checked against it.

Articles, orders and messages are checked against again and again, for each draft and summary.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from copilot.grounding.concepts import matter_keys
from copilot.grounding.figure import Figure, Key
from copilot.grounding.figure_check import FigureKind, Source
from copilot.grounding.figure_keys import index_keys
from copilot.grounding.finders.relative import find_relative
from copilot.grounding.finding import find_in_each
from copilot.grounding.remembered import Remembered, by_text, forget_short_texts
from copilot.grounding.surroundings import Sentences
from copilot.grounding.words import WORD, content_keys

_ITEM_LINE = re.compile(r"\d+ pcs ")
_CODE = re.compile(r"(?<!\w)[^\W\d_]{0,6}-?\d{4,}(?!\w)")
_MAY_HOLD_CODE = re.compile(r"\d{4}")
_COUNTED = ("piece", "times")
_MOST_LINES = 40
_LONGEST_NUMBER = 40
_LARGEST = 10**9
_MOST_COUNTED = 999
_LONGEST_KEPT = 20_000
_MOST_KEPT = 32_000_000
_BYTES_OF_FIGURE = 1200
_BYTES_OF_CHARACTER = 2
_KEPT_WORDS = 16_384
_KEPT_LABELS = 256
_KEPT_CONTEXTS = 4096


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
        source: What else the source holds.
    """

    __slots__ = ("_context", "_digits", "_keys", "_measure", "_of_item", "_source", "figure")

    def __init__(self, figure: Figure, source: "SourceFigures") -> None:
        self.figure = figure
        self._source = source
        # A cached property takes a lock, which for thousands of figures is most of the work.
        self._keys: tuple[Key, ...] | None = None
        self._measure: Measure | None = None
        self._of_item: bool | None = None
        self._context: Context | None = None
        self._digits: str | None = None

    @property
    def digits(self) -> str:
        """Its digits, see :func:`digits_of`."""
        if self._digits is None:
            self._digits = digits_of(self.figure)
        return self._digits

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys under which it is found."""
        if self._keys is None:
            self._keys = index_keys(self.figure.kind, self.figure.parts)
        return self._keys

    @property
    def measure(self) -> Measure:
        """What it measures; only figures of one measure say otherwise than each other."""
        if self._measure is None:
            self._measure = measure_of(self.figure)
        return self._measure

    @property
    def of_item(self) -> bool:
        """Whether it is the price of an item of an order, which stands there without words."""
        if self._of_item is None:
            self._of_item = self._source.is_order and self._in_item_line()
        return self._of_item

    @property
    def context(self) -> Context:
        """What stands around it."""
        if self._context is None:
            source = self._source
            self._context = _context(source.text, source.worded, self.figure, self._sentence())
        return self._context

    def _in_item_line(self) -> bool:
        if self.figure.kind != "amount":
            return False
        return _ITEM_LINE.match(self._source.text, self._sentence()[0]) is not None

    def _sentence(self) -> tuple[int, int]:
        return self._source.sentences.around(self.figure.start, self.figure.end)


class SourceFigures:
    """The figures of one source.

    Args:
        text: The source's text.
        figures: What was found in it.
        said_at: The day that its ``tomorrow`` counts from.
        is_order: Whether the source is an order.
    """

    def __init__(
        self, text: str, figures: Sequence[Figure], said_at: date | None, *, is_order: bool
    ) -> None:
        self.text = text
        self.is_order = is_order
        self.sentences = Sentences(text)
        # "Two weeks ago" is two weeks as well as a day: who repeats it may mean either.
        days = [] if said_at is None else find_relative(text, said_at, today_too=True)
        self.known = [Known(one, self) for one in (*figures, *days)]
        self._figures = figures
        self._by_kind: dict[FigureKind, list[Known]] | None = None
        self._keys_around: dict[int, frozenset[str]] = {}
        self.worked_out: dict[tuple[str, int, str], object] = {}
        """What others found out about one of its figures; kept as long as the figures are."""

    def sentence_of(self, figure: Figure) -> str:
        """The sentence that a figure of the source stands in."""
        start, end = self.sentences.around(figure.start, figure.end)
        return self.text[start:end]

    def keys_around(self, figure: Figure) -> frozenset[str]:
        """The keys of the content words of that sentence."""
        start, end = self.sentences.around(figure.start, figure.end)
        found = self._keys_around.get(start)
        if found is None:
            found = self._keys_around[start] = frozenset(content_keys(self.text[start:end]))
        return found

    @cached_property
    def worded(self) -> str:
        """The text without its figures, which are about nothing themselves."""
        return without_figures(self.text, self._figures)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where its figures are; no two overlap."""
        return [(one.start, one.end) for one in self._figures]

    def of_kind(self, kind: FigureKind) -> Sequence[Known]:
        """Its figures of ``kind``."""
        if self._by_kind is None:
            self._by_kind = {}
            for one in self.known:
                self._by_kind.setdefault(one.figure.kind, []).append(one)
        return self._by_kind.get(kind, ())

    @cached_property
    def counted_lines(self) -> list[tuple[Decimal, Figure]]:
        """Lines with one count of pieces and one price: the count, and the price."""
        return list(self._counted_lines())

    def _counted_lines(self) -> Iterator[tuple[Decimal, Figure]]:
        if not (self.of_kind("amount") and self.of_kind("quantity")):
            return
        ends = [end for _, end in _lines(self.text)]
        counts: defaultdict[int, list[Figure]] = defaultdict(list)
        prices: defaultdict[int, list[Figure]] = defaultdict(list)
        for one in self.known:
            line = bisect_right(ends, one.figure.start)
            if one.figure.kind == "amount":
                prices[line].append(one.figure)
            elif is_count(one.figure):
                counts[line].append(one.figure)
        begins = [0, *ends]
        for line, found in counts.items():
            # The first number of an item's line is how many; others are part of its name.
            if len(found) > 1 and _ITEM_LINE.match(self.text, begins[line]):
                del found[1:]
        both = (
            line for line in sorted(prices) if len(prices[line]) == 1 == len(counts.get(line, ()))
        )
        for line in list(both)[:_MOST_LINES]:
            count = counts[line][0].parts[0][0][1]
            if isinstance(count, Decimal) and 0 < count <= _MOST_COUNTED:
                yield count, prices[line][0]

    def in_another(self, start: int, end: int) -> bool:
        """Whether a figure, no two of which overlap, holds more than the stretch."""
        place = bisect_left(self.spans, (start + 1,))
        return any(
            one != (start, end) and one[0] < end and start < one[1]
            for one in self.spans[max(0, place - 1) : place + 1]
        )


ByKind = Mapping[FigureKind, Sequence[tuple[int, Known]]]
"""Figures by their kind, each with the number of its source, in the order of the sources."""


def by_kind(found: Sequence[SourceFigures]) -> ByKind:
    """All figures of ``found``."""
    kinds: defaultdict[FigureKind, list[tuple[int, Known]]] = defaultdict(list)
    for number, source in enumerate(found):
        for one in source.known:
            kinds[one.figure.kind].append((number, one))
    return kinds


_Text = tuple[str, date | None, bool]
_texts: Remembered[_Text, SourceFigures] = Remembered(_MOST_KEPT)


def figures_of(sources: Sequence[Source]) -> list[SourceFigures]:
    """The figures of each of ``sources``; those of texts of usual length are remembered."""
    wanted: list[_Text] = [(one.text, one.said_at, one.kind == "order") for one in sources]
    here = _texts.those(wanted)
    new = list(dict.fromkeys(one for one in wanted if one not in here))
    texts = list(dict.fromkeys(text for text, _, _ in new))
    figures = dict(zip(texts, find_in_each(texts), strict=True)) if texts else {}
    for one in new:
        text, said_at, is_order = one
        found = SourceFigures(text, figures[text], said_at, is_order=is_order)
        here[one] = found
        if len(text) <= _LONGEST_KEPT:
            size = _BYTES_OF_CHARACTER * len(text) + _BYTES_OF_FIGURE * (1 + len(found.known))
            _texts.keep(one, found, size)
    return [here[one] for one in wanted]


def forget_texts() -> None:
    """Forget every text and word that is remembered: somebody was erased."""
    _texts.forget()
    forget_short_texts()


_NO_WORDS: frozenset[str] = frozenset()


def context_of(text: str, worded: str, figure: Figure, sentence: tuple[int, int]) -> Context:
    """The words of the sentence around ``figure``, and the codes in it.

    Args:
        text: The text that the figure stands in.
        worded: The same without any figures, by :func:`without_figures`.
        figure: The figure.
        sentence: Offsets of its sentence.
    """
    return _context(text, worded, figure, sentence)


def without_figures(text: str, figures: Iterable[Figure]) -> str:
    """``text`` with blanks for its figures, which would be read as what a sentence is about."""
    pieces, position = [], 0
    for one in figures:
        # A day or a weekday that the text counts from may overlap others.
        if one.start >= position:
            pieces += [text[position : one.start], " " * (one.end - one.start)]
            position = one.end
    return "".join([*pieces, text[position:]])


def _context(text: str, worded: str, figure: Figure, sentence: tuple[int, int]) -> Context:
    start, end = sentence
    words = words_around(worded[start:end])
    around = f"{text[start : figure.start]} {text[figure.end : end]}"
    codes = _CODE.findall(around) if _MAY_HOLD_CODE.search(around) else ()
    return Context(words, frozenset(codes))


@by_text(_KEPT_WORDS)
def _matter(word: str) -> frozenset[str]:
    return frozenset(key for key in matter_keys(word) if key.lstrip("=").isalpha())


@by_text(_KEPT_CONTEXTS)
def words_around(around: str) -> frozenset[str]:
    """Keys of what a stretch of text without figures is about."""
    return _NO_WORDS.union(*map(_matter, WORD.findall(around)))


def measure_of(figure: Figure) -> Measure:
    """What ``figure`` measures: the same for all figures of a kind that need not be told apart."""
    if figure.kind in ("amount", "quantity"):
        parts = figure.parts
        if len(parts) == len(parts[0]) == 1:
            return _only(parts[0][0][0])
        return frozenset(key[0] for part in parts for key in part)
    if figure.kind == "date":
        return _only(figure.parts[0][0][0] == "weekday")
    if figure.kind == "identifier":
        name, colon, _ = str(figure.parts[0][0][0]).partition(":")
        if colon:
            return _only(name)
        letters = re.sub(r"[\W\d_]", "", figure.text).upper()
        return frozenset(((letters, sum(map(str.isdigit, figure.text))),))
    return _NOTHING


_NOTHING: Measure = frozenset()


@lru_cache(maxsize=_KEPT_LABELS)
def _only(label: object) -> Measure:
    return frozenset((label,))


def digits_of(figure: Figure) -> str:
    """The digits of the single value of ``figure``, with its cents where it has any; else none."""
    if len(figure.parts) != 1 or len(figure.parts[0][0]) < 2:
        return ""
    if figure.kind == "quantity":
        return "".join(filter(str.isdecimal, figure.text[:_LONGEST_NUMBER]))
    value = figure.parts[0][0][1]
    if not isinstance(value, Decimal) or value > _LARGEST:
        return ""
    whole = value == value.to_integral_value()
    return f"{value:.0f}" if whole else f"{value:.2f}".replace(".", "")


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
