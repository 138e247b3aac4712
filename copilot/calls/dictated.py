"""Digits and letters as people dictate them on the phone: over many words, and several turns.

One speaker's digits are one run although the other says "yes" in between, and although fillers
stand among them. What the other reads back is a run of their own.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from copilot.kernel.listed import listed
from copilot.speech.spoken.english import english
from copilot.speech.spoken.finnish import finnish
from copilot.speech.spoken.grammar import Grammar
from copilot.speech.spoken.spelling import counts_at, digits_at, letters_at
from copilot.speech.spoken.tokens import Token, tokens_of
from copilot.speech.transcript import Segment

_HYPHENED = re.compile(r"\d+(?:[-\u2010\u2011–/]\d+)+$")
_MOST_LETTERS = 3
_MOST_FILLERS = 6
_LONGEST_BREAK = 12
_MOST_PIECES = 80
_FILLERS = frozenset(
    listed("""
        yes yeah yep yup ok okay right mhm mm hmm uh um er then and so next sorry thanks thank you
        got it go on ahead sure is it's its the number that's that dash hyphen space
        joo juu kyllä okei niin ja sitten öö ööö siis eli eiku mmm jep selvä kiitos hetki jatka no
        oli sen se on viiva väliviiva väli
    """)
)


class Word(NamedTuple):
    """A token with its segment, and its place among all that both speakers said."""

    token: Token
    n: int
    at: int


class Piece(NamedTuple):
    """Characters that were said, and the words that say them."""

    text: str
    words: tuple[Word, ...]

    @property
    def at(self) -> int:
        """Its place among all that was said."""
        return self.words[0].at


class Run(NamedTuple):
    """Pieces that one speaker said one after the other."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """All characters of it."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def digits(self) -> str:
        """Its digits alone."""
        return re.sub(r"\D", "", self.text)

    @property
    def start(self) -> int:
        """Its first word's place among all that was said."""
        return self.pieces[0].at

    @property
    def end(self) -> int:
        """Its last word's place among all that was said."""
        return self.pieces[-1].words[-1].at


def words_of(segments: Sequence[Segment]) -> list[Word]:
    """Everything that was said, in order."""
    found: list[Word] = []
    for segment in segments:
        for token in tokens_of(segment.text.split()):
            found.append(Word(token, segment.n, len(found)))
    return found


def runs(
    segments: Sequence[Segment],
    words: Sequence[Word],
    language: str | None,
    ends: Callable[[Word], bool],
) -> Iterator[Run]:
    """The runs of each speaker.

    Args:
        segments: Of the whole transcript.
        words: What they say: see :func:`words_of`.
        language: BCP 47 code; of other languages than English and Finnish, only what is written
            in digits.
        ends: Whether a word ends a run although more digits follow.
    """
    grammar = _grammar(language)
    speakers = {segment.n: segment.speaker for segment in segments}
    for speaker in dict.fromkeys(speakers.values()):
        said = [word for word in words if speakers[word.n] == speaker]
        yield from _runs_of(grammar, said, ends)


def _grammar(language: str | None) -> Grammar:
    return finnish() if (language or "").split("-")[0].lower() == "fi" else english()


def _runs_of(grammar: Grammar, said: Sequence[Word], ends: Callable[[Word], bool]) -> Iterator[Run]:
    tokens = [word.token for word in said]
    pieces: list[Piece] = []
    fillers = at = 0
    while at < len(said):
        ended = ends(said[at])
        piece = None if ended else _piece(grammar, tokens, said, at, goes_on=bool(pieces))
        if piece is not None:
            long = len(pieces) >= _MOST_PIECES
            if pieces and (long or piece.at - pieces[-1].words[-1].at > _LONGEST_BREAK):
                yield from _run(pieces)
                pieces = []
            pieces.append(piece)
            fillers = 0
            at += len(piece.words)
            continue
        filler = tokens[at].text in _FILLERS
        fillers += 1
        if pieces and (ended or not filler or fillers > _MOST_FILLERS):
            yield from _run(pieces)
            pieces = []
        at += 1
    yield from _run(pieces)


def _run(pieces: Sequence[Piece]) -> Iterator[Run]:
    kept = list(pieces)
    while kept and not any(one.isdigit() for one in kept[0].text[-1:]) and len(kept) > 1:
        # One or two letters may begin an IBAN; before that they are words.
        if sum(len(one.text) for one in kept if one.text.isalpha()) <= _MOST_LETTERS:
            break
        kept.pop(0)
    if any(one.text.isdigit() for one in kept):
        yield Run(tuple(kept))


def _piece(
    grammar: Grammar, tokens: Sequence[Token], said: Sequence[Word], at: int, *, goes_on: bool
) -> Piece | None:
    token = tokens[at]
    if _HYPHENED.match(token.text):
        return Piece(re.sub(r"\D", "", token.text), (said[at],))
    digits = digits_at(grammar, tokens, at, after_zero=False, in_digits=goes_on)
    if digits is not None:
        if counts_at(grammar, tokens, digits.end, one=digits.text == "1"):
            return None
        return Piece(digits.text, tuple(said[at : digits.end]))
    written = re.fullmatch(r"([a-z]{2})(\d{2,})|(\d{6})([a-f+-])(\d{3})([a-z0-9])", token.text)
    if written is not None:
        return Piece(re.sub(r"[+-]", "", token.text).upper(), (said[at],))
    letters = letters_at(grammar, tokens, at, after="digits" if goes_on else None)
    if letters is None and token.is_letter and token.text != "i":
        return Piece(token.text.upper(), (said[at],))
    if letters is not None and len(letters.text) <= _MOST_LETTERS:
        return Piece(letters.text, tuple(said[at : letters.end]))
    return None
