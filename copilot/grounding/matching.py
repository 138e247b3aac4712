"""Which of the source figures with the right value a figure really rests on."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from copilot.grounding.figure import Figure, Part
from copilot.grounding.figure_keys import weekday_of

_MEASURED = frozenset(("amount", "quantity", "percent"))
_TOGETHER = 80
_REACH = 30
_AT_LEAST_BEFORE = re.compile(
    r"\b(?:from|least|little as|minimum|starting at|starts at|earliest|over|more than|alkaen|alk|"
    r"vähintään|ainakin|aikaisintaan|yli|min)\b\W*(?:\w+\W+)?$",
    re.IGNORECASE,
)
_AT_LEAST_AFTER = re.compile(
    r"\W*(?:\w+\W+)?(?:alkaen|or more|and up|upwards?|at (?:the )?(?:least|earliest)|minimum)\b",
    re.IGNORECASE,
)


class Place(NamedTuple):
    """A figure in one of the sources."""

    source: int
    figure: Figure


def range_place(figure: Figure, ends: Sequence[Sequence[Place]]) -> Place | None:
    """Where the range ``figure`` stands: as a range, else as two values close to each other.

    Args:
        figure: A figure with two ends.
        ends: For each of its ends the places that hold it.
    """
    lows, highs = ends[0], ends[-1]
    high = set(highs)
    whole = [one for one in lows if len(one.figure.parts) > 1 and one in high]
    if whole:
        return next((one for one in whole if one.figure.parts == figure.parts), whole[0])
    by_source: dict[int, list[int]] = {}
    for one in highs:
        # An end of another range is no end of this one.
        if len(one.figure.parts) == 1:
            by_source.setdefault(one.source, []).append(one.figure.start)
    for one in lows:
        near = by_source.get(one.source, ()) if len(one.figure.parts) == 1 else ()
        if any(abs(one.figure.start - start) <= _TOGETHER for start in near):
            return one
    return None


def single_place(
    text: str, figure: Figure, places: Sequence[Place], stated: frozenset[Part]
) -> Place | None:
    """Where the single value ``figure`` of ``text`` stands, its own weekday if it has one.

    The low end of a range is no support by itself: "3 days" misleads where the source says
    "3–5 days", unless the text says that it is the least or names the other end as well.

    Args:
        text: The checked text.
        figure: A figure of it with one value.
        places: Where that value stands, alone or as the end of a range.
        stated: All values of the text.
    """
    same = (one for one in places if one.figure.parts == figure.parts)
    at_least = _says_at_least(text, figure)
    alike = (
        one
        for one in places
        if (at_least or _is_no_low_end(figure, one.figure, stated))
        and not _is_weekday_range(one.figure)
    )
    first: Place | None = None
    for one in chain(same, alike):
        if not weekday_differs(figure, one.figure):
            return one
        first = first or one
    return first


def _is_no_low_end(figure: Figure, other: Figure, stated: frozenset[Part]) -> bool:
    if figure.kind not in _MEASURED or len(other.parts) == 1 or other.parts[-1] in stated:
        return True
    values = {key[1] for key in figure.parts[0]}
    return bool(values & {key[1] for key in other.parts[-1]})


def _is_weekday_range(figure: Figure) -> bool:
    """Whether it is opening days: "Mon–Fri" is no promise for Friday."""
    return len(figure.parts) > 1 and figure.parts[0][0][0] == "weekday"


def _says_at_least(text: str, figure: Figure) -> bool:
    before = text[max(0, figure.start - _REACH) : figure.start]
    after = text[figure.end : figure.end + _REACH]
    return bool(_AT_LEAST_BEFORE.search(before) or _AT_LEAST_AFTER.match(after))


def weekday_differs(figure: Figure, other: Figure) -> bool:
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
