"""What the context card is: the things an agent should know now, each linked to its source."""

from typing import Literal

from pydantic import BaseModel, Field

from copilot.conversations.conversation import Channel
from copilot.customers.customer import Customer
from copilot.customers.order import Order
from copilot.kernel.clock import UtcTime
from copilot.knowledge.degraded import Degraded
from copilot.knowledge.passage import Passage

PartName = Literal[
    "query",
    "customer",
    "orders",
    "past_conversations",
    "already_told",
    "promised",
    "articles",
    "similar_conversations",
]

Reason = Literal["unavailable", "slow", "failed"] | Degraded
"""Nothing was had in the first three cases; the others tell how search had to do without."""


class ToldFact(BaseModel):
    """Something the customer already told us, on any channel."""

    text: str
    message_id: str
    conversation_id: str
    said_at: UtcTime
    channel: Channel | None = None


class Promise(BaseModel):
    """Something an agent promised.

    Attributes:
        by: The name of who promised, as their message carries it.
        due: The last day it was promised for, as an ISO day, when one was named.
        overdue: Whether that day is over and nothing tells that it was done.
    """

    text: str
    message_id: str
    conversation_id: str
    said_at: UtcTime
    by: str | None = None
    due: str | None = None
    overdue: bool = False


class PastConversation(BaseModel):
    """An earlier contact of the same customer, ranked by relevance to this one."""

    id: str
    channel: str
    subject: str | None
    headline: str
    last_message_at: UtcTime | None
    status: str
    score: float


class SimilarConversation(BaseModel):
    """A solved conversation of another customer about the same thing.

    What is known of that customer, and what looks like personal data, is masked in both texts.
    """

    id: str
    subject: str | None
    resolution: str
    score: float


class DegradedPart(BaseModel):
    """A part of the card that is missing or not whole, and why."""

    part: PartName
    reason: Reason


class ContextCard(BaseModel):
    """The answer of ``GET /v1/conversations/{id}/context``."""

    customer: Customer | None
    already_told: list[ToldFact]
    promised: list[Promise]
    orders: list[Order]
    past_conversations: list[PastConversation]
    articles: list[Passage]
    similar_conversations: list[SimilarConversation]
    timings_ms: dict[str, float]
    degraded: list[DegradedPart] = Field(
        default_factory=list, description="Parts that could not be had, or not in time"
    )
