"""What a passage is: the piece of an article or of a past conversation that is cited."""

from pydantic import BaseModel, Field

from copilot.kernel.clock import UtcTime
from copilot.kernel.visibility import Visibility
from copilot.search.index import PassageKind


class Passage(BaseModel):
    """A piece of text that search found, with where it comes from."""

    id: str
    kind: PassageKind
    article_id: str | None = None
    conversation_id: str | None = None
    title: str
    text: str
    url: str | None = None
    visibility: Visibility
    language: str | None
    updated_at: UtcTime
    score: float = Field(default=0.0, description="Comparable within one answer only")
