"""Who wrote a quoted mail, as the line above the quote says it."""

import re
from functools import lru_cache

from copilot.conversations import quote_marks as marks
from copilot.conversations.quoted_dates import LANGUAGES, Stamp

_ADDRESS = re.compile(r"[\w.+'=&-]{1,64}@[\w.-]{1,255}\w")
_SHOWN_ADDRESS = re.compile(rf"[<(\[]?\s?(?:mailto:)?{_ADDRESS.pattern}\s?[>)\]]?")
_AROUND = " \t,.:;|*_\"'“”„«»()[]<>-–"
_LONGEST_NAME = 80
_FILLING = (
    "on at klo kello kl um uhr om à le op am den il giorno alle ore el las a em às o dia w "
    "dniu dnia godz gada plkst lietotājs heeft het volgende hat folgendes dne v ve в г "
    "пользователь gmt utc the following message in data von av fra from par by ezt időpont "
    "kuupäev kuupäeval odesílatel użytkownik wiadomość napisana przez în no às"
)
_FILLERS = frozenset(_FILLING.split())
"""What stands between date, name and verb; only cut at the edges: *van den Berg* is a name."""


def quoted_author(line: str, stamp: Stamp | None) -> str | None:
    """``Anna Aho <anna@home.example>`` as far as ``line`` tells it; None when it tells nobody.

    Args:
        line: Such as ``On 9 Mar 2026 at 17:42, Anna Aho <anna@home.example> wrote:``.
        stamp: Where the date stands in it.
    """
    line = line[:1000]
    address = _ADDRESS.search(line)
    if stamp is None:
        pieces = _pieces(line)
    else:
        before, after = _pieces(line[: stamp.start]), _pieces(line[stamp.end :])
        # Beside a date "Sam" is Saturday; elsewhere it may be who wrote.
        pieces = [*(before[:-1] if _only_weekday(before[-1]) else before), *after]
    names = [name for piece in pieces if (name := _trimmed(piece)) and len(name) <= _LONGEST_NAME]
    shown = names[0] if names else ""
    if address is None:
        return shown or None
    return f"{shown} <{address.group()}>" if shown else address.group()


def _pieces(text: str) -> list[str]:
    """What stands before, between and after addresses and words for *wrote*."""
    return marks.WROTE.sub("\n", _SHOWN_ADDRESS.sub("\n", text)).split("\n")


def _only_weekday(piece: str) -> bool:
    words = [word.strip(_AROUND).casefold() for word in piece.split()]
    return all(word in _weekdays() or word in _FILLERS for word in words if word)


def _trimmed(piece: str) -> str:
    words = piece.strip(_AROUND).split()
    while words and _is_filler(words[0]):
        words.pop(0)
    while words and _is_filler(words[-1]):
        words.pop()
    return " ".join(words).strip(_AROUND)


def _is_filler(word: str) -> bool:
    bare = word.strip(_AROUND).casefold()
    return not bare or bare in _FILLERS


@lru_cache(maxsize=1)
def _weekdays() -> frozenset[str]:
    from babel.dates import get_day_names

    names = (
        get_day_names(width, context, locale=language)
        for language in LANGUAGES
        for width in ("wide", "abbreviated", "short")
        for context in ("format", "stand-alone")
    )
    return frozenset(str(day).casefold().strip(".") for one in names for day in one.values())
