"""The sentence around a figure: for evidence that people read and for comparing contexts."""

import re
from collections.abc import Iterator

_BREAKS = (". ", "! ", "? ", "\n")
_SNIPPET_REACH = 80
_SENTENCE_REACH = 240


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets of roughly the sentence that ``text[start:end]`` stands in."""
    low = max(0, start - _SENTENCE_REACH)
    high = min(len(text), end + _SENTENCE_REACH)
    begin = max(
        [low, *(at + len(mark) for mark in _BREAKS if (at := text.rfind(mark, low, start)) >= 0)]
    )
    ends = [at for mark in _BREAKS if (at := text.find(mark, end, high)) >= 0]
    return begin, min(ends, default=high)


def snippet(text: str, start: int, end: int) -> str:
    """What stands around ``text[start:end]``, cut at words, on one line."""
    begin, stop = sentence_around(text, start, end)
    if begin < start - _SNIPPET_REACH:
        begin = text.find(" ", start - _SNIPPET_REACH, start) + 1 or start
    if stop > end + _SNIPPET_REACH:
        stop = max(end, text.rfind(" ", end, end + _SNIPPET_REACH))
    return re.sub(r"\s+", " ", text[begin:stop]).strip()


def standing(words: str, text: str) -> Iterator[int]:
    """Where ``words`` stand in ``text`` as they are and not as part of something longer."""
    position = text.find(words)
    while position >= 0:
        end = position + len(words)
        before, after = text[max(0, position - 2) : position], text[end : end + 2]
        if not (_continues(before[::-1]) or _continues(after)):
            yield position
        position = text.find(words, position + 1)


def _continues(neighbour: str) -> bool:
    """Whether what comes next makes a longer word or number."""
    if neighbour[:1].isalnum():
        return True
    return neighbour[:1] in (".", ",", ":", "/", "-", " ", "\u00a0") and neighbour[1:].isdigit()
