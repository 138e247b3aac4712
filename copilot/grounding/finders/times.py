"""Times of day: ``klo 14–16``, ``14:30``, ``2 pm``, ``9.00–17.00``."""

import re
from collections.abc import Iterator

from copilot.grounding.calendar_words import SHORT_WEEKDAY, WEEKDAY
from copilot.grounding.figure import Figure, Part
from copilot.grounding.finders.marking_words import Mark
from copilot.grounding.finders.scan import Anchors, matches
from copilot.grounding.numbers import DASH

_HOUR = r"(?:[01]?\d|2[0-4])"
_CLOCK = rf"{_HOUR}(?:[.:][0-5]\d)?"
# The stop after "pm" ends the sentence, that after "p.m" is its own.
_HALF = r"\s?(?:[ap]\.\s?m\b\.?|[ap]\s?m\b)"
_NAMED = re.compile(
    rf"(?i:\b(?:klo|kello|kl|um)\.?\s?)(?P<low>{_CLOCK})(?:{DASH}(?P<high>{_CLOCK}))?(?![\d%€])"
)
_TWELVE = re.compile(
    rf"(?<![\w.,:])(?P<low>{_CLOCK})(?P<low_half>{_HALF})?"
    rf"(?:{DASH}(?P<high>{_CLOCK}))?(?P<half>{_HALF})(?!\w)",
    re.IGNORECASE,
)
_COLON = re.compile(
    rf"(?:(?<![\w.,:/])|(?<=[\d\x00]T))(?P<low>{_HOUR}:[0-5]\d)(?::[0-5]\d)?(?:Z\b)?"
    rf"(?:{DASH}(?P<high>{_HOUR}:[0-5]\d))?(?!\w|:\d)"
)
_HOURS_RANGE = re.compile(
    rf"(?<![\w.,:/])(?P<low>{_HOUR}\.[0-5]\d)\s?[-–—]\s?(?P<high>{_HOUR}\.[0-5]\d)(?!\w|[.,]\d|\s?[€%$])"
)
_OPEN = re.compile(
    rf"(?:\b{SHORT_WEEKDAY}|\b{WEEKDAY}|(?i:\b(?:open|hours|auki|avoinna|aukioloajat|öppet|"
    rf"geöffnet|avatud)):?)\s(?P<range>(?P<low>{_CLOCK})\s?[-–—]\s?(?P<high>{_CLOCK}))"
    rf"(?![\w%€]|[.,:]\d|\s?[€%$£])"
)
_O_CLOCK = re.compile(rf"(?<![\w.,:])(?P<low>{_HOUR})(?P<high>\b)\s?(?:o[’']clock|Uhr)\b")


def find_times(text: str, anchors: Anchors) -> Iterator[Figure]:
    """The times of day in ``text``."""
    halves = anchors.leading_to(anchors.words(Mark.HALF_OF_DAY), first_gap=1, most=4)
    for match in matches(_TWELVE, text, halves):
        afternoon = "p" in match["half"].lower()
        first = "p" in match["low_half"].lower() if match["low_half"] else None
        parts = [_part(match["low"], afternoon if first is None else first)]
        if match["high"]:
            if first is None and _starts_before_noon(match):
                parts = [_part(match["low"], not afternoon)]
            parts.append(_part(match["high"], afternoon))
        yield Figure(match[0], "time", match.start(), match.end(), tuple(parts))
    days = anchors.words(Mark.SHORT_WEEKDAY, Mark.WEEKDAY, Mark.OPEN)
    for match in matches(_OPEN, text, days):
        parts = [_part(match["low"], None), _part(match["high"], None)]
        yield Figure(match["range"], "time", match.start("range"), match.end("range"), tuple(parts))
    o_clocks = anchors.leading_to(anchors.words(Mark.CLOCK), first_gap=3, most=1)
    for pattern, starts in (
        (_NAMED, anchors.words(Mark.AT_TIME)),
        (_COLON, anchors.before(":")),
        (_HOURS_RANGE, anchors.before(".")),
        (_O_CLOCK, o_clocks),
    ):
        for match in matches(pattern, text, starts):
            ends = [match["low"], match["high"]] if match["high"] else [match["low"]]
            parts = [_part(end, None) for end in ends]
            yield Figure(match[0], "time", match.start(), match.end(), tuple(parts))


def _starts_before_noon(match: re.Match[str]) -> bool:
    """``10–2 pm`` starts in the morning: the second end's half of the day would be backwards."""
    low, high = (int(re.split(r"[.:]", match[end])[0]) % 12 for end in ("low", "high"))
    return low > high


def _part(clock: str, afternoon: bool | None) -> Part:  # noqa: FBT001 - three-valued on purpose
    hour, _, minute = clock.replace(".", ":").partition(":")
    hours = int(hour)
    if afternoon is not None and hours <= 12:
        hours = hours % 12 + (12 if afternoon else 0)
    return ((hours % 24 * 60 + int(minute or 0),),)
