"""Figures that stand in the sources, but beside something else than the text says they are of.

A price list, an order's lines and two orders of one customer hold many right values; what makes
one wrong is what it is said of.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import NamedTuple

from copilot.grounding.clauses import Clause, clause_in, is_of_other, span_of
from copilot.grounding.figure import Figure, Part
from copilot.grounding.matching import Place
from copilot.grounding.source_figures import Known, SourceFigures, measure_of
from copilot.kernel.listed import listed

TOLD_OF_SOMETHING = frozenset(("amount", "quantity", "percent", "date", "time"))
"""Kinds of figures whose value says nothing by itself of what they are of."""

_MOST_PLACES = 12
_MOST_LINES = 60
_ROLES = {
    "placed": re.compile(r"\b(?:placed|order date|ordered|tilattu|tilauspäivä)\b", re.IGNORECASE),
    "total": re.compile(r"\b(?:total|summa|yhteensä)\b", re.IGNORECASE),
    "arrives": re.compile(
        r"^Tracking\b|\b(?:expected|eta|delivery date|arriv\w+|toimituspäivä)\b", re.IGNORECASE
    ),
}
_SAID_ROLES = {
    "placed": re.compile(
        r"\b(?:ordered|placed|bought|purchased|order date|"
        r"til(?:asit|asitte|attiin|attu|auspäivä\w*)|"
        r"ostit|ostitte|ostettiin|ostettu|tilaus \S+ tehtiin)\b",
        re.IGNORECASE,
    ),
    "arrives": re.compile(
        r"\b(?:arriv\w+|deliver\w*|expected|reach\w*|came|comes|saapu\w+|toimite\w+|toimitus\w*|"
        r"tulee|tuli|perillä)\b",
        re.IGNORECASE,
    ),
}
_OF_ALL = re.compile(
    r"\b(?:total|altogether|together|in all|order|sum|paid|pay|invoice|came to|comes to|of the|"
    r"yhteensä|kaikkiaan|summa\w*|tilau\w+|maksoit\w*|maksatte|maksat|lasku\w*)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"[\w-]*\d[\w-]*")
_NUMBER = re.compile(r"^Order (\S+?),?(?=\s|$)", re.MULTILINE)
_FEW = 4
_WORDS_OF_LINES = frozenset(listed("pcs =placed =price"))


class Said(NamedTuple):
    """What a text says beside one of its figures.

    Attributes:
        clause: What stands in the figure's clause; None: it cannot be told from another's.
        words: The clause as it is written, or the sentence.
        stated: The values that the sentence states.
    """

    clause: Clause | None
    words: str
    stated: frozenset[Part]


class Swaps:
    """Looks for figures that are told of something else than where they stand.

    Args:
        found: The figures of each source.
    """

    def __init__(self, found: Sequence[SourceFigures]) -> None:
        self._found = found

    def swapped(
        self, figure: Figure, places: Collection[tuple[int, Figure]], beside: Callable[[], Said]
    ) -> Place | None:
        """What the sources have for what ``figure`` is said of, where that is another value.

        Args:
            figure: A figure of the text.
            places: Where its value stands: the numbers of sources, and the figures there.
            beside: Tells what stands beside the figure in the text.
        """
        if len(places) > _MOST_PLACES:
            return None
        known = [(number, self._known(number, one)) for number, one in places]
        sure = [(number, one) for number, one in known if one is not None]
        if not sure or len(sure) < len(known):
            return None
        if not all(self._is_one_of_several(number, one) for number, one in sure):
            return None
        said = beside()
        best: Place | None = None
        for number, one in sure:
            other = self._other(said, figure, number, one)
            if other is None:
                return None
            best = best or other
        return best

    def _is_one_of_several(self, number: int, one: Known) -> bool:
        source = self._found[number]
        if source.is_order and (one.of_item or _role_of(source, one) is not None):
            return True
        several = len(source.of_kind(one.figure.kind)) > 1
        return several and len(self._same_sentence(number, one)) > 1

    def words_beside(self, number: int, one: Known) -> frozenset[str]:
        """The words of the clause of ``one`` of source ``number``; none where nobody can tell."""
        kept = self._found[number].worked_out
        key = ("clause", one.figure.start, one.figure.kind)
        if key not in kept:
            self._clause(number, one, self._same_sentence(number, one))
        clause = kept[key]
        return clause.words if isinstance(clause, Clause) else frozenset()

    def _other(self, said: Said, figure: Figure, number: int, one: Known) -> Place | None:
        """Another value of what the figure is said of, told beside ``one`` of source ``number``."""
        source = self._found[number]
        if source.is_order:
            role = _role_of(source, one)
            if role is not None:
                return self._of_role(said, figure, number, one, role)
            if one.of_item:
                return self._of_line(said, one)
        return self._of_clause(said, number, one)

    def _of_clause(self, said: Said, number: int, one: Known) -> Place | None:
        here = said.clause
        if here is None or not (here.words or here.figures):
            return None
        beside = self._same_sentence(number, one)
        if len(beside) < 2:
            return None
        own = self._clause(number, one, beside)
        if own is None:
            return None
        for rival in beside:
            if rival.figure.parts == one.figure.parts or _stated(rival, said):
                continue
            other = self._clause(number, rival, beside)
            after = rival.figure.start > one.figure.start
            if other is not None and is_of_other(here, own, other, after=after):
                return Place(number, rival.figure)
        return None

    def _of_line(self, said: Said, one: Known) -> Place | None:
        """The price of the line that the text tells of, where it tells nothing of this one."""
        here = said.clause
        own = one.context.words - _WORDS_OF_LINES
        if here is None or not here.words or here.words & own:
            return None
        for there, other in self._item_lines:
            words = other.context.words - _WORDS_OF_LINES - own
            if not here.words & words:
                continue
            if other.figure.parts != one.figure.parts and other.measure == one.measure:
                return Place(there, other.figure)
        return None

    def _of_role(
        self, said: Said, figure: Figure, number: int, one: Known, role: str
    ) -> Place | None:
        """The same fact of the order that is meant, or the fact of this one that is meant."""
        if figure.kind == "date":
            roles = [name for name, pattern in _SAID_ROLES.items() if pattern.search(said.words)]
            if len(roles) == 1 and roles[0] != role:
                return self._with_role(number, roles[0], one)
        other = self._named_order(said)
        if other is not None and other != number:
            return self._with_role(other, role, one)
        if role == "total" and said.clause is not None and not _OF_ALL.search(said.words):
            return self._item_for_total(said.clause, number, one)
        return None

    def _item_for_total(self, here: Clause, number: int, total: Known) -> Place | None:
        lines = [one for there, one in self._item_lines if there == number]
        meant = [one for one in lines if here.words & (one.context.words - _WORDS_OF_LINES)]
        if len(lines) < 2 or not meant or len(here.words) > _FEW + len(meant):
            return None
        # Counted lines may come to the total with what is not told of; one piece cannot.
        best = max(meant, key=lambda one: len(here.words & one.context.words))
        single = self._found[number].text[: best.figure.start].rpartition("\n")[2]
        if not single.startswith("1 pcs") or best.figure.parts == total.figure.parts:
            return None
        return Place(number, best.figure)

    def _with_role(self, number: int, role: str, like: Known) -> Place | None:
        source = self._found[number]
        for one in source.of_kind(like.figure.kind):
            if _role_of(source, one) == role and one.measure == like.measure:
                return None if one.figure.parts == like.figure.parts else Place(number, one.figure)
        return None

    def _named_order(self, said: Said) -> int | None:
        """The one order that a clause names by its number, or by what only it holds."""
        by_number = {self._codes[one] for one in _CODE.findall(said.words) if one in self._codes}
        if by_number:
            return by_number.pop() if len(by_number) == 1 else None
        if said.clause is None or len(self._orders) < 2:
            return None
        named = set[int]().union(*(self._named_by.get(one, ()) for one in said.clause.words))
        return named.pop() if len(named) == 1 else None

    @cached_property
    def _orders(self) -> list[int]:
        return [number for number, source in enumerate(self._found) if source.is_order]

    @cached_property
    def _codes(self) -> dict[str, int]:
        """The orders by their numbers."""
        return {
            one.rstrip(",."): number
            for number in self._orders
            for one in _NUMBER.findall(self._found[number].text)
        }

    @cached_property
    def _item_lines(self) -> list[tuple[int, Known]]:
        """The prices of items, with the number of their order."""
        found = [
            (number, one)
            for number, source in enumerate(self._found)
            if source.is_order
            for one in source.of_kind("amount")
            if one.of_item
        ]
        return found[:_MOST_LINES]

    @cached_property
    def _named_by(self) -> dict[str, set[int]]:
        """The orders that have an item which a word names."""
        found: dict[str, set[int]] = {}
        for number, one in self._item_lines:
            for word in one.context.words - _WORDS_OF_LINES:
                found.setdefault(word, set()).add(number)
        return found

    def _known(self, number: int, figure: Figure) -> Known | None:
        there = self._found[number].of_kind(figure.kind)
        return next((one for one in there if one.figure is figure), None)

    def _same_sentence(self, number: int, one: Known) -> list[Known]:
        source = self._found[number]
        start, end = source.sentences.around(one.figure.start, one.figure.end)
        return [
            other
            for other in source.of_kind(one.figure.kind)
            if start <= other.figure.start < end and other.measure == one.measure
        ]

    def _clause(self, number: int, one: Known, beside: Sequence[Known]) -> Clause | None:
        source = self._found[number]
        kept = source.worked_out
        key = ("clause", one.figure.start, one.figure.kind)
        if key not in kept:
            sentence = source.sentences.around(one.figure.start, one.figure.end)
            same = [other.figure for other in beside]
            span = span_of(source.worded, sentence, one.figure, same)
            figures = [other.figure for other in source.known]
            kept[key] = clause_in(source.worded, span, one.figure.kind, figures) if span else None
        found = kept[key]
        return found if isinstance(found, Clause) else None


def said_beside(
    text: str,
    worded: str,
    sentence: tuple[int, int],
    figure: Figure,
    figures: Sequence[Figure],
) -> Said:
    """What a checked text says beside ``figure``.

    Args:
        text: The text.
        worded: The same without its figures.
        sentence: Offsets of the figure's sentence.
        figure: The figure.
        figures: All figures of the text, in order.
    """
    measure = measure_of(figure)
    low = bisect_left(figures, sentence[0], key=_start)
    inside = figures[low : bisect_left(figures, sentence[1], lo=low, key=_start)]
    same = [one for one in inside if one.kind == figure.kind and measure_of(one) == measure]
    span = span_of(worded, sentence, figure, same)
    clause = clause_in(worded, span, figure.kind, inside) if span else None
    stated = frozenset(part for one in inside if one is not figure for part in one.parts)
    return Said(clause, text[slice(*(span or sentence))], stated)


def _start(figure: Figure) -> int:
    return figure.start


def _role_of(source: SourceFigures, one: Known) -> str | None:
    key = ("role", one.figure.start, one.figure.kind)
    if key not in source.worked_out:
        source.worked_out[key] = _role_in(source.sentence_of(one.figure))
    found = source.worked_out[key]
    return found if isinstance(found, str) else None


def _role_in(line: str) -> str | None:
    if re.match(r"\d+ pcs ", line):
        return None
    return next((name for name, pattern in _ROLES.items() if pattern.search(line)), None)


def _stated(rival: Known, said: Said) -> bool:
    return any(part in said.stated for part in rival.figure.parts)
