"""The sentence around a figure: for evidence that people read and for comparing contexts."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

# The stop of a day or an ordinal ends no sentence: "12.12. on lauantai".
_BREAK = re.compile(r"(?:[!?]|(?<!\d)\.|(?<=\d)\.(?! [^\W\d_A-ZÅÄÖÕÜ])) |\n")
_REST_OF_WORD = re.compile(r"[^\W_]*")
_SNIPPET_REACH = 80
_SENTENCE_REACH = 240


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets of roughly the sentence that ``text[start:end]`` stands in."""
    low = max(0, start - _SENTENCE_REACH)
    high = min(len(text), end + _SENTENCE_REACH)
    begin = max((one.end() for one in _BREAK.finditer(text, low, start)), default=low)
    after = _BREAK.search(text, _last(text, end), high)
    return begin, high if after is None else max(end, after.start())


def _last(text: str, end: int) -> int:
    """Where the end of a sentence may be looked for: ``5.12.`` has its stop in it already."""
    return end - 1 if text[end - 1 : end] == "." else end


class Sentences:
    """The sentences of a text that is asked about many times.

    Args:
        text: The text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._breaks: tuple[list[int], list[int]] | None = None

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The same as :func:`sentence_around`."""
        if self._breaks is None:
            found = [match.span() for match in _BREAK.finditer(self._text)]
            self._breaks = [low for low, _ in found], [high for _, high in found]
        lows, highs = self._breaks
        begin, stop = max(0, start - _SENTENCE_REACH), min(len(self._text), end + _SENTENCE_REACH)
        before = bisect_right(highs, start) - 1
        if before >= 0 and lows[before] >= begin:
            begin = highs[before]
        after = bisect_left(lows, _last(self._text, end))
        if after < len(lows) and highs[after] <= stop:
            stop = max(end, lows[after])
        return begin, stop


def snippet(text: str, start: int, end: int) -> str:
    """What stands around ``text[start:end]``, cut at words, on one line."""
    begin, stop = sentence_around(text, start, end)
    if begin < start - _SNIPPET_REACH:
        begin = text.find(" ", start - _SNIPPET_REACH, start) + 1 or start
    if stop > end + _SNIPPET_REACH:
        stop = max(end, text.rfind(" ", end, end + _SNIPPET_REACH))
    return " ".join(text[begin:stop].split())


def standing(words: str, text: str) -> Iterator[int]:
    """Where ``words`` stand in ``text`` as they are and not as part of something longer."""
    position = text.find(words)
    while position >= 0:
        end = position + len(words)
        before, after = text[max(0, position - 2) : position], text[end : end + 2]
        if not (_continues(before[::-1]) or _continues(after)):
            yield position
        following = position + 1
        if before[-1:].isalnum() and (rest := _REST_OF_WORD.match(text, position)) is not None:
            # Nothing stands alone inside a word; one of a million digits would take for ever.
            following = max(following, rest.end())
        position = text.find(words, following)


def _continues(neighbour: str) -> bool:
    """Whether what comes next makes a longer word or number."""
    if neighbour[:1].isalnum():
        return True
    return neighbour[:1] in (".", ",", ":", "/", "-", " ", "\u00a0") and neighbour[1:].isdigit()
