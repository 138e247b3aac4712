"""One JSON document of everything kept of a customer, written piece by piece.

What a person may ask for by articles 15 and 20 of the GDPR (Regulation (EU) 2016/679): what is
stored of them, and who it was given to. A customer may have years of messages, so no more than one
conversation is held in memory.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel
from sqlalchemy import select

from copilot.calls import store as calls
from copilot.calls.errors import CallNotFoundError, CallNotReadyError
from copilot.conversations import store as conversations
from copilot.conversations.conversation import Message
from copilot.conversations.errors import ConversationNotFoundError
from copilot.customers import order_store
from copilot.customers import store as customers
from copilot.drafts import store as drafts
from copilot.feedback.feedback import Feedback
from copilot.feedback.tables import FeedbackRow
from copilot.kernel.clock import now
from copilot.kernel.db import Database, ReadSession
from copilot.kernel.ids import TenantId
from copilot.ledger import store as ledger
from copilot.summaries import store as summaries
from copilot.summaries.errors import SummaryNotFoundError

_PAGE = 100
_OF_A_DRAFT = {"id", "created_at", "engine", "text"}
Item = dict[str, Any]


class Asked(NamedTuple):
    """Whose document, and how much of it.

    Attributes:
        tenant: Whose customer.
        customer_id: Which, by their present id.
        internal: Whether what colleagues wrote for each other, drafts and summaries are in it.
    """

    tenant: TenantId
    customer_id: str
    internal: bool


async def document(
    db: Database, tenant: TenantId, customer_id: str, *, internal: bool
) -> AsyncGenerator[str, None]:
    """The document as pieces of JSON text; the first is there once the customer is found.

    Each part is read when it is written: what changes meanwhile may be in it or not.

    Args:
        db: The database.
        tenant: Whose customer.
        customer_id: Which; also an id they had before a merge.
        internal: See :class:`Asked`.

    Raises:
        CustomerNotFoundError: The tenant has no such customer; before any piece.
    """
    async with db.read() as session:
        customer = await customers.get(session, tenant, customer_id)
    asked = Asked(tenant, customer.id, internal)
    head = {"exported_at": _time(now()), "includes_internal": internal, "customer": _item(customer)}
    yield json.dumps(head, ensure_ascii=False)[:-1]
    for name, items in (
        ("orders", _orders(db, asked)),
        ("conversations", _conversations(db, asked)),
        ("calls", _calls(db, asked)),
        ("left_the_service", _left(db, asked)),
    ):
        yield f", {json.dumps(name)}: ["
        between = ""
        async for item in items:
            yield between + json.dumps(item, ensure_ascii=False)
            between = ", "
        yield "]"
    yield "}\n"


async def _orders(db: Database, asked: Asked) -> AsyncIterator[Item]:
    cursor: str | None = None
    while True:
        async with db.read() as session:
            page = await order_store.find(
                session, asked.tenant, customer_id=asked.customer_id, limit=_PAGE, cursor=cursor
            )
        for one in page.items:
            yield _item(one)
        if (cursor := page.next_cursor) is None:
            return


async def _conversations(db: Database, asked: Asked) -> AsyncIterator[Item]:
    cursor: str | None = None
    while True:
        async with db.read() as session:
            page = await conversations.find(
                session, asked.tenant, customer_id=asked.customer_id, limit=_PAGE, cursor=cursor
            )
        for head in page.items:
            try:
                async with db.read() as session:
                    item = await _conversation(session, asked, head.id)
            except ConversationNotFoundError:  # deleted while the document is written
                continue
            yield item
        if (cursor := page.next_cursor) is None:
            return


async def _conversation(session: ReadSession, asked: Asked, conversation_id: str) -> Item:
    whole = await conversations.get(session, asked.tenant, conversation_id)
    item = _item(whole)
    item["messages"] = [_item(one) for one in whole.messages if asked.internal or _public(one)]
    item["feedback"] = await _feedback(session, asked.tenant, conversation_id)
    if asked.internal:
        item["summary"] = None
        with suppress(SummaryNotFoundError):
            found = await summaries.latest(session, asked.tenant, conversation_id)
            item["summary"] = _item(found)
        item["drafts"] = await _drafts(session, asked.tenant, conversation_id, whole.version)
    return item


def _public(message: Message) -> bool:
    return message.visibility == "public"


async def _feedback(session: ReadSession, tenant: TenantId, conversation_id: str) -> list[Item]:
    rows = await session.scalars(
        select(FeedbackRow)
        .where(FeedbackRow.tenant_id == tenant, FeedbackRow.conversation_id == conversation_id)
        .order_by(FeedbackRow.created_at, FeedbackRow.id)
    )
    return [_item(Feedback.model_validate(row, from_attributes=True)) for row in rows]


async def _drafts(
    session: ReadSession, tenant: TenantId, conversation_id: str, version: int
) -> list[Item]:
    found: list[Item] = []
    cursor: str | None = None
    while True:
        page = await drafts.of_conversation(
            session, tenant, conversation_id, version=version, limit=_PAGE, cursor=cursor
        )
        found += [
            {
                "id": one.id,
                "created_at": _time(one.created_at),
                "engine": one.engine,
                "text": one.text,
            }
            for one in page.items
        ]
        if (cursor := page.next_cursor) is None:
            return found


async def _calls(db: Database, asked: Asked) -> AsyncIterator[Item]:
    async with db.read() as session:
        ids = await calls.of_customer(session, asked.tenant, asked.customer_id)
    for call_id in ids:
        try:
            async with db.read() as session:
                item = await _call(session, asked.tenant, call_id)
        except CallNotFoundError:  # deleted while the document is written
            continue
        yield item


async def _call(session: ReadSession, tenant: TenantId, call_id: str) -> Item:
    call = await calls.get(session, tenant, call_id)
    item = _item(call)
    item["recording"] = None if call.audio_expired_at else f"/v1/calls/{call_id}/audio"
    item["transcript"] = []
    with suppress(CallNotReadyError):
        heard = await calls.transcript(session, tenant, call_id)
        item["transcript"] = [
            {"start": one.start, "end": one.end, "speaker": one.speaker, "text": one.text}
            for one in heard.segments
        ]
    return item


async def _left(db: Database, asked: Asked) -> AsyncIterator[Item]:
    """Whom text about them was given to: language models and speech servers, without the text."""
    cursor: str | None = None
    while True:
        async with db.read() as session:
            page = await ledger.find(
                session,
                asked.tenant,
                dead=_never,
                customer_id=asked.customer_id,
                limit=_PAGE,
                cursor=cursor,
            )
        for one in page.items:
            yield {
                "at": _time(one.sent_at),
                "to": one.host,
                "engine": one.engine,
                "for": one.task,
                "local": one.local,
                "masked": one.masked,
            }
        if (cursor := page.next_cursor) is None:
            return


def _never(task: str, sent_at: datetime) -> bool:  # noqa: ARG001 - the port's
    return False


def _item(model: BaseModel) -> Item:
    return model.model_dump(mode="json")


def _time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
