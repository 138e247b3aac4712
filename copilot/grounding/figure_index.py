"""The figures of the sources, found once and asked many times."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cached_property

from copilot.grounding.contradictions import Rival, contradicting
from copilot.grounding.derivations import Deriver
from copilot.grounding.figure import Figure, Part
from copilot.grounding.figure_check import Evidence, FigureCheck, FigureKind, Source, Verdict
from copilot.grounding.figure_keys import Entry, lookup_keys
from copilot.grounding.finding import find_figures
from copilot.grounding.matching import Place, range_place, single_place, weekday_differs
from copilot.grounding.periods import of_period, period_of, reckoned
from copilot.grounding.source_figures import source_figures
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
        self._found = [
            source_figures(one.text, one.said_at, is_order=one.kind == "order") for one in sources
        ]
        self._by_key: defaultdict[Entry, list[Place]] = defaultdict(list)
        for number, found in enumerate(self._found):
            for known in found.known:
                place = Place(number, known.figure)
                self._rivals[known.figure.kind].append(Rival(place, known))
                for entry in known.entries:
                    places = self._by_key[entry]
                    if len(places) < _MAX_PLACES:
                        places.append(place)

    def check(
        self, text: str, *, language: str | None = None, today: date | None = None
    ) -> list[FigureCheck]:
        """The verdict on each figure of ``text``, in order.

        Args:
            text: The text.
            language: BCP 47 code of it where known.
            today: The day that its ``tomorrow`` counts from; None: such words are no figures.
        """
        figures = find_figures(text, language, said_at=today)
        stated = frozenset(part for figure in figures for part in figure.parts)
        found = [self._find(text, figure, stated) for figure in figures]
        named = [
            (figure, place)
            for figure, place in zip(figures, found, strict=True)
            if place is not None
        ]
        used = {(place.source, place.figure.start) for place in found if place is not None}
        return [
            self._verdict(text, figure, place, used, named)
            for figure, place in zip(figures, found, strict=True)
        ]

    @cached_property
    def _deriver(self) -> Deriver:
        """Made when the first figure is found nowhere."""
        return Deriver(self._sources, self._found)

    def _find(self, text: str, figure: Figure, stated: frozenset[Part]) -> Place | None:
        """Where ``figure`` of ``text`` stands with the same value, however it is written."""
        ends = [
            [place for key in lookup_keys(figure.kind, part) for place in self._by_key.get(key, ())]
            for part in figure.parts
        ]
        if len(ends) > 1:
            return range_place(figure, ends)
        fitting = of_period(period_of(text, figure), ends[0], self._text)
        return single_place(text, figure, fitting or ends[0], stated)

    def _text(self, number: int) -> str:
        return self._sources[number].text

    def _verdict(
        self,
        text: str,
        figure: Figure,
        place: Place | None,
        used: set[tuple[int, int]],
        named: Sequence[tuple[Figure, Place]],
    ) -> FigureCheck:
        if place is not None:
            wrong = weekday_differs(figure, place.figure) or not of_period(
                period_of(text, figure), [place], self._text
            )
            return self._checked(figure, "contradicted" if wrong else "supported", place)
        said = self._as_duration(figure)
        if said is not None:
            return self._checked(figure, "supported", said)
        literal = self._literally(figure)
        if literal is not None:
            return _as_check(figure, "supported", literal)
        amounts = (one.place for one in self._rivals["amount"])
        derived = self._deriver.derive(text, figure, named) or reckoned(
            period_of(text, figure), figure, amounts, self._text
        )
        if derived is not None:
            written, there = derived
            checked = self._checked(figure, "supported", there)
            return checked.model_copy(update={"derivation": written})
        rivals = (
            one
            for one in self._rivals[figure.kind]
            if (one.place.source, one.place.figure.start) not in used
        )
        other = contradicting(text, figure, rivals)
        if other is not None:
            return self._checked(figure, "contradicted", other)
        return _as_check(figure, "unsupported", None)

    def _as_duration(self, figure: Figure) -> Place | None:
        """Where the duration stands that a day such as ``two weeks ago`` is counted by."""
        if figure.kind != "date":
            return None
        spans = [one for one in find_figures(figure.text) if one.kind == "quantity"]
        places = (self._find(figure.text, one, frozenset()) for one in spans)
        return next((one for one in places if one is not None), None)

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
        spans = self._found[source].spans
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
