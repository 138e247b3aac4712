"""By when something was promised: the day that a sentence names."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from copilot.grounding.figures import Figure, find_figures

_DAY_WORDS = (
    (re.compile(r"\b(?:tänään|today|tonight|this (?:afternoon|evening))\b", re.IGNORECASE), 0),
    (re.compile(r"\b(?:huomenna|huomiseen|huomisen|tomorrow)\b", re.IGNORECASE), 1),
    (re.compile(r"\b(?:ylihuomenna|day after tomorrow)\b", re.IGNORECASE), 2),
)
_DAY_SECONDS = 86_400
_LONGEST_DAYS = 400
_YEARS = range(1900, 9000)
"""Outside of them a day before or after may not exist."""


def due_date(sentence: str, said_at: datetime, language: str | None = None) -> date | None:
    """The day by which ``sentence``, said at ``said_at``, says something will be; or None.

    The last day counts where it names a range or several. Business days skip weekends; holidays
    are not known here.
    """
    said_on = said_at.date()
    if said_on.year not in _YEARS:
        return None
    figures = find_figures(sentence, language)
    days = [day for figure in figures for day in _days(figure, said_on)]
    if not days:
        days = [
            said_on + timedelta(days=ahead)
            for pattern, ahead in _DAY_WORDS
            if pattern.search(sentence)
        ]
    return max(days, default=None)


def _days(figure: Figure, said_on: date) -> list[date]:
    found = (
        _dated(part, said_on)
        if figure.kind == "date"
        else _after(part, said_on)
        if figure.kind == "quantity"
        else None
        for part in figure.parts
    )
    return [day for day in found if day is not None and day >= said_on]


def _dated(part: tuple[tuple[object, ...], ...], said_on: date) -> date | None:
    key = part[0]
    if key[0] == "weekday" and isinstance(key[1], int):
        return said_on + timedelta(days=(key[1] - said_on.weekday() - 1) % 7 + 1)
    if key[0] != "date":
        return None
    _, year, month, day = key
    if not (isinstance(month, int) and isinstance(day, int)):
        return None
    if isinstance(year, int):
        return date(year, month, day)
    return _next_such_day(said_on, month, day)


def _next_such_day(said_on: date, month: int, day: int) -> date | None:
    """The nearest day of that name: promises made in December are often for January."""
    for year in (said_on.year, said_on.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= said_on - timedelta(days=180):
            return found
    return None


def _after(part: tuple[tuple[object, ...], ...], said_on: date) -> date | None:
    dimension, amount = part[0][0], part[0][1]
    if not isinstance(amount, Decimal):
        return None
    if dimension == "business day" and amount <= _LONGEST_DAYS:
        return _business_days_after(said_on, int(amount))
    if dimension == "s" and amount <= _LONGEST_DAYS * _DAY_SECONDS:
        # Warranty and return periods in years are no deadlines of ours, nor are minutes.
        return said_on + timedelta(days=int(amount) // _DAY_SECONDS) if amount >= 3600 else None
    return None


def _business_days_after(start: date, count: int) -> date:
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
