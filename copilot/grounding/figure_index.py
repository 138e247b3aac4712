"""The figures of the sources, found once and asked many times."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from copilot.grounding.contradictions import contradicting
from copilot.grounding.figure import Figure
from copilot.grounding.figure_check import Evidence, FigureCheck, Source, Verdict
from copilot.grounding.figure_keys import Entry, index_keys, lookup_keys, weekday_of
from copilot.grounding.finding import find_figures
from copilot.grounding.surroundings import snippet, stands_in


class Place(NamedTuple):
    """A figure in one of the sources."""

    source: int
    figure: Figure


class FigureIndex:
    """Answers whether the figures of a text stand in ``sources``.

    Args:
        sources: What texts may rest on. Evidence comes from the first that fits.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._places: list[Place] = []
        self._by_key: defaultdict[Entry, list[Place]] = defaultdict(list)
        for number, source in enumerate(sources):
            for figure in find_figures(source.text):
                place = Place(number, figure)
                self._places.append(place)
                for entry in {
                    key for part in figure.parts for key in index_keys(figure.kind, part)
                }:
                    self._by_key[entry].append(place)

    def check(self, text: str, *, language: str | None = None) -> list[FigureCheck]:
        """The verdict on each figure of ``text``, in order."""
        figures = find_figures(text, language)
        found = [self._find(figure) for figure in figures]
        used = {(place.source, place.figure.start) for place in found if place is not None}
        return [
            self._verdict(text, figure, place, used)
            for figure, place in zip(figures, found, strict=True)
        ]

    def _find(self, figure: Figure) -> Place | None:
        """Where ``figure`` stands: the same value first, then both its ends in one source."""
        per_part = [
            [place for key in lookup_keys(figure.kind, part) for place in self._by_key.get(key, ())]
            for part in figure.parts
        ]
        if not all(per_part):
            return None
        everywhere = set.intersection(*({place.source for place in places} for places in per_part))
        fitting = [place for place in per_part[0] if place.source in everywhere]
        same = (place for place in fitting if place.figure.parts == figure.parts)
        return next(same, fitting[0] if fitting else None)

    def _verdict(
        self, text: str, figure: Figure, place: Place | None, used: set[tuple[int, int]]
    ) -> FigureCheck:
        if place is not None:
            wrong_day = _weekday_differs(figure, place.figure)
            return self._checked(figure, "contradicted" if wrong_day else "supported", place)
        for source in self._sources:
            if stands_in(figure.text, source.text):
                return _as_check(figure, "supported", _literal_evidence(figure, source))
        rivals = [
            (self._sources[rival.source].text, rival)
            for rival in self._places
            if rival.figure.kind == figure.kind and (rival.source, rival.figure.start) not in used
        ]
        number = contradicting(text, figure, [(there, rival.figure) for there, rival in rivals])
        if number is not None:
            return self._checked(figure, "contradicted", rivals[number][1])
        return _as_check(figure, "unsupported", None)

    def _checked(self, figure: Figure, verdict: Verdict, place: Place) -> FigureCheck:
        source = self._sources[place.source]
        there = snippet(source.text, place.figure.start, place.figure.end)
        return _as_check(figure, verdict, Evidence(source=source.kind, id=source.id, text=there))


def _as_check(figure: Figure, verdict: Verdict, evidence: Evidence | None) -> FigureCheck:
    return FigureCheck(
        text=figure.text,
        kind=figure.kind,
        verdict=verdict,
        evidence=evidence,
        start=figure.start,
        end=figure.end,
    )


def _literal_evidence(figure: Figure, source: Source) -> Evidence:
    start = source.text.find(figure.text)
    there = snippet(source.text, start, start + len(figure.text))
    return Evidence(source=source.kind, id=source.id, text=there)


def _weekday_differs(figure: Figure, other: Figure) -> bool:
    """Whether a date carries a weekday that cannot be right for it."""
    said = _said_weekdays(figure)
    if figure.kind != "date" or not said:
        return False
    known = _said_weekdays(other) | _real_weekdays(figure) | _real_weekdays(other)
    return bool(known) and not said & known


def _said_weekdays(figure: Figure) -> set[int]:
    return {
        number
        for part in figure.parts
        for key in part
        if key[0] == "said weekday" and isinstance(number := key[1], int)
    }


def _real_weekdays(figure: Figure) -> set[int]:
    dates: Iterable[int | None] = (
        weekday_of(key) for part in figure.parts for key in part if key[0] == "date"
    )
    return {number for number in dates if number is not None}
