"""Times of day and durations that follow from each other: ``17.30–19.00`` lasts 90 minutes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from copilot.grounding.figure import Figure
from copilot.grounding.known_terms import SAID_OF_ALL, KnownTerms
from copilot.grounding.matching import Place
from copilot.grounding.words import content_keys

_MINUTE_S = 60
_DAY_MIN = 24 * 60
_MOST = 40
_BEFORE = re.compile(
    r"\b(?:before|prior|earlier|ennen|aiemmin|aikaisemmin|innan|vor)\b", re.IGNORECASE
)
# "between 12 and 16": bare hours, which no pattern of times takes for such.
_BETWEEN = re.compile(
    r"\bbetween (?P<low>\d{1,2}) and (?P<high>\d{1,2})\b"
    r"(?![.,:]\d|\s?[€$£%°]|\s?(?:business |working )?"
    r"(?:days?|weeks?|months?|years?|hours?|minutes?|euros?|percent|people|pieces|items|[kcm]?[mg])\b)"
)
_AS_TIME = re.compile(r"([01]?\d|2[0-3])[.,]([0-5]\d)")


class Stretch(NamedTuple):
    """A duration, and the sentence that it stands in."""

    minutes: int
    place: Place
    sentence: str


class Clock:
    """Looks for times and durations that follow from those of the sources.

    Args:
        known: The figures of the sources.
    """

    def __init__(self, known: KnownTerms) -> None:
        self._known = known

    def lasting(self, figure: Figure) -> tuple[str, Place] | None:
        """The stretch from one time to another that lasts as long as a duration; or None."""
        return _same_long(figure, self._stretches)

    @cached_property
    def _stretches(self) -> list[Place]:
        times = (one for one in self._known.of_kind("time") if len(one.figure.parts) > 1)
        return list(islice(times, _MOST))

    def counted(
        self, sentence: str, figure: Figure, near: Sequence[tuple[Figure, Place]]
    ) -> tuple[str, Place] | None:
        """How a time of day is so long before or after another; or None.

        Args:
            sentence: That of the figure.
            figure: A time that no source states.
            near: The figures of the sentence that sources state, with where.
        """
        said = frozenset(content_keys(sentence)) - SAID_OF_ALL
        stretches = [
            Stretch(minutes, place, sentence)
            for one, place in near
            if one.kind == "quantity" and (minutes := _minutes_long(one)) is not None
        ]
        for place in islice(self._known.of_kind("quantity"), _MOST):
            minutes = _minutes_long(place.figure)
            if minutes is not None and said & self._known.keys_around(place):
                stretches.append(Stretch(minutes, place, self._known.around(place)))
        if not stretches:
            return None
        named = [place for one, place in near if one.kind == "time"]
        beside = [
            place
            for place in islice(self._known.of_kind("time"), _MOST)
            if said & self._known.keys_around(place)
        ]
        return _counted(figure, [*named, *beside], stretches)


def minutes_of(figure: Figure) -> int | None:
    """Minutes after midnight of a single time of day."""
    value = figure.parts[0][0][0]
    return value if len(figure.parts) == 1 and isinstance(value, int) else None


def _same_long(figure: Figure, times: Iterable[Place]) -> tuple[str, Place] | None:
    """The range of times that lasts as long as the duration ``figure``, and where it stands."""
    label, value = figure.parts[0][0][:2]
    if label != "s" or not isinstance(value, Decimal) or len(figure.parts) != 1:
        return None
    for place in times:
        ends = [part[0][0] for part in place.figure.parts]
        if len(ends) == 2 and all(isinstance(one, int) for one in ends):
            low, high = (one for one in ends if isinstance(one, int))
            if (high - low) % _DAY_MIN * _MINUTE_S == value:
                return f"{place.figure.text} = {figure.text}", place
    return None


def _counted(
    figure: Figure, times: Iterable[Place], stretches: Sequence[Stretch]
) -> tuple[str, Place] | None:
    """How a time of day follows from another and a duration told beside it.

    Args:
        figure: A time that no source states.
        times: Times that it may be counted from.
        stretches: Durations that its sentence is about.
    """
    wanted = minutes_of(figure)
    if wanted is None:
        return None
    for place in times:
        start = minutes_of(place.figure)
        if start is None:
            continue
        for one in stretches[:_MOST]:
            back = _BEFORE.search(one.sentence) is not None
            reached = start - one.minutes if back else start + one.minutes
            if reached % _DAY_MIN == wanted:
                sign = "-" if back else "+"
                return f"{place.figure.text} {sign} {one.place.figure.text}", place
    return None


def _minutes_long(figure: Figure) -> int | None:
    """How many minutes a duration of less than a day is."""
    label, value = figure.parts[0][0][:2]
    if label != "s" or not isinstance(value, Decimal) or len(figure.parts) != 1:
        return None
    minutes = value / _MINUTE_S
    return int(minutes) if minutes == int(minutes) and 0 < minutes < _DAY_MIN else None


def bare_hours(text: str) -> Iterator[tuple[int, int, int]]:
    """Hours without any sign that they are such: minutes after midnight, and offsets."""
    if "between " not in text:
        return
    for match in _BETWEEN.finditer(text):
        low, high = int(match["low"]), int(match["high"])
        if low < high <= 24:
            yield low * 60, *match.span()
            yield high * 60, *match.span()


def as_time(written: str) -> int | None:
    """``16.30``, a bare number with two decimals, as minutes after midnight; None: no time."""
    match = _AS_TIME.fullmatch(written)
    return int(match[1]) * 60 + int(match[2]) if match else None
