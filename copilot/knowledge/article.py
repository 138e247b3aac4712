"""What an article is: one page of the knowledge base."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.kernel.clock import UtcTime
from copilot.kernel.text import StorableText
from copilot.kernel.visibility import Visibility

BodyFormat = Literal["markdown", "html", "text"]


class ArticleIn(BaseModel):
    """The body of ``PUT /v1/articles/{source}/{external_id}``."""

    model_config = ConfigDict(extra="forbid")

    title: StorableText = Field(min_length=1, max_length=500)
    body: StorableText = Field(max_length=8_000_000)
    format: BodyFormat = "markdown"
    url: StorableText | None = Field(default=None, max_length=2000)
    language: StorableText | None = Field(default=None, max_length=35)
    visibility: Visibility = "public"
    tags: list[StorableText] = Field(default_factory=list, max_length=100)
    updated_at: UtcTime | None = None


class Article(BaseModel):
    """An article as stored; ``text`` is the body as plain text, headings kept as ``#`` lines."""

    id: str
    source: str
    external_id: str
    title: str
    text: str
    url: str | None
    language: str | None
    visibility: Visibility
    tags: list[str]
    updated_at: UtcTime
