"""Days named from a day: ``tomorrow``, ``ensi tiistaina``, ``kahden viikon päästä``.

They are figures only where it is known on which day they were said.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from copilot.grounding.calendar_words import WEEKDAY, weekday_number
from copilot.grounding.figure import Figure
from copilot.grounding.finders.dates import date_key
from copilot.grounding.numbers import number_words

_OFFSETS = {
    "day after tomorrow": 2,
    "day before yesterday": -2,
    "tomorrow": 1,
    "yesterday": -1,
    "ylihuomenna": 2,
    "ylihuomiseksi": 2,
    "toissapäivänä": -2,
    "huomenna": 1,
    "huomiseksi": 1,
    "huomiseen": 1,
    "eilen": -1,
    "i morgon": 1,
    "i övermorgon": 2,
    "igår": -1,
    "i går": -1,
    "morgen früh": 1,
    "gestern": -1,
    "übermorgen": 2,
    "homme": 1,
    "eile": -1,
}
_TODAY = {"today": 0, "tonight": 0, "tänään": 0, "idag": 0, "i dag": 0, "heute": 0, "täna": 0}
_WORDS = {**_OFFSETS, **_TODAY}
_NAMED = re.compile(
    rf"(?<!\w)(?:the )?(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?!\w)",
    re.IGNORECASE,
)
_NEXT = r"next|coming|this coming|ensi|tuleva\w*|nästa|nächsten?"
_THIS = r"this|tänä|tämän viikon"
_LAST = r"last|past|viime|förra|letzten?"
_WEEKDAY = re.compile(
    rf"(?<!\w)(?i:(?P<next>{_NEXT})|(?P<this>{_THIS})|(?P<last>{_LAST})) (?P<weekday>{WEEKDAY})"
)
_COUNT = r"\d{1,3}|[^\W\d_]{2,14}"
_LATER = re.compile(
    rf"(?<!\w)(?i:in (?P<en>{_COUNT}) (?P<en_unit>days?|weeks?)(?= (?:time|from)|[.,;!?)]|$)"
    rf"|(?P<fi>{_COUNT}) (?P<fi_unit>päivän|viikon) (?:kuluttua|päästä))(?!\w)"
)
_AGO = re.compile(
    rf"(?<!\w)(?i:(?P<en>{_COUNT}) (?P<en_unit>days?|weeks?) ago|(?P<fi>{_COUNT})"
    r" (?P<fi_unit>päivää|viikkoa) sitten)(?!\w)"
)
_GENITIVES = {
    "yhden": 1,
    "kahden": 2,
    "kolmen": 3,
    "neljän": 4,
    "viiden": 5,
    "kuuden": 6,
    "seitsemän": 7,
    "kahdeksan": 8,
    "yhdeksän": 9,
    "kymmenen": 10,
    "a": 1,
    "couple": 0,
}
_LONGEST_DAYS = 400


def find_relative(text: str, said_at: date, *, today_too: bool) -> Iterator[Figure]:
    """The days of ``text`` that are named from the day it was said on.

    Args:
        text: Any text.
        said_at: The day.
        today_too: Whether ``today`` counts: in what people said it does; in what is checked
            "thanks for writing today" states nothing.
    """
    for match in _NAMED.finditer(text):
        offset = _WORDS[match["word"].lower()]
        if offset or today_too:
            yield _figure(match, [said_at + timedelta(days=offset)])
    for match in _WEEKDAY.finditer(text):
        yield _figure(match, _weekdays(match, said_at))
    for pattern, direction in ((_LATER, 1), (_AGO, -1)):
        for match in pattern.finditer(text):
            days = _days(match)
            if days:
                yield _figure(match, [said_at + timedelta(days=direction * days)])


def _weekdays(match: re.Match[str], said_at: date) -> list[date]:
    """The days that may be meant: "next Tuesday" is the coming one or that of next week."""
    ahead = (weekday_number(match["weekday"]) - said_at.weekday()) % 7
    if match["last"]:
        back = (said_at.weekday() - weekday_number(match["weekday"])) % 7 or 7
        return [said_at - timedelta(days=back)]
    coming = said_at + timedelta(days=ahead or 7)
    if match["this"]:
        return [said_at + timedelta(days=ahead)]
    monday = said_at + timedelta(days=7 - said_at.weekday())
    in_next_week = monday + timedelta(days=weekday_number(match["weekday"]))
    return list(dict.fromkeys((coming, in_next_week)))


def _days(match: re.Match[str]) -> int:
    written = (match["en"] or match["fi"]).lower()
    unit = (match["en_unit"] or match["fi_unit"]).lower()
    if written.isdigit():
        count = int(written)
    else:
        number = number_words().get(written)
        count = _GENITIVES.get(written, 0) or (int(number) if number is not None else 0)
    days = count * (7 if unit.startswith(("week", "viik")) else 1)
    return days if days <= _LONGEST_DAYS else 0


def _figure(match: re.Match[str], days: list[date]) -> Figure:
    part = tuple(date_key(one.year, one.month, one.day) for one in days)
    return Figure(match[0], "date", match.start(), match.end(), (part,))
