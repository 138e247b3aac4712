"""English dates and ordinal numbers: ``the third of May``, ``December twenty fourth``."""

from collections.abc import Sequence
from typing import NamedTuple

from copilot.kernel.listed import listed
from copilot.speech.spoken.figure import Spoken
from copilot.speech.spoken.grammar import Grammar
from copilot.speech.spoken.numbers import cardinal
from copilot.speech.spoken.tokens import Pause, Token, text_at, unbroken
from copilot.speech.spoken.years import year_at

_MONTHS = listed("""
    january february march april may june july august september october november december
""")
_MONTH_NUMBERS = {
    **{name: n for n, name in enumerate(_MONTHS, 1)},
    **{name[:3]: n for n, name in enumerate(_MONTHS, 1) if name not in ("may", "march")},
    "sept": 9,
}
_ALSO_WORDS = frozenset(("may", "march"))
_ORDINALS = listed("""
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
""")
_TENTHS = listed("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth")
_SMALL = {word: n for n, word in enumerate(_ORDINALS, 1)}
_ROUND = {word: 10 * n for n, word in enumerate(_TENTHS, 2)}
_TENS = {word.removesuffix("ieth") + "y": value for word, value in _ROUND.items()}
_LEAST_ALONE = 13


class _Day(NamedTuple):
    value: int
    end: int
    ordinal: bool


def ordinal(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The value of the ordinal number at ``at`` and the token after it."""
    word = text_at(tokens, at)
    if word in _SMALL or word in _ROUND:
        return (_SMALL.get(word) or _ROUND[word]), at + 1
    following = text_at(tokens, at + 1)
    if word in _TENS and not tokens[at].pause and _SMALL.get(following, 10) < 10:
        return _TENS[word] + _SMALL[following], at + 2
    return None


def ordinal_at(tokens: Sequence[Token], at: int) -> Spoken | None:
    """``the twenty third`` without a month; small ones are mostly no figures."""
    found = ordinal(tokens, at + 1) if text_at(tokens, at) == "the" else None
    if found is None or found[0] < _LEAST_ALONE:
        return None
    return Spoken(at, found[1], "number", f"{found[0]}{_ending(found[0])}")


def _ending(value: int) -> str:
    if value % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def dated(grammar: Grammar, tokens: Sequence[Token], at: int) -> Spoken | None:
    """The date that begins at ``at``, in tokens."""
    if text_at(tokens, at) in _MONTH_NUMBERS:
        return _month_first(grammar, tokens, at)
    start = at + (text_at(tokens, at) == "the")
    day = _day(grammar, tokens, start)
    if day is None:
        return None
    place = day.end + (text_at(tokens, day.end) == "of")
    if not unbroken(tokens, at, place + 1):
        return None
    month = text_at(tokens, place)
    if month in _MONTH_NUMBERS:
        name = tokens[place].raw.capitalize()
        place += 1
    else:
        month_ordinal = ordinal(tokens, place + (month == "the"))
        if place == day.end or not day.ordinal or not month_ordinal or month_ordinal[0] > 12:
            return None
        name, place = _MONTHS[month_ordinal[0] - 1].capitalize(), month_ordinal[1]
    year, end = _year(grammar, tokens, place)
    if month in _ALSO_WORDS and not (year or _surely(tokens, day, place - 1)):
        return None
    return Spoken(at, end, "date", " ".join(part for part in (str(day.value), name, year) if part))


def _surely(tokens: Sequence[Token], day: _Day, month_at: int) -> bool:
    """Whether ``may`` or ``march`` after a day is the month: ``the first may be late``."""
    if not day.ordinal:
        return tokens[month_at].raw[0].isupper()
    return month_at > day.end or day.value > 3 or tokens[month_at].raw[0].isupper()


def _month_first(grammar: Grammar, tokens: Sequence[Token], at: int) -> Spoken | None:
    if tokens[at].pause:
        return None
    place = at + 1 + (text_at(tokens, at + 1) == "the")
    day = _day(grammar, tokens, place)
    if day is None:
        return None
    named = tokens[at].text not in _ALSO_WORDS or tokens[at].raw[0].isupper()
    if not named and (not day.ordinal or day.value == 1):
        return None
    year, end = _year(grammar, tokens, day.end)
    written = f"{tokens[at].raw.capitalize()} {day.value}" + (f", {year}" if year else "")
    return Spoken(at, end, "date", written)


def _day(grammar: Grammar, tokens: Sequence[Token], at: int) -> _Day | None:
    found = ordinal(tokens, at)
    if found:
        return _Day(found[0], found[1], ordinal=True) if found[0] <= 31 else None
    said = cardinal(grammar, tokens, at)
    if said is None or not 1 <= said.value <= 31:
        return None
    return _Day(int(said.value), said.end, ordinal=False)


def _year(grammar: Grammar, tokens: Sequence[Token], at: int) -> tuple[str, int]:
    if tokens[at - 1].pause == Pause.STOP:
        return "", at
    found = year_at(grammar, tokens, at)
    return (str(found[0]), found[1]) if found else ("", at)
