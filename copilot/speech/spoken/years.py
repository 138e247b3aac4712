"""Years as they are said: ``twenty twenty six``, ``kaksituhattakaksikymmentäkuusi``."""

from collections.abc import Sequence

from copilot.speech.spoken.grammar import Grammar
from copilot.speech.spoken.numbers import cardinal
from copilot.speech.spoken.tokens import Token

_FIRST, _LAST = 1900, 2100
_CENTURIES = (19, 20)


def year_at(grammar: Grammar, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The year that is said at ``at`` and the token after it."""
    said = cardinal(grammar, tokens, at)
    if said is None:
        return None
    if _FIRST <= said.value <= _LAST:
        return int(said.value), said.end
    return pair_year(grammar, tokens, at)


def pair_year(grammar: Grammar, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """A year said as two numbers, as in ``nineteen ninety eight``."""
    first = cardinal(grammar, tokens, at)
    if first is None or first.value not in _CENTURIES or tokens[first.end - 1].pause:
        return None
    second = cardinal(grammar, tokens, first.end)
    if second is None or not 10 <= second.value <= 99:
        return None
    return int(first.value) * 100 + int(second.value), second.end
