"""The pieces of a code: digits by themselves or in groups, letters by name or by example."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from copilot.speech.spoken.atoms import Atom, Sum
from copilot.speech.spoken.grammar import Grammar
from copilot.speech.spoken.numbers import atoms_at, says_number
from copilot.speech.spoken.tokens import Token, text_at

PieceKind = Literal["digits", "letters", "mark"]
_MOST_CAPITALS = 5


class Piece(NamedTuple):
    """A piece of a code.

    Attributes:
        text: Its characters.
        end: The token after it.
        said: How many numbers were said.
        sure: It cannot be a word of its own.
    """

    kind: PieceKind
    text: str
    end: int
    said: int
    sure: bool


def digits_at(
    grammar: Grammar, tokens: Sequence[Token], at: int, *, after_zero: bool, in_digits: bool
) -> Piece | None:
    """The digits that begin at ``at``: one number, or several in one word.

    Args:
        grammar: Of the language.
        tokens: What was said.
        at: Where to look.
        after_zero: A zero stands before: ``nolla viisikymmentä kolme`` is 0 50 3.
        in_digits: Digits stand before.
    """
    repeat = grammar.words.repeats.get(tokens[at].text)
    if repeat:
        one = _single(grammar, tokens, at + 1, in_digits=True)
        return Piece("digits", one * repeat, at + 2, repeat, sure=True) if one else None
    if tokens[at].text in grammar.words.ohs:
        one = _single(grammar, tokens, at, in_digits=in_digits)
        return Piece("digits", one, at + 1, 1, sure=True) if one else None
    if tokens[at].text.isdecimal():
        return Piece("digits", tokens[at].text, at + 1, 1, sure=True)
    groups = grammar.groups(tokens[at].text)
    if len(groups) > 1:
        text = "".join(str(_value(group)) for group in groups)
        return Piece("digits", text, at + 1, len(groups), sure=True)
    return _group(grammar, tokens, at, after_zero=after_zero) if groups else None


def _value(atoms: Sequence[Atom]) -> int:
    total = Sum()
    total.add_all(atoms)
    return total.value


def _single(grammar: Grammar, tokens: Sequence[Token], at: int, *, in_digits: bool) -> str:
    """The one digit at ``at``; ``oh`` is one only beside digits."""
    if at >= len(tokens):
        return ""
    if tokens[at].text in grammar.words.ohs:
        beside = in_digits or _is_digit(grammar, tokens, at + 1)
        return "0" if beside else ""
    if tokens[at].text.isdecimal() and len(tokens[at].text) == 1:
        return tokens[at].text
    atoms = atoms_at(grammar, tokens, at)
    if len(atoms) == 1 and atoms[0].kind in ("zero", "digit"):
        return str(atoms[0].value)
    return ""


def _is_digit(grammar: Grammar, tokens: Sequence[Token], at: int) -> bool:
    if at >= len(tokens):
        return False
    word = tokens[at].text
    return (
        says_number(grammar, tokens, at)
        or word in grammar.words.ohs
        or word in grammar.words.repeats
    )


def _group(grammar: Grammar, tokens: Sequence[Token], at: int, *, after_zero: bool) -> Piece | None:
    """One number inside a code, which takes fewer words together than one outside."""
    total = Sum()
    place = at
    last: Atom | None = None
    while place < len(tokens):
        join = int(
            last is not None
            and grammar.joins != ""
            and tokens[place].text == grammar.joins
            and last.kind in ("hundred", "thousand")
        )
        atoms = atoms_at(grammar, tokens, place + join)
        if not atoms or atoms[0].kind == "figure":
            break
        if last and not _belongs(
            grammar, tokens, place + join, last, after_zero=after_zero, joined=join > 0
        ):
            break
        if not total.add_all(atoms):
            break
        last = atoms[-1]
        place += join + 1
        if tokens[place - 1].pause:
            break
    return Piece("digits", str(total.value), place, 1, sure=True) if place > at else None


def _belongs(
    grammar: Grammar,
    tokens: Sequence[Token],
    at: int,
    last: Atom,
    *,
    after_zero: bool,
    joined: bool,
) -> bool:
    """Whether the number word at ``at`` goes on the number before it."""
    first = atoms_at(grammar, tokens, at)[0]
    if first.kind in ("hundred", "thousand", "million") and first.times:
        return True
    if last.kind == "tens":
        return first.kind == "digit" and last.short and not after_zero
    if last.kind in ("hundred", "thousand", "million"):
        # "nine hundred one two three" is 900 1 2 3.
        return joined or first.kind != "digit" or not _single_next(grammar, tokens, at)
    return False


def _single_next(grammar: Grammar, tokens: Sequence[Token], at: int) -> bool:
    if tokens[at].pause or not _single(grammar, tokens, at + 1, in_digits=True):
        return False
    return not counts_at(grammar, tokens, at + 2)


def counts_at(grammar: Grammar, tokens: Sequence[Token], at: int, *, one: bool = False) -> bool:
    """Whether a unit, currency or ``percent`` at ``at`` takes the number before it for itself."""
    if at >= len(tokens) or tokens[at - 1].pause:
        return False
    return bool(
        grammar.unit(tokens, at, one=one)
        or grammar.money(tokens[at].text)
        or grammar.percent(tokens, at)
    )


def letters_at(
    grammar: Grammar, tokens: Sequence[Token], at: int, *, after: PieceKind | None
) -> Piece | None:
    """The letter or capitals at ``at``.

    Args:
        grammar: Of the language.
        tokens: What was said.
        at: Where to look.
        after: The piece before.
    """
    token = tokens[at]
    words = grammar.words
    if token.text == "double" and text_at(tokens, at + 1) in ("u", "you"):
        return Piece("letters", "W", at + 2, 0, sure=True)
    if token.raw.isalpha() and token.raw.isupper() and 2 <= len(token.raw) <= _MOST_CAPITALS:
        return Piece("letters", token.raw, at + 1, 0, sure=True)
    letter = token.text.upper() if token.is_letter else words.letters.get(token.text)
    letter = letter or words.alphabet.get(token.text)
    if letter is None:
        return None
    end = _past_example(grammar, tokens, at, letter)
    sure = end > at + 1 or (token.is_letter and token.text not in words.no_lone_letters)
    if not sure and token.is_letter and after != "letters":
        following = tokens[end] if end < len(tokens) else None
        goes_on = following is not None and (
            following.is_letter or (after == "digits" and _is_digit(grammar, tokens, end))
        )
        if not goes_on:
            return None
    return Piece("letters", letter, end, 0, sure=sure)


def _past_example(grammar: Grammar, tokens: Sequence[Token], at: int, letter: str) -> int:
    """The token after ``B as in bravo``."""
    for phrase in grammar.words.spelled_like:
        end = at + 1 + len(phrase)
        said = tuple(token.text for token in tokens[at + 1 : end])
        example = text_at(tokens, end)
        if said == phrase and len(example) > 1 and example.startswith(letter.lower()):
            return end + 1
    return at + 1
