"""When a quoted mail was sent, as the line above the quote says it in its mail program's language.

Own patterns: a general date reader also finds dates in names and phone numbers, and reads
``04/02/2012`` in one way where only the mail program knew which.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple

LANGUAGES = (
    "is",
    *("en", "fi", "sv", "de", "nb", "da", "nl", "fr", "es", "it", "pt", "pl"),
    *("cs", "sk", "ru", "uk", "et", "lv", "lt", "hu", "ro", "tr", "el", "bg"),
)
_OF = r"(?:\s?(?:de|d'|of|г)\s?|\s?)"
_NAME = r"(?P<name>[^\W\d_]{3,12})"
_DAY = r"(?P<d>\d{1,2})"
_YEAR = r"(?P<y>\d{4})"
_FORMS = tuple(
    re.compile(rf"(?<!\d){form}(?!\d)")
    for form in (
        rf"{_DAY}(?:st|nd|rd|th|er|º|\.)?{_OF}{_NAME}[.,]?{_OF}{_YEAR}",
        rf"{_NAME}\.?\s{_DAY}(?:st|nd|rd|th|\.)?,?\s{_YEAR}",
        rf"{_YEAR}[.,]?\s(?:m\.\s|gada\s)?(?:{_DAY}\.?\s)?{_NAME}\.?(?:\s(?P<d2>\d{{1,2}}))?",
        r"(?P<y>\d{4})\s?[-/.年년]\s?(?P<m>\d{1,2})\s?[-/.月월]\s?(?P<d>\d{1,2})",
        r"(?P<d>\d{1,2})[.-]\s?(?P<m>\d{1,2})[.-]\s?(?P<y>\d{4})",
        r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>\d{4})",
    )
)
_CLOCK = re.compile(
    r"(?<!\d)(?P<h>\d{1,2})\s?[:.hH]\s?(?P<n>\d{2})(?:[:.]\d{2})?(?!\d)"
    r"(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\b)?"
    r"(?:\s?(?P<offset>(?:GMT|UTC)[+-]\d{1,2}(?::?\d{2})?|[+-]\d{2}:?\d{2})(?!\d))?"
)
_ENGLISH = re.compile(r"\b(?:wrote|sent|date)\b|^on\s", re.IGNORECASE)
_CLOCK_REACH = 40
_YEARS = 1980, 2200
_MONTHS = 12


class Stamp(NamedTuple):
    """A date in a text, with its time of day: from ``start`` to before ``end``.

    Attributes:
        sent_at: In UTC; None when the date can be read in two ways.
    """

    sent_at: datetime | None
    start: int
    end: int


def find_stamp(text: str, zone: tzinfo = UTC) -> Stamp | None:
    """The first date that ``text`` names; None when it names none.

    Args:
        text: A line such as ``ke 14. tammikuuta 2026 klo 13.34 Anna <a@b.example> kirjoitti:``,
            or a quoted ``Sent: …``.
        zone: What the clock is taken to show where ``text`` names no zone.
    """
    text = text[:1000].replace("\xa0", " ").replace("\u202f", " ")
    for form in _FORMS:
        for found in form.finditer(text):
            clock = _clock(text, found)
            spans = [one.span() for one in (found, clock) if one is not None]
            start, end = min(spans)[0], max(one[1] for one in spans)
            try:
                date = _date(found.groupdict(), text, clock)
                sent_at = date and _at(date, clock, zone)
            except (ValueError, OverflowError):
                continue
            return Stamp(sent_at, start, end)
    return None


def _clock(text: str, date: "re.Match[str]") -> "re.Match[str] | None":
    after = _CLOCK.search(text, date.end(), date.end() + _CLOCK_REACH)
    return after or _CLOCK.search(text, max(0, date.start() - _CLOCK_REACH), date.start())


def _date(
    parts: dict[str, str | None], text: str, clock: "re.Match[str] | None"
) -> tuple[int, int, int] | None:
    """Year, month and day; None when they can be told in two ways.

    Raises:
        ValueError: They are no date.
    """
    year = int(parts["y"] or 0)
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise ValueError(year)
    if "a" in parts:
        first, second = int(parts["a"] or 0), int(parts["b"] or 0)
        american = second > _MONTHS or (clock is not None and clock["half"] is not None)
        if american and first <= _MONTHS:
            return year, first, second
        if first <= _MONTHS and first != second and _ENGLISH.search(text):
            # Written in Britain or in America: nobody can tell.
            return None
        return year, second, first
    day = int(parts["d"] or parts.get("d2") or 0)
    return year, int(parts.get("m") or 0) or _month(parts.get("name") or ""), day


def _at(date: tuple[int, int, int], clock: "re.Match[str] | None", zone: tzinfo) -> datetime:
    hour = minute = 0
    if clock is not None:
        hour, minute = int(clock["h"]), int(clock["n"])
        if clock["half"]:
            hour = hour % 12 + 12 * (clock["half"] in "pP")
        if clock["offset"]:
            zone = _zone(clock["offset"])
    return datetime(*date, hour, minute, tzinfo=zone).astimezone(UTC)


def _zone(offset: str) -> tzinfo:
    digits = offset.strip("GMTUC+-").replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if digits[2:] else (digits, "0")
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-ahead if "-" in offset else ahead)


def _month(word: str) -> int:
    """The month that ``word`` names, also when cut short: ``tammik.``; 0 when it names none."""
    word = word.casefold().strip(".")
    names = _month_names()
    if word in names:
        return names[word]
    begun = {month for name, month in names.items() if name.startswith(word)}
    return begun.pop() if len(begun) == 1 else 0


@lru_cache(maxsize=1)
def _month_names() -> dict[str, int]:
    # Takes a fifth of a second: only when a quoted mail is read.
    from babel.dates import get_month_names

    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names = get_month_names(width, context, locale=language)
                found |= {str(name).casefold().strip("."): n for n, name in names.items()}
    return found
