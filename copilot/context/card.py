"""What the context card is: the things an agent should know now, each linked to its source."""

from pydantic import BaseModel

from copilot.customers.customer import Customer
from copilot.customers.order import Order
from copilot.kernel.clock import UtcTime
from copilot.knowledge.passage import Passage


class ToldFact(BaseModel):
    """Something the customer already told us, on any channel."""

    text: str
    message_id: str
    conversation_id: str
    said_at: UtcTime


class Promise(BaseModel):
    """Something an agent promised; ``due`` is the date as an ISO day when one was named."""

    text: str
    message_id: str
    conversation_id: str
    said_at: UtcTime
    due: str | None = None


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
    """A solved conversation of another customer about the same thing."""

    id: str
    subject: str | None
    resolution: str
    score: float


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
