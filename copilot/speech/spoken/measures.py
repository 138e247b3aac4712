"""Amounts, percentages, quantities and bare numbers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from copilot.speech.spoken.figure import Spoken
from copilot.speech.spoken.grammar import Grammar
from copilot.speech.spoken.numbers import Number, atoms_at, cardinal, number, plain, says_number
from copilot.speech.spoken.tokens import Pause, Token, text_at
from copilot.speech.spoken.years import pair_year
from copilot.speech.transcript import SpokenKind

_LEAST_BARE = 13
_CUE_REACH = 4
_SCALES = ("hundred", "thousand", "million")
_CENT = Decimal("0.01")


class _Told(NamedTuple):
    """One number, or a range, and the token after it."""

    low: Decimal
    high: Decimal | None
    end: int


def measured(grammar: Grammar, tokens: Sequence[Token], at: int) -> Spoken | None:
    """The amount, percentage or quantity that begins at ``at``, in tokens."""
    if text_at(tokens, at) in grammar.words.minuses:
        return _below_zero(grammar, tokens, at)
    low = number(grammar, tokens, at)
    if low is None:
        return None
    told = _range(grammar, tokens, low)
    found = _with_unit(grammar, tokens, at, told) if told else None
    return (
        found
        or _with_unit(grammar, tokens, at, _Told(low.value, None, low.end))
        or _price(grammar, tokens, low)
    )


def _below_zero(grammar: Grammar, tokens: Sequence[Token], at: int) -> Spoken | None:
    """``minus five degrees``, but not ``twenty minus five euros``."""
    if says_number(grammar, tokens, at - 1) or not says_number(grammar, tokens, at + 1):
        return None
    found = measured(grammar, tokens, at + 1)
    if found is None or "–" in found.written:
        return None
    return found._replace(start=at, written=f"-{found.written}")


def _range(grammar: Grammar, tokens: Sequence[Token], low: Number) -> _Told | None:
    if low.end >= len(tokens) or tokens[low.end - 1].pause == Pause.STOP:
        return None
    linked = tokens[low.end].text in grammar.words.range_words
    high = number(grammar, tokens, low.end + linked)
    if high is None:
        return None
    together = grammar.is_range(tokens[low.end - 1], tokens[low.end])
    if linked or together or _side_by_side(low, high):
        return _Told(low.value, high.value, high.end) if high.value > low.value else None
    return None


def _side_by_side(low: Number, high: Number) -> bool:
    """``two three weeks``, ``kymmenen viisitoista euroa``."""
    if not (low.is_whole and high.is_whole):
        return False
    if high.value <= 12 and low.value + 1 == high.value:
        return True
    fives = low.value % 5 == 0 and high.value % 5 == 0
    return fives and low.value < high.value <= 2 * low.value


def _with_unit(grammar: Grammar, tokens: Sequence[Token], start: int, told: _Told) -> Spoken | None:
    if told.end >= len(tokens) or tokens[told.end - 1].pause:
        return None
    words = grammar.percent(tokens, told.end)
    if words:
        end = told.end + words
        return Spoken(start, end, "percent", grammar.percentage(_written(grammar, told)))
    money = grammar.money(tokens[told.end].text)
    if money:
        return _amount(grammar, tokens, start, told, money.sign)
    words = grammar.unit(tokens, told.end, one=told.low == 1 and told.high is None)
    if not words:
        return None
    end = told.end + words
    said = " ".join(token.raw for token in tokens[told.end : end])
    return Spoken(start, end, "quantity", f"{_written(grammar, told)} {said}")


def _written(grammar: Grammar, told: _Told, *, money: bool = False) -> str:
    values = [told.low] if told.high is None else [told.low, told.high]
    if money:
        values = [value if value == int(value) else value.quantize(_CENT) for value in values]
    grouped_from = 1000 if money else 10_000
    return "–".join(plain(grammar, value, grouped_from=grouped_from) for value in values)


def _amount(
    grammar: Grammar, tokens: Sequence[Token], start: int, told: _Told, sign: str | None
) -> Spoken:
    end = told.end + 1
    if sign is None:
        written = f"{_written(grammar, told)} {tokens[told.end].raw}"
        return Spoken(start, end, "amount", written)
    if told.high is None and told.low == int(told.low):
        cents, end = _cents(grammar, tokens, end)
        told = told._replace(low=told.low + cents)
    return Spoken(start, end, "amount", grammar.amount(_written(grammar, told, money=True), sign))


def _cents(grammar: Grammar, tokens: Sequence[Token], at: int) -> tuple[Decimal, int]:
    """What follows the whole euros: ``and ninety cents``, ``ninety``."""
    none = (Decimal(0), at)
    if at >= len(tokens) or tokens[at - 1].pause == Pause.STOP:
        return none
    joined = tokens[at].text in grammar.words.ands
    said = cardinal(grammar, tokens, at + joined)
    if said is None or not 1 <= said.value <= 99:
        return none
    value = said.value / 100
    money = grammar.money(text_at(tokens, said.end))
    if money is not None and money.cents and not tokens[said.end - 1].pause:
        return value, said.end + 1
    if joined or said.value < 10 or tokens[at - 1].pause or _measures(grammar, tokens, said.end):
        return none
    return value, said.end


def _measures(grammar: Grammar, tokens: Sequence[Token], at: int) -> bool:
    """Whether the number before ``at`` goes on there, or counts something."""
    if at >= len(tokens) or tokens[at - 1].pause:
        return False
    return bool(
        says_number(grammar, tokens, at)
        or grammar.money(tokens[at].text)
        or grammar.percent(tokens, at)
        or grammar.unit(tokens, at, one=False)
    )


def _price(grammar: Grammar, tokens: Sequence[Token], whole: Number) -> Spoken | None:
    """``nineteen ninety nine euros``, and ``thirty nine ninety`` where a price is told."""
    if not whole.is_whole or not 1 <= whole.value < 1000 or tokens[whole.end - 1].pause:
        return None
    cents = cardinal(grammar, tokens, whole.end)
    if cents is None or not 10 <= cents.value <= 99:
        return None
    value = plain(grammar, (whole.value + cents.value / 100).quantize(_CENT))
    money = grammar.money(text_at(tokens, cents.end)) if not tokens[cents.end - 1].pause else None
    figures = any(token.is_figure for token in tokens[whole.start : cents.end])
    if money is not None and money.sign and money.counted and not figures:
        written = grammar.amount(value, money.sign)
        return Spoken(whole.start, cents.end + 1, "amount", written)
    if _told_price(grammar, tokens, whole.start) and not _measures(grammar, tokens, cents.end):
        return Spoken(whole.start, cents.end, "amount", value)
    return None


def _told_price(grammar: Grammar, tokens: Sequence[Token], at: int) -> bool:
    near = tokens[max(0, at - _CUE_REACH) : at]
    if near and near[-1].text in grammar.words.year_cues:
        return False
    return any(token.text in grammar.words.price_cues for token in near)


def bare(grammar: Grammar, tokens: Sequence[Token], at: int) -> Spoken | None:
    """The number without a unit that begins at ``at``, where it is surely one."""
    ordinal = grammar.ordinal(tokens, at)
    if ordinal or (says_number(grammar, tokens, at - 1) and not tokens[at - 1].pause):
        return ordinal
    year = pair_year(grammar, tokens, at)
    if year and not says_number(grammar, tokens, year[1]):
        return Spoken(at, year[1], "number", str(year[0]))
    found = number(grammar, tokens, at)
    if found is None or (says_number(grammar, tokens, found.end) and not _paused(tokens, found)):
        return None
    kind: SpokenKind = "number"
    written = plain(grammar, found.value)
    version, end = _version(grammar, tokens, found.end)
    if version or not found.is_whole:
        return Spoken(at, end, "number", written + version)
    if _is_small(grammar, tokens, found):
        return None
    if _told_price(grammar, tokens, at) and _ends_price(grammar, tokens, found):
        kind, written = "amount", plain(grammar, found.value, grouped_from=1000)
    return Spoken(at, found.end, kind, written)


def _version(grammar: Grammar, tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """The rest of ``three point two point one``, and the token after it."""
    rest = ""
    words = grammar.words
    while at < len(tokens) and not tokens[at - 1].pause:
        if tokens[at].text not in words.point and words.mail_marks.get(tokens[at].text) != ".":
            break
        more = cardinal(grammar, tokens, at + 1)
        if more is None:
            break
        rest += f".{more.value}"
        at = more.end
    return rest, at


def _paused(tokens: Sequence[Token], found: Number) -> bool:
    return bool(tokens[found.end - 1].pause)


def _ends_price(grammar: Grammar, tokens: Sequence[Token], found: Number) -> bool:
    if found.end >= len(tokens) or _paused(tokens, found):
        return True
    return tokens[found.end].text in grammar.words.price_ends


def _is_small(grammar: Grammar, tokens: Sequence[Token], found: Number) -> bool:
    """Whether a number is one that people say without counting: ``one``, ``a hundred``."""
    if not found.is_whole:
        return False
    if found.value < _LEAST_BARE:
        return True
    if tokens[found.start].text == grammar.indefinite and found.value in (100, 1000, 1_000_000):
        return True
    atoms = atoms_at(grammar, tokens, found.start)
    alone = found.end == found.start + 1 and len(atoms) == 1
    return alone and atoms[0].kind in _SCALES
