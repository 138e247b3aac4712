"""What a source may ask for with a conversation, and what is told of how its webhook went."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.kernel.clock import UtcTime
from copilot.kernel.text import StorableText
from copilot.summaries.summary import SummaryOptions

DeliveryStatus = Literal["waiting", "due", "sending", "delivered", "failed"]


class NoticeOptions(BaseModel):
    """How the summary is to be made, as in ``POST /v1/conversations/{id}/summary``."""

    model_config = ConfigDict(extra="forbid")

    include_internal: bool = False
    max_sentences: int = Field(default=4, ge=1, le=20)
    language: str | None = Field(
        default=None, max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
    )

    def as_options(self) -> SummaryOptions:
        """The same as what a summary is asked for with."""
        return SummaryOptions(
            include_internal=self.include_internal,
            max_sentences=self.max_sentences,
            language=self.language,
        )


class NotifyIn(BaseModel):
    """A wish for a summary of the conversation as it is now, and to be told when it is there."""

    model_config = ConfigDict(extra="forbid")

    webhook: StorableText | None = Field(
        default=None,
        min_length=1,
        max_length=2000,
        examples=["https://helpdesk.example/hooks/summary"],
        description="Where a signed `summary.ready` is posted: ids only, no text of the "
        "conversation. Without it, follow `events_url`",
    )
    options: NoticeOptions = Field(default_factory=NoticeOptions)


class SummaryReady(BaseModel):
    """The body of the webhook. It names things by their ids: fetch them with an API key.

    Attributes:
        version: The conversation's, as far as the summary knows it: as asked for, or later.
    """

    type: Literal["summary.ready"] = "summary.ready"
    conversation_id: str
    source: str
    external_id: str
    version: int
    summary_id: str
    engine: str
    degraded: bool
    created_at: UtcTime


class WebhookDelivery(BaseModel):
    """A webhook that was asked for, and how far it is.

    Attributes:
        host: Of its address; the rest may hold a secret and is not shown.
        version: The conversation's that a summary is to know, at least.
        error: Why the last attempt came to nothing.
    """

    id: str = Field(description="The same as the `webhook-id` header of every attempt")
    conversation_id: str
    host: str
    status: DeliveryStatus = Field(
        description="`waiting` for the summary, `due` for its next attempt, `sending`, "
        "`delivered`, or `failed` for good"
    )
    version: int
    summary_id: str | None
    attempts: int
    error: str | None
    next_attempt_at: UtcTime | None
    created_at: UtcTime
    updated_at: UtcTime
