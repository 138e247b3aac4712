"""What a transcript is: timed segments, each by one speaker."""

from typing import Literal

from pydantic import BaseModel, Field

Speaker = Literal["agent", "customer", "unknown"]


class Word(BaseModel):
    """One word with its seconds and the engine's confidence in it (0 to 1)."""

    start: float
    end: float
    text: str
    confidence: float | None = None


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
