"""The figures of the sources, found once and asked many times."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from copilot.grounding.contradictions import Rival, contradicting
from copilot.grounding.figure import Figure, Part
from copilot.grounding.figure_check import Evidence, FigureCheck, FigureKind, Source, Verdict
from copilot.grounding.figure_keys import Entry, index_keys, lookup_keys
from copilot.grounding.finding import find_figures
from copilot.grounding.matching import Place, range_place, single_place, weekday_differs
from copilot.grounding.surroundings import snippet, standing

_MAX_PLACES = 300
"""Of one value: who states it more often is not believed more, and only takes time."""


class FigureIndex:
    """Answers whether the figures of a text stand in ``sources``.

    Args:
        sources: What texts may rest on. Evidence comes from the first that fits.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._rivals: defaultdict[FigureKind, list[Rival]] = defaultdict(list)
        self._spans: list[list[tuple[int, int]]] = []
        self._by_key: defaultdict[Entry, list[Place]] = defaultdict(list)
        for number, source in enumerate(sources):
            figures = find_figures(source.text)
            self._spans.append([(figure.start, figure.end) for figure in figures])
            for figure in figures:
                place = Place(number, figure)
                self._rivals[figure.kind].append(Rival(place, source.text))
                for entry in {
                    key for part in figure.parts for key in index_keys(figure.kind, part)
                }:
                    if len(self._by_key[entry]) < _MAX_PLACES:
                        self._by_key[entry].append(place)

    def check(self, text: str, *, language: str | None = None) -> list[FigureCheck]:
        """The verdict on each figure of ``text``, in order."""
        figures = find_figures(text, language)
        stated = frozenset(part for figure in figures for part in figure.parts)
        found = [self._find(text, figure, stated) for figure in figures]
        used = {(place.source, place.figure.start) for place in found if place is not None}
        return [
            self._verdict(text, figure, place, used)
            for figure, place in zip(figures, found, strict=True)
        ]

    def _find(self, text: str, figure: Figure, stated: frozenset[Part]) -> Place | None:
        """Where ``figure`` of ``text`` stands with the same value, however it is written."""
        ends = [
            [place for key in lookup_keys(figure.kind, part) for place in self._by_key.get(key, ())]
            for part in figure.parts
        ]
        if len(ends) > 1:
            return range_place(figure, ends)
        return single_place(text, figure, ends[0], stated)

    def _verdict(
        self, text: str, figure: Figure, place: Place | None, used: set[tuple[int, int]]
    ) -> FigureCheck:
        if place is not None:
            wrong_day = weekday_differs(figure, place.figure)
            return self._checked(figure, "contradicted" if wrong_day else "supported", place)
        literal = self._literally(figure)
        if literal is not None:
            return _as_check(figure, "supported", literal)
        rivals = (
            one
            for one in self._rivals[figure.kind]
            if (one.place.source, one.place.figure.start) not in used
        )
        other = contradicting(text, figure, rivals)
        if other is not None:
            return self._checked(figure, "contradicted", other)
        return _as_check(figure, "unsupported", None)

    def _literally(self, figure: Figure) -> Evidence | None:
        """Where the same characters stand in a source, outside any longer figure of it."""
        for number, source in enumerate(self._sources):
            for start in standing(figure.text, source.text):
                end = start + len(figure.text)
                if not self._in_another(number, start, end):
                    there = snippet(source.text, start, end)
                    return Evidence(source=source.kind, id=source.id, text=there)
        return None

    def _in_another(self, source: int, start: int, end: int) -> bool:
        """Whether a figure of that source, no two of which overlap, holds more than the stretch."""
        spans = self._spans[source]
        place = bisect_left(spans, (start + 1,))
        return any(
            one != (start, end) and one[0] < end and start < one[1]
            for one in spans[max(0, place - 1) : place + 1]
        )

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
