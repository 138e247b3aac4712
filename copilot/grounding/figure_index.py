"""The figures of the sources, found once and asked many times."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import accumulate, chain, islice
from typing import NamedTuple

from copilot.grounding.clock import as_time, bare_hours, minutes_of
from copilot.grounding.closer_look import WordsBeside, at_a_closer_look
from copilot.grounding.contradictions import contradicting, is_about, rebutting
from copilot.grounding.derivations import Deriver
from copilot.grounding.figure import Figure, Key, Part
from copilot.grounding.figure_check import Evidence, FigureCheck, FigureKind, Source, Verdict
from copilot.grounding.figure_keys import lookup_keys
from copilot.grounding.finding import APART, find_figures
from copilot.grounding.json_facts import readable
from copilot.grounding.matching import Place, range_place, single_place, weekday_differs
from copilot.grounding.periods import of_period, period_of, reckoned
from copilot.grounding.rivals import Rival, Rivals
from copilot.grounding.source_figures import (
    ByKind,
    Context,
    Known,
    by_kind,
    context_of,
    figures_of,
    is_count,
    without_figures,
)
from copilot.grounding.surroundings import (
    Sentences,
    sentence_around,
    snippet,
    standing,
)
from copilot.grounding.swaps import TOLD_OF_SOMETHING, Said, Swaps, said_beside

_STEM = 4
_OF_A_MATTER = frozenset(("amount", "quantity", "percent"))
_MAX_PLACES = 300
"""Of one value: who states it more often is not believed more, and only takes time."""


class FigureIndex:
    """Answers whether the figures of a text stand in ``sources``.

    Args:
        sources: What texts may rest on. Evidence comes from the first that fits.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = [readable(one) for one in sources]
        self._found = figures_of(self._sources)
        self._figures = by_kind(self._found)
        self._by_key: dict[FigureKind, dict[Key, list[tuple[int, Figure]]]] = {}

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
        others = _Others(self._figures, [place for _, place in named])
        worded = without_figures(text, figures)
        checked = _Checked(text, worded, Sentences(text), today, named, [], figures)
        return [
            self._verdict(checked, figure, place, others)
            for figure, place in zip(figures, found, strict=True)
        ]

    @cached_property
    def _deriver(self) -> Deriver:
        """Made when the first figure is found nowhere."""
        return Deriver(self._sources, self._found, self._figures)

    @cached_property
    def _swaps(self) -> Swaps:
        return Swaps(self._found)

    def _find(self, text: str, figure: Figure, stated: frozenset[Part]) -> Place | None:
        """Where ``figure`` of ``text`` stands with the same value, however it is written."""
        places = self._places(figure.kind)
        ends = [
            [
                Place(number, there)
                for key in lookup_keys(figure.kind, part)
                for number, there in places.get(key, ())
            ]
            for part in figure.parts
        ]
        if len(ends) > 1:
            return range_place(figure, ends)
        fitting = of_period(period_of(text, figure), ends[0], self._text)
        return single_place(text, figure, fitting or ends[0], stated)

    def _places(self, kind: FigureKind) -> dict[Key, list[tuple[int, Figure]]]:
        """Where each value of ``kind`` stands: the number of the source, and the figure."""
        known = self._by_key.get(kind)
        if known is None:
            known = self._by_key[kind] = {}
            for number, one in self._figures.get(kind, ()):
                for key in one.keys:
                    places = known.setdefault(key, [])
                    if len(places) < _MAX_PLACES:
                        places.append((number, one.figure))
        return known

    def _text(self, number: int) -> str:
        return self._sources[number].text

    def _verdict(
        self, checked: "_Checked", figure: Figure, place: Place | None, others: "_Others"
    ) -> FigureCheck:
        text = checked.text
        if place is not None:
            wrong = weekday_differs(figure, place.figure) or not of_period(
                period_of(text, figure), [place], self._text
            )
            if not wrong:
                other = self._rebutted(checked, figure, place, others) or self._swapped(
                    checked, figure
                )
                if other is not None:
                    return self._checked(figure, "contradicted", other)
            return self._checked(figure, "contradicted" if wrong else "supported", place)
        said = self._as_duration(figure) or self._as_time(figure)
        if said is not None:
            return self._checked(figure, "supported", said)
        literal = self._literally(figure) or self._counted(figure)
        if literal is not None:
            return _as_check(figure, "supported", literal)
        amounts = (Place(number, known.figure) for number, known in self._figures.get("amount", ()))
        derived = self._deriver.derive(
            text,
            figure,
            checked.named,
            checked.derived,
            sentence=checked.sentence(figure),
            today=checked.today,
        ) or reckoned(period_of(text, figure), figure, amounts, self._text)
        if derived is not None:
            written, there = derived
            if figure.kind != "percent":
                # What follows may be reckoned with in its turn.
                checked.derived.append((figure, there))
            found = self._checked(figure, "supported", there)
            return found.model_copy(update={"derivation": written})
        here, rivals = checked.context(figure), others.of_kind(figure.kind)
        other = contradicting(here, figure, rivals) or at_a_closer_look(
            here, figure, rivals, self._clauses(checked, figure)
        )
        if other is not None:
            return self._checked(figure, "contradicted", other)
        return _as_check(figure, "unsupported", None)

    def _rebutted(
        self, checked: "_Checked", figure: Figure, place: Place, others: "_Others"
    ) -> Place | None:
        """What says otherwise of the figure's matter, where its value is told of others only."""
        if figure.kind not in _OF_A_MATTER or len(figure.parts) > 1:
            return None
        if self._sources[place.source].kind not in ("passage", "message", "fact"):
            return None
        here = checked.context(figure)
        if not is_about(here):
            return None
        places = self._places(figure.kind)
        found = {
            (number, there.start)
            for key in lookup_keys(figure.kind, figure.parts[0])
            for number, there in places.get(key, ())
        }
        theirs = (
            known.context
            for number in {number for number, _ in found}
            for known in self._found[number].of_kind(figure.kind)
            if (number, known.figure.start) in found
        )
        return rebutting(here, theirs, figure, others.of_kind(figure.kind))

    def _swapped(self, checked: "_Checked", figure: Figure) -> Place | None:
        """What the sources have for what the figure is said of, where its value is another's."""
        if len(figure.parts) > 1 or figure.kind not in TOLD_OF_SOMETHING:
            return None
        places = self._places(figure.kind)
        there = dict.fromkeys(
            chain.from_iterable(
                places.get(key, ()) for key in lookup_keys(figure.kind, figure.parts[0])
            )
        )
        return self._swaps.swapped(figure, there, lambda: checked.beside(figure))

    def _clauses(self, checked: "_Checked", figure: Figure) -> WordsBeside:
        """Tells the words of the clause of ``figure`` or of a rival of it."""

        def beside(rival: Rival | None) -> frozenset[str]:
            if rival is not None:
                return self._swaps.words_beside(rival.source, rival.known)
            clause = checked.beside(figure).clause
            return clause.words if clause is not None else frozenset()

        return beside

    def _as_duration(self, figure: Figure) -> Place | None:
        """Where the duration stands that a day such as ``two weeks ago`` is counted by."""
        if figure.kind != "date":
            return None
        spans = [one for one in find_figures(figure.text) if one.kind == "quantity"]
        places = (self._find(figure.text, one, frozenset()) for one in spans)
        return next((one for one in places if one is not None), None)

    def _as_time(self, figure: Figure) -> Place | None:
        """Where the time stands that is written like a price, or without any sign of one."""
        minutes = minutes_of(figure) if figure.kind == "time" else None
        if figure.kind == "amount" and figure.parts[0][0][0] is None:
            minutes = as_time(figure.text)
        if minutes is None or len(figure.parts) > 1:
            return None
        there = self._places("time").get((minutes,), ())
        found = [Place(number, one) for number, one in there]
        if figure.kind == "time":
            found = [one for one in found if len(one.figure.parts) == 1]
        return found[0] if found else self._bare_hour(minutes)

    def _bare_hour(self, minutes: int) -> Place | None:
        return next((place for hour, place in self._bare_hours if hour == minutes), None)

    @cached_property
    def _bare_hours(self) -> list[tuple[int, Place]]:
        return [
            (hour, Place(number, Figure(source.text[start:end], "time", start, end, (((hour,),),))))
            for number, source in enumerate(self._sources)
            for hour, start, end in bare_hours(source.text)
        ]

    def _literally(self, figure: Figure) -> Evidence | None:
        """Where the same characters stand in a source, outside any longer figure of it."""
        starts, together = self._together
        for place in standing(figure.text, together):
            number = bisect_right(starts, place) - 1
            start = place - starts[number]
            end = start + len(figure.text)
            if not self._found[number].in_another(start, end):
                source = self._sources[number]
                there = snippet(source.text, start, end)
                return Evidence(source=source.kind, id=source.id, text=there)
        return None

    def _counted(self, figure: Figure) -> Evidence | None:
        """Where the number of a counted noun stands bare, in a sentence that names the noun."""
        number, _, noun = figure.text.partition(" ")
        if not (figure.kind == "quantity" and number.isdecimal() and is_count(figure) and noun):
            return None
        starts, together = self._together
        for place in islice(standing(number, together), _MAX_PLACES):
            begin, end = sentence_around(together, place, place + len(number))
            around = together[begin:end].lower()
            if re.search(rf"\b{re.escape(noun[:_STEM].lower())}", around):
                source = self._sources[bisect_right(starts, place) - 1]
                return Evidence(source=source.kind, id=source.id, text=" ".join(around.split()))
        return None

    @cached_property
    def _together(self) -> tuple[list[int], str]:
        """Where each source starts in the text of all, and that text."""
        texts = [one.text for one in self._sources]
        starts = accumulate((len(text) + len(APART) for text in texts), initial=0)
        return list(starts)[:-1], APART.join(texts)

    def _checked(self, figure: Figure, verdict: Verdict, place: Place) -> FigureCheck:
        source = self._sources[place.source]
        there = snippet(source.text, place.figure.start, place.figure.end)
        return _as_check(figure, verdict, Evidence(source=source.kind, id=source.id, text=there))


