"""Finnish times of day: ``puoli kolme``, ``vartin yli viisi``, ``kello kaksikymmentä``."""

from collections.abc import Sequence
from typing import NamedTuple

from copilot.kernel.listed import listed
from copilot.speech.spoken.figure import Spoken
from copilot.speech.spoken.grammar import Grammar
from copilot.speech.spoken.numbers import cardinal, says_number
from copilot.speech.spoken.tokens import Token, text_at

_CLOCK = frozenset(listed("kello klo kellon"))
_BETWEEN = frozenset(listed("on oli noin tasan jo vasta ennen jälkeen"))
_HALF = frozenset(listed("puoli puol puolta"))
_QUARTER = frozenset(listed("vartti varttia vartin"))
_PAST = frozenset(("yli",))
_TO = frozenset(listed("vaille vailla vaill"))
_USUAL_MINUTES = (5, 10, 20, 25)
_AFTERNOON = frozenset(listed("iltapäivällä iltapäivästä illalla iltasella ehtoolla"))
_OTHER_PARTS = frozenset(listed("aamulla aamusta aamupäivällä aamuyöllä yöllä"))
_OPEN = frozenset(listed("auki avoinna arkisin paikalla palvelee palvelemme"))
_OPEN_REACH = 3
_ABLATIVE = ("lta", "ltä")
_OF_THEM = frozenset(listed("meistä teistä heistä niistä näistä noista"))


class _Clock(NamedTuple):
    hour: int
    minute: int | None
    end: int

    def written(self) -> str:
        return str(self.hour) + ("" if self.minute is None else f".{self.minute:02}")


def timed(grammar: Grammar, tokens: Sequence[Token], at: int) -> Spoken | None:
    """The time of day that begins at ``at``, in tokens."""
    place = at
    if text_at(tokens, at) in _CLOCK:
        place += 1
        if text_at(tokens, place) in _BETWEEN:
            place += 1
    named = place > at
    clock = _spoken_out(grammar, tokens, place)
    if clock is None and named:
        return _after_clock(grammar, tokens, at, place)
    if clock is None:
        hours = _opening_hours(grammar, tokens, at)
        if hours:
            return hours
        clock = _ablative(grammar, tokens, at)
    return _spoken(tokens, at, clock) if clock else None


def _spoken(tokens: Sequence[Token], at: int, clock: _Clock) -> Spoken:
    part = text_at(tokens, clock.end) if not tokens[clock.end - 1].pause else ""
    end = clock.end + (part in _AFTERNOON or part in _OTHER_PARTS)
    if part in _AFTERNOON and clock.hour < 12:
        clock = clock._replace(hour=clock.hour + 12)
    return Spoken(at, end, "time", f"klo {clock.written()}")


def _spoken_out(grammar: Grammar, tokens: Sequence[Token], at: int) -> _Clock | None:
    """``puoli kolme``, ``vartin yli viisi``, ``kymmentä vaille kuusi``."""
    word = text_at(tokens, at)
    if word in _HALF:
        hour = _hour(grammar, tokens, at + 1)
        if hour is None or _goes_on(grammar, tokens, hour.end):
            return None
        return hour._replace(hour=_before(hour.hour), minute=30)
    if word in _QUARTER:
        minutes, place, usual = 15, at + 1, True
    else:
        said = cardinal(grammar, tokens, at)
        if said is None or not 1 <= said.value <= 29:
            return None
        minutes, place = int(said.value), said.end
        usual = minutes in _USUAL_MINUTES or word.endswith(("tä", "ta", "ää", "aa", "ea"))
        if text_at(tokens, place) in ("minuuttia", "minsaa", "min"):
            place, usual = place + 1, True
    direction = text_at(tokens, place)
    if not usual or direction not in _PAST | _TO:
        return None
    hour = _hour(grammar, tokens, place + 1)
    if hour is None or _goes_on(grammar, tokens, hour.end):
        return None
    if direction in _PAST:
        return hour._replace(minute=minutes)
    return hour._replace(hour=_before(hour.hour), minute=60 - minutes)


