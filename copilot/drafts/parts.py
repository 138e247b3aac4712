"""What a draft tells beside its text: what was asked, what guided it, what it took."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field


class DraftQuestion(BaseModel):
    """Something that the customer waits for, and whether the draft answers it."""

    text: str
    message_id: str | None = None
    answered: bool
    sentences: list[int] = Field(
        default_factory=list, description="Places, from 0, of the sentences that answer it."
    )
    missing: str | None = Field(
        default=None, description="Where it is not answered: what the sources lack, in words."
    )


class DraftProcess(BaseModel):
    """The process that fits a conversation, and where in it the conversation stands."""

    name: str
    title: str
    step: int | None = Field(default=None, description="Of the current step, from 1.")
    step_text: str | None = None
    steps: list[str] = Field(default_factory=list)
    missing_facts: list[str] = Field(
        default_factory=list, description="Required facts that nobody has told yet."
    )
    facts_on_file: dict[str, str] = Field(
        default_factory=dict,
        description="Required facts that the customer's record or order tells: no need to ask.",
    )
    escalate: str | None = Field(
        default=None, description="Why somebody else should take over; null: nothing says so."
    )
    deadline: str | None = Field(default=None, description="By when, as the process has it.")
    due: date | None = Field(default=None, description="The last day by that, where it is known.")
    version: str | None = Field(default=None, description="Of the process as it guided the draft.")
    score: float = Field(ge=0, le=1, description="How surely it fits.")


class DraftSavedReply(BaseModel):
    """The saved reply that a draft uses."""

    id: str
    title: str
    score: float = Field(ge=0, le=1)
    version: str | None = Field(
        default=None,
        description="Of its text as the draft was made with it; null: it fits, and is not in it.",
    )


class DraftUsage(BaseModel):
    """What a language model's part in a draft took."""

    prompt_tokens: int
    answer_tokens: int
    estimated: bool = Field(description="Whether the tokens were reckoned here.")
    cost: str | None = Field(
        default=None, description="In ``currency``, by the prices set; null: none are set."
    )
    currency: str | None = None


class DraftChange(BaseModel):
    """One stretch of a comparison between a draft and the one it was made from."""

    kind: Literal["kept", "removed", "added", "changed"]
    before: str | None = None
    after: str | None = None
