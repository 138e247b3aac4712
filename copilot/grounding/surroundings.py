"""The sentence around a figure: for evidence that people read and for comparing contexts."""

import re

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


def stands_in(words: str, text: str) -> bool:
    """Whether ``words`` stand in ``text`` as they are and not as part of something longer."""
    position = text.find(words)
    while position >= 0:
        before, after = text[:position][-2:], text[position + len(words) :][:2]
        if not (_continues(before[::-1]) or _continues(after)):
            return True
        position = text.find(words, position + 1)
    return False


def _continues(neighbour: str) -> bool:
    """Whether what comes next makes a longer word or number."""
    if neighbour[:1].isalnum():
        return True
    return neighbour[:1] in (".", ",", "-", " ", "\u00a0") and neighbour[1:].isdigit()
