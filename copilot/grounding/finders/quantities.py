"""Quantities with a unit, durations and percentages, in digits or in words."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from copilot.grounding.figure import Figure, readings
from copilot.grounding.finders.scan import matches
from copilot.grounding.numbers import DASH, NOT_INSIDE, NUMBER, number_words, parse_number
from copilot.grounding.units import CURRENCIES, Unit, counted_noun, unit_of
from copilot.kernel.listed import listed

_PERCENT_WORD = r"prosent\w*|percent\w*|per\s?cent|pros\.|procent|Prozent"
_PERCENT = re.compile(
    rf"{NOT_INSIDE}(?P<low>{NUMBER})(?:\s?%?{DASH}(?P<high>{NUMBER}))?[\s\u00a0-]?"
    rf"(?:%|(?i:{_PERCENT_WORD}))"
)
_QUALIFIER = (
    "business|working|calendar|full|whole|consecutive|more|extra|first|last|"
    "täyttä|täyden|kokonaista|ensimmäistä|ensimmäisen|viimeistä|viimeisen"
)
_QUANTITY = re.compile(
    rf"(?P<sign>(?<!\w)[-−–])?{NOT_INSIDE}(?P<low>{NUMBER})(?:{DASH}(?P<high>{NUMBER}))?"
    rf"(?P<gap>[ \u00a0\u202f-]|\s\n?)?(?:(?P<qualifier>{_QUALIFIER})[ -])?"
    r"(?P<unit>°C|°|[^\W\d_]{1,24})(?!\w)"
)
# "twenty-five" is one word here, "two-year" are two.
_WORD = re.compile(r"[^\W\d_]+ty-(?i:one|two|three|four|five|six|seven|eight|nine)\b|[^\W\d_]+")
_PERCENT_START = ("prosent", "percent")
_BELOW_ZERO = frozenset(("celsius", "degree"))
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
            start = match.start("low")
            if match["sign"] and unit.dimension in _BELOW_ZERO:
                start = match.start()
                parts = (tuple((label, -value) for label, value in parts[0]), *parts[1:])
            yield Figure(text[start : match.end()], "quantity", start, match.end(), parts)


def _reading(values: tuple[Decimal, ...], unit: Unit) -> tuple[tuple[str, Decimal], ...]:
    return tuple((unit.dimension, value * unit.factor) for value in values)


def _is_year(written: str) -> bool:
    return len(written) == 4 and written.isdigit() and 1900 <= int(written) <= 2100


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
        low, position = _number_at(text, found, position)
        values = [low]
        if not _adjacent(text, found, position):
            continue
        if found[position][0].lower() in _RANGE_WORDS:
            if _adjacent(text, found, position + 1) and found[position + 1][0].lower() in words:
                high, position = _number_at(text, found, position + 1)
                values.append(high)
        elif found[position][0].lower() in words:
            # "kahdesta kolmeen viikkoa", "two three days"
            high, position = _number_at(text, found, position)
            values.append(high)
        figure = _worded(text, found, first, position, values)
        if figure is not None:
            yield figure


def _number_at(text: str, found: list[re.Match[str]], position: int) -> tuple[Decimal, int]:
    """The number that starts at ``position``, and the place of the word after it."""
    words = number_words()
    thousands, value = Decimal(0), words[found[position][0].lower()]
    place = position + 1
    while place < len(found) and _adjacent(text, found, place):
        small = found[place][0].lower()
        skipped = small == "and" and value % 100 == 0 and _adjacent(text, found, place + 1)
        if skipped:
            small = found[place + 1][0].lower()
        following = words.get(small)
        if following is None or (skipped and following >= 100):
            break
        if small == "hundred" and value < 10:
            value *= 100
        elif small == "thousand" and value < 1000 and not thousands:
            thousands, value = value * 1000, Decimal(0)
        elif _adds_up(value, following):
            value += following
        else:
            break
        place += 1 + skipped
    return thousands + value, place


def _adjacent(text: str, found: list[re.Match[str]], place: int) -> bool:
    """Whether nothing but a space or hyphen parts the word at ``place`` from the one before."""
    if place >= len(found):
        return False
    return not text[found[place - 1].end() : found[place].start()].strip(" -\n\u00a0")


def _adds_up(value: Decimal, following: Decimal) -> bool:
    """``twenty`` and ``five`` are one number, ``two`` and ``three`` are two."""
    if value < 20:
        return value == 0
    return any(value % size == 0 and following < size for size in (1000, 100, 10))


def _worded(
    text: str, found: list[re.Match[str]], first: int, unit_at: int, values: list[Decimal]
) -> Figure | None:
    if not _adjacent(text, found, unit_at):
        return None
    unit, end = found[unit_at], unit_at
    qualifier = None
    if re.fullmatch(_QUALIFIER, unit[0].lower()) and _adjacent(text, found, unit_at + 1):
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
