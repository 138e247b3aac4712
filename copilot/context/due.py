"""By when a promise was to be kept: the day its own words name, not the day of a condition."""

import re
from datetime import date, datetime, timedelta

from copilot.summaries.due import due_date
from copilot.summaries.said import Said

_CONDITION = re.compile(
    r"(?:^|[,;(]\s*|\s)(?:if|unless|because|since|jos|mikäli|ellei|koska|when|once|after|kun|"
    r"sen jälkeen kun)\b[^,;.)]*[,;)]?",
    re.IGNORECASE,
)
_NAMES_A_DAY = re.compile(
    r"\d{1,2}[./]\s?\d|\d{4}-\d\d-|\d(?:st|nd|rd|th)\b|\d\.?\s*(?:[-–]\s*\d+\s*)?"
    r"(?:h\b|hour|day|week|working|business|month|tun|päiv|arki|työp|viik|vuorok|kuuka|jan|feb|mar|"
    r"apr|may|jun|jul|aug|sep|oct|nov|dec|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|"
    r"marras|joulu)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|maanant|tiist|keskiv|torst|perjant|"
    r"lauant|sunnunt|\b(?:ma|ti|ke|to|pe|la|su)\b|today|tonight|tomorrow|this (?:aftern|even)|"
    r"tänään|huomen|january|february|march|april|june|july|august|september|october|november|"
    r"december",
    re.IGNORECASE,
)
_FRIDAY = 4
_WEEK = re.compile(
    r"\b(?:(?P<next>next week|ensi viikolla|ensi viikon)|(?P<this>this week|end of the week|"
    r"tällä viikolla|viikon loppuun|tämän viikon))\b",
    re.IGNORECASE,
)
_MONTH_END = re.compile(
    r"\b(?:end of (?:the|this) month|kuun loppuun|kuukauden loppuun)\b", re.IGNORECASE
)
_SPELLED = re.compile(
    r"\b(?P<count>one|a|two|three|four|five|six|seven|ten|yhden|kahden|kolmen|neljän|viiden|"
    r"kuuden|seitsemän|kymmenen|parin|couple of) (?P<unit>(?:working|business) days?|days?|"
    r"weeks?|arkipäivän|työpäivän|päivän|vuorokauden|viikon)\b",
    re.IGNORECASE,
)
_COUNTS = {
    "one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10,
    "yhden": 1, "kahden": 2, "kolmen": 3, "neljän": 4, "viiden": 5, "kuuden": 6, "seitsemän": 7,
    "kymmenen": 10, "parin": 2, "couple of": 2,
}  # fmt: skip


def due_of(promise: Said) -> date | None:
    """The last day that ``promise`` names for itself, seen from the day it was said; or None."""
    text = _CONDITION.sub(" ", promise.text)
    sent_at = promise.message.sent_at
    # Most name no day at all, and finding figures is what takes long.
    dated = _NAMES_A_DAY.search(text) is not None
    found = due_date(text, sent_at, promise.message.language) if dated else None
    return found if found is not None else _vaguely(text, sent_at)


def _vaguely(text: str, sent_at: datetime) -> date | None:
    said_on = sent_at.date()
    spelled = _SPELLED.search(text)
    if spelled is not None:
        return _after(said_on, _COUNTS[spelled["count"].lower()], spelled["unit"].lower())
    week = _WEEK.search(text)
    if week is not None:
        friday = said_on + timedelta(days=_FRIDAY - said_on.weekday())
        return friday + timedelta(days=7) if week["next"] else max(friday, said_on)
    if _MONTH_END.search(text):
        return (said_on.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return None


def _after(day: date, count: int, unit: str) -> date:
    if unit.startswith(("week", "viikon")):
        return day + timedelta(weeks=count)
    if not unit.startswith(("working", "business", "arki", "työ")):
        return day + timedelta(days=count)
    while count:
        day += timedelta(days=1)
        count -= day.weekday() <= _FRIDAY
    return day
