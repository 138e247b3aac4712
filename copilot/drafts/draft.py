"""What a draft is: a proposed reply with its sources. A human edits and sends it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.grounding.figure_check import FigureCheck
from copilot.kernel.clock import UtcTime
from copilot.knowledge.passage import Passage

Tone = Literal["neutral", "friendly", "formal", "apologetic"]
Length = Literal["short", "medium", "long"]


class DraftOptions(BaseModel):
    """The body of ``POST /v1/conversations/{id}/drafts``."""

    model_config = ConfigDict(extra="forbid")

    instruction: str | None = Field(default=None, max_length=4000)
    facts: list[str] = Field(default_factory=list, max_length=50)
    tone: Tone = "neutral"
    length: Length = "medium"
    language: str | None = Field(default=None, max_length=35)


class DraftSentence(BaseModel):
    """One sentence and the numbers of the citations it carries."""

    text: str
    citations: list[int] = Field(default_factory=list)


class Citation(BaseModel):
    """A source: exactly one of the three is set."""

    n: int
    passage: Passage | None = None
    message_id: str | None = None
    order_id: str | None = None


class DraftWarning(BaseModel):
    """Something the agent should look at before sending."""

    code: str = Field(examples=["figure_unsupported", "citation_dropped", "thread_moved"])
    detail: str


class Draft(BaseModel):
    """A proposed reply."""

    id: str
    conversation_id: str | None
    conversation_version: int
    parent_id: str | None = None
    stale: bool = False
    language: str | None
    text: str
    sentences: list[DraftSentence]
    citations: list[Citation]
    figures: list[FigureCheck]
    warnings: list[DraftWarning]
    answerable: bool
    engine: str
    degraded: bool = False
    prompt_hash: str | None = None
    timings_ms: dict[str, float]
    created_at: UtcTime


class ReviewIn(BaseModel):
    """The body of ``POST /v1/drafts/{id}/review``."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["accepted", "edited", "rejected"]
    final_text: str | None = Field(default=None, max_length=100_000)
    reason: str | None = Field(default=None, max_length=200)
    comment: str | None = Field(default=None, max_length=4000)


class Review(BaseModel):
    """What the human did with a draft, and how far it was from what they sent."""

    id: str
    draft_id: str
    action: Literal["accepted", "edited", "rejected"]
    edit_distance: int = Field(description="Levenshtein distance in characters")
    similarity: float = Field(ge=0, le=1)
    kept_sentences: list[str]
    removed_sentences: list[str]
    added_sentences: list[str]
    created_at: UtcTime
