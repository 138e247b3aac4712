"""Days counted from a day: ``2 March + 14 days``."""

from calendar import day_name, monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, Self

from copilot.grounding.figure import Figure
from copilot.grounding.matching import Place

_DAY_S = 86_400
_MOST_DAYS = 800
_WEEKEND = 5
_HALF_A_YEAR = 183


class Duration(NamedTuple):
    """A whole number of days, business days or months."""

    unit: str
    days: int
    written: str

    @classmethod
    def of(cls, label: object, value: object, written: str) -> Self | None:
        """A duration from a quantity's reading; None for what is no number of days."""
        if not isinstance(value, Decimal):
            return None
        if label == "s" and value % _DAY_S == 0:
            unit, count = "day", int(value / _DAY_S)
        elif label in ("month", "business day") and value == int(value):
            unit, count = str(label), int(value)
        else:
            return None
        return cls(unit, count, written) if 0 < count <= _MOST_DAYS else None

    def after(self, day: date) -> date:
        """The day this long after ``day``; business days are Monday to Friday."""
        return self._moved(day, 1)

    def before(self, day: date) -> date:
        """The day this long before ``day``."""
        return self._moved(day, -1)

    def _moved(self, day: date, way: int) -> date:
        if self.unit == "day":
            return day + timedelta(days=way * self.days)
        if self.unit == "month":
            months = day.year * 12 + day.month - 1 + way * self.days
            year, month = divmod(months, 12)
            return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        left = self.days
        while left:
            day += timedelta(days=way)
            left -= day.weekday() < _WEEKEND
        return day


class DayCounter:
    """Whether a day is so many days after another.

    Args:
        figure: The date looked for, with or without its year.
    """

    def __init__(self, figure: Figure) -> None:
        self.wanted = [
            key[1:] for key in figure.parts[0] if key[0] == "date" and None not in key[2:]
        ]

    def counted(
        self, start: Figure, duration: Duration, *, back: bool = False, today: date | None = None
    ) -> str | None:
        """The reckoning from ``start`` to the day looked for, or None when it is another day.

        Args:
            start: A date.
            duration: How long after it.
            back: Whether to try so long before it as well.
            today: The day of the text: a start without its year is the next such day around it.
        """
        for day in _days(start) or _around(start, today):
            ends = [("+", duration.after(day))]
            if back:
                ends.append(("-", duration.before(day)))
            for sign, end in ends:
                for year, month, number in self.wanted:
                    if (end.month, end.day) == (month, number) and year in (None, end.year):
                        return f"{day.isoformat()} {sign} {duration.written} = {end.isoformat()}"
        return None


def _days(figure: Figure) -> list[date]:
    """The complete days that a figure may mean."""
    if len(figure.parts) != 1:
        return []
    found = []
    for key in figure.parts[0]:
        if key[0] == "date":
            _, year, month, day = key
            if isinstance(year, int) and isinstance(month, int) and isinstance(day, int):
                found.append(date(year, month, day))
    return found


def weekday_of_named(
    figure: Figure, named: Sequence[tuple[Figure, Place]], today: date | None
) -> "tuple[str, Place] | None":
    """That a weekday is the one of a day that the same sentence names; or None.

    Args:
        figure: A weekday without a day.
        named: The days that the sentence names and sources do too, with where.
        today: The day of the text: a day without its year is the next such day around it.
    """
    wanted = {key[1] for key in figure.parts[0] if key[0] == "weekday"}
    if not wanted:
        return None
    for one, place in named:
        for day in {*_days(one), *_days(place.figure), *_around(one, today)}:
            if day.weekday() in wanted:
                return f"{day.isoformat()} is a {day_name[day.weekday()]}", place
    return None


def _around(figure: Figure, today: date | None) -> list[date]:
    """The day of a year near ``today`` that a figure without a year means."""
    if today is None or figure.kind != "date" or len(figure.parts) != 1:
        return []
    found = []
    for key in figure.parts[0]:
        if key[0] == "date" and key[1] is None:
            _, _, month, day = key
            years = (today.year, today.year + 1, today.year - 1)
            if isinstance(month, int) and isinstance(day, int):
                days = [_valid(year, month, day) for year in years]
                near = [one for one in days if one and abs((one - today).days) <= _HALF_A_YEAR]
                found += near[:1]
    return found


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
