"""Amounts of money: ``1 234,50 €``, ``EUR 1,234.50``, ``£64.90``, ``39,90 euroa``, ``39,-``."""

import re
from collections.abc import Iterator
from decimal import Decimal

from copilot.grounding.figure import Figure, Part, readings
from copilot.grounding.finders.marking_words import Mark
from copilot.grounding.finders.scan import Anchors, matches, merged
from copilot.grounding.numbers import DASH, NOT_INSIDE, NUMBER, parse_number
from copilot.grounding.units import CURRENCIES
from copilot.kernel.listed import listed

_SIGN = r"[€$£]"
_CODE = r"(?:EUR|USD|GBP|SEK|NOK|DKK|CHF|PLN|eur|usd|gbp|sek)"
_WORD = r"[^\W\d_]{1,8}"
_SCALES = {
    "k": 1000,
    "m": 1_000_000,
    **dict.fromkeys(listed("thousand tuhatta tuhannen"), 1000),
    **dict.fromkeys(listed("million miljoonaa miljoonan"), 1_000_000),
}
_SCALE_WORD = r"thousand|tuhatta|tuhannen|million|miljoonaa|miljoonan"
_BEFORE = re.compile(
    rf"(?:(?<!\w)(?P<code>{_CODE})\s?|(?P<sign>{_SIGN})\s?)"
    rf"(?P<low>{NUMBER})(?:{DASH}(?:{_SIGN}|{_CODE})?\s?(?P<high>{NUMBER}))?"
    rf"(?:(?P<letter>[kKmM])|\s(?P<scale>{_SCALE_WORD}))?(?!\w)"
)
_AFTER = re.compile(
    rf"{NOT_INSIDE}(?P<low>{NUMBER})(?:(?:\s?{_SIGN})?{DASH}(?P<high>{NUMBER}))?"
    rf"(?:\s?(?P<letter>[kM])(?=\s?(?:{_SIGN}|{_CODE}\b))|\s(?P<scale>{_SCALE_WORD})(?!\w))?"
    rf"(?:,[-–—])?[\s\u00a0-]?(?P<unit>{_SIGN}|{_WORD})(?!\w)"
)
_BARE = re.compile(rf"{NOT_INSIDE}(?P<low>\d{{1,6}}[.,]\d\d|\d{{1,6}},[-–—])(?![\w%]|[.,:]\d|\s?%)")


def find_amounts(text: str, anchors: Anchors, language: str | None) -> Iterator[Figure]:
    """The amounts with a currency in ``text``."""
    named = merged(anchors.signs, anchors.words(Mark.CURRENCY))
    for match in matches(_BEFORE, text, named):
        code, factor = CURRENCIES[(match["code"] or match["sign"]).lower()]
        yield _figure(match, code, factor)
    for match in matches(_AFTER, text, anchors.leading_to(named)):
        known = CURRENCIES.get(match["unit"].lower())
        # "6E" is a standard or a seat; in English "6e" is no price either.
        if known and match["unit"] != "E" and not (match["unit"] == "e" and language == "en"):
            yield _figure(match, *known)


def find_bare_prices(text: str, anchors: Anchors) -> Iterator[Figure]:
    """Numbers with two decimals and no unit: prices whose currency goes without saying."""
    for match in matches(_BARE, text, anchors.before(".", ",")):
        number = match["low"].split(",-")[0].rstrip(",–—")
        part = readings(parse_number(number), None)
        yield Figure(match[0], "amount", match.start(), match.end(), (part,))


def _figure(match: re.Match[str], code: str, factor: Decimal) -> Figure:
    ends = [match["low"], match["high"]] if match["high"] else [match["low"]]
    scale = match["letter"] or match["scale"]
    factor *= _SCALES[scale.lower()] if scale else 1
    parts = tuple(_part(end, code, factor) for end in ends)
    return Figure(match[0], "amount", match.start(), match.end(), parts)


def _part(written: str, code: str, factor: Decimal) -> Part:
    # Money is never written with three decimals, so the first reading is the one.
    return readings((parse_number(written)[0] * factor,), code)
