"""A stored summary is brought up to date with what is new, and only when that is safe."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from copilot.conversations import edits
from copilot.conversations.conversation import ConversationIn
from copilot.conversations.flow import put
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.kernel.resources import bundled
from copilot.llm.guard import GuardedChat
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from copilot.llm.prompts import Prompts
from copilot.summaries.flow import Summariser
from copilot.summaries.summary import Summary, SummaryOptions
from tests.fake_openai import FakeOpenAI, running
from tests.summaries.long_thread import fact, is_reduce, notes_in, reader, said, shown_in
from tests.summaries.threads import START, body

OPTIONS = SummaryOptions()
OLD = 32


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with running() as fake:
        fake.script = reader
        yield fake


@pytest.fixture
async def summariser(db: Database, server: FakeOpenAI) -> AsyncIterator[Summariser]:
    config = LlmConfig(kind="openai", base_url=server.base_url, model="fake", local=True)
    async with OpenAIChat.open(config) as chat:
        yield Summariser(db, GuardedChat(chat, deadline_s=20), Prompts(bundled("prompts")))


def thread(messages: int, internal: frozenset[int] = frozenset()) -> ConversationIn:
    """The first ``messages`` messages of a thread; number n of them says ``fact(n + 1)``."""
    turns = [
        ("agent" if number % 2 else "customer", f"{fact(number + 1)} Message {number + 1} of many.")
        for number in range(messages)
    ]
    return body(turns, language="en", internal=internal)  # type: ignore[arg-type]


async def told(db: Database, tenant: TenantId, sent: ConversationIn) -> str:
    async with db.write() as session:
        stored, _ = await put(session, tenant, "test", "long", sent)
    return stored.id


def ids(summary: Summary) -> list[str]:
    return [
        one
        for section in summary.sections
        for said in section.sentences
        for one in said.message_ids
    ]


@pytest.fixture
async def stored(db: Database, tenant: TenantId, summariser: Summariser, server: FakeOpenAI) -> str:
    """A conversation of 32 messages with a summary."""
    found = await told(db, tenant, thread(OLD))
    first = await summariser.for_conversation(tenant, found, OPTIONS)
    assert not is_reduce(server.prompts[0])
    assert sorted(shown_in(server.prompts[0])) == list(range(1, OLD + 1))
    assert not first.degraded
    server.requests.clear()
    return found


async def test_only_what_is_new_is_read(
    db: Database, tenant: TenantId, summariser: Summariser, server: FakeOpenAI, stored: str
) -> None:
    first = await summariser.latest(tenant, stored)
    await told(db, tenant, thread(OLD + 2))
    second = await summariser.for_conversation(tenant, stored, OPTIONS)
    (prompt,) = server.prompts
    assert is_reduce(prompt)
    assert "before message 33" in prompt
    assert notes_in(prompt) == [(1, fact(1)), (32, fact(32))]
    # The new ones, those the stored sentences rest on, and the two before the new ones.
    assert sorted(shown_in(prompt)) == [1, 31, 32, 33, 34]
    # A whole new summary, of old and new messages.
    assert (second.version, second.stale, second.degraded) == (OLD + 2, False, False)
    assert second.id != first.id
    assert second.prompt_hash == first.prompt_hash
    assert ids(second)[0] == ids(first)[0]
    assert second.sections[0].sentences[-1].text == fact(34)
    assert await summariser.latest(tenant, stored) == second


async def test_refresh_reads_the_whole(
    db: Database, tenant: TenantId, summariser: Summariser, server: FakeOpenAI, stored: str
) -> None:
    await told(db, tenant, thread(OLD + 1))
    await summariser.for_conversation(tenant, stored, SummaryOptions(refresh=True))
    assert len(shown_in(server.prompts[0])) == OLD + 1


async def test_every_ten_messages_the_whole_is_read(
    db: Database, tenant: TenantId, summariser: Summariser, server: FakeOpenAI, stored: str
) -> None:
    whole = []
    for number in range(OLD + 1, OLD + 16):
        await told(db, tenant, thread(number))
        await summariser.for_conversation(tenant, stored, OPTIONS)
        whole += [number] if not is_reduce(server.prompts[-1]) else []
    assert whole == [40]


async def test_a_message_that_came_late_makes_it_read_the_whole(
    db: Database, tenant: TenantId, summariser: Summariser, server: FakeOpenAI, stored: str
) -> None:
    late = thread(1).messages[0]
    late = late.model_copy(
        update={"external_id": "late", "sent_at": START + timedelta(days=5, hours=1)}
    )
    await told(db, tenant, thread(0).model_copy(update={"messages": [late]}))
    await summariser.for_conversation(tenant, stored, OPTIONS)
    assert len(shown_in(server.prompts[0])) == OLD + 1
    # Also when another one came at the end with it.
    later = late.model_copy(
        update={"external_id": "late2", "sent_at": START + timedelta(days=6, hours=1)}
    )
    both = thread(OLD + 1)
    both.messages.append(later)
    await told(db, tenant, both)
    await summariser.for_conversation(tenant, stored, OPTIONS)
    assert len(shown_in(server.prompts[1])) == OLD + 3


async def test_a_corrected_message_makes_it_read_the_whole(
    db: Database, tenant: TenantId, summariser: Summariser, server: FakeOpenAI, stored: str
) -> None:
    await told(db, tenant, thread(OLD + 1))
    async with db.write() as session:
        assert await edits.correct_message(session, tenant, stored, "m4", "It was something else.")
    await summariser.for_conversation(tenant, stored, OPTIONS)
    assert len(shown_in(server.prompts[0])) == OLD + 1


async def test_another_model_or_a_degraded_summary_makes_it_read_the_whole(
    db: Database, tenant: TenantId, summariser: Summariser, server: FakeOpenAI, stored: str
) -> None:
    config = LlmConfig(kind="openai", base_url=server.base_url, model="other", local=True)
    async with OpenAIChat.open(config) as chat:
        other = Summariser(db, GuardedChat(chat, deadline_s=20), Prompts(bundled("prompts")))
        await told(db, tenant, thread(OLD + 1))
        await other.for_conversation(tenant, stored, OPTIONS)
        assert len(shown_in(server.prompts[-1])) == OLD + 1
        server.behaviour = "error_500"
        await told(db, tenant, thread(OLD + 2))
        down = await other.for_conversation(tenant, stored, OPTIONS)
        assert down.degraded
        server.behaviour = "good"
        await told(db, tenant, thread(OLD + 3))
        again = await other.for_conversation(tenant, stored, OPTIONS)
    assert not again.degraded
    assert len(shown_in(server.prompts[-1])) == OLD + 3


async def test_what_is_new_and_does_not_fit_makes_it_read_the_whole_in_parts(
    db: Database, tenant: TenantId, summariser: Summariser, server: FakeOpenAI, stored: str
) -> None:
    long = thread(OLD + 6)
    for message in long.messages[OLD:]:
        message.text = f"{message.text} " + "We looked into it with the courier. " * 100
    await told(db, tenant, long)
    await summariser.for_conversation(tenant, stored, OPTIONS)
    assert "You see part 1 of" in server.prompts[0]


async def test_a_summary_with_notes_never_feeds_one_without(
    db: Database, tenant: TenantId, summariser: Summariser, server: FakeOpenAI
) -> None:
    notes = frozenset({1, 30, 31})
    with_notes = SummaryOptions(include_internal=True)
    found = await told(db, tenant, thread(OLD, notes))
    await summariser.for_conversation(tenant, found, with_notes)
    await summariser.for_conversation(tenant, found, OPTIONS)
    server.requests.clear()
    await told(db, tenant, thread(OLD + 1, notes))
    seen = await summariser.for_conversation(tenant, found, with_notes)
    open_to_all = await summariser.for_conversation(tenant, found, OPTIONS)
    inside, outside = server.prompts
    assert is_reduce(inside)
    assert is_reduce(outside)
    assert fact(32) in inside
    assert not [number for number in notes if fact(number + 1) in outside]
    assert fact(33) in outside
    internal = {32, 31, 2}
    texts = [one.text for section in open_to_all.sections for one in section.sentences]
    assert not [number for number in internal if fact(number) in texts]
    assert len(seen.sections[0].sentences) == 2


async def test_a_message_that_became_internal_feeds_nothing(
    db: Database, tenant: TenantId, summariser: Summariser, server: FakeOpenAI, stored: str
) -> None:
    await told(db, tenant, thread(OLD + 1))
    async with db.read() as session:
        from copilot.conversations import store as conversations
        from copilot.summaries import store

        conversation = await conversations.get(session, tenant, stored)
        earlier = await store.find(session, tenant, stored, OPTIONS)
    hidden = conversation.messages[OLD - 1]
    messages = [
        one.model_copy(update={"visibility": "internal"}) if one.id == hidden.id else one
        for one in conversation.messages
    ]
    changed = conversation.model_copy(update={"messages": messages})
    await summariser.summarise(changed, OPTIONS, earlier=earlier)
    (prompt,) = server.prompts
    assert not is_reduce(prompt)
    assert fact(OLD) not in prompt


async def test_an_update_is_checked_like_any_other(
    db: Database, tenant: TenantId, summariser: Summariser, server: FakeOpenAI, stored: str
) -> None:
    server.script = lambda _: said(
        (fact(1), [33]), (fact(33).replace("£33", "£44"), [33]), (fact(5), [5])
    )
    await told(db, tenant, thread(OLD + 1))
    summary = await summariser.for_conversation(tenant, stored, OPTIONS)
    first, second, third = summary.sections[0].sentences
    names = {one: number for number, one in enumerate(await order(db, tenant, stored), 1)}
    assert ([names[one] for one in first.message_ids], first.supported) == ([1], True)
    assert not second.supported
    # It was not shown message 5, but that one says so.
    assert ([names[one] for one in third.message_ids], third.supported) == ([5], True)


async def order(db: Database, tenant: TenantId, conversation_id: str) -> list[str]:
    from copilot.conversations import store as conversations

    async with db.read() as session:
        found = await conversations.get(session, tenant, conversation_id)
    return [one.id for one in found.messages]
