"""Cutting text into sentences: mail and chat in English and Finnish, other languages as it goes.

A line break ends a sentence unless the line was only wrapped, so list items, greetings and
signatures stay on their own.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from copilot.grounding.abbreviations import MAY_END, MONTHS, NEVER_LAST, NUMBERED, WEEKDAYS
from copilot.kernel.listed import listed

_WRAPPED_LINE_LENGTH = 48
_CLOSERS = "\"'”’»)]*_"
_END = re.compile(rf"[.!?…]+[{re.escape(_CLOSERS)}]*(?=\s|$)|[。！？]+|[؟۔](?=\s|$)")
_GLUED = re.compile(r"(?<=[^\W\d_]{2})[.!?](?=[A-ZÅÄÖ][a-zåäö]+[\s,])")
_LIST_ITEM = re.compile(r"\s*(?:[-*•–·]\s|\d{1,2}[.)]\s|[a-z]\)\s|>)")
_LAST_WORD = re.compile(r"[^\s(\"'”“„«]*$")
_NUMBER = re.compile(r"(?:(?:\d{1,2}\.){1,2}[-–])?(?:\d{1,2}\.)?\d{1,2}$")
_LETTERS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$")
_LOOK_BACK = 40
_LONGEST_ADDRESS = 300


class Span(NamedTuple):
    """Character offsets of a sentence in its text; the end is exclusive."""

    start: int
    end: int


def split_sentences(text: str) -> list[str]:
    """The sentences of ``text`` in order, wrapped lines joined by a space."""
    return [folded(text[span.start : span.end]) for span in sentence_spans(text)]


def folded(sentence: str) -> str:
    """``sentence`` on one line."""
    return re.sub(r"[ \t]*[\r\n]+\s*", " ", sentence) if "\n" in sentence else sentence


def sentence_spans(text: str) -> list[Span]:
    """Where the sentences of ``text`` are; together they hold everything but white space."""
    spans: list[Span] = []
    for block in _blocks(text):
        start = block.start
        for end in _ends(text, block):
            _append_trimmed(spans, text, start, end)
            start = end
        _append_trimmed(spans, text, start, block.end)
    return spans


def _append_trimmed(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        begin = start + piece.index(stripped[0])
        spans.append(Span(begin, begin + len(stripped)))


def _blocks(text: str) -> Iterator[Span]:
    """Stretches that no sentence leaves: lines, with wrapped ones joined."""
    start = position = 0
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        position += len(line)
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if not _runs_on(line.strip(), following):
            yield Span(start, position)
            start = position
    if start < len(text):
        yield Span(start, len(text))


def _runs_on(line: str, following: str) -> bool:
    """Whether ``line`` was wrapped in mid-sentence."""
    continued = following.strip()
    if len(line) < _WRAPPED_LINE_LENGTH or not continued or _LIST_ITEM.match(following):
        return False
    if line[-1] in ".!?…:;" and not _ends_open(line):
        return False
    return not continued[0].isupper() or line[-1] in ",–-" or len(line) > _WRAPPED_LINE_LENGTH + 12


def _ends_open(line: str) -> bool:
    return line[-1] == "." and _word_before(line, len(line) - 1) in NEVER_LAST


def _ends(text: str, block: Span) -> Iterator[int]:
    glued = {match.end() for match in _GLUED.finditer(text, block.start, block.end)}
    found = {match.end() for match in _END.finditer(text, block.start, block.end)}
    start = block.start
    for end in sorted(glued | found):
        if (end in glued and _may_be_glued(text, end)) or (
            end in found and _is_end(text, Span(start, block.end), end)
        ):
            yield end
            start = end


def _may_be_glued(text: str, end: int) -> bool:
    """Whether a full stop without a space parts sentences and is no part of an address."""
    # Only so far back, or one endless word with many stops takes for ever.
    low = max(0, end - _LONGEST_ADDRESS)
    token_start = max(text.rfind(" ", low, end), text.rfind("\n", low, end), low - 1) + 1
    token = text[token_start : end + 20].split()[0]
    return not any(mark in token for mark in "/@:") and token.count(".") <= 1


def _word_before(text: str, stop: int) -> str:
    found = _LAST_WORD.search(text[max(0, stop - _LOOK_BACK) : stop])
    return found[0].lower() if found else ""


def _is_end(text: str, sentence: Span, end: int) -> bool:
    mark = end - 1
    while mark > sentence.start and text[mark] in _CLOSERS:
        mark -= 1
    rest = text[end : min(sentence.end, end + _LOOK_BACK)].lstrip()
    if text[mark] != "." or not rest:
        return True
    following = rest.lstrip("\"'”“„«(*_")[:1]
    if text[mark - 1 : mark] == ".":
        return not following.islower()
    return _full_stop_ends(text, sentence, mark, following, rest)


def _full_stop_ends(text: str, sentence: Span, mark: int, following: str, rest: str) -> bool:
    word = _word_before(text, mark)
    if word in NEVER_LAST:
        return False
    if word in MAY_END or _LETTERS.match(word):
        return following.isupper()
    if word in WEEKDAYS or word in NUMBERED:
        return not following.isdigit()
    if word in MONTHS:
        return following.isupper()
    if len(word) == 1 and word.isalpha():
        return not (text[mark - 1].isupper() and word != "i" and following.isalpha())
    if _NUMBER.match(word):
        at_start = not text[sentence.start : mark - len(word)].strip()
        return not at_start and _ends_after_number(following, rest)
    return True


def _ends_after_number(following: str, rest: str) -> bool:
    """After ``13.`` or ``13.3.``: an ordinal or date runs on, a plain number does not."""
    if following.isupper():
        return rest.split()[0].rstrip(".,").lower() not in _CAPITAL_MONTHS
    return not (following.isdigit() or following.islower() or following in "-–/,")


_CAPITAL_MONTHS = frozenset(
    listed("""
    january february march april may june july august september october november december
    januar februar märz mai juni juli oktober dezember
""")
)
