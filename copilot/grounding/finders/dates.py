"""Dates and weekdays: ``13.8.2025``, ``13.–15.3.``, ``Aug 13``, ``perjantaina 27.3.``, ISO."""

import re
from collections.abc import Iterator
from datetime import date

from copilot.grounding.calendar_words import (
    MONTH,
    SHORT_WEEKDAY,
    WEEKDAY,
    month_number,
    weekday_number,
)
from copilot.grounding.figure import Figure, Key, Part
from copilot.grounding.finders.marking_words import Mark
from copilot.grounding.finders.scan import TAKEN, Anchors, matches

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH_NUMBER = r"(?:0?[1-9]|1[0-2])"
_DASH = r"\s?[-–—]\s?"
# Opening hours, "Sat 10–14", whose hours are blanked out by now. Not "to", which English has too.
_SHORT_ONLY = re.compile(
    rf"(?<![\w–-])(?P<weekday>(?![Tt]o\b){SHORT_WEEKDAY})(?= {TAKEN})",
)
_LEAD = re.compile(rf"(?<!\w)(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY}),?\s+(?:the\s+|on\s+)?$")
_LEAD_LENGTH = 24
_AT_TIME = re.compile(r"\b(?:klo|kello|kl)\.?\s?$", re.IGNORECASE)
_FREE = r"(?<![\w.,/:-])"
_FREE_OR_HIGH = r"(?:(?<![\w.,/:-])|(?<=\.\d{4}-))"
_YEAR = r"(?:19|20)\d\d"
_DAY_BEFORE_MONTH = 48
"""How many characters, white space too, may part a day from its month."""

_ISO = re.compile(rf"(?<![\w-])(?P<year>{_YEAR})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d|-\d)")
_DOTTED = re.compile(
    rf"{_FREE_OR_HIGH}(?:(?P<low>{_DAY})\.(?:\s?(?P<low_month>{_MONTH_NUMBER})\.)?{_DASH})?"
    rf"(?P<day>{_DAY})\.\s?(?P<month>{_MONTH_NUMBER})"
    rf"(?:\.\s?(?P<year>{_YEAR}|\d\d(?!\d|[.,:]\d)(?!\s?[€%$£]))|\.|(?<=\d))(?![\w]|[.,:]\d)"
)
_SLASHED = re.compile(
    rf"{_FREE}(?P<one>\d{{1,2}})/(?P<two>\d{{1,2}})(?:/(?P<year>{_YEAR}|\d\d))?(?![\w/])"
)
_YEAR_FIRST = re.compile(rf"{_FREE}(?P<year>{_YEAR})/(?P<month>\d\d?)/(?P<day>\d\d?)(?![\w/])")
_DAY_MONTH = re.compile(
    rf"{_FREE}(?:(?P<low>{_DAY})(?:st|nd|rd|th|\.)?(?:{_DASH}|\s+to\s+))?"
    rf"(?P<day>{_DAY})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<name>{MONTH})\.?(?:,?\s+(?P<year>{_YEAR}))?"
)
_MONTH_DAY = re.compile(
    rf"(?<!\w)(?P<name>{MONTH})\.?\s+(?:(?P<low>{_DAY})(?:st|nd|rd|th)?{_DASH})?"
    rf"(?P<day>{_DAY})(?:st|nd|rd|th)?(?!\d|[.:,]\d|\s?(?:%|€|[ap]m\b))(?:,?\s+(?P<year>{_YEAR}))?"
)
_MONTH_YEAR = re.compile(rf"(?<!\w)(?P<name>{MONTH})\.?\s+(?P<year>{_YEAR})(?!\w)")
_WEEKDAY_RANGE = re.compile(
    rf"\b(?P<first>{WEEKDAY}|{SHORT_WEEKDAY})(?:{_DASH}|\s+(?:to|through|till|until)\s+)"
    rf"(?P<last>{WEEKDAY}|{SHORT_WEEKDAY})(?!\w)"
)
_WEEKDAY_ONLY = re.compile(rf"\b(?P<weekday>{WEEKDAY})")
_NOT_SPACE = re.compile(r"\S")


def date_key(year: int | None, month: int | None, day: int | None) -> Key:
    """A date as it compares; what was not said is None."""
    return ("date", year, month, day)


