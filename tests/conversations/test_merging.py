"""Conversations are merged: the same however often, in whatever order, by however many."""

import asyncio
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from copilot.conversations import edits, flow, store
from copilot.conversations.conversation import Conversation, ConversationIn
from copilot.conversations.errors import ConversationNotFoundError
from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.customers.tables import CustomerRow
from copilot.kernel.db import Base, Database, sqlite_url
from copilot.kernel.ids import TenantId, new_id
from copilot.search.tables import OutboxRow
from tests.locks import someone_waits

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def message(n: int, text: str | None = "Where is my kettle?", **more: Any) -> dict[str, Any]:
    role = "customer" if n % 2 else "agent"
    return {
        "external_id": f"m{n}",
        "author": {"role": role, "name": role.title()},
        "sent_at": START + timedelta(minutes=n),
        "text": text,
    } | more


def body(*messages: dict[str, Any], **more: Any) -> ConversationIn:
    return ConversationIn.model_validate({"channel": "chat", "messages": messages} | more)


async def accept(
    db: Database, tenant: TenantId, sent: ConversationIn, external_id: str = "1"
) -> tuple[Conversation, bool]:
    return await flow.accept(db, tenant, "desk", external_id, sent)


def told(conversation: Conversation) -> dict[str, Any]:
    """What must not depend on how it arrived."""
    kept = conversation.model_dump(exclude={"id", "created_at", "updated_at", "customer_id"})
    for one in kept["messages"]:
        del one["id"], one["conversation_id"]
    return kept


async def test_create_then_merge(db: Database, tenant: TenantId) -> None:
    first, created = await accept(db, tenant, body(message(1), subject="Kettle", tags=["a"]))
    assert created
    assert (first.version, first.message_count, first.language) == (1, 1, "en")
    second, created = await accept(db, tenant, body(message(2)))
    assert not created
    assert second.id == first.id
    assert (second.version, second.subject, second.tags) == (2, "Kettle", ["a"])
    assert [one.seq for one in second.messages] == [1, 2]
    assert second.updated_at > first.updated_at
    assert second.last_message_at == START + timedelta(minutes=2)


async def test_a_resend_changes_nothing(db: Database, tenant: TenantId) -> None:
    sent = body(message(1), message(2), subject="Kettle", customer={"emails": ["a@b.example"]})
    first, _ = await accept(db, tenant, sent)
    assert await accept(db, tenant, sent) == (first, False)
    other_words = body(message(1, text="something else"), message(2))
    assert await accept(db, tenant, other_words) == (first, False)


async def test_what_is_told_about_it_is_updated_and_what_is_left_out_stays(
    db: Database, tenant: TenantId
) -> None:
    await accept(db, tenant, body(subject="Kettle", status="pending", tags=["a", "b"]))
    same, _ = await accept(db, tenant, body())
    assert (same.subject, same.status, same.tags) == ("Kettle", "pending", ["a", "b"])
    changed, _ = await accept(db, tenant, body(status="solved", tags=[], language="fi"))
    assert (changed.subject, changed.status, changed.tags) == ("Kettle", "solved", [])
    assert (changed.language, changed.version) == ("fi", 0)


async def test_late_messages_take_their_place(db: Database, tenant: TenantId) -> None:
    await accept(db, tenant, body(message(5), message(10)))
    whole, _ = await accept(db, tenant, body(message(7), message(1), message(12)))
    assert [one.external_id for one in whole.messages] == ["m1", "m5", "m7", "m10", "m12"]
    assert [one.seq for one in whole.messages] == [1, 2, 3, 4, 5]


async def test_messages_of_one_instant_go_by_number(db: Database, tenant: TenantId) -> None:
    sent = [message(n, sent_at=START) for n in (10, 9, 1)]
    whole, _ = await accept(db, tenant, body(*sent))
    assert [one.external_id for one in whole.messages] == ["m1", "m9", "m10"]


async def test_repeats_within_one_body_count_once(db: Database, tenant: TenantId) -> None:
    whole, _ = await accept(db, tenant, body(message(1), message(1, text="again")))
    assert [one.text for one in whole.messages] == ["Where is my kettle?"]
    assert whole.version == 1


