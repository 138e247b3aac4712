"""Figures said aloud in a call: kept beside the words, and read by whatever is made of the call."""

import json

from sqlalchemy import select, update

from copilot.calls import pipeline, store
from copilot.calls.flow import CallFlow
from copilot.calls.notes import notes_of
from copilot.calls.tables import SegmentRow
from copilot.conversations import store as conversations
from copilot.conversations.conversation import as_written
from copilot.kernel.ids import TenantId
from copilot.knowledge.desired import read_sources, wanted_passages
from copilot.speech.spoken.segments import figures_of
from tests.calls.heard import heard_call

SAID = "My order is K K two zero seven three one and the lid is broken."
PROMISED = "I will refund the sixty four pounds ninety by the thirty first of March."


async def made(flow: CallFlow, tenant: TenantId) -> tuple[str, str]:
    """A call with figures said aloud, become a conversation; its id and the conversation's."""
    call_id = await heard_call(flow.db, tenant, ("customer", SAID), ("agent", PROMISED))
    async with flow.db.write() as session:
        for n, text in enumerate((SAID, PROMISED), 1):
            figures = [one.model_dump(mode="json") for one in figures_of(text, "en")]
            await session.execute(
                update(SegmentRow)
                .where(SegmentRow.tenant_id == tenant, SegmentRow.n == n)
                .values(figures=figures)
            )
    return call_id, await pipeline.make_conversation(flow, tenant, call_id)


async def test_the_message_has_both_forms(flow: CallFlow, tenant: TenantId) -> None:
    call_id, conversation_id = await made(flow, tenant)
    async with flow.db.read() as session:
        transcript = await store.transcript(session, tenant, call_id)
        conversation = await conversations.get(session, tenant, conversation_id)
    assert [figure.written for one in transcript.segments for figure in one.figures] == [
        "KK20731",
        "£64.90",
        "31 March",
    ]
    said, promised = conversation.messages
    assert said.text == SAID
    assert said.written == "My order is KK20731 and the lid is broken."
    assert promised.written == "I will refund the £64.90 by 31 March."
    assert [one.text for one in as_written(conversation).messages] == [
        said.written,
        promised.written,
    ]


async def test_a_second_run_changes_nothing(flow: CallFlow, tenant: TenantId) -> None:
    call_id, conversation_id = await made(flow, tenant)
    async with flow.db.read() as session:
        before = await conversations.get(session, tenant, conversation_id)
    assert await pipeline.make_conversation(flow, tenant, call_id) == conversation_id
    async with flow.db.read() as session:
        assert await conversations.get(session, tenant, conversation_id) == before


async def test_notes_have_the_written_form_and_it_is_supported(
    flow: CallFlow, tenant: TenantId
) -> None:
    call_id, _ = await made(flow, tenant)
    await pipeline.write_notes(flow, tenant, call_id)
    async with flow.db.read() as session:
        notes = await notes_of(session, tenant, call_id)
    sentences = [one for section in notes.sections for one in section.sentences]
    promise = next(one for one in sentences if "refund" in one.text)
    assert "£64.90" in promise.text
    checked = {one.text: one.verdict for one in promise.figures}
    assert checked["£64.90"] == "supported"
    assert promise.due is not None
    assert promise.due.isoformat() == "2026-03-31"


async def test_search_reads_the_written_form(flow: CallFlow, tenant: TenantId) -> None:
    _, conversation_id = await made(flow, tenant)
    async with flow.db.read() as session:
        found = await read_sources(session, tenant, "conversation", [conversation_id])
    passages = wanted_passages(tenant, found[conversation_id])
    assert len(passages) == 1
    assert any("KK20731" in one.cut.text for one in passages)


async def test_a_correction_is_written_anew(flow: CallFlow, tenant: TenantId) -> None:
    call_id, conversation_id = await made(flow, tenant)
    segment = await flow.correct(tenant, call_id, 1, "My order is K K two zero seven three two.")
    assert [one.written for one in segment.figures] == ["KK20732"]
    async with flow.db.read() as session:
        message = (await conversations.get(session, tenant, conversation_id)).messages[0]
        stored = await session.scalar(select(SegmentRow.figures).where(SegmentRow.n == 1))
    assert message.written == "My order is KK20732."
    assert "KK20732" in json.dumps(stored)
    await flow.correct(tenant, call_id, 1, "My lid is broken.")
    async with flow.db.read() as session:
        message = (await conversations.get(session, tenant, conversation_id)).messages[0]
    assert message.written is None


async def test_a_number_said_alone_in_the_middle_is_found(flow: CallFlow, tenant: TenantId) -> None:
    said = [
        ("customer", "Good morning, my lid is broken."),
        ("agent", "Can I have your order number?"),
        ("customer", "KK20731."),
        ("customer", "My card is 4012888888881881."),
        ("agent", "We will send a new lid."),
    ]
    call_id = await heard_call(flow.db, tenant, *said)  # type: ignore[arg-type]
    conversation_id = await pipeline.make_conversation(flow, tenant, call_id)
    async with flow.db.read() as session:
        found = await read_sources(session, tenant, "conversation", [conversation_id])
    (passage,) = wanted_passages(tenant, found[conversation_id])
    assert passage.cut.text.endswith("KK20731")
    assert "4012" not in passage.cut.text
