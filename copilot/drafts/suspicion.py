"""Noticing text that speaks to a language model instead of to people.

It is data for every engine and has no effect; but a person should know that somebody tried.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from copilot.drafts.suspicious_disguises import readings, run_together, together
from copilot.drafts.suspicious_forms import FORMS
from copilot.kernel.unseen import Unseen, clean_for_prompt, unseen_in

_UNSEEN_RUN = re.compile("[\u200b\u2060-\u2062\ufeff\U000e0000-\U000e001f]{3,}")
_CONTEXT = 60
_EDGE = r"\b"
# An escape, a class of characters, or a character of a regular expression.
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_SEARCHED = 200_000
# Letters of other alphabets that look like ours, where they stand inside one of our words.
_ALIKE = str.maketrans("аеорсухіѕԁһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοι", "aeopcyxisdhABEZHIKMNOPTYXoi")
_MIXED = re.compile(r"\b(?=\w{0,40}[A-Za-z])(?=\w{0,40}[\u0370-\u04ff\u0500-\u052f])\w{1,40}\b")


class Suspicion(NamedTuple):
    """Where such text was found, and the words."""

    where: str
    words: str


class Hidden(NamedTuple):
    """Where text was found that nobody sees."""

    where: str
    unseen: Unseen


def suspicious(texts: Iterable[tuple[str, str]]) -> list[Suspicion]:
    """At most one finding per text.

    Args:
        texts: What to call each text, and the text.
    """
    found = []
    for where, text in texts:
        words = speaks_to_model(text)
        if words is not None:
            found.append(Suspicion(where, words))
        elif _UNSEEN_RUN.search(text[:_SEARCHED]):
            found.append(Suspicion(where, "(hidden characters)"))
    return found


def hidden(texts: Iterable[tuple[str, str]]) -> list[Hidden]:
    """The texts that hold what nobody sees, and what that is."""
    found = ((where, unseen_in(text[:_SEARCHED])) for where, text in texts)
    return [Hidden(where, unseen) for where, unseen in found if unseen is not None]


def speaks_to_model(text: str) -> str | None:
    """The words of ``text`` that are meant for a language model, if any; letters in disguise count.

    Args:
        text: Any text; the first 200,000 characters are read, what is written in tags included.
    """
    cut = text[:_SEARCHED]
    unseen = unseen_in(cut)
    if unseen is not None and unseen.words:
        cut = f"{cut}\n{unseen.words}"
    plain = _plain(cut)
    if (found := _words(plain, _forms().search(plain) or run_together(plain))) is not None:
        return found
    for reading in readings(plain):
        if (found := _words(reading, _forms().search(reading))) is not None:
            return found
    return None


def _words(plain: str, match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    end = min(len(plain), match.end() + _CONTEXT)
    return " ".join(plain[match.start() : end].split())[: 4 * _CONTEXT]


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", clean_for_prompt(text)).replace("’", "'")
    if not text.isascii():
        text = _MIXED.sub(lambda word: word[0].translate(_ALIKE), text)
    return together(text)


@lru_cache(maxsize=1)
def _forms() -> re.Pattern[str]:
    """All forms as one; the many that begin at the edge of a word are only tried there."""
    branches = [branch for form in FORMS for branch in _branches(form)]
    at_edge = [one for one in branches if one.startswith(_EDGE)]
    anywhere = [one for one in branches if not one.startswith(_EDGE)]
    pattern = "|".join([f"{_EDGE}(?:{'|'.join(at_edge)})", *anywhere])
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


def _branches(form: str) -> list[str]:
    """The alternatives of a regular expression at its top."""
    found, depth = [""], 0
    for piece in _PIECE.findall(form):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if piece == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += piece
    return found
