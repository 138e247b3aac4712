"""Mail addresses and links said aloud: ``anna dot smith at example dot com``."""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from copilot.kernel.listed import listed
from copilot.speech.spoken.figure import Spoken
from copilot.speech.spoken.grammar import Grammar
from copilot.speech.spoken.spelling import digits_at
from copilot.speech.spoken.tokens import Pause, Token, text_at

_TOP_LEVELS = frozenset(
    listed("""
    com org net info biz eu fi se no dk ee de fr nl es it pl uk us co io app shop store dev ie ca
    au ru ch be lv lt is me online
    """)
)
_MOST_LABEL_WORDS = 4
_MOST_LABELS = 6
_MOST_WORDS = 40
_MOST_NAMES = 2
_CUE_REACH = 8
_WEB = (("w", "w", "w"), ("vee", "vee", "vee"), ("www",))


class _Host(NamedTuple):
    written: str
    end: int


def find_addresses(grammar: Grammar, tokens: Sequence[Token]) -> list[Spoken]:
    """The addresses in ``tokens``, in order; their places are tokens."""
    dot = next(word for word, mark in grammar.words.mail_marks.items() if mark == ".")
    if not any(token.text == dot for token in tokens):
        return []
    found: list[Spoken] = []
    at = 0
    while at < len(tokens):
        first_free = found[-1].end if found else 0
        one = _mail(grammar, tokens, at, first_free) or _link(grammar, tokens, at)
        if one is None:
            at += 1
        else:
            found.append(one)
            at = one.end
    return found


def _mail(grammar: Grammar, tokens: Sequence[Token], at: int, first_free: int) -> Spoken | None:
    sure = grammar.words.at_signs.get(tokens[at].text)
    if sure is None or at == first_free or tokens[at - 1].pause == Pause.STOP:
        return None
    host = _host(grammar, tokens, at + 1, most=_MOST_LABEL_WORDS)
    local = _local(grammar, tokens, at, max(first_free, at - _MOST_WORDS)) if host else None
    if host is None or local is None:
        return None
    written, start = local
    plainly = start == at - 1 and written.isalpha() and not sure
    if plainly and not (written in grammar.words.role_names or _told(grammar, tokens, start)):
        return None
    return Spoken(start, host.end, "email", f"{written}@{host.written}")


def _told(grammar: Grammar, tokens: Sequence[Token], at: int) -> bool:
    near = tokens[max(0, at - _CUE_REACH) : at]
    return any(token.text in grammar.words.mail_cues for token in near)


def _local(
    grammar: Grammar, tokens: Sequence[Token], at: int, first_free: int
) -> tuple[str, int] | None:
    """What stands before the at sign, read backwards, and where it begins."""
    words = grammar.words
    start = at - 1
    if start < first_free or not _is_name(grammar, tokens, start):
        return None
    plain = True
    while start - 1 >= first_free and tokens[start - 1].pause != Pause.STOP:
        before = tokens[start - 1]
        if before.text in words.mail_marks:
            if start - 2 < first_free or not _is_name(grammar, tokens, start - 2, marked=True):
                break
            start, plain = start - 2, False
        elif _spelled_on(grammar, tokens, start - 1) or _numbered(grammar, tokens, start):
            start -= 1
        else:
            break
    if plain:
        start = _joined_names(grammar, tokens, start, first_free)
    written = _characters(grammar, tokens, start, at)
    return (written, start) if written else None


def _numbered(grammar: Grammar, tokens: Sequence[Token], at: int) -> bool:
    """Whether a name stands before the number at ``at``: ``anna eighty five``."""
    number = tokens[at].text.isdecimal() or bool(grammar.groups(tokens[at].text))
    return number and _is_name(grammar, tokens, at - 1) and tokens[at - 1].text.isalpha()


def _is_name(grammar: Grammar, tokens: Sequence[Token], at: int, *, marked: bool = False) -> bool:
    """Whether the word at ``at`` can be in an address; ``marked``: a dot or the like follows it."""
    token = tokens[at]
    if token.text in grammar.words.mail_marks or not token.text.isalnum():
        return False
    if token.is_letter:
        spelled = at > 0 and _spells(grammar, tokens, at - 1)
        return marked or spelled or token.text not in grammar.words.no_lone_letters
    return token.text not in grammar.words.not_names


def _spells(grammar: Grammar, tokens: Sequence[Token], at: int) -> bool:
    """Whether a letter, a letter's name or a number stands at ``at``."""
    token = tokens[at]
    return bool(
        token.is_letter
        or token.text.isdecimal()
        or token.text in grammar.words.letters
        or grammar.groups(token.text)
    )