def find_dates(text: str, anchors: Anchors, language: str | None) -> Iterator[Figure]:
    """The dates in ``text`` that are written with digits."""
    for pattern, separator in ((_ISO, "-"), (_YEAR_FIRST, "/")):
        for match in matches(pattern, text, anchors.before(separator)):
            yield from _figure(match, int(match["month"]))
    for match in matches(_DOTTED, text, anchors.before(".")):
        if _is_dotted_date(match, language):
            yield from _figure(match, int(match["month"]))
    for match in matches(_SLASHED, text, anchors.before("/")):
        yield from _slashed(match)
    months = anchors.words(Mark.MONTH)
    days = anchors.leading_to(months, first_gap=_DAY_BEFORE_MONTH, most=3)
    for pattern, starts in ((_DAY_MONTH, days), (_MONTH_DAY, months)):
        for match in matches(pattern, text, starts):
            yield from _figure(match, month_number(match["name"]))
    for match in matches(_MONTH_YEAR, text, months):
        key = date_key(int(match["year"]), month_number(match["name"]), None)
        yield Figure(match[0], "date", match.start(), match.end(), ((key,),))


def find_weekdays(text: str, anchors: Anchors) -> Iterator[Figure]:
    """Weekdays that stand alone."""
    for match in matches(_WEEKDAY_RANGE, text, anchors.words(Mark.WEEKDAY, Mark.SHORT_WEEKDAY)):
        ends: list[Part] = [(("weekday", weekday_number(match[end])),) for end in ("first", "last")]
        yield Figure(match[0], "date", match.start(), match.end(), tuple(ends))
    key: Key
    for match in matches(_SHORT_ONLY, text, anchors.words(Mark.SHORT_WEEKDAY)):
        key = ("weekday", weekday_number(match["weekday"]))
        yield Figure(match[0], "date", match.start(), match.end(), ((key,),))
    for match in matches(_WEEKDAY_ONLY, text, anchors.words(Mark.WEEKDAY)):
        key = ("weekday", weekday_number(match["weekday"]))
        yield Figure(match[0], "date", match.start(), match.end(), ((key,),))


def _is_dotted_date(match: re.Match[str], language: str | None) -> bool:
    """``13.3`` without a last stop or a weekday is a number; so is ``2.5.`` in English."""
    if match["year"] or match["low"] or _lead(match):
        return True
    if not match[0].endswith("."):
        return False
    # "klo 18.04." is a time at the end of a sentence.
    if _AT_TIME.search(match.string, max(0, match.start() - _LEAD_LENGTH), match.start()):
        return False
    if language != "en":
        return True
    following = _NOT_SPACE.search(match.string, match.end())
    return following is None or not following[0].isupper()


def _figure(match: re.Match[str], month: int) -> Iterator[Figure]:
    groups = match.groupdict()
    lead = _lead(match)
    year = _full_year(groups["year"])
    last = _valid(year, month, int(groups["day"]))
    if last is None:
        return
    parts = [(last, *_weekday(lead))]
    if groups.get("low"):
        low_month = int(groups.get("low_month") or month)
        # "30.12.–2.1.2027" begins in 2026.
        low_year = year - 1 if year is not None and low_month > month else year
        first = _valid(low_year, low_month, int(groups["low"]))
        if first is None:
            return
        parts.insert(0, (first,))
    yield _dated(match, lead, tuple(parts))


def _lead(match: re.Match[str]) -> re.Match[str] | None:
    """The weekday that stands right before a date."""
    start = max(0, match.start() - _LEAD_LENGTH)
    return _LEAD.search(match.string[start : match.start()])


def _weekday(lead: re.Match[str] | None) -> tuple[Key, ...]:
    """A date's weekday rides along behind the date's own reading."""
    return (("said weekday", weekday_number(lead["weekday"])),) if lead else ()


def _dated(match: re.Match[str], lead: re.Match[str] | None, parts: tuple[Part, ...]) -> Figure:
    start = match.start() - (len(lead[0]) if lead else 0)
    end = match.end()
    # The stop of a sentence, not of the date: "on 5 March." but "6.3.".
    if "name" in match.groupdict() and match[0].endswith("."):
        end -= 1
    return Figure(match.string[start:end], "date", start, end, parts)


def _slashed(match: re.Match[str]) -> Iterator[Figure]:
    one, two, year = int(match["one"]), int(match["two"]), _full_year(match["year"])
    keys = [_valid(year, two, one), _valid(year, one, two)]
    if year is None and not (one > 12 or two > 12):
        return  # "1/2" is a fraction or "one of two" more often than a date
    found = tuple(dict.fromkeys(key for key in keys if key is not None))
    if found and (one, two) != (24, 7):
        lead = _lead(match)
        yield _dated(match, lead, ((*found, *_weekday(lead)),))


def _full_year(written: str | None) -> int | None:
    if not written:
        return None
    return int(written) if len(written) == 4 else 2000 + int(written)


def _valid(year: int | None, month: int, day: int) -> Key | None:
    try:
        date(year or 2024, month, day)
    except ValueError:
        return None
    return date_key(year, month, day)
