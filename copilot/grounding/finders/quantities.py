"""Quantities with a unit, durations and percentages, in digits or in words."""

import re
from collections.abc import Iterator
from decimal import Decimal

from copilot.grounding.figure import Figure, readings
from copilot.grounding.finders.marking_words import Mark
from copilot.grounding.finders.scan import TAKEN, Anchors, matches, merged
from copilot.grounding.numbers import DASH, NOT_INSIDE, NUMBER, number_words, parse_number
from copilot.grounding.remembered import by_text
from copilot.grounding.units import CURRENCIES, Unit, counted_noun, unit_of
from copilot.kernel.listed import listed

_PERCENT_WORD = r"prosent\w*|percent\w*|per\s?cent|pros\.|procent|Prozent"
_PERCENT = re.compile(
    rf"{NOT_INSIDE}(?P<low>{NUMBER})(?:\s?%?{DASH}(?P<high>{NUMBER}))?[\s\u00a0-]?"
    rf"(?:%|(?i:{_PERCENT_WORD}))"
)
_QUALIFIER = (
    "business|working|banking|bank|calendar|full|whole|consecutive|more|extra|first|last|"
    "täyttä|täyden|kokonaista|ensimmäistä|ensimmäisen|viimeistä|viimeisen"
)
_QUANTITY = re.compile(
    rf"(?P<sign>(?<!\w)[-−–])?{NOT_INSIDE}(?P<low>{NUMBER})(?:{DASH}(?P<high>{NUMBER}))?"
    rf"(?P<gap>[ \u00a0\u202f-]|\s\n?)?(?:(?P<qualifier>{_QUALIFIER})[ -])?"
    r"(?P<unit>°C|°|m[23]|[^\W\d_]{1,24})(?!\w)"
)
# "twenty-five" is one word here, "two-year" are two.
_WORD = re.compile(r"[^\W\d_]+ty-(?i:one|two|three|four|five|six|seven|eight|nine)\b|[^\W\d_]+")
_PERCENT_START = ("prosent", "percent")
_BETWEEN = (" ", "-", "\n", "\u00a0")
_PERCENT_SIGN = re.compile("%")
_MINUS = ("-", "−", "–")
_GOES_ON = (".", ",", "#")
_KEPT_UNITS = 4096
_BELOW_ZERO = frozenset(("celsius", "degree"))
_RANGE_WORDS = frozenset(listed("to or tai"))


def find_percentages(text: str, anchors: Anchors) -> Iterator[Figure]:
    """Percentages in digits."""
    signs = [match.start() for match in _PERCENT_SIGN.finditer(text)]
    starts = anchors.leading_to(merged(signs, anchors.words(Mark.PERCENT)))
    for match in matches(_PERCENT, text, starts):
        ends = [match["low"], match["high"]] if match["high"] else [match["low"]]
        parts = tuple(readings(parse_number(end), None) for end in ends)
        yield Figure(match[0], "percent", match.start(), match.end(), parts)


def find_quantities(text: str, anchors: Anchors) -> Iterator[Figure]:
    """Numbers in digits that a unit or a counted noun follows."""
    for match in matches(_QUANTITY, text, _free_numbers(text, anchors)):
        word, qualifier = match["unit"], match["qualifier"]
        unit = unit_of(word, qualifier=qualifier) if qualifier else _plain_unit(word)
        if unit is None and match["gap"] and not _is_year(match["low"]):
            unit = _counted(word)
        if unit is not None:
            ends = [match["low"], match["high"]] if match["high"] else [match["low"]]
            parts = tuple(_reading(parse_number(end), unit) for end in ends)
            start = match.start("low")
            if match["sign"] and unit.dimension in _BELOW_ZERO:
                start = match.start()
                parts = (tuple((label, -value) for label, value in parts[0]), *parts[1:])
            yield Figure(text[start : match.end()], "quantity", start, match.end(), parts)


_plain_unit = by_text(_KEPT_UNITS)(unit_of)
_counted = by_text(_KEPT_UNITS)(counted_noun)


def _free_numbers(text: str, anchors: Anchors) -> Iterator[int]:
    """Where numbers start, their sign first."""
    for start, _ in anchors.runs:
        if text[start] == TAKEN:
            continue
        before = text[start - 1 : start]
        if before in _MINUS:
            yield start - 1
        if before not in _GOES_ON:
            yield start


def _reading(values: tuple[Decimal, ...], unit: Unit) -> tuple[tuple[str, Decimal], ...]:
    return tuple((unit.dimension, value * unit.factor) for value in values)


def _is_year(written: str) -> bool:
    return len(written) == 4 and written.isdigit() and 1900 <= int(written) <= 2100


def find_worded(text: str, anchors: Anchors) -> Iterator[Figure]:
    """Numbers in words before a unit, a currency or ``percent``: ``kaksi viikkoa``."""
    words = number_words()
    done = 0
    for start in anchors.words(Mark.NUMBER):
        first = _WORD.match(text, start)
        if first is None or start < done or text[start - 3 : start] == "ty-":
            continue
        if first[0].lower() not in words:
            continue
        low, last = _number_at(text, first)
        values = [low]
        following = _next_word(text, last)
        if following is not None and following[0].lower() in _RANGE_WORDS:
            after = _next_word(text, following)
            if after is not None and after[0].lower() in words:
                high, last = _number_at(text, after)
                values.append(high)
        elif following is not None and following[0].lower() in words:
            # "kahdesta kolmeen viikkoa", "two three days"
            high, last = _number_at(text, following)
            values.append(high)
        done = last.end()
        figure = _worded(text, first, _next_word(text, last), values)
        if figure is not None:
            yield figure


def _number_at(text: str, word: re.Match[str]) -> tuple[Decimal, re.Match[str]]:
    """The number that starts with ``word``, and its last word."""
    words = number_words()
    thousands, value = Decimal(0), words[word[0].lower()]
    last = word
    while (after := _next_word(text, last)) is not None:
        skipped = after[0].lower() == "and" and value % 100 == 0
        if skipped:
            beyond = _next_word(text, after)
            skipped, after = beyond is not None, beyond or after
        small = after[0].lower()
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
        last = after
    return thousands + value, last


def _next_word(text: str, word: re.Match[str]) -> re.Match[str] | None:
    """The word that nothing but spaces and hyphens part from ``word`` before it."""
    end = word.end()
    while text[end : end + 1] in _BETWEEN:
        end += 1
    return _WORD.match(text, end)


def _adds_up(value: Decimal, following: Decimal) -> bool:
    """``twenty`` and ``five`` are one number, ``two`` and ``three`` are two."""
    if value < 20:
        return value == 0
    return any(value % size == 0 and following < size for size in (1000, 100, 10))


def _worded(
    text: str, first: re.Match[str], unit: re.Match[str] | None, values: list[Decimal]
) -> Figure | None:
    if unit is None:
        return None
    end, qualifier = unit, None
    if re.fullmatch(_QUALIFIER, unit[0].lower()) and (after := _next_word(text, unit)) is not None:
        end, qualifier = after, unit[0]
    return _worded_figure(text, first, end, values, qualifier)


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