def _before(hour: int) -> int:
    return hour - 1 or 12


def _hour(grammar: Grammar, tokens: Sequence[Token], at: int) -> _Clock | None:
    said = cardinal(grammar, tokens, at)
    if said is None or not 1 <= said.value <= 24 or tokens[at - 1].pause:
        return None
    return _Clock(int(said.value), None, said.end)


def _after_clock(grammar: Grammar, tokens: Sequence[Token], at: int, place: int) -> Spoken | None:
    """``kello kahdeksantoista kolmekymmentä``, ``kello kahdeksasta kuuteentoista``."""
    low = _digital(grammar, tokens, place)
    if low is None:
        return None
    if low.end < len(tokens) and low.minute is None:
        dash = int(tokens[low.end].text in grammar.words.range_words)
        together = grammar.is_range(tokens[low.end - 1], tokens[low.end])
        if dash or together:
            high = _digital(grammar, tokens, low.end + dash)
            if high is not None:
                return Spoken(at, high.end, "time", f"klo {low.written()}–{high.written()}")
    if _goes_on(grammar, tokens, low.end):
        return None
    return _spoken(tokens, at, low)


def _opening_hours(grammar: Grammar, tokens: Sequence[Token], at: int) -> Spoken | None:
    """``auki yhdeksästä seitsemääntoista``."""
    near = tokens[max(0, at - _OPEN_REACH) : at]
    if not any(token.text in _OPEN for token in near):
        return None
    low = _hour(grammar, tokens, at)
    high = _hour(grammar, tokens, low.end) if low else None
    if low is None or high is None or not grammar.is_range(tokens[at], tokens[low.end]):
        return None
    if _goes_on(grammar, tokens, high.end):
        return None
    return Spoken(at, high.end, "time", f"klo {low.hour}–{high.hour}")


def _digital(grammar: Grammar, tokens: Sequence[Token], at: int) -> _Clock | None:
    hour = cardinal(grammar, tokens, at)
    if hour is None or hour.value > 24:
        return None
    clock = _Clock(int(hour.value), None, hour.end)
    if tokens[hour.end - 1].pause:
        return clock
    zero = cardinal(grammar, tokens, hour.end)
    if zero is not None and zero.value == 0:
        minute = cardinal(grammar, tokens, zero.end)
        if minute is not None and minute.value <= 9:
            return clock._replace(minute=int(minute.value), end=minute.end)
    if zero is None or not 10 <= zero.value <= 59:
        return clock
    if grammar.is_range(tokens[hour.end - 1], tokens[hour.end]):
        return clock
    return clock._replace(minute=int(zero.value), end=zero.end)


def _ablative(grammar: Grammar, tokens: Sequence[Token], at: int) -> _Clock | None:
    """``kahdelta``: at two, unless what follows agrees with it (``kahdelta myyjältä``)."""
    if not text_at(tokens, at).endswith((*_ABLATIVE, "ltatoista", "ltätoista")):
        return None
    hour = _hour(grammar, tokens, at)
    part = text_at(tokens, hour.end) if hour else ""
    if hour is None or (hour.hour == 1 and part not in _AFTERNOON | _OTHER_PARTS):
        # "yhdeltä" alone is mostly "from one".
        return None
    following = [text_at(tokens, hour.end), text_at(tokens, hour.end + 1)]
    agrees = any(word.endswith(_ABLATIVE) or word in _OF_THEM for word in following)
    return None if agrees or _goes_on(grammar, tokens, hour.end) else hour


def _goes_on(grammar: Grammar, tokens: Sequence[Token], end: int) -> bool:
    """Whether what follows makes the number before it a measure or a longer number."""
    if end >= len(tokens) or tokens[end - 1].pause:
        return False
    return bool(
        says_number(grammar, tokens, end)
        or grammar.money(tokens[end].text)
        or grammar.percent(tokens, end)
        or grammar.unit(tokens, end, one=False)
    )
