"""What a spoken figure is: a stretch of words and the form they would be written in."""

from typing import NamedTuple

from copilot.speech.transcript import SpokenKind


class Spoken(NamedTuple):
    """Words that state a figure.

    Attributes:
        start, end: The words ``start`` to ``end`` (exclusive) of what was said.
        kind: What it is.
        written: How it is written, in the manner of the language.
    """

    start: int
    end: int
    kind: SpokenKind
    written: str
