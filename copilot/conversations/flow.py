"""Storing conversations: merged by external ids, the same however often and in whatever order.

A message is written once. Sent again under the same external id, even with other words, it changes
nothing: summaries and citations rest on it. What is told about the conversation itself (subject,
status, tags, customer) is updated by whatever the body names; what it leaves out stays.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import insert, select, update

from copilot.conversations import cleaning, store
from copilot.conversations.cleaning import CleanMessage
from copilot.conversations.conversation import Conversation, ConversationIn, Message, MessageIn
from copilot.conversations.ordering import place
from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.conversations.waiting import Said, standing
from copilot.customers import flow as customers
from copilot.customers.address import DEFAULT_REGION, addresses_of
from copilot.customers.customer import CustomerIn
from copilot.kernel.clock import now
from copilot.kernel.db import Database, WriteSession
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.text import storable
from copilot.kernel.upsert import insert_if_new
from copilot.search import outbox

Along = Callable[[WriteSession, Conversation, int], Awaitable[None]]
"""What a layer above does in the transaction that stores a conversation and so many messages."""

INLINE_ID = "inline"
_LANGUAGE_SAMPLE = 20


async def accept(
    db: Database,
    tenant: TenantId,
    source: str,
    external_id: str,
    body: ConversationIn,
    *,
    region: str = DEFAULT_REGION,
    along: Along | None = None,
) -> tuple[Conversation, bool]:
    """Clean the messages that are new, then :func:`put` in one short transaction."""
    source, external_id = storable(source), storable(external_id)
    async with db.read() as session:
        known = await store.known_messages(session, tenant, source, external_id)
    cleaned = await asyncio.to_thread(cleaning.clean_all, body, skip=known)
    async with db.write() as session:
        return await put(
            session,
            tenant,
            source,
            external_id,
            body,
            region=region,
            cleaned=cleaned,
            along=along,
        )


async def put(
    session: WriteSession,
    tenant: TenantId,
    source: str,
    external_id: str,
    body: ConversationIn,
    *,
    region: str = DEFAULT_REGION,
    cleaned: Mapping[str, CleanMessage] | None = None,
    along: Along | None = None,
) -> tuple[Conversation, bool]:
    """Create the conversation or merge ``body`` into it; True when it is new.

    Args:
        session: The transaction, with nothing written yet (see ``customers.flow``).
        tenant: Whose conversation.
        source: The system it is from.
        external_id: Its id there.
        body: What the source tells now: all of it or only what is new.
        region: Two-letter country of phone numbers without a country code.
        cleaned: Messages cleaned beforehand, by external id; the rest is cleaned here.
        along: Done in the same transaction, once the conversation is stored.
    """
    source, external_id = storable(source), storable(external_id)
    customer_id = await _customer(session, tenant, source, body.customer, region)
    row, created = await _row(session, tenant, source, external_id, body)
    if customer_id is None and row.customer_id is None and body.customer is not None:
        customer_id = (await customers.resolve(session, tenant, body.customer)).id
    added, said = await _add_messages(session, tenant, row, body, cleaned or {})
    changes = _changes(row, body, customer_id)
    if added:
        changes |= _counts(row, added) | _standing(row, added, said)
    if added or "stated_language" in changes:
        stated = changes.get("stated_language", row.stated_language)
        changes["language"] = stated or await _language(session, row.id)
    if changes or created:
        await session.execute(
            update(ConversationRow)
            .where(ConversationRow.tenant_id == tenant, ConversationRow.id == row.id)
            .values(**changes, updated_at=now())
        )
        await outbox.mark(session, tenant, "conversation", row.id)
    stored = await store.get(session, tenant, row.id)
    if along is not None:
        await along(session, stored, len(added))
    return stored, created


def inline(body: ConversationIn) -> Conversation:
    """``body`` as a conversation that is stored nowhere; messages keep their external ids.

    Takes milliseconds of processor time per message: call it in a thread.
    """
    messages = cleaning.without_repeats(body.messages).values()
    ordered = sorted(messages, key=lambda one: place(one.sent_at, one.start, one.external_id))
    cleaned = cleaning.clean_all(body)
    shown = [
        Message(
            id=one.external_id,
            conversation_id=INLINE_ID,
            external_id=one.external_id,
            seq=seq,
            author=one.author,
            visibility=one.visibility,
            sent_at=one.sent_at,
            attachments=one.attachments,
            start=one.start,
            end=one.end,
            **cleaned[one.external_id]._asdict(),
        )
        for seq, one in enumerate(ordered, start=1)
    ]
    texts: dict[str, list[str]] = {}
    for message in shown:
        if message.visibility == "public":
            texts.setdefault(message.author.role, []).append(message.text)
    at = now()
    return Conversation(
        id=INLINE_ID,
        source=INLINE_ID,
        external_id=INLINE_ID,
        channel=body.channel,
        subject=body.subject,
        status=body.status,
        language=body.language or cleaning.spoken_language(texts),
        tags=body.tags,
        customer_id=None,
        customer_name=body.customer.name if body.customer else None,
        version=len(shown),
        message_count=len(shown),
        last_message_at=shown[-1].sent_at if shown else None,
        created_at=at,
        updated_at=at,
        messages=shown,
    )


async def _customer(
    session: WriteSession, tenant: TenantId, source: str, who: CustomerIn | None, region: str
) -> str | None:
    """The customer's id, when ``who`` names an address to know them by."""
    if who is None:
        return None
    if who.external_id and not who.source:
        who = who.model_copy(update={"source": source})
    if not addresses_of(who, region=region):
        return None
    return (await customers.resolve(session, tenant, who, region=region)).id


