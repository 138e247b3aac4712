"""What is read back: in order, filtered, and never another tenant's."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from copilot.conversations import flow, imports, store
from copilot.conversations.conversation import Conversation, ConversationIn
from copilot.conversations.errors import ConversationNotFoundError, ImportNotFoundError
from copilot.conversations.tables import ImportRow
from copilot.conversations.timeline import timeline
from copilot.customers.errors import CustomerNotFoundError
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.ids import TenantId

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
OTHER = TenantId("ten_other")


async def put(db: Database, tenant: TenantId, n: int, **more: Any) -> Conversation:
    message = {
        "external_id": "m1",
        "author": {"role": "customer"},
        "sent_at": START + timedelta(days=n),
        "text": f"Talk {n}",
    }
    fields = {
        "channel": "chat",
        "customer": {"emails": ["a@b.example"]},
        "messages": [message],
    } | more
    sent = ConversationIn.model_validate(fields)
    return (await flow.accept(db, tenant, "desk", str(n), sent))[0]


async def test_past_conversations_come_latest_contact_first(db: Database, tenant: TenantId) -> None:
    made = [await put(db, tenant, n) for n in (2, 3, 1)]
    customer_id = made[0].customer_id or ""
    async with db.read() as session:
        found = await store.contacts(session, tenant, customer_id, limit=9, cursor=None)
        assert [one.external_id for one in found] == ["3", "2", "1"]


async def test_heads_are_given_by_id(db: Database, tenant: TenantId) -> None:
    made = [await put(db, tenant, n, subject=f"Subject {n}") for n in (1, 2)]
    async with db.read() as session:
        found = await store.heads(session, tenant, [made[1].id, "nope", made[0].id])
        assert {one.subject for one in found.values()} == {"Subject 1", "Subject 2"}
        assert await store.heads(session, tenant, []) == {}


async def test_a_list_is_read_once_through_its_pages(db: Database, tenant: TenantId) -> None:
    for n in range(7):
        await put(db, tenant, n)
    seen: list[str] = []
    cursor = None
    async with db.read() as session:
        while True:
            page = await store.find(session, tenant, limit=3, cursor=cursor)
            seen += [one.external_id for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        with pytest.raises(InvalidInputError):
            await store.find(session, tenant, cursor="nonsense")
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


async def test_the_latest_message_comes_first_whatever_was_changed_last(
    db: Database, tenant: TenantId
) -> None:
    for n in (2, 3, 1):
        await put(db, tenant, n)
    empty = await put(db, tenant, 4, messages=[])
    await put(db, tenant, 2, status="solved", messages=[])
    seen: list[str] = []
    cursor = None
    async with db.read() as session:
        while True:
            page = await store.find(session, tenant, limit=1, cursor=cursor)
            seen += [one.external_id for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        head = await store.head(session, tenant, empty.id)
    # One without a message stands where it was made: after every message of these tests.
    assert seen == ["4", "3", "2", "1"]
    assert head.last_message_at is None
    late = {"external_id": "m2", "author": {"role": "agent"}, "text": "Kiitos"}
    late["sent_at"] = (now() + timedelta(days=1)).isoformat()
    await put(db, tenant, 1, messages=[late])
    async with db.read() as session:
        page = await store.find(session, tenant)
    assert [one.external_id for one in page.items] == ["1", "4", "3", "2"]


async def test_a_list_is_also_found_by_the_id_before_a_merge(
    db: Database, tenant: TenantId
) -> None:
    mine = await put(db, tenant, 1)
    crm = {"source": "crm", "external_id": "1"}
    await put(db, tenant, 2, customer=crm)
    await put(db, tenant, 3, customer={**crm, "emails": ["a@b.example"]})
    async with db.read() as session:
        page = await store.find(session, tenant, customer_id=mine.customer_id)
        assert [one.external_id for one in page.items] == ["3", "2", "1"]
        assert mine.customer_id not in {one.customer_id for one in page.items}
        assert (await store.find(session, OTHER, customer_id=mine.customer_id)).items == []


async def test_no_function_shows_another_tenants(db: Database, tenant: TenantId) -> None:
    mine = await put(db, tenant, 1)
    customer_id = mine.customer_id or ""
    async with db.write() as session:
        session.add(
            ImportRow(
                id="imp_1",
                tenant_id=tenant,
                filename="a.eml",
                size=1,
                stored=0,
                faults={},
                created_at=now(),
            )
        )
    async with db.read() as session:
        for read in (store.get, store.head):
            with pytest.raises(ConversationNotFoundError):
                await read(session, OTHER, mine.id)
        assert await store.heads(session, OTHER, [mine.id]) == {}
        assert (await store.find(session, OTHER)).items == []
        assert await store.contacts(session, OTHER, customer_id, limit=9, cursor=None) == []
        assert await store.messages_of(session, OTHER, [mine.id]) == {mine.id: []}
        assert await store.message_page(session, OTHER, mine.id, after_seq=0, limit=9) == []
        assert await store.known_messages(session, OTHER, "desk", "1") == frozenset()
        with pytest.raises(CustomerNotFoundError):
            await timeline(session, OTHER, customer_id, limit=9, cursor=None)
        with pytest.raises(ImportNotFoundError):
            await imports.get_import(session, OTHER, "imp_1")
        assert (await imports.get_import(session, tenant, "imp_1")).filename == "a.eml"
    theirs = await put(db, OTHER, 1)
    assert theirs.id != mine.id
    assert theirs.customer_id != mine.customer_id
