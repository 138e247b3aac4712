"""What feedback is: one score on a known scale, perhaps with a comment.

The scales, and who fixed them:

- ``csat`` (customer satisfaction) 1 to 5: a five-point rating (Likert, "A technique for the
  measurement of attitudes", 1932), the scale most support desks ask satisfaction on.
- ``ces`` (customer effort) 1 to 7, 7 the least effort: "made it easy for me to handle my issue",
  from strongly disagree to strongly agree (Dixon, Toman and DeLisi, "The Effortless Experience",
  2013; the older 1 to 5 scale ran the other way and is not taken).
- ``nps`` (net promoter) 0 to 10: "how likely are you to recommend" (Reichheld, "The One Number
  You Need to Grow", Harvard Business Review, 2003).
- ``cfs`` (customer feedback score) 1 to 5: the mean of any rating; no publication fixes its scale,
  so it is the one of ``csat``.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from copilot.kernel.clock import UtcTime
from copilot.kernel.text import StorableText

FeedbackKind = Literal["csat", "ces", "nps", "cfs"]
_Id = Annotated[StorableText, Field(min_length=1, max_length=64)]


class Scale(NamedTuple):
    """The least and the greatest score; the greatest is the happiest customer."""

    low: int
    high: int


SCALES: Mapping[FeedbackKind, Scale] = {
    "csat": Scale(1, 5),
    "ces": Scale(1, 7),
    "nps": Scale(0, 10),
    "cfs": Scale(1, 5),
}


class FeedbackIn(BaseModel):
    """The body of ``POST /v1/feedback``.

    Without a conversation or draft it is about the service as a whole.
    """

    model_config = ConfigDict(extra="forbid")

    kind: FeedbackKind
    score: int = Field(
        strict=True,
        ge=0,
        le=10,
        description="csat and cfs 1 to 5, ces 1 to 7, nps 0 to 10",
        examples=[4],
    )
    comment: StorableText | None = Field(default=None, max_length=4000)
    conversation_id: _Id | None = None
    draft_id: _Id | None = Field(
        default=None, description="The reply it is about; its conversation need not be named."
    )

    @model_validator(mode="after")
    def _on_its_scale(self) -> Self:
        low, high = SCALES[self.kind]
        if not low <= self.score <= high:
            raise ValueError(f"a score of kind {self.kind} is {low} to {high}")
        return self


class Feedback(BaseModel):
    """Feedback as stored."""

    id: str
    kind: FeedbackKind
    score: int
    comment: str | None
    conversation_id: str | None
    draft_id: str | None
    created_at: UtcTime