def _spelled_on(grammar: Grammar, tokens: Sequence[Token], at: int) -> bool:
    return _spells(grammar, tokens, at) and _spells(grammar, tokens, at + 1)


def _joined_names(grammar: Grammar, tokens: Sequence[Token], start: int, first_free: int) -> int:
    """Where a name of several words begins: ``my email is john smith at …``.

    Whole names are believed to go on only up to a word that announces an address; an initial
    belongs to the name after it.
    """
    words = grammar.words
    place = start
    while place > first_free and start - place <= _MOST_NAMES:
        before = tokens[place - 1]
        if before.text in words.mail_cues or before.text in words.not_names:
            return place
        if before.pause or not before.text.isalpha() or grammar.groups(before.text):
            break
        if before.text in words.mail_marks:
            break
        place -= 1
    if start > first_free and tokens[start].text.isalpha():
        initial = tokens[start - 1]
        if initial.is_letter and initial.text not in words.no_lone_letters:
            return start - 1
    return start


def _characters(grammar: Grammar, tokens: Sequence[Token], start: int, end: int) -> str:
    """What ``start`` to ``end`` spell, in the small Latin letters that addresses have."""
    words = grammar.words
    spelled = ""
    place = start
    while place < end:
        token = tokens[place]
        digits = digits_at(grammar, tokens[:end], place, after_zero=False, in_digits=False)
        if digits is not None:
            spelled += digits.text
            place = digits.end
            continue
        letter = words.letters.get(token.text)
        spelled += words.mail_marks.get(token.text) or (letter or token.text).lower()
        place += 1
    plain = unicodedata.normalize("NFKD", spelled)
    return "".join(one for one in plain if not unicodedata.combining(one))


def _host(grammar: Grammar, tokens: Sequence[Token], at: int, *, most: int) -> _Host | None:
    """The host that begins at ``at``: labels with dots between, a known top level last."""
    labels: list[str] = []
    place = at
    best: _Host | None = None
    while place < len(tokens) and len(labels) <= _MOST_LABELS:
        if labels:
            top = _top_level(grammar, tokens, place)
            if top:
                best = _Host(".".join([*labels, top.written]), top.end)
                if not _is_dot(grammar, tokens, top.end):
                    break
        end = _dot_after(grammar, tokens, place, most if not labels else 2)
        if end is None:
            break
        label = _characters(grammar, tokens, place, end)
        if not label.replace("-", "").isalnum():
            break
        labels.append(label)
        place = end + 1
    return best


def _top_level(grammar: Grammar, tokens: Sequence[Token], at: int) -> _Host | None:
    for length in (1, 2):
        end = at + length
        if end > len(tokens) or (length == 2 and tokens[at].pause == Pause.STOP):
            continue
        written = _characters(grammar, tokens, at, end)
        if written in _TOP_LEVELS and (length == 1 or _spells(grammar, tokens, at)):
            return _Host(written, end)
    return None


def _is_dot(grammar: Grammar, tokens: Sequence[Token], at: int) -> bool:
    if at >= len(tokens) or tokens[at - 1].pause == Pause.STOP:
        return False
    return grammar.words.mail_marks.get(tokens[at].text) == "."


def _dot_after(grammar: Grammar, tokens: Sequence[Token], at: int, most: int) -> int | None:
    """Where the dot after a label of up to ``most`` words stands."""
    for place in range(at + 1, min(len(tokens), at + most + 1)):
        if tokens[place - 1].pause == Pause.STOP:
            return None
        if _is_dot(grammar, tokens, place):
            return place
        if grammar.words.mail_marks.get(tokens[place].text, "-") != "-":
            return None
    return None


def _link(grammar: Grammar, tokens: Sequence[Token], at: int) -> Spoken | None:
    """``example dot com slash returns``, ``w w w dot …``."""
    prefix = 0
    for web in _WEB:
        if tuple(token.text for token in tokens[at : at + len(web)]) == web:
            prefix = len(web)
    place = at + prefix
    if prefix:
        if not _is_dot(grammar, tokens, place):
            return None
        place += 1
    elif not _is_name(grammar, tokens, at) or tokens[at].text in _TOP_LEVELS:
        return None
    host = _host(grammar, tokens, place, most=3 if prefix else 1)
    if host is None:
        return None
    written, end = ("www." if prefix else "") + host.written, host.end
    while grammar.words.mail_marks.get(text_at(tokens, end)) == "/" and end + 1 < len(tokens):
        written += "/" + _characters(grammar, tokens, end + 1, end + 2)
        end += 2
    return Spoken(at, end, "url", written)
