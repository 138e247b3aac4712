"""The inbox's list: filters, order, pages, and what each agent has not read."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from copilot.auth.tables import AgentRow, TenantRow
from copilot.conversations import edits, flow, inbox
from copilot.conversations.conversation import Conversation, ConversationIn, ListedConversation
from copilot.conversations.errors import ConversationNotFoundError
from copilot.conversations.inbox import Wanted
from copilot.conversations.inbox_watch import MOST_NEWS, InboxWatch
from copilot.conversations.tables import ReadRow
from copilot.feedback import store as feedback
from copilot.feedback.feedback import FeedbackIn
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.ids import TenantId

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
OTHER = TenantId("ten_other")


async def put(
    db: Database, tenant: TenantId, n: int, roles: str = "c", **more: Any
) -> Conversation:
    """A conversation of day ``n``: a message of the customer or agent for each letter."""
    names = {"c": "customer", "a": "agent"}
    messages = [
        {
            "external_id": f"m{n}-{place}",
            "author": {"role": names[one]},
            "sent_at": START + timedelta(days=n, minutes=place),
            "text": "Hei",
        }
        for place, one in enumerate(roles)
    ]
    body = ConversationIn.model_validate({"channel": "chat", "messages": messages} | more)
    return (await flow.accept(db, tenant, "desk", str(n), body))[0]


async def found(
    db: Database, tenant: TenantId, wanted: Wanted, agent_id: str | None = None
) -> list[str]:
    """External ids of all pages of two."""
    seen: list[str] = []
    cursor = None
    async with db.read() as session:
        while True:
            page = await inbox.find(
                session, tenant, wanted, agent_id=agent_id, limit=2, cursor=cursor
            )
            seen += [one.external_id for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return seen


async def one(
    db: Database, tenant: TenantId, conversation: Conversation, agent_id: str | None = None
) -> ListedConversation:
    async with db.read() as session:
        [row] = await inbox.listed(session, tenant, [conversation.id], agent_id=agent_id)
    return row


async def agents(db: Database, tenant: TenantId, *ids: str) -> None:
    async with db.write() as session:
        if await session.get(TenantRow, tenant) is None:
            session.add(TenantRow(id=tenant, name=tenant, created_at=now()))
            await session.flush()
        for agent_id in ids:
            session.add(
                AgentRow(
                    id=agent_id,
                    tenant_id=tenant,
                    email=f"{agent_id}@agents.example",
                    name=agent_id,
                    role="agent",
                    locale="en",
                    created_at=now(),
                )
            )


async def read(
    db: Database, tenant: TenantId, conversation: Conversation, agent: str, version: int | None
) -> int:
    async with db.write() as session:
        mark = await inbox.mark_read(session, tenant, conversation.id, agent, version)
        return mark.version


async def test_the_longest_waiting_come_first_and_those_who_wait_alone(
    db: Database, tenant: TenantId
) -> None:
    for n, roles in enumerate(("c", "ca", "cac", "ac", "", "cc")):
        await put(db, tenant, n, roles)
    await put(db, tenant, 7, "c", status="solved")
    # Two who began to wait at the same moment.
    same = {"external_id": "s", "author": {"role": "customer"}, "sent_at": START, "text": "Hei"}
    for n in (8, 9):
        await put(db, tenant, n, messages=[same])
    waiting = Wanted(longest_waiting=True)
    order = await found(db, tenant, waiting)
    assert sorted(order[:3]) == ["0", "8", "9"]
    assert order[3:] == ["2", "3", "5"]
    assert set(await found(db, tenant, Wanted(waiting=True))) == set(order)
    assert set(await found(db, tenant, Wanted(waiting=False))) == {"1", "4", "7"}
    assert await found(db, OTHER, waiting) == []
    async with db.read() as session:
        settled = (await inbox.find(session, tenant, Wanted(status="solved"))).items
        assert [item.waiting_since for item in settled] == [None]
        with pytest.raises(InvalidInputError):
            await inbox.find(session, tenant, waiting, cursor="nonsense")


async def test_a_language_is_found_with_any_region(db: Database, tenant: TenantId) -> None:
    for n, language in enumerate(("fi", "fi-FI", "FI", "fil", "en", None)):
        await put(db, tenant, n, language=language, messages=[])
    assert set(await found(db, tenant, Wanted(language="fi"))) == {"0", "1", "2"}
    assert await found(db, tenant, Wanted(language="%")) == []


async def test_what_the_customer_wrote_is_unread_until_this_agent_saw_it(
    db: Database, tenant: TenantId
) -> None:
    await agents(db, tenant, "agt_1", "agt_2")
    talk = await put(db, tenant, 1)
    answered = await put(db, tenant, 2, "ca")
    unread = Wanted(unread=True)
    assert await found(db, tenant, unread, "agt_1") == ["1"]
    assert await read(db, tenant, talk, "agt_1", None) == 1
    assert await found(db, tenant, unread, "agt_1") == []
    assert await found(db, tenant, unread, "agt_2") == ["1"]
    assert await found(db, tenant, Wanted(unread=False), "agt_1") == ["2", "1"]
    # An answer is no news, the customer's next message is.
    await put(db, tenant, 1, "ca")
    assert (await one(db, tenant, talk, "agt_1")).unread is False
    await put(db, tenant, 1, "cac")
    assert (await one(db, tenant, talk, "agt_1")).unread is True
    # A page that is behind what came since; a mark does not go back, nor ahead.
    assert await read(db, tenant, talk, "agt_1", 2) == 2
    assert (await one(db, tenant, talk, "agt_1")).unread is True
    assert await read(db, tenant, talk, "agt_1", 99) == 3
    assert await read(db, tenant, talk, "agt_1", 1) == 3
    assert (await one(db, tenant, talk, "agt_1")).unread is False
    assert (await one(db, tenant, answered, "agt_1")).unread is False
    assert (await one(db, tenant, talk)).unread is None
    async with db.read() as session:
        with pytest.raises(InvalidInputError, match="sign in"):
            await inbox.find(session, tenant, unread)
    async with db.write() as session:
        with pytest.raises(ConversationNotFoundError):
            await inbox.mark_read(session, OTHER, talk.id, "agt_1")
    async with db.write() as session:
        await edits.delete(session, tenant, talk.id)
    async with db.read() as session:
        assert await session.get(ReadRow, ("agt_1", talk.id)) is None


async def test_marks_made_at_once_keep_the_latest(db: Database, tenant: TenantId) -> None:
    await agents(db, tenant, "agt_1")
    talk = await put(db, tenant, 1, "ccc")
    await asyncio.gather(*(read(db, tenant, talk, "agt_1", n) for n in (1, 3, 2, 0)))
    async with db.read() as session:
        assert (await session.get_one(ReadRow, ("agt_1", talk.id))).version == 3


async def test_the_latest_score_of_the_customer_is_shown(db: Database, tenant: TenantId) -> None:
    talk = await put(db, tenant, 1)
    assert (await one(db, tenant, talk)).cfs is None
    for kind, score in (("cfs", 2), ("cfs", 4), ("nps", 9)):
        given = FeedbackIn.model_validate(
            {"kind": kind, "score": score, "conversation_id": talk.id}
        )
        async with db.write() as session:
            await feedback.add(session, tenant, given)
    assert (await one(db, tenant, talk)).cfs == 4
    async with db.write() as session:
        await inbox.keep_cfs(session, OTHER, talk.id, 1)
    assert (await one(db, tenant, talk)).cfs == 4


async def test_no_function_shows_another_tenants(db: Database, tenant: TenantId) -> None:
    talk = await put(db, tenant, 1)
    async with db.read() as session:
        assert await inbox.listed(session, OTHER, [talk.id]) == []
        assert await inbox.changed_since(session, OTHER, START, limit=9) == {}
        assert set(await inbox.changed_since(session, tenant, START, limit=9)) == {talk.id}
    assert await found(db, OTHER, Wanted()) == []


async def test_who_follows_is_told_each_change_once(db: Database, tenant: TenantId) -> None:
    await put(db, tenant, 1)
    # Looked at by hand alone.
    watch = InboxWatch(db, look_every_s=3600)
    async with watch.follow(tenant) as mine, watch.follow(OTHER) as theirs:
        await watch.look()
        assert mine.take() == (set(), False)
        new = await put(db, tenant, 2)
        await watch.look()
        assert mine.news.is_set()
        assert mine.take() == ({new.id}, False)
        await watch.look()
        assert mine.take() == (set(), False)
        async with watch.follow(tenant) as late:
            old = await put(db, tenant, 1, status="solved", messages=[])
            await watch.look()
            assert mine.take() == late.take() == ({old.id}, False)
        assert theirs.take() == (set(), False)
    assert not watch._inboxes
    assert watch._looking is None


async def test_a_flood_of_changes_is_told_as_one(db: Database, tenant: TenantId) -> None:
    watch = InboxWatch(db, look_every_s=3600)
    async with watch.follow(tenant) as mine:
        for n in range(MOST_NEWS + 1):
            await put(db, tenant, n, messages=[])
        await watch.look()
        assert mine.take()[1] is True
        one_more = await put(db, tenant, 0, status="solved", messages=[])
        await watch.look()
        assert mine.take() == ({one_more.id}, False)