async def test_the_customers_words_tell_the_language(db: Database, tenant: TenantId) -> None:
    whole, _ = await accept(
        db,
        tenant,
        body(
            message(0, text="Hello, thank you for contacting our customer service team today."),
            message(1, text="Hei, missä vedenkeittimeni on? Tilasin sen jo viime viikolla."),
        ),
    )
    assert whole.language == "fi"
    assert [one.language for one in whole.messages] == ["en", "fi"]


@pytest.mark.parametrize(
    "text",
    ["🫖 kiitos 👩‍👩‍👧‍👦", "שלום, איפה הקומקום שלי?", "\u202eabc\u202c", "q\u0301", "𝕏" * 100],
)
async def test_any_script_is_kept(db: Database, tenant: TenantId, text: str) -> None:
    whole, _ = await accept(db, tenant, body(message(1, text=text), subject=text))
    async with db.read() as session:
        again = await store.get(session, tenant, whole.id)
    assert (again.messages[0].text, again.subject) == (text, text)


async def test_letters_are_kept_in_one_form(db: Database, tenant: TenantId) -> None:
    whole, _ = await accept(db, tenant, body(message(1, text="pa\u0308iva\u0308a\u0308")))
    assert whole.messages[0].text == "päivää"


async def test_what_no_database_takes_is_taken_out(db: Database, tenant: TenantId) -> None:
    nasty = "a\x00b\ud800c\ud83e\uded6"
    sent = body(
        message(1, text=nasty, external_id=nasty, author={"role": "customer", "name": nasty}),
        subject=nasty,
        status=nasty,
        tags=[nasty],
        customer={"source": "crm\x00", "external_id": nasty, "emails": [nasty], "name": nasty},
    )
    whole, _ = await flow.accept(db, tenant, "de\x00sk", nasty, sent)
    clean = "ab\ufffdc🫖"
    assert (whole.source, whole.external_id, whole.subject) == ("desk", clean, clean)
    assert (whole.messages[0].text, whole.tags, whole.customer_name) == (clean, [clean], clean)
    again, created = await flow.accept(db, tenant, "de\x00sk", nasty, sent)
    assert not created
    assert again == whole
    async with db.read() as session:
        with pytest.raises(ConversationNotFoundError):
            await store.get(session, tenant, nasty)


async def test_five_thousand_messages(db: Database, tenant: TenantId) -> None:
    sent = [message(n, text=f"Message number {n}") for n in range(5000)]
    random.Random(7).shuffle(sent)
    whole, _ = await accept(db, tenant, body(*sent))
    assert [one.external_id for one in whole.messages] == [f"m{n}" for n in range(5000)]
    grown, _ = await accept(db, tenant, body(message(-1), message(2500)))
    assert grown.version == 5001
    assert [one.seq for one in grown.messages] == list(range(1, 5002))


async def test_many_at_once_make_one_conversation(db: Database, tenant: TenantId) -> None:
    who = {"customer": {"source": "crm", "external_id": "1", "emails": ["a@b.example"]}}
    batches = [[message(n % 7), message(n % 5), message(n)] for n in range(16)]
    done = await asyncio.gather(*(accept(db, tenant, body(*one, **who)) for one in batches))
    assert sum(created for _, created in done) == 1
    async with db.read() as session:
        whole = await store.get(session, tenant, done[0][0].id)
        assert [one.external_id for one in whole.messages] == [f"m{n}" for n in range(16)]
        assert [one.seq for one in whole.messages] == list(range(1, 17))
        assert whole.version == whole.message_count == 16
        for row, number in ((ConversationRow, 1), (MessageRow, 16), (CustomerRow, 1)):
            assert await session.scalar(select(func.count()).select_from(row)) == number


