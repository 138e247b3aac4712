"""What the ledger tells: one call of a model, and what all of them took."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PlainSerializer

from copilot.kernel.clock import UtcTime
from copilot.kernel.errors import NotFoundError

LedgerTask = Literal["draft", "refine", "summary", "judge", "support", "check", "transcription"]
Outcome = Literal["running", "answered", "failed", "timed_out", "cancelled", "refused", "unknown"]
"""``running`` and ``unknown`` are told of rows without an end.

``refused``: over a limit, or the model is left alone after failures; nothing left.
"""

CostText = Annotated[
    Decimal, PlainSerializer("{:f}".format, return_type=str, when_used="json"), Field()
]


class LedgerNotFoundError(NotFoundError):
    """The tenant has no such row in its ledger."""

    code = "ledger_entry_not_found"
    title = "Ledger entry not found"

    def __init__(self, entry_id: str) -> None:
        super().__init__(f"There is no ledger entry {entry_id!r}.")


class LedgerEntry(BaseModel):
    """One call of a model or speech server."""

    id: str
    task: LedgerTask
    conversation_id: str | None
    customer_id: str | None
    call_id: str | None = Field(description="The recording that was sent, if it was one.")
    principal_id: str | None = Field(description="Who asked; null: the service by itself.")
    engine: str
    host: str = Field(description="Where it went.")
    local: bool = Field(description="Whether text may go there unmasked.")
    sent_at: UtcTime
    finished_at: UtcTime | None
    outcome: Outcome = Field(
        description="`unknown`: its process ended before the answer did; what is told was sent."
    )
    masked: dict[str, int] = Field(description="How many values were masked, by kind.")
    characters: int
    prompt_tokens: int | None
    answer_tokens: int | None
    estimated: bool = Field(description="Whether the tokens were reckoned here.")
    cost: CostText | None = Field(description="In `currency`; null: no prices are set.")
    currency: str | None
    has_text: bool = Field(description="Whether what left is still kept.")


class LedgerText(LedgerEntry):
    """One call with exactly what left.

    ``sent`` is the messages, each with ``role`` and ``content``, or for a recording its seconds
    and the names sent along.
    """

    sent: list[dict[str, Any]] | dict[str, Any] | None = Field(
        description="Null: it went to a local model, nothing left, or it has been kept long enough."
    )


class UsageLine(BaseModel):
    """What one task took of one engine on one day (UTC)."""

    day: date
    task: LedgerTask
    engine: str
    calls: int
    prompt_tokens: int
    answer_tokens: int
    cost: CostText | None
    currency: str | None


class Budget(BaseModel):
    """One limit and what is left of it."""

    unit: Literal["tokens", "cost"]
    period: Literal["day", "month"]
    limit: CostText
    used: CostText
    left: CostText
    resets_at: UtcTime


class UsageReport(BaseModel):
    """What a tenant's calls of models took, and what its budgets leave."""

    since: UtcTime
    items: list[UsageLine]
    budgets: list[Budget]
    currency: str
