"""Call notes: their seconds and days, what people make of them, and the approved note."""

from typing import Any

import pytest
from sqlalchemy import func, select

from copilot.calls import approving, pipeline
from copilot.calls.approving import approve_notes, edit_notes
from copilot.calls.errors import CallNotFoundError, CallNotReadyError, NotesPlaceTakenError
from copilot.calls.flow import SOURCE, CallFlow
from copilot.calls.note import CallNotes, NotesIn
from copilot.calls.notes import NOTES, notes_of
from copilot.calls.privacy import CallPrivacy, RedactionIn
from copilot.calls.tables import CallNotesRow
from copilot.conversations import flow as conversations
from copilot.conversations import store as conversation_store
from copilot.conversations.conversation import (
    CALL_NOTES_ID,
    Author,
    Conversation,
    ConversationIn,
    Message,
    MessageIn,
)
from copilot.drafts.material import notes_in
from copilot.kernel.errors import ConflictError
from copilot.kernel.ids import TenantId
from copilot.speech.transcript import Speaker
from copilot.summaries.summary import SummaryOptions
from tests.calls.heard import AT, heard_call
from tests.calls.private import tables_with

SAID: tuple[tuple[Speaker, str], ...] = (
    ("agent", "Good morning, this is customer service. How can I help you?"),
    ("customer", "Good morning, my name is Eleanor Marsh. The lid of my kettle was broken."),
    ("agent", "I am sorry to hear that. Can I have your order number, please?"),
    ("customer", "It is KK-20731 and it cost 89 euros."),
    ("agent", "I have refunded 12 euros to your card. We will send a new lid by Friday."),
    ("customer", "Will I get the invoice for it by email?"),
)


async def noted(flow: CallFlow, tenant: TenantId, language: str = "en") -> str:
    call_id = await heard_call(flow.db, tenant, *SAID, language=language)
    await pipeline.make_conversation(flow, tenant, call_id)
    await pipeline.write_notes(flow, tenant, call_id)
    return call_id


async def read(flow: CallFlow, tenant: TenantId, call_id: str) -> CallNotes:
    async with flow.db.read() as session:
        return await notes_of(session, tenant, call_id)


async def conversation_of(flow: CallFlow, tenant: TenantId, notes: CallNotes) -> Conversation:
    async with flow.db.read() as session:
        return await conversation_store.get(session, tenant, str(notes.conversation_id))


async def the_note(flow: CallFlow, tenant: TenantId, notes: CallNotes) -> Message:
    conversation = await conversation_of(flow, tenant, notes)
    (note,) = [one for one in conversation.messages if one.external_id == CALL_NOTES_ID]
    return note


def as_given(notes: CallNotes) -> list[dict[str, object]]:
    return [
        {
            "kind": section.kind,
            "sentences": [
                {"text": one.text, "message_ids": one.message_ids} for one in section.sentences
            ],
        }
        for section in notes.sections
    ]


def given(*sections: tuple[str, list[str]]) -> NotesIn:
    return NotesIn.model_validate(
        {
            "sections": [
                {"kind": kind, "sentences": [{"text": text} for text in texts]}
                for kind, texts in sections
            ]
        }
    )


async def test_each_sentence_plays_its_own_second(flow: CallFlow, tenant: TenantId) -> None:
    notes = await read(flow, tenant, await noted(flow, tenant))
    assert (notes.edited_at, notes.approved_at, notes.message_id) == (None, None, None)
    said = {kind.kind: kind.sentences for kind in notes.sections}
    assert "lid of my kettle" in said["request"][0].text
    assert (said["request"][0].start, said["request"][0].end) == (2.0, 4.0)
    (promise,) = said["promised"]
    assert promise.text == "We will send a new lid by Friday."
    # The call is on Friday, 20 March: what is promised by Friday is promised for the next.
    assert str(promise.due) == "2026-03-27"
    assert (promise.start, promise.end) == (8.0, 10.0)


