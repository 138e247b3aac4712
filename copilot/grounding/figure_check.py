"""What a figure check is: the verdict on one number, date, amount or identifier."""

from datetime import date
from typing import Literal, NamedTuple

from pydantic import BaseModel, Field

FigureKind = Literal[
    "amount", "date", "time", "percent", "quantity", "identifier", "phone", "email", "url"
]
Verdict = Literal["supported", "contradicted", "unsupported"]
SourceKind = Literal["message", "passage", "order", "customer", "fact"]


class Source(NamedTuple):
    """A text that a figure may rest on, and the day that its ``tomorrow`` counts from."""

    kind: SourceKind
    id: str
    text: str
    said_at: date | None = None


class Evidence(BaseModel):
    """Where the same (or a contradicting) figure stands."""

    source: SourceKind
    id: str
    text: str


class FigureCheck(BaseModel):
    """A figure in a generated text; ``start`` and ``end`` are character offsets in that text."""

    text: str
    kind: FigureKind
    verdict: Verdict
    evidence: Evidence | None = None
    derivation: str | None = Field(
        default=None,
        description="How it follows from the sources, where none states it: a sum, a day counted.",
    )
    start: int
    end: int
