"""Walking a text for figures: only near digits, and never twice over the same characters."""

import re
from collections.abc import Iterator, Sequence

from copilot.grounding.figure import Figure

_DIGIT_RUN = re.compile(r"\d+")
_REACH = 48
_TAKEN = "\x00"


def digit_windows(text: str) -> list[tuple[int, int]]:
    """Stretches of ``text`` around its digits, cut at white space."""
    windows: list[tuple[int, int]] = []
    for match in _DIGIT_RUN.finditer(text):
        start, end = match.start() - _REACH, match.end() + _REACH
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return [(_space_before(text, start), _space_after(text, end)) for start, end in windows]


def _space_before(text: str, position: int) -> int:
    if position <= 0:
        return 0
    return max(text.rfind(" ", 0, position), text.rfind("\n", 0, position)) + 1


def _space_after(text: str, position: int) -> int:
    if position >= len(text):
        return len(text)
    ends = [end for end in (text.find(" ", position), text.find("\n", position)) if end >= 0]
    return min(ends, default=len(text))


def matches(
    pattern: re.Pattern[str], text: str, windows: Sequence[tuple[int, int]]
) -> Iterator[re.Match[str]]:
    """Every match of ``pattern`` inside ``windows``, in order."""
    for start, end in windows:
        yield from pattern.finditer(text, start, end)


def without(text: str, figures: Sequence[Figure]) -> str:
    """``text`` with what ``figures`` cover blanked out, offsets kept."""
    if not figures:
        return text
    pieces = []
    position = 0
    for figure in sorted(figures, key=lambda figure: figure.start):
        pieces.append(text[position : figure.start])
        pieces.append(_TAKEN * (figure.end - max(position, figure.start)))
        position = max(position, figure.end)
    pieces.append(text[position:])
    return "".join(pieces)