async def test_an_edit_is_checked_against_what_was_said(flow: CallFlow, tenant: TenantId) -> None:
    call_id = await noted(flow, tenant)
    body = given(
        ("promised", ["A new lid will be sent by Friday."]),
        ("request", ["The kettle's lid was broken in order KK-20731.", "It cost 98 euros."]),
        ("open", ["Should we call about the weather forecast?"]),
    )
    edited = await edit_notes(flow.db, tenant, call_id, body.sections, "Anna")
    assert edited.edited_at is not None
    assert not edited.stale
    assert [one.kind for one in edited.sections] == ["request", "promised", "open"]
    right, wrong = edited.sections[0].sentences
    assert right.supported
    assert [one.verdict for one in right.figures] == ["supported"]
    assert not wrong.supported
    assert wrong.figures[0].verdict in {"contradicted", "unsupported"}
    promise = edited.sections[1].sentences[0]
    assert (promise.start, str(promise.due)) == (8.0, "2026-03-27")
    unfounded = edited.sections[2].sentences[0]
    assert (unfounded.supported, unfounded.message_ids, unfounded.start) == (False, [], None)
    assert await read(flow, tenant, call_id) == edited


async def test_messages_that_are_named_are_kept_if_they_are_the_calls(
    flow: CallFlow, tenant: TenantId
) -> None:
    call_id = await noted(flow, tenant)
    messages = (await conversation_of(flow, tenant, await read(flow, tenant, call_id))).messages
    one = {"text": "Asks for paper", "message_ids": ["msg_of_others", messages[5].id]}
    body = NotesIn.model_validate({"sections": [{"kind": "open", "sentences": [one]}]})
    edited = await edit_notes(flow.db, tenant, call_id, body.sections, "Anna")
    (sentence,) = edited.sections[0].sentences
    assert sentence.message_ids == [messages[5].id]
    assert (sentence.start, sentence.end) == (10.0, 12.0)


async def test_approved_notes_are_an_internal_message(flow: CallFlow, tenant: TenantId) -> None:
    call_id = await noted(flow, tenant)
    approved = await approve_notes(flow.db, tenant, call_id, None, "Anna Virtanen")
    assert approved.approved_by == "Anna Virtanen"
    assert approved.edited_at is None
    assert not approved.stale
    note = await the_note(flow, tenant, approved)
    assert note.id == approved.message_id
    assert (note.visibility, note.author.role, note.author.name) == (
        "internal",
        "system",
        "Anna Virtanen",
    )
    lines = note.text.splitlines()
    assert lines[0] == "Call notes"
    assert "Reason for the call" in lines
    assert "- Agent: We will send a new lid by Friday. (by 2026-03-27, 0:08)" in lines
    assert lines[-2] == (
        "Made by sentences chosen automatically (extractive); not edited, approved by Anna"
        " Virtanen."
    )
    assert "fallback recogniser" in lines[-1]


async def test_finnish_notes_have_finnish_headings(flow: CallFlow, tenant: TenantId) -> None:
    call_id = await heard_call(
        flow.db,
        tenant,
        ("agent", "Hyvää huomenta, asiakaspalvelu, miten voin auttaa?"),
        ("customer", "Hei, tilaukseni kahvinkeitin saapui rikkinäisenä."),
        ("agent", "Pahoittelen. Lähetämme uuden kahvinkeittimen huomenna."),
        language="fi",
    )
    await pipeline.make_conversation(flow, tenant, call_id)
    await pipeline.write_notes(flow, tenant, call_id)
    approved = await approve_notes(flow.db, tenant, call_id, None, "Anna")
    lines = (await the_note(flow, tenant, approved)).text.splitlines()
    assert lines[0] == "Puhelumuistio"
    assert "Soiton syy" in lines
    assert (
        "- Asiakaspalvelija: Lähetämme uuden kahvinkeittimen huomenna."
        " (viimeistään 21.3.2026, 0:04)" in lines
    )
    assert "ei muokattu, hyväksyjä: Anna." in lines[-2]


async def test_approving_twice_changes_nothing(flow: CallFlow, tenant: TenantId) -> None:
    call_id = await noted(flow, tenant)
    first = await approve_notes(flow.db, tenant, call_id, None, "Anna")
    version = (await conversation_of(flow, tenant, first)).version
    same = NotesIn.model_validate({"sections": as_given(first)}).sections
    for sections in (None, same):
        again = await approve_notes(flow.db, tenant, call_id, sections, "Bo")
        assert again == first
    assert (await conversation_of(flow, tenant, first)).version == version


