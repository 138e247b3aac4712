"""Reading a number out of the words: ``two and a half thousand``, ``kakskyt pilkku viis``."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from copilot.speech.spoken.atoms import Atom, Sum
from copilot.speech.spoken.grammar import Grammar
from copilot.speech.spoken.tokens import Token, text_at, unbroken

_SIZES = {"thousand": 1000, "million": 1_000_000}
_MAX_FIGURE = 12


class Number(NamedTuple):
    """A number that was said.

    Attributes:
        start, end: Its tokens.
        value: What it is worth, with as many decimals as were said.
        half: Its fraction was said as a half.
    """

    start: int
    end: int
    value: Decimal
    half: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it was said without decimals."""
        return int(self.value.as_tuple().exponent) >= 0


def atoms_at(grammar: Grammar, tokens: Sequence[Token], at: int) -> tuple[Atom, ...]:
    """The parts of the number that the token at ``at`` is; empty where it is none or several."""
    if at >= len(tokens):
        return ()
    token = tokens[at]
    if token.text.isdecimal() and len(token.text) <= _MAX_FIGURE:
        return (Atom("figure", int(token.text)),)
    groups = grammar.groups(token.text)
    return groups[0] if len(groups) == 1 else ()


def cardinal(grammar: Grammar, tokens: Sequence[Token], at: int) -> Number | None:
    """The whole number that begins at ``at``."""
    place = at
    if grammar.indefinite and text_at(tokens, at) == grammar.indefinite:
        following = atoms_at(grammar, tokens, at + 1)
        if not following or following[0].kind not in ("hundred", *_SIZES):
            return None
        place += 1
    total = Sum()
    end = place
    while place < len(tokens):
        skip = _joined(grammar, tokens, place, total) if end > at else 0
        atoms = atoms_at(grammar, tokens, place + skip)
        if not atoms or not total.add_all(atoms):
            break
        place += skip + 1
        end = place
        if tokens[place - 1].pause:
            break
    if end == at or not atoms_at(grammar, tokens, end - 1):
        return None
    return Number(at, end, Decimal(total.value))


def _joined(grammar: Grammar, tokens: Sequence[Token], at: int, total: Sum) -> int:
    """1 where an ``and`` inside a number stands at ``at``: ``two hundred and five``."""
    if not grammar.joins or tokens[at].text != grammar.joins or total.room not in (100, 1000):
        return 0
    following = atoms_at(grammar, tokens, at + 1)
    after = atoms_at(grammar, tokens, at + 2)
    small = bool(following) and following[0].kind in ("digit", "teen", "tens")
    # "one hundred and one thousand" is one number, "a thousand and two thousand" are two.
    larger = ("hundred",) if total.room == 100 and total.value < 1000 else ("hundred", *_SIZES)
    return int(small and not (after and after[0].kind in larger))


def number(grammar: Grammar, tokens: Sequence[Token], at: int) -> Number | None:
    """The number that begins at ``at``, decimals and halves included."""
    if at >= len(tokens):
        return None
    if grammar.one_and_a_half(tokens[at].text):
        return _scaled(grammar, tokens, Number(at, at + 1, Decimal("1.5"), half=True))
    found = _written_decimal(grammar, tokens, at) or cardinal(grammar, tokens, at)
    if found is None or tokens[found.end - 1].pause:
        return found
    longer = _with_half(grammar, tokens, found) or _with_decimals(grammar, tokens, found)
    return _scaled(grammar, tokens, longer) if longer else found


def _written_decimal(grammar: Grammar, tokens: Sequence[Token], at: int) -> Number | None:
    """``39.90`` and ``1,299`` as a recogniser may have written them already."""
    token = tokens[at]
    if not token.is_figure or token.text.isdecimal() or len(token.text) > _MAX_FIGURE:
        return None
    whole, mark, rest = token.text.rpartition(max(".,", key=token.text.rfind))
    if mark != grammar.decimal_mark and len(rest) == 3 and whole.isdecimal():
        return Number(at, at + 1, Decimal(whole + rest))
    if whole.isdecimal() and len(rest) <= 2:
        return Number(at, at + 1, Decimal(f"{whole}.{rest}"))
    return None


def _with_half(grammar: Grammar, tokens: Sequence[Token], found: Number) -> Number | None:
    if text_at(tokens, found.end) not in grammar.words.ands:
        return None
    for half in grammar.words.halves:
        end = found.end + 1 + len(half)
        said = tuple(token.text for token in tokens[found.end + 1 : end])
        if said == half and unbroken(tokens, found.start, end):
            return Number(found.start, end, found.value + Decimal("0.5"), half=True)
    return None


def _with_decimals(grammar: Grammar, tokens: Sequence[Token], found: Number) -> Number | None:
    if text_at(tokens, found.end) not in grammar.words.point or tokens[found.end].pause:
        return None
    place = found.end + 1
    digits = ""
    while place < len(tokens) and (one := _digit(grammar, tokens, place)):
        digits += one
        place += 1
        if tokens[place - 1].pause:
            break
    if len(digits.lstrip("0")) == 0 or (len(digits) == 1 and digits != "0"):
        rest = cardinal(grammar, tokens, place - (digits != "" and digits != "0"))
        if rest is not None and rest.value < 1000:
            digits = ("0" if digits.startswith("0") else "") + str(rest.value)
            place = rest.end
    if not digits:
        return None
    return Number(found.start, place, Decimal(f"{found.value}.{digits}"))


def _digit(grammar: Grammar, tokens: Sequence[Token], at: int) -> str:
    if tokens[at].text in grammar.words.ohs:
        return "0"
    atoms = atoms_at(grammar, tokens, at)
    if len(atoms) == 1 and atoms[0].kind in ("zero", "digit"):
        return str(atoms[0].value)
    return ""


def _scaled(grammar: Grammar, tokens: Sequence[Token], found: Number) -> Number:
    """``found`` times the thousand or million that follows it."""
    atoms = atoms_at(grammar, tokens, found.end)
    if len(atoms) == 1 and atoms[0].kind in _SIZES and not tokens[found.end - 1].pause:
        value = found.value * _SIZES[atoms[0].kind]
        return Number(found.start, found.end + 1, Decimal(int(value)))
    return found


def says_number(grammar: Grammar, tokens: Sequence[Token], at: int) -> bool:
    """Whether there is a token at ``at``, and it is a number in words or digits."""
    return 0 <= at < len(tokens) and bool(tokens[at].is_figure or grammar.groups(tokens[at].text))


def plain(grammar: Grammar, value: Decimal, *, grouped_from: int = 10_000) -> str:
    """``value`` in digits with the language's marks.

    Args:
        grammar: Of the language.
        value: What to write; its decimals are kept.
        grouped_from: From here on thousands are parted.
    """
    whole, _, decimals = str(value).partition(".")
    if abs(value) >= grouped_from:
        whole = f"{int(whole):,}".replace(",", grammar.thousands_mark)
    return whole + (grammar.decimal_mark + decimals if decimals else "")
