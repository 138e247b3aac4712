"""Taking something from the context card into a draft, with its source."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select

from copilot.conversations import store as conversations
from copilot.conversations.conversation import ConversationHead
from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.customers import order_store
from copilot.customers.order import Order
from copilot.drafts import store
from copilot.drafts.draft import Citation, Draft, DraftSentence
from copilot.drafts.errors import SourceNotFoundError, TooManyInsertedError
from copilot.drafts.internal import resting_on_internal
from copilot.drafts.order_facts import order_sentences
from copilot.drafts.wording import wording_for
from copilot.kernel.clock import now
from copilot.kernel.db import WriteSession
from copilot.kernel.ids import TenantId
from copilot.kernel.text import StorableText
from copilot.kernel.visibility import Visibility
from copilot.knowledge import store as knowledge

MOST_INSERTED = 50
_MOST_ORDERS = 1000
_ALL_OF_IT = "what did i order, how much, where is it"
_KINDS = ("passage_id", "order_id", "message_id", "similar_id")


class InsertIn(BaseModel):
    """The body of ``POST /v1/drafts/{id}/insertions``: one source, and what of it is taken."""

    model_config = ConfigDict(extra="forbid")

    passage_id: StorableText | None = Field(default=None, description="Of an article.")
    order_id: StorableText | None = Field(default=None, description="Of this customer.")
    message_id: StorableText | None = Field(
        default=None, description="Of this conversation or another one of this customer."
    )
    similar_id: StorableText | None = Field(
        default=None, description="Another conversation as a whole: an earlier or a similar one."
    )
    text: StorableText | None = Field(
        default=None,
        min_length=1,
        max_length=10_000,
        description="What is taken, as it goes into the reply; null: the passage, or the order in "
        "words of the draft's language.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [one for one in _KINDS if getattr(self, one) is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of passage_id, order_id, message_id and similar_id")
        if self.text is None and given[0] in ("message_id", "similar_id"):
            raise ValueError("say in text what of the message or conversation is taken")
        return self


class Insertion(BaseModel):
    """What goes into the reply, and the draft that now cites its source."""

    text: str
    citation: Citation
    draft: Draft


async def insert(
    session: WriteSession,
    tenant: TenantId,
    draft_id: str,
    wish: InsertIn,
    *,
    may_use_internal: bool = True,
) -> Insertion:
    """Have a draft cite what the agent takes from the context card. Its text stays as it is.

    Args:
        session: The transaction.
        tenant: Whose draft.
        draft_id: Which.
        wish: The source, and what of it.
        may_use_internal: Whether the caller may read internal material.

    Raises:
        DraftNotFoundError: The tenant has no such draft.
        SourceNotFoundError: There is no such source, or it is no source for this conversation.
        TooManyInsertedError: The draft has taken very much already.
    """
    await store.lock(session, tenant, draft_id, alone=True)
    draft = (await store.get(session, tenant, draft_id)).draft
    if len(draft.inserted) >= MOST_INSERTED:
        raise TooManyInsertedError(MOST_INSERTED)
    conversation = await conversations.head(session, tenant, str(draft.conversation_id))
    found, text = await _source(session, tenant, conversation, draft, wish)
    if found.visibility == "internal" and found.conversation_id is None and not may_use_internal:
        raise SourceNotFoundError
    known = [one for one in draft.citations if _names_same(one, found)]
    citation = known[0] if known else found
    taken = DraftSentence(text=wish.text or text, citations=[citation.n])
    citations = draft.citations if known else [*draft.citations, citation]
    warned = resting_on_internal([taken], citations)
    draft = draft.model_copy(
        update={
            "citations": citations,
            "inserted": [*draft.inserted, taken],
            "warnings": [*draft.warnings, *(one for one in warned if one not in draft.warnings)],
        }
    )
    await store.put_back(session, tenant, draft)
    return Insertion(text=taken.text, citation=citation, draft=draft)


async def _source(
    session: WriteSession,
    tenant: TenantId,
    conversation: ConversationHead,
    draft: Draft,
    wish: InsertIn,
) -> tuple[Citation, str]:
    """The citation of what is wished, numbered after those of ``draft``; and its text."""
    n = max((one.n for one in draft.citations), default=0) + 1
    if wish.passage_id is not None:
        passage = (await knowledge.passages(session, tenant, [wish.passage_id])).get(
            wish.passage_id
        )
        if passage is None or passage.kind != "article":
            raise SourceNotFoundError
        return Citation(n=n, visibility=passage.visibility, passage=passage), passage.text
    if wish.order_id is not None:
        order = await _order(session, tenant, conversation, wish.order_id)
        wording, _ = wording_for(draft.language or "")
        told = order_sentences(order, _ALL_OF_IT, wording, now().date())
        return Citation(n=n, order_id=order.id, order_number=order.number), " ".join(told)
    if wish.message_id is not None:
        return await _message(session, tenant, conversation, wish.message_id, n), ""
    return await _whole(session, tenant, conversation, str(wish.similar_id), n), ""


async def _order(
    session: WriteSession, tenant: TenantId, conversation: ConversationHead, order_id: str
) -> Order:
    if conversation.customer_id is None:
        raise SourceNotFoundError
    orders = await order_store.orders_of(
        session, tenant, conversation.customer_id, limit=_MOST_ORDERS
    )
    found = next((one for one in orders if one.id == order_id), None)
    if found is None:
        raise SourceNotFoundError
    return found


async def _message(
    session: WriteSession, tenant: TenantId, conversation: ConversationHead, message_id: str, n: int
) -> Citation:
    wanted = (
        select(MessageRow.conversation_id, MessageRow.visibility, ConversationRow.customer_id)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(MessageRow.tenant_id == tenant, MessageRow.id == message_id)
    )
    found = (await session.execute(wanted)).one_or_none()
    if found is None:
        raise SourceNotFoundError
    place, customer_id = found.conversation_id, found.customer_id
    # What another customer wrote is no source of a reply to this one.
    if place != conversation.id and (
        customer_id is None or customer_id != conversation.customer_id
    ):
        raise SourceNotFoundError
    visibility: Visibility = "internal" if found.visibility == "internal" else "public"
    return Citation(n=n, visibility=visibility, message_id=message_id, conversation_id=place)


async def _whole(
    session: WriteSession, tenant: TenantId, conversation: ConversationHead, other_id: str, n: int
) -> Citation:
    """Another conversation: of another customer it may be told of, and supports no figure."""
    other = (await conversations.heads(session, tenant, [other_id])).get(other_id)
    if other is None or other.id == conversation.id:
        raise SourceNotFoundError
    theirs = other.customer_id is not None and other.customer_id == conversation.customer_id
    return Citation(n=n, visibility="public" if theirs else "internal", conversation_id=other.id)


def _names_same(one: Citation, other: Citation) -> bool:
    if one.passage is not None and other.passage is not None:
        return one.passage.id == other.passage.id
    if one.passage is not None or other.passage is not None:
        return False
    if one.order_id is not None or one.message_id is not None:
        return (one.order_id, one.message_id) == (other.order_id, other.message_id)
    return (other.order_id, other.message_id) == (None, None) and (
        one.conversation_id == other.conversation_id
    )
