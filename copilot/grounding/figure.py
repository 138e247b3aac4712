"""What a figure is inside this package: a stretch of text with the value it states."""

from collections.abc import Hashable
from decimal import Decimal
from typing import NamedTuple

from copilot.grounding.figure_check import FigureKind

Key = tuple[Hashable, ...]
"""A normalised value, equal for equal values whatever they were written like."""

Part = tuple[Key, ...]
"""The readings of one written value: more than one where the writing is ambiguous."""


class Figure(NamedTuple):
    """A number, date, amount or identifier in a text.

    Attributes:
        start, end: Character offsets in the text; ``text`` is exactly what stands there.
        parts: One value, or the two ends of a range.
    """

    text: str
    kind: FigureKind
    start: int
    end: int
    parts: tuple[Part, ...]


def readings(values: tuple[Decimal, ...], label: str | None) -> Part:
    """The part whose readings are ``values`` of a currency or dimension ``label``."""
    return tuple((label, value) for value in values)
