"""What period a price is for: ``12 €/kk`` is not ``12 € vuodessa``, but 144 € a year is."""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from copilot.grounding.figure import Figure
from copilot.grounding.matching import Place

_NAMES = {
    "hour": r"hour|h|hr|tunti|tunnilta|tunnissa|timme|timmen|Stunde|tund|tunnis",
    "day": r"day|daily|päivä|päivässä|päivältä|vrk|vuorokaudessa|dag|dagen|Tag|päev|päevas",
    "week": r"week|weekly|viikko|viikossa|viikolta|vko|vecka|veckan|Woche|nädal|nädalas",
    "month": (
        r"month|monthly|mo|mth|kk|kuukausi|kuukaudessa|kuukaudelta|kuussa|kuulta|månad|månaden|"
        r"mån|Monat|monatlich|kuu|kuus"
    ),
    "year": (
        r"year|yearly|annually|yr|annum|vuosi|vuodessa|vuodelta|v|år|året|Jahr|jährlich|aasta|"
        r"aastas"
    ),
}
_PERIOD = re.compile(
    r"\s?(?:/\s?|(?:per|an?|each|every|pro|im|i|om|/)\s)?(?:"
    + "|".join(rf"(?P<{name}>{words})" for name, words in _NAMES.items())
    + r")(?![\w/])",
    re.IGNORECASE,
)
_BARE_LETTER = re.compile(r"\s(?:h|v|mo)\b", re.IGNORECASE)
_REACH = 24
_TIMES = {("month", "year"): 12, ("week", "year"): 52, ("day", "week"): 7}


def period_of(text: str, figure: Figure) -> str | None:
    """The period right after the amount ``figure`` of ``text``, such as ``month``; or None."""
    if figure.kind != "amount":
        return None
    after = text[figure.end : figure.end + _REACH]
    match = _PERIOD.match(after)
    if match is None or _BARE_LETTER.match(after):
        return None
    return match.lastgroup


def of_period(
    period: str | None, places: Sequence[Place], text_of: Callable[[int], str]
) -> list[Place]:
    """The places that are not for another period than ``period``.

    Args:
        period: That of a figure of the checked text; None: it does not say, and all fit.
        places: Where its value stands.
        text_of: The text of a source, by its number.
    """
    if period is None:
        return list(places)
    return [one for one in places if period_of(text_of(one.source), one.figure) in (None, period)]


def reckoned(
    period: str | None, figure: Figure, places: Iterable[Place], text_of: Callable[[int], str]
) -> tuple[str, Place] | None:
    """How a price for a longer period follows from one for a shorter, and where that stands.

    Args:
        period: That of ``figure``.
        figure: An amount of the checked text that no source states.
        places: The amounts of the sources.
        text_of: The text of a source, by its number.
    """
    shorter = {short: times for (short, long), times in _TIMES.items() if long == period}
    if not shorter or len(figure.parts) != 1:
        return None
    label, value = figure.parts[0][0]
    for place in places:
        if len(place.figure.parts) != 1:
            continue
        other, price = place.figure.parts[0][0]
        if not isinstance(price, Decimal) or (None not in (label, other) and label != other):
            continue
        times = shorter.get(period_of(text_of(place.source), place.figure) or "")
        if times and price > 0 and price * times == value:
            currency = "" if other is None else f" {other}"
            return f"{times} × {price:f} = {value:f}{currency}", place
    return None
