"""English times of day: ``half past five``, ``three thirty p m``, ``two in the afternoon``."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from copilot.kernel.listed import listed
from copilot.speech.spoken.figure import Spoken
from copilot.speech.spoken.grammar import Grammar
from copilot.speech.spoken.numbers import cardinal, says_number
from copilot.speech.spoken.tokens import Token, text_at, unbroken

_CUES = frozenset(listed("at around until till by from before after between past"))
_TO_CUES = _CUES | {"it's", "was"}
_USUAL_MINUTES = (5, 10, 20, 25)
_HALF_DAYS: tuple[tuple[tuple[str, ...], Literal["am", "pm"]], ...] = (
    (("am",), "am"),
    (("a", "m"), "am"),
    (("pm",), "pm"),
    (("p", "m"), "pm"),
    (("in", "the", "morning"), "am"),
    (("in", "the", "afternoon"), "pm"),
    (("in", "the", "evening"), "pm"),
    (("at", "night"), "pm"),
)


class _Clock(NamedTuple):
    hour: int
    minute: int | None
    end: int

    def written(self) -> str:
        return f"{self.hour}:{self.minute or 0:02}"


def timed(grammar: Grammar, tokens: Sequence[Token], at: int) -> Spoken | None:
    """The time of day that begins at ``at``, in tokens."""
    clock = _spoken_out(grammar, tokens, at)
    if clock:
        half, end = half_day(tokens, clock.end)
        return Spoken(at, end, "time", clock.written() + half)
    clock = _digital(grammar, tokens, at)
    if clock is None:
        return _hundred_hours(grammar, tokens, at)
    if text_at(tokens, clock.end) in ("o'clock", "oclock") and clock.minute is None:
        half, end = half_day(tokens, clock.end + 1)
        return Spoken(at, end, "time", clock.written() + half)
    half, end = half_day(tokens, clock.end)
    if half and clock.hour <= 12:
        written = clock.written() if clock.minute is not None else str(clock.hour)
        return Spoken(at, end, "time", written + half)
    return _range(grammar, tokens, at, clock) or _after_cue(grammar, tokens, at, clock)


def _hundred_hours(grammar: Grammar, tokens: Sequence[Token], at: int) -> Spoken | None:
    """``sixteen hundred hours``."""
    said = cardinal(grammar, tokens, at)
    if said is None or said.value % 100 or said.value > 2400:
        return None
    if text_at(tokens, said.end - 1) != "hundred" or text_at(tokens, said.end) != "hours":
        return None
    hour = int(said.value) // 100
    return Spoken(at, said.end + 1, "time", f"{hour}:00") if hour >= 10 else None


def half_day(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """`` am`` or `` pm`` where the words at ``at`` say so, and the token after them."""
    for words, half in _HALF_DAYS:
        end = at + len(words)
        if tuple(token.text for token in tokens[at:end]) == words and unbroken(tokens, at, end):
            return f" {half}", end
    return "", at


def _spoken_out(grammar: Grammar, tokens: Sequence[Token], at: int) -> _Clock | None:
    """``half past five``, ``a quarter to six``, ``ten past four``, ``half six``."""
    place = at + (text_at(tokens, at) == "a" and text_at(tokens, at + 1) == "quarter")
    word, following = text_at(tokens, place), text_at(tokens, place + 1)
    if word == "half":
        skip = 2 if following == "past" else 1
        hour = _hour(grammar, tokens, place + skip)
        if hour is None or (skip == 1 and not _ends_alone(grammar, tokens, hour.end)):
            return None
        return hour._replace(minute=30)
    if word == "quarter":
        minutes, place = 15, place + 1
    else:
        said = cardinal(grammar, tokens, at)
        if said is None or not 1 <= said.value <= 29:
            return None
        minutes, place = int(said.value), said.end
        if text_at(tokens, place) in ("minutes", "minute"):
            place += 1
        elif minutes not in _USUAL_MINUTES:
            return None
    direction = text_at(tokens, place)
    if direction not in ("past", "to", "after", "before", "till"):
        return None
    hour = _hour(grammar, tokens, place + 1)
    if hour is None or not _ends_alone(grammar, tokens, hour.end):
        return None
    if direction in ("past", "after"):
        return hour._replace(minute=minutes)
    if word != "quarter" and place == at + 1 and text_at(tokens, at - 1) not in _TO_CUES:
        # "five to ten" may be a range.
        return None
    return hour._replace(hour=hour.hour - 1 or 12, minute=60 - minutes)


def _hour(grammar: Grammar, tokens: Sequence[Token], at: int) -> _Clock | None:
    said = cardinal(grammar, tokens, at)
    if said is None or not 1 <= said.value <= 12 or said.end != at + 1:
        return None
    return _Clock(int(said.value), None, said.end)


def _digital(grammar: Grammar, tokens: Sequence[Token], at: int) -> _Clock | None:
    """``three``, ``three thirty``, ``seven oh five``, ``fourteen thirty``."""
    hour = cardinal(grammar, tokens, at)
    if hour is None or hour.value > 24 or text_at(tokens, at) == "zero":
        return None
    clock = _Clock(int(hour.value), None, hour.end)
    if tokens[hour.end - 1].pause:
        return clock
    oh = text_at(tokens, hour.end) in grammar.words.ohs
    minute = cardinal(grammar, tokens, hour.end + oh)
    if minute is None or not (1 <= minute.value <= 9 if oh else 10 <= minute.value <= 59):
        return clock
    return _Clock(int(hour.value), int(minute.value), minute.end)


def _range(grammar: Grammar, tokens: Sequence[Token], at: int, low: _Clock) -> Spoken | None:
    """``two to four p m``."""
    if text_at(tokens, low.end) != "to" or low.hour > 12:
        return None
    high = _digital(grammar, tokens, low.end + 1)
    if high is None or high.hour > 12:
        return None
    half, end = half_day(tokens, high.end)
    if not half:
        return None
    ends = [one.written() if one.minute is not None else str(one.hour) for one in (low, high)]
    return Spoken(at, end, "time", "–".join(ends) + half)


def _after_cue(grammar: Grammar, tokens: Sequence[Token], at: int, clock: _Clock) -> Spoken | None:
    """``at three thirty``: hour and minutes need a word such as ``at`` before them."""
    cue = text_at(tokens, at - 1)
    if clock.minute is None or cue not in _CUES or tokens[at - 1].pause:
        return None
    if not _ends_alone(grammar, tokens, clock.end) or (clock.hour in (19, 20) and cue != "at"):
        return None
    return Spoken(at, clock.end, "time", clock.written())


def _ends_alone(grammar: Grammar, tokens: Sequence[Token], end: int) -> bool:
    """Whether what follows makes the numbers before it no measure and no longer number."""
    if end >= len(tokens) or tokens[end - 1].pause:
        return True
    return not (
        says_number(grammar, tokens, end)
        or grammar.money(tokens[end].text)
        or grammar.percent(tokens, end)
        or grammar.unit(tokens, end, one=False)
        or tokens[end].text in ("of", "hundred", "thousand", "point")
    )
