"""Quantities with a unit, durations and percentages, in digits or in words."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from copilot.grounding.figure import Figure, readings
from copilot.grounding.finders.scan import matches
from copilot.grounding.listed import listed
from copilot.grounding.numbers import DASH, NOT_INSIDE, NUMBER, number_words, parse_number
from copilot.grounding.units import CURRENCIES, Unit, counted_noun, unit_of

_PERCENT_WORD = r"prosent\w*|percent\w*|per\s?cent|pros\.|procent|Prozent"
_PERCENT = re.compile(
    rf"{NOT_INSIDE}(?P<low>{NUMBER})(?:\s?%?{DASH}(?P<high>{NUMBER}))?[\s\u00a0-]?"
    rf"(?:%|(?i:{_PERCENT_WORD}))"
)
_QUALIFIER = "business|working|calendar|full|whole|consecutive|more|extra|täyttä|täyden|kokonaista"
_QUANTITY = re.compile(
    rf"{NOT_INSIDE}(?P<low>{NUMBER})(?:{DASH}(?P<high>{NUMBER}))?"
    rf"(?P<gap>[ \u00a0\u202f-]|\s\n?)?(?:(?P<qualifier>{_QUALIFIER})[ -])?"
    r"(?P<unit>°C|°|[^\W\d_]{1,24})(?!\w)"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PERCENT_START = ("prosent", "percent")
_RANGE_WORDS = frozenset(listed("to or tai"))


def find_percentages(text: str, windows: Sequence[tuple[int, int]]) -> Iterator[Figure]:
    """Percentages in digits."""
    for match in matches(_PERCENT, text, windows):
        ends = [match["low"], match["high"]] if match["high"] else [match["low"]]
        parts = tuple(readings(parse_number(end), None) for end in ends)
        yield Figure(match[0], "percent", match.start(), match.end(), parts)


def find_quantities(text: str, windows: Sequence[tuple[int, int]]) -> Iterator[Figure]:
    """Numbers in digits that a unit or a counted noun follows."""
    for match in matches(_QUANTITY, text, windows):
        unit = unit_of(match["unit"], qualifier=match["qualifier"])
        if unit is None and match["gap"] and not _is_year(match["low"]):
            unit = counted_noun(match["unit"])
        if unit is not None:
            ends = [match["low"], match["high"]] if match["high"] else [match["low"]]
            parts = tuple(_reading(parse_number(end), unit) for end in ends)
            yield Figure(match[0], "quantity", match.start(), match.end(), parts)


def _reading(values: tuple[Decimal, ...], unit: Unit) -> tuple[tuple[str, Decimal], ...]:
    return tuple((unit.dimension, value * unit.factor) for value in values)


def _is_year(written: str) -> bool:
    return written.isdigit() and 1900 <= int(written) <= 2100


def find_worded(text: str) -> Iterator[Figure]:
    """Numbers in words before a unit, a currency or ``percent``: ``kaksi viikkoa``."""
    words = number_words()
    found = list(_WORD.finditer(text))
    position = 0
    while position < len(found):
        if found[position][0].lower() not in words:
            position += 1
            continue
        first = position
        low, position = _number_at(found, position)
        values = [low]
        if position + 1 < len(found) and found[position][0].lower() in _RANGE_WORDS:
            if found[position + 1][0].lower() in words:
                high, position = _number_at(found, position + 1)
                values.append(high)
        elif position < len(found) and found[position][0].lower() in words:
            # "kahdesta kolmeen viikkoa", "two three days"
            high, position = _number_at(found, position)
            values.append(high)
        figure = _worded(text, found, first, position, values)
        if figure is not None:
            yield figure


def _number_at(found: list[re.Match[str]], position: int) -> tuple[Decimal, int]:
    """The number that starts at ``position``, and the place of the word after it."""
    words = number_words()
    small = [match[0].lower() for match in found[position : position + 4]]
    value = words[small[0]]
    used = 1
    if value < 10 and small[1:2] == ["hundred"]:
        value, used = value * 100, 2
    if small[used - 1] == "hundred":
        rest = used + (small[used : used + 1] == ["and"])
        if rest < len(small) and words.get(small[rest], Decimal(100)) < 100:
            value, used = value + words[small[rest]], rest + 1
    return value, position + used


def _worded(
    text: str, found: list[re.Match[str]], first: int, unit_at: int, values: list[Decimal]
) -> Figure | None:
    if unit_at >= len(found) or text[found[unit_at - 1].end() : found[unit_at].start()].strip(
        " -\n"
    ):
        return None
    unit, end = found[unit_at], unit_at
    qualifier = None
    if re.fullmatch(_QUALIFIER, unit[0].lower()) and unit_at + 1 < len(found):
        qualifier, end = unit[0], unit_at + 1
    return _worded_figure(text, found[first], found[end], values, qualifier)


def _worded_figure(
    text: str,
    number: re.Match[str],
    unit: re.Match[str],
    values: list[Decimal],
    qualifier: str | None,
) -> Figure | None:
    start, end = number.start(), unit.end()
    small = unit[0].lower()
    if len(small) > 2 and small in CURRENCIES:
        code, factor = CURRENCIES[small]
        parts = tuple(readings((value * factor,), code) for value in values)
        return Figure(text[start:end], "amount", start, end, parts)
    if small.startswith(_PERCENT_START):
        parts = tuple(readings((value,), None) for value in values)
        return Figure(text[start:end], "percent", start, end, parts)
    known = unit_of(unit[0], qualifier=qualifier) if len(small) > 2 or small == "kk" else None
    if known is None:
        return None
    return Figure(
        text[start:end],
        "quantity",
        start,
        end,
        tuple(_reading((value,), known) for value in values),
    )
