"""What a transcript is: timed segments, each by one speaker."""

from typing import Literal

from pydantic import BaseModel, Field

Speaker = Literal["agent", "customer", "unknown"]

SpokenKind = Literal[
    "amount",
    "date",
    "time",
    "percent",
    "quantity",
    "identifier",
    "phone",
    "email",
    "url",
    "number",
]

LOW_CONFIDENCE = 0.5
"""Words of which the engine is less sure than this are marked for the reader."""


class Word(BaseModel):
    """One word with its seconds and the engine's confidence in it (0 to 1)."""

    start: float
    end: float
    text: str
    confidence: float | None = None


class SpokenFigure(BaseModel):
    """A figure that was said aloud, in its written form: ``twelve fifty`` as ``12.50``.

    Attributes:
        first: Index of its first word among the segment's text split at blanks.
        last: Of its last word, included.
        kind: What it is, as in figure checks.
        written: As people write it in the call's language.
        start: Seconds at which saying it began, where the words have times.
        end: Seconds at which it ended.
    """

    first: int
    last: int
    kind: SpokenKind
    written: str
    start: float | None = None
    end: float | None = None


class Segment(BaseModel):
    """A timed stretch by one speaker; ``n`` counts from 1 in time order."""

    n: int
    start: float
    end: float
    speaker: Speaker
    channel: int | None = None
    text: str
    confidence: float | None = None
    words: list[Word] = Field(default_factory=list)
    figures: list[SpokenFigure] = Field(default_factory=list)
    original_text: str | None = Field(default=None, description="Before a human corrected it")


class Transcript(BaseModel):
    """A recording as text."""

    language: str | None
    duration: float
    engine: str = Field(examples=["whisper:small", "pocketsphinx"])
    low_accuracy: bool = Field(
        default=False, description="Made by a fallback recogniser: expect wrong words"
    )
    segments: list[Segment]