async def test_after_an_edit_the_note_is_replaced(flow: CallFlow, tenant: TenantId) -> None:
    call_id = await noted(flow, tenant)
    first = await approve_notes(flow.db, tenant, call_id, None, "Anna")
    body = given(("promised", ["A new lid will be sent by Friday."]))
    edited = await edit_notes(flow.db, tenant, call_id, body.sections, "Bo")
    assert (edited.approved_at, edited.approved_by) == (None, None)
    assert edited.message_id == first.message_id
    assert "Reason for the call" in (await the_note(flow, tenant, edited)).text
    again = await approve_notes(flow.db, tenant, call_id, None, "Anna")
    note = await the_note(flow, tenant, again)
    assert note.id == first.message_id == again.message_id
    assert "Reason for the call" not in note.text
    assert "edited by Bo, approved by Anna." in note.text


async def test_a_correction_makes_them_stale_and_a_new_summary_takes_their_place(
    flow: CallFlow, tenant: TenantId
) -> None:
    call_id = await noted(flow, tenant)
    await approve_notes(flow.db, tenant, call_id, None, "Anna")
    await flow.correct(
        tenant, call_id, 5, "I have refunded 12 euros. We will send a lid by Monday."
    )
    stale = await read(flow, tenant, call_id)
    assert stale.stale
    assert stale.approved_at is not None
    await flow.summariser.for_conversation(tenant, str(stale.conversation_id), NOTES)
    fresh = await read(flow, tenant, call_id)
    assert (fresh.stale, fresh.approved_at, fresh.message_id) == (False, None, stale.message_id)
    again = await approve_notes(flow.db, tenant, call_id, None, "Anna")
    assert "by Monday" in (await the_note(flow, tenant, again)).text


async def test_what_a_person_wrote_stays_when_a_new_summary_is_made(
    flow: CallFlow, tenant: TenantId
) -> None:
    call_id = await noted(flow, tenant)
    body = given(("request", ["The lid of the kettle was broken."]))
    await edit_notes(flow.db, tenant, call_id, body.sections, "Anna")
    await flow.correct(tenant, call_id, 1, "Good morning.")
    notes = await read(flow, tenant, call_id)
    await flow.summariser.for_conversation(tenant, str(notes.conversation_id), NOTES)
    notes = await read(flow, tenant, call_id)
    assert notes.stale
    assert notes.sections[0].sentences[0].text == "The lid of the kettle was broken."


async def test_nothing_takes_the_note_for_what_was_said(flow: CallFlow, tenant: TenantId) -> None:
    call_id = await noted(flow, tenant)
    before = await read(flow, tenant, call_id)
    approved = await approve_notes(flow.db, tenant, call_id, None, "Anna")
    assert not approved.stale
    conversation = await conversation_of(flow, tenant, approved)
    assert notes_in(conversation) == []
    for internal in (False, True):
        options = SummaryOptions(include_internal=internal, max_sentences=20, refresh=True)
        summary = await flow.summariser.for_conversation(tenant, conversation.id, options)
        cited = {
            one for part in summary.sections for said in part.sentences for one in said.message_ids
        }
        assert approved.message_id not in cited
    own = [{"text": "It is a note", "message_ids": [str(approved.message_id)]}]
    body = NotesIn.model_validate({"sections": [{"kind": "open", "sentences": own}]})
    edited = await edit_notes(flow.db, tenant, call_id, body.sections, "Anna")
    assert edited.sections[0].sentences[0].message_ids == []
    assert before.conversation_id == approved.conversation_id


async def test_a_source_that_sends_the_conversation_again_changes_no_note(
    flow: CallFlow, tenant: TenantId
) -> None:
    call_id = await noted(flow, tenant)
    approved = await approve_notes(flow.db, tenant, call_id, None, "Anna")
    text = (await the_note(flow, tenant, approved)).text
    for name in (CALL_NOTES_ID, "another"):
        body = ConversationIn(channel="phone", messages=[foreign(name)])
        await conversations.accept(flow.db, tenant, SOURCE, call_id, body)
    assert (await the_note(flow, tenant, approved)).text == text
    assert (await read(flow, tenant, call_id)).stale
    assert (await approve_notes(flow.db, tenant, call_id, None, "Anna")).message_id


