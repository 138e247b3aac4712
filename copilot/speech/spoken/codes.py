"""Digits and letters said one after the other: order numbers, accounts, phone numbers."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from copilot.speech.spoken.figure import Spoken
from copilot.speech.spoken.grammar import Grammar
from copilot.speech.spoken.spelling import Piece, counts_at, digits_at, letters_at
from copilot.speech.spoken.tokens import Pause, Token, text_at
from copilot.speech.transcript import SpokenKind

_CUE_REACH = 8
_PHONE_DIGITS = range(7, 16)
_LEAST_DIALLED = 6
_MAX_PIECES = 60
_LONG = 16


class _Run(NamedTuple):
    pieces: list[Piece]
    plus: bool

    @property
    def letters(self) -> int:
        return sum(len(piece.text) for piece in self.pieces if piece.kind == "letters")

    @property
    def digits(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.kind == "digits")

    @property
    def groups(self) -> int:
        return sum(piece.said for piece in self.pieces if piece.kind == "digits")


def coded(grammar: Grammar, tokens: Sequence[Token], at: int) -> tuple[Spoken | None, int]:
    """The identifier or phone number that begins at ``at``, in tokens.

    Returns:
        It, and from where on it is worth looking for another: half of a long run that is no
        figure is passed over, so that endless ones are not read again from each of their words.
    """
    pieces, plus = _read(grammar, tokens, at)
    onwards = pieces[len(pieces) // 2].end if len(pieces) > _LONG else at + 1
    pieces = _trimmed(grammar, tokens, pieces)
    run = _Run(pieces, plus)
    if not run.digits:
        return None, onwards
    cue, close = _cue(grammar, tokens, at)
    found = _figure(run, cue, at) if _believed(run, cue, close=close) else None
    return found, found.end if found else onwards


def _figure(run: _Run, cue: str | None, at: int) -> Spoken | None:
    end = run.pieces[-1].end
    kind: SpokenKind = "phone" if _is_phone(run, cue) else "identifier"
    if kind == "phone":
        return Spoken(at, end, kind, "+" * run.plus + run.digits)
    if run.plus:
        return None
    return Spoken(at, end, kind, "".join(piece.text for piece in run.pieces))


def _read(grammar: Grammar, tokens: Sequence[Token], at: int) -> tuple[list[Piece], bool]:
    """The pieces said from ``at`` on, and whether ``plus`` stands before them."""
    plus = text_at(tokens, at) == "plus"
    place = at + plus
    pieces: list[Piece] = []
    while place < len(tokens) and len(pieces) < _MAX_PIECES:
        piece = _piece(grammar, tokens, place, pieces)
        if piece is None:
            break
        pieces.append(piece)
        place = piece.end
        if tokens[place - 1].pause == Pause.STOP:
            break
    return pieces, plus


def _piece(grammar: Grammar, tokens: Sequence[Token], at: int, before: list[Piece]) -> Piece | None:
    kind = before[-1].kind if before else None
    after_zero = kind == "digits" and not before[-1].text.strip("0")
    digits = digits_at(grammar, tokens, at, after_zero=after_zero, in_digits=kind == "digits")
    if digits:
        return digits
    letters = letters_at(grammar, tokens, at, after=kind)
    if letters:
        return letters
    mark = grammar.words.marks.get(tokens[at].text)
    if mark and before and kind != "mark":
        return Piece("mark", mark, at + 1, 0, sure=True)
    return None


def _trimmed(grammar: Grammar, tokens: Sequence[Token], pieces: list[Piece]) -> list[Piece]:
    """``pieces`` less what belongs to the words after them."""
    pieces = list(pieces)
    while pieces:
        last = pieces[-1]
        loose = last.kind == "letters" and not last.sure and len(pieces) > 1
        if last.kind == "mark" or loose or _counts(grammar, tokens, last):
            pieces.pop()
        else:
            break
    return pieces


def _counts(grammar: Grammar, tokens: Sequence[Token], last: Piece) -> bool:
    """Whether the last number counts what follows: ``… one two weeks ago``."""
    return last.kind == "digits" and counts_at(grammar, tokens, last.end, one=last.text == "1")


def _cue(
    grammar: Grammar, tokens: Sequence[Token], at: int
) -> tuple[Literal["code", "phone"] | None, bool]:
    """What was announced before ``at``, and whether nothing else stands between."""
    close = True
    for place in range(at - 1, max(-1, at - 1 - _CUE_REACH), -1):
        word = tokens[place].text
        if _is_cue(grammar, word, grammar.words.code_cues):
            return "code", close
        if _is_cue(grammar, word, grammar.words.phone_cues):
            return "phone", close
        close = close and word in grammar.words.links
    return None, False


def _is_cue(grammar: Grammar, word: str, cues: tuple[str, ...]) -> bool:
    if grammar.inflects:
        return word.startswith(cues)
    return word in cues or word.removesuffix("s") in cues


def _believed(run: _Run, cue: str | None, *, close: bool) -> bool:
    """Whether so many digits and letters, announced like that, are a figure."""
    digits, groups, letters = len(run.digits), run.groups, run.letters
    if run.plus:
        return digits >= _LEAST_DIALLED
    if letters:
        if run.pieces[0].kind == "digits" and cue != "code":
            # "the 12 V one"
            return False
        single = letters == 1 and not run.pieces[0].sure
        return digits >= 2 and (letters > 1 or cue == "code" or (digits >= 3 and not single))
    if cue and close:
        return digits >= 3 or (groups >= 2 and digits >= 2)
    if groups < 3 or digits < 3:
        return False
    return bool(cue) or run.digits[0] == "0" or groups >= digits * 0.6


def _is_phone(run: _Run, cue: str | None) -> bool:
    digits = run.digits
    if run.letters or any(piece.text == "/" for piece in run.pieces):
        return False
    if run.plus:
        return True
    if cue == "code":
        return False
    if cue == "phone" and len(digits) >= _LEAST_DIALLED:
        return True
    return digits.startswith("0") and len(digits) in _PHONE_DIGITS
