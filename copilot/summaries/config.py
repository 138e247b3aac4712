"""Settings of keeping summaries fresh."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class SummariesConfig(BaseModel):
    """When stored summaries are renewed by themselves.

    Attributes:
        auto_refresh: Whether a new message has the conversation's stored summaries renewed.
        quiet_s: How long after the last message, in seconds, so that a burst costs one refresh.
        longest_wait_s: How long after the first, in seconds, if messages never stop coming.
        at_once: Most refreshes under way at a time, so that calls and people find the model free.
    """

    model_config = ConfigDict(extra="forbid")

    auto_refresh: bool = True
    quiet_s: float = Field(default=5.0, ge=0, le=3600)
    longest_wait_s: float = Field(default=60.0, ge=0, le=86_400)
    at_once: int = Field(default=2, ge=1, le=64)

    @model_validator(mode="after")
    def _waits_fit(self) -> Self:
        if self.longest_wait_s < self.quiet_s:
            raise ValueError(
                "longest_wait_s must be at least quiet_s: the longest wait is for messages that "
                "keep coming before it was quiet that long"
            )
        return self
