"""What is told of an erasure: how much there was, nothing of what it said."""

from pydantic import BaseModel, Field


class Erasure(BaseModel):
    """What was erased with a customer."""

    customer_id: str
    conversations: int
    messages: int
    calls: int
    orders: int
    ledger_entries: int = Field(
        description="Calls of language models about the customer. What each took stays, for the "
        "budget; what was sent is gone."
    )
    settled: bool = Field(
        description="Whether the database has overwritten it already. False: it does when nobody "
        "reads what it still holds for them."
    )