async def test_a_message_in_the_notes_place_is_not_written_over(
    flow: CallFlow, tenant: TenantId
) -> None:
    call_id = await noted(flow, tenant)
    body = ConversationIn(channel="phone", messages=[foreign(CALL_NOTES_ID)])
    await conversations.accept(flow.db, tenant, SOURCE, call_id, body)
    with pytest.raises(NotesPlaceTakenError):
        await approve_notes(flow.db, tenant, call_id, None, "Anna")
    notes = await read(flow, tenant, call_id)
    assert notes.approved_at is None
    assert (await the_note(flow, tenant, notes)).text == "Thank you!"


def foreign(name: str) -> MessageIn:
    return MessageIn(
        external_id=name, author=Author(role="customer"), sent_at=AT, text="Thank you!"
    )


async def test_they_go_with_the_call(flow: CallFlow, tenant: TenantId) -> None:
    call_id = await noted(flow, tenant)
    approved = await approve_notes(flow.db, tenant, call_id, None, "Anna")
    other = TenantId("ten_other")
    for refused in (edit_notes, approve_notes):
        body = given(("open", ["Mine now."]))
        with pytest.raises(CallNotFoundError):
            await refused(flow.db, other, call_id, body.sections, "Eve")
    await flow.delete(tenant, call_id)
    with pytest.raises(CallNotFoundError):
        await read(flow, tenant, call_id)
    async with flow.db.read() as session:
        kept = await session.scalar(select(func.count()).select_from(CallNotesRow))
        gone = await conversation_store.heads(session, tenant, [str(approved.conversation_id)])
    assert (kept, gone) == (0, {})


async def test_there_is_nothing_to_approve_before_there_are_notes(
    flow: CallFlow, tenant: TenantId
) -> None:
    call_id = await heard_call(flow.db, tenant, *SAID)
    with pytest.raises(CallNotReadyError):
        await approve_notes(flow.db, tenant, call_id, None, "Anna")


async def test_a_correction_in_the_middle_of_an_edit_makes_it_stale(
    flow: CallFlow, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = await noted(flow, tenant)
    check = approving._checked

    async def interrupted(*args: Any) -> Any:
        checked = await check(*args)
        await flow.correct(tenant, call_id, 4, "It is KK-20731 and it cost 98 euros.")
        return checked

    monkeypatch.setattr(approving, "_checked", interrupted)
    body = given(("request", ["It cost 89 euros."]))
    edited = await edit_notes(flow.db, tenant, call_id, body.sections, "Anna")
    assert edited.stale, "its figures were not checked against what is said now"


async def test_an_edit_begun_before_a_redaction_is_refused(
    flow: CallFlow, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = await noted(flow, tenant)
    await flow.correct(tenant, call_id, 6, "My card is 4012 8888 8888 1881.")
    check = approving._checked

    async def interrupted(*args: Any) -> Any:
        checked = await check(*args)
        privacy = CallPrivacy(flow.db, flow.blobs, flow.queue, flow.summariser)
        assert (await privacy.redact(tenant, call_id, RedactionIn())).found
        return checked

    monkeypatch.setattr(approving, "_checked", interrupted)
    body = given(("done", ["Paid by card 4012 8888 8888 1881."]))
    for change in (edit_notes, approve_notes):
        with pytest.raises(ConflictError):
            await change(flow.db, tenant, call_id, body.sections, "Anna")
        await flow.correct(tenant, call_id, 6, "My card is 4012 8888 8888 1881.")
    monkeypatch.undo()
    await CallPrivacy(flow.db, flow.blobs, flow.queue, flow.summariser).redact(
        tenant, call_id, RedactionIn()
    )
    assert await tables_with(flow.db, " 1881", "88881881") == {}


async def test_a_persons_own_words_are_nobodys_in_the_call(
    flow: CallFlow, tenant: TenantId
) -> None:
    call_id = await noted(flow, tenant)
    body = given(
        ("request", ["The lid of her kettle was broken.", "The lid of my kettle was broken."]),
    )
    await approve_notes(flow.db, tenant, call_id, body.sections, "Anna")
    note = await the_note(flow, tenant, await read(flow, tenant, call_id))
    assert "- The lid of her kettle was broken. (0:02)" in note.text
    assert "- Customer: The lid of my kettle was broken. (0:02)" in note.text