async def test_a_correction_and_new_messages_do_not_wait_for_each_other(
    db: Database, tenant: TenantId
) -> None:
    """New messages hold the conversation, then move others: a correction must want it first."""
    if db.is_sqlite:
        pytest.skip("one writer at a time")
    whole, _ = await accept(db, tenant, body(message(1)))

    async def correct() -> bool:
        async with db.write() as session:
            return await edits.correct_message(session, tenant, whole.id, "m1", "My kettle?")

    async with db.write() as session:
        held = select(ConversationRow.id).where(ConversationRow.id == whole.id)
        await session.execute(held.with_for_update())
        correcting = asyncio.create_task(correct())
        await someone_waits(db)
        await session.execute(update(MessageRow).values(seq=2))
    assert await correcting
    async with db.read() as reading:
        again = await store.get(reading, tenant, whole.id)
    assert [(one.text, one.seq) for one in again.messages] == [("My kettle?", 2)]
    assert again.version == 2


async def test_someone_without_an_address_stays_the_same_person(
    db: Database, tenant: TenantId
) -> None:
    sent = body(message(1), customer={"name": "Visitor"})
    first, _ = await accept(db, tenant, sent)
    assert first.customer_id
    assert (await accept(db, tenant, sent))[0] == first


async def test_an_external_id_without_a_source_is_the_conversations(
    db: Database, tenant: TenantId
) -> None:
    first, _ = await accept(db, tenant, body(customer={"external_id": "7"}))
    second, _ = await accept(
        db, tenant, body(customer={"source": "desk", "external_id": "7"}), external_id="2"
    )
    assert first.customer_id == second.customer_id


async def test_mail_is_split_and_its_original_kept(db: Database, tenant: TenantId) -> None:
    text = "Kiitos!\n\nti 3. maaliskuuta 2026 klo 9.00 Tuki <tuki@b.example> kirjoitti:\n> Hei"
    html = "<p>Kiitos!</p><blockquote>Hei</blockquote><script>alert(1)</script>"
    whole, _ = await accept(
        db,
        tenant,
        body(message(1, text=text), message(2, text=None, html=html), channel="email"),
    )
    assert [one.text for one in whole.messages] == ["Kiitos!", "Kiitos!"]
    assert whole.messages[0].quoted_text is not None
    assert "kirjoitti" in whole.messages[0].quoted_text
    assert whole.messages[1].quoted_text == "> Hei"
    async with db.read() as session:
        rows = await session.execute(
            select(MessageRow.original_text, MessageRow.original_html).order_by(MessageRow.seq)
        )
        assert [tuple(row) for row in rows] == [(text, None), (None, html)]


async def test_the_outbox_is_marked_only_by_news(db: Database, tenant: TenantId) -> None:
    sent = body(message(1))
    whole, _ = await accept(db, tenant, sent)
    await accept(db, tenant, sent)
    async with db.read() as session:
        rows = (await session.execute(select(OutboxRow.source_id, OutboxRow.marks))).all()
    assert [tuple(row) for row in rows] == [(whole.id, 1)]


def _numbered(n: int) -> dict[str, Any]:
    # Several of them are of the same minute.
    at = START + timedelta(minutes=n * 7 % 5)
    return message(n, text=f"Message number {n} of this talk", sent_at=at)


MESSAGES = st.integers(min_value=0, max_value=12).map(_numbered)


@given(batches=st.lists(st.lists(MESSAGES, max_size=5), min_size=1, max_size=5), seed=st.integers())
@settings(max_examples=25, deadline=None)
def test_any_order_and_repetition_of_batches_is_the_same(
    batches: list[list[dict[str, Any]]], seed: int
) -> None:
    async def run() -> None:
        tenant = TenantId(new_id("ten"))
        shuffled = [random.Random(seed).sample(one, len(one)) for one in batches * 2]
        random.Random(seed).shuffle(shuffled)
        first = await _stored(tenant, [[one for batch in batches for one in batch]])
        second = await _stored(tenant, shuffled)
        assert told(first) == told(second)
        assert first.version == len(first.messages)

    asyncio.run(run())


async def _stored(tenant: TenantId, batches: list[list[dict[str, Any]]]) -> Conversation:
    with tempfile.TemporaryDirectory() as folder:
        async with Database.open(sqlite_url(Path(folder) / "t.db")) as db:
            async with db.engine.begin() as connection:
                await connection.run_sync(Base.metadata.create_all)
            for batch in batches:
                last, _ = await accept(db, tenant, body(*batch))
    return last