class _Checked(NamedTuple):
    """A text that is being checked.

    Attributes:
        text: The text.
        worded: The same without its figures.
        sentences: Its sentences.
        today: The day of it.
        named: Its figures that stand in the sources, with where.
        derived: Those that follow from them so far, with where.
        figures: All of its figures.
    """

    text: str
    worded: str
    sentences: Sentences
    today: date | None
    named: Sequence[tuple[Figure, Place]]
    derived: list[tuple[Figure, Place]]
    figures: Sequence[Figure]

    def sentence(self, figure: Figure) -> tuple[int, int]:
        """Offsets of the sentence of a figure."""
        return self.sentences.around(figure.start, figure.end)

    def context(self, figure: Figure) -> Context:
        """What stands around a figure."""
        return context_of(self.text, self.worded, figure, self.sentence(figure))

    def beside(self, figure: Figure) -> Said:
        """What the text says beside a figure."""
        return said_beside(self.text, self.worded, self.sentence(figure), figure, self.figures)


class _Others:
    """The figures of the sources that no figure of a text stands for.

    Args:
        figures: The figures of the sources.
        named: Where those are that one does stand for.
    """

    def __init__(self, figures: ByKind, named: Iterable[Place]) -> None:
        self._figures = figures
        self._used: dict[int, set[int]] = {}
        for one in named:
            self._used.setdefault(one.source, set()).add(one.figure.start)
        self._rivals: dict[FigureKind, Rivals] = {}

    def of_kind(self, kind: FigureKind) -> Rivals:
        """Those of ``kind``."""
        if kind not in self._rivals:
            self._rivals[kind] = Rivals(kind, self._unused(kind))
        return self._rivals[kind]

    def _unused(self, kind: FigureKind) -> Iterator[tuple[int, Known]]:
        used = self._used
        for one in self._figures.get(kind, ()):
            number, known = one
            if number not in used or known.figure.start not in used[number]:
                yield one


def _as_check(figure: Figure, verdict: Verdict, evidence: Evidence | None) -> FigureCheck:
    return FigureCheck(
        text=figure.text,
        kind=figure.kind,
        verdict=verdict,
        evidence=evidence,
        start=figure.start,
        end=figure.end,
    )