async def _row(
    session: WriteSession, tenant: TenantId, source: str, external_id: str, body: ConversationIn
) -> tuple[ConversationRow, bool]:
    """The conversation's row, locked, made when there is none."""
    at = now()
    created = await insert_if_new(
        session,
        ConversationRow,
        {
            "id": new_id("cnv"),
            "tenant_id": tenant,
            "source": source,
            "external_id": external_id,
            "channel": body.channel,
            "status": body.status,
            "tags": [],
            "version": 0,
            "message_count": 0,
            "last_contact_at": at,
            "created_at": at,
            "updated_at": at,
        },
    )
    wanted = select(ConversationRow).where(
        ConversationRow.tenant_id == tenant,
        ConversationRow.source == source,
        ConversationRow.external_id == external_id,
    )
    fresh = wanted.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(fresh)).one(), created


def _changes(row: ConversationRow, body: ConversationIn, customer_id: str | None) -> dict[str, Any]:
    told: dict[str, Any] = {"channel": body.channel}
    told |= {name: getattr(body, name) for name in {"status", "tags"} & body.model_fields_set}
    if body.subject is not None:
        told["subject"] = body.subject
    if body.language is not None:
        told["stated_language"] = body.language
    if customer_id is not None:
        told["customer_id"] = customer_id
    return {name: value for name, value in told.items() if getattr(row, name) != value}


async def _add_messages(
    session: WriteSession,
    tenant: TenantId,
    row: ConversationRow,
    body: ConversationIn,
    cleaned: Mapping[str, CleanMessage],
) -> tuple[list[MessageIn], list[Said]]:
    """Store the messages that are not there yet, each in its place.

    Returns:
        The messages that were stored, and what is said now in the whole conversation, in order.
    """
    if not body.messages:
        return [], []
    stored = (
        await session.execute(
            select(
                MessageRow.id,
                MessageRow.external_id,
                MessageRow.sent_at,
                MessageRow.start,
                MessageRow.seq,
                MessageRow.author_role,
                MessageRow.visibility,
            ).where(MessageRow.conversation_id == row.id)
        )
    ).all()
    known = {one.external_id for one in stored}
    new = {
        name: one
        for name, one in cleaning.without_repeats(body.messages).items()
        if name not in known
    }
    if not new:
        return [], []
    said = {
        place(one.sent_at, one[3], one.external_id): Said(
            one.author_role, one.visibility, one.sent_at, spoken=one[3] is not None
        )
        for one in stored
    } | {
        place(one.sent_at, one.start, one.external_id): Said(
            one.author.role, one.visibility, one.sent_at, spoken=one.start is not None
        )
        for one in new.values()
    }
    places = sorted(said)
    seqs = {one.external_id: seq for seq, one in enumerate(places, start=1)}
    moved = [
        {"id": one.id, "seq": seqs[one.external_id]}
        for one in stored
        if one.seq != seqs[one.external_id]
    ]
    if moved:
        await session.execute(update(MessageRow), moved)
    missing = body.model_copy(
        update={"messages": [one for name, one in new.items() if name not in cleaned]}
    )
    if missing.messages:
        cleaned = {**cleaned, **await asyncio.to_thread(cleaning.clean_all, missing)}
    values = [
        _message_values(tenant, row.id, one, cleaned[one.external_id]) for one in new.values()
    ]
    for one in values:
        one["seq"] = seqs[one["external_id"]]
    await session.execute(insert(MessageRow), values)
    return list(new.values()), [said[one] for one in places]


def _message_values(
    tenant: TenantId, conversation_id: str, message: MessageIn, cleaned: CleanMessage
) -> dict[str, Any]:
    return {
        "id": new_id("msg"),
        "tenant_id": tenant,
        "conversation_id": conversation_id,
        "external_id": message.external_id,
        "author_role": message.author.role,
        "author_name": message.author.name,
        "visibility": message.visibility,
        "sent_at": message.sent_at,
        "attachments": message.attachments,
        "original_text": message.text if message.text != cleaned.text else None,
        "original_html": message.html,
        "start": message.start,
        "end": message.end,
        "written": message.written,
        **cleaned._asdict(),
    }


def _counts(row: ConversationRow, added: list[MessageIn]) -> dict[str, Any]:
    latest = max(one.sent_at for one in added)
    if row.last_message_at is not None:
        latest = max(latest, row.last_message_at)
    return {
        "version": row.version + len(added),
        "message_count": row.message_count + len(added),
        "last_message_at": latest,
        "last_contact_at": latest,
    }


def _standing(row: ConversationRow, added: list[MessageIn], said: list[Said]) -> dict[str, Any]:
    now_so = standing(said)
    changes = now_so._asdict()
    # What comes with its answer is no news: archives that are imported would be nothing else.
    wrote = any(one.author.role == "customer" and one.visibility == "public" for one in added)
    if wrote and now_so.waiting_since is not None:
        changes["news_version"] = row.version + len(added)
    return changes


async def _language(session: WriteSession, conversation_id: str) -> str | None:
    texts: dict[str, list[str]] = {}
    for role in ("customer", "agent", "bot"):
        rows = await session.scalars(
            select(MessageRow.text)
            .where(
                MessageRow.conversation_id == conversation_id,
                MessageRow.author_role == role,
                MessageRow.visibility == "public",
            )
            .order_by(MessageRow.seq)
            .limit(_LANGUAGE_SAMPLE)
        )
        texts[role] = list(rows)
    return cleaning.spoken_language(texts)
