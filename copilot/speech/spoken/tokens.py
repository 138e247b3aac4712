"""The words of a transcript as the grammar reads them: small letters, no punctuation."""

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

_WORD_EDGES = re.compile(r"^[^\w+@€$£%]+|[^\w+@€$£%]+$")
_HALF_DAY = re.compile(r"[ap]\.?m\.?$")
_INNER_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐‑](?=[^\W\d_])")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+$")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*$")


class Pause(IntEnum):
    """What punctuation says between a word and the next."""

    NONE = 0
    COMMA = 1
    STOP = 2


class Token(NamedTuple):
    """A word, or a part of a hyphenated one.

    Attributes:
        word: Which of the words it is in.
        first, last: It begins, it ends that word.
        text: In small letters, without punctuation.
        raw: As it was heard, without punctuation.
        pause: What stands after it.
    """

    word: int
    first: bool
    last: bool
    text: str
    raw: str
    pause: Pause

    @property
    def is_figure(self) -> bool:
        """Whether it is written in digits already."""
        return _FIGURE.match(self.text) is not None

    @property
    def is_letter(self) -> bool:
        """Whether it is one letter of the alphabet."""
        return len(self.text) == 1 and self.text.isalpha()


def tokens_of(words: Sequence[str]) -> list[Token]:
    """The tokens of ``words``; words of punctuation alone have none."""
    found: list[Token] = []
    for number, word in enumerate(words):
        raw = _WORD_EDGES.sub("", word.strip())
        if not raw:
            continue
        if _HALF_DAY.match(raw.lower()):
            raw = raw.replace(".", "")
        # "K.K." is spelled as "K K" is.
        parts = raw.split(".") if _INITIALS.match(raw) else _INNER_HYPHEN.split(raw)
        for place, part in enumerate(parts):
            last = place == len(parts) - 1
            text = part.lower().replace("’", "'")
            pause = _pause_after(word, text) if last else Pause.NONE
            found.append(Token(number, place == 0, last, text, part, pause))
    return found


def _pause_after(word: str, text: str) -> Pause:
    end = word.strip()[-1:]
    if end in ".?!:;…":
        # "K." and "p.m." end no sentence.
        return Pause.NONE if end == "." and (len(text) == 1 or text in ("am", "pm")) else Pause.STOP
    return Pause.COMMA if end == "," else Pause.NONE


def text_at(tokens: Sequence[Token], at: int) -> str:
    """The text of the token at ``at``; empty where there is none."""
    return tokens[at].text if 0 <= at < len(tokens) else ""


def unbroken(tokens: Sequence[Token], start: int, end: int, most: Pause = Pause.NONE) -> bool:
    """Whether no pause longer than ``most`` falls between tokens ``start`` to ``end``."""
    return all(token.pause <= most for token in tokens[start : end - 1])
