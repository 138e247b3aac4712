"""Stored summaries on both databases."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from copilot.conversations import edits
from copilot.conversations.errors import ConversationNotFoundError
from copilot.conversations.flow import put
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.resources import bundled
from copilot.llm.chat import ChatMessage
from copilot.llm.prompts import Prompts
from copilot.summaries import store
from copilot.summaries.errors import SummaryNotFoundError
from copilot.summaries.flow import Summariser
from copilot.summaries.summary import SummaryOptions
from tests.summaries.scripted_chat import DOWN, ScriptedChat, answer
from tests.summaries.threads import LAMP, body

OPTIONS = SummaryOptions()


@pytest.fixture
async def lamp(db: Database, tenant: TenantId) -> str:
    async with db.write() as session:
        stored, _ = await put(session, tenant, "test", "lamp", body(LAMP[:4], channel="chat"))
    return stored.id


async def answer_again(db: Database, tenant: TenantId) -> None:
    async with db.write() as session:
        await put(session, tenant, "test", "lamp", body(LAMP, channel="chat"))


async def test_a_summary_is_made_once_and_again_when_messages_came(
    db: Database, tenant: TenantId, lamp: str
) -> None:
    summariser = Summariser(db, None, None)
    with pytest.raises(SummaryNotFoundError):
        await summariser.latest(tenant, lamp)
    first = await summariser.for_conversation(tenant, lamp, OPTIONS)
    assert (first.conversation_id, first.version, first.stale) == (lamp, 4, False)
    assert await summariser.for_conversation(tenant, lamp, OPTIONS) == first
    assert await summariser.latest(tenant, lamp) == first

    await answer_again(db, tenant)
    stale = await summariser.latest(tenant, lamp)
    assert (stale.id, stale.stale) == (first.id, True)
    second = await summariser.for_conversation(tenant, lamp, OPTIONS)
    assert (second.version, second.stale) == (5, False)
    assert second.id != first.id
    assert await summariser.latest(tenant, lamp) == second


async def test_refresh_makes_it_again(db: Database, tenant: TenantId, lamp: str) -> None:
    summariser = Summariser(db, None, None)
    first = await summariser.for_conversation(tenant, lamp, OPTIONS)
    again = await summariser.for_conversation(tenant, lamp, SummaryOptions(refresh=True))
    assert again.id != first.id
    assert (await summariser.latest(tenant, lamp)).id == again.id


async def test_each_set_of_options_has_its_own(db: Database, tenant: TenantId, lamp: str) -> None:
    summariser = Summariser(db, None, None)
    long = await summariser.for_conversation(tenant, lamp, SummaryOptions(max_sentences=8))
    short = await summariser.for_conversation(tenant, lamp, SummaryOptions(max_sentences=1))
    assert sum(len(section.sentences) for section in short.sections) == 1
    kept = await summariser.for_conversation(tenant, lamp, SummaryOptions(max_sentences=8))
    assert kept.id == long.id


async def test_a_degraded_summary_is_made_again_when_the_model_is_back(
    db: Database, tenant: TenantId, lamp: str
) -> None:
    text = "The desk lamp from order UK-7781 flickers and gets hot."
    chat = ScriptedChat(DOWN, answer(("request", text, [1])))
    summariser = Summariser(db, chat, Prompts(bundled("prompts")))
    first = await summariser.for_conversation(tenant, lamp, OPTIONS)
    assert (first.engine, first.degraded) == ("extractive", True)
    second = await summariser.for_conversation(tenant, lamp, OPTIONS)
    assert (second.engine, second.degraded) == ("openai:scripted", False)
    assert second.sections[0].sentences[0].figures[0].verdict == "supported"
    assert (await summariser.latest(tenant, lamp)) == second
    await summariser.for_conversation(tenant, lamp, OPTIONS)
    assert len(chat.asked) == 2


async def test_a_degraded_summary_takes_no_good_ones_place(
    db: Database, tenant: TenantId, lamp: str
) -> None:
    text = "The desk lamp from order UK-7781 flickers and gets hot."
    chat = ScriptedChat(answer(("request", text, [1])), DOWN)
    summariser = Summariser(db, chat, Prompts(bundled("prompts")))
    good = await summariser.for_conversation(tenant, lamp, OPTIONS)
    assert not good.degraded
    again = await summariser.for_conversation(tenant, lamp, SummaryOptions(refresh=True))
    assert (again.degraded, again.stale) == (True, False)
    assert await summariser.latest(tenant, lamp) == good
    assert await summariser.for_conversation(tenant, lamp, OPTIONS) == good
    # One that knows more is worth more, even so.
    await answer_again(db, tenant)
    newer = await summariser.for_conversation(tenant, lamp, OPTIONS)
    assert (newer.degraded, newer.version) == (True, 5)
    assert await summariser.latest(tenant, lamp) == newer


async def test_another_tenant_sees_none_of_it(db: Database, tenant: TenantId, lamp: str) -> None:
    summariser = Summariser(db, None, None)
    await summariser.for_conversation(tenant, lamp, OPTIONS)
    other = TenantId(new_id("ten"))
    with pytest.raises(ConversationNotFoundError):
        await summariser.for_conversation(other, lamp, OPTIONS)
    with pytest.raises(ConversationNotFoundError):
        await summariser.latest(other, lamp)
    async with db.read() as session:
        assert await store.headlines(session, other, [lamp]) == {}
        assert list(await store.headlines(session, tenant, [lamp])) == [lamp]


async def test_a_late_summary_does_not_replace_a_newer_one(
    db: Database, tenant: TenantId, lamp: str
) -> None:
    summariser = Summariser(db, None, None)
    early = await summariser.for_conversation(tenant, lamp, OPTIONS)
    await answer_again(db, tenant)
    newer = await summariser.for_conversation(tenant, lamp, OPTIONS)
    async with db.write() as session:
        await store.save(session, tenant, early, OPTIONS)
    assert (await summariser.latest(tenant, lamp)).id == newer.id


class Meanwhile(ScriptedChat):
    """A model during whose answer something happens to the conversation."""

    def __init__(self, happens: Callable[[], Awaitable[None]]) -> None:
        super().__init__(answer(("request", "The desk lamp from order UK-7781 flickers.", [1])))
        self._happens = happens

    async def complete(self, messages: Sequence[ChatMessage], **told: Any) -> str:
        """The answer, too late."""
        await self._happens()
        return await super().complete(messages, **told)


async def test_a_conversation_deleted_meanwhile_is_told(
    db: Database, tenant: TenantId, lamp: str
) -> None:
    async def delete() -> None:
        async with db.write() as session:
            await edits.delete(session, tenant, lamp)

    summariser = Summariser(db, Meanwhile(delete), Prompts(bundled("prompts")))
    with pytest.raises(ConversationNotFoundError):
        await summariser.for_conversation(tenant, lamp, OPTIONS)


async def test_a_message_that_came_meanwhile_makes_it_stale(
    db: Database, tenant: TenantId, lamp: str
) -> None:
    chat = Meanwhile(lambda: answer_again(db, tenant))
    summary = await Summariser(db, chat, Prompts(bundled("prompts"))).for_conversation(
        tenant, lamp, OPTIONS
    )
    assert (summary.version, summary.stale) == (4, True)


async def test_what_was_not_read_whole_is_still_told_when_it_is_stored(
    db: Database, tenant: TenantId, lamp: str
) -> None:
    made = await Summariser(db, None, None).for_conversation(tenant, lamp, OPTIONS)
    async with db.write() as session:
        await store.save(session, tenant, made.model_copy(update={"left_out": 7}), OPTIONS)
    assert (await Summariser(db, None, None).latest(tenant, lamp)).left_out == 7
