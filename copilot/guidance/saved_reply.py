"""What a saved reply is: a text that a tenant uses again and again, with places to fill in."""

from pydantic import BaseModel, ConfigDict, Field

from copilot.kernel.clock import UtcTime
from copilot.kernel.text import StorableText


class SavedReplyIn(BaseModel):
    """The body of ``PUT /v1/saved-replies/{source}/{external_id}``."""

    model_config = ConfigDict(extra="forbid")

    title: StorableText = Field(min_length=1, max_length=300, examples=["Where is my order"])
    body: StorableText = Field(
        min_length=1,
        max_length=20_000,
        description="The text; `{first_name}`, `{order_number}`, `{order_status}`, "
        "`{tracking_number}` and `{agent_name}` are filled in where they are known.",
    )
    language: StorableText | None = Field(default=None, max_length=35, examples=["fi"])
    tags: list[StorableText] = Field(default_factory=list, max_length=50)


class SavedReply(SavedReplyIn):
    """A saved reply of a tenant."""

    id: str
    source: str
    external_id: str
    updated_at: UtcTime


class ToneGuideIn(BaseModel):
    """The body of ``PUT /v1/tone-guide``."""

    model_config = ConfigDict(extra="forbid")

    body: StorableText = Field(
        min_length=1, max_length=20_000, description="Markdown: how this tenant writes."
    )


class ToneGuide(ToneGuideIn):
    """How a tenant writes to its customers, told to the language model as the tenant's rules."""

    updated_at: UtcTime
