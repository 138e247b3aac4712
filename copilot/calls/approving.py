"""Editing and approving call notes; approved they stand in the conversation, for agents only."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from copilot.calls.errors import NotesPlaceTakenError
from copilot.calls.flow import SOURCE
from copilot.calls.note import CallNotes, NoteSection, NoteSectionIn
from copilot.calls.note_checking import NoteChecker
from copilot.calls.note_text import note_text
from copilot.calls.notes import Noted, noted, words_of
from copilot.calls.tables import CallNotesRow
from copilot.conversations import edits, redaction
from copilot.conversations import flow as conversations
from copilot.conversations import store as conversation_store
from copilot.conversations.cleaning import CleanMessage
from copilot.conversations.conversation import (
    CALL_NOTES_ID,
    Author,
    ConversationIn,
    Message,
    MessageIn,
)
from copilot.conversations.tables import ConversationRow
from copilot.kernel.clock import now
from copilot.kernel.db import Database, WriteSession
from copilot.kernel.errors import ConflictError
from copilot.kernel.ids import TenantId
from copilot.kernel.upsert import insert_if_new
from copilot.summaries import store as summaries
from copilot.summaries.said import visible_messages

_LONGEST_NAME = 200


class _Checked(NamedTuple):
    """Sections, and the version of the conversation that they were checked against."""

    sections: Sequence[NoteSection]
    version: int


async def edit_notes(
    db: Database, tenant: TenantId, call_id: str, sections: Sequence[NoteSectionIn], who: str
) -> CallNotes:
    """Put the notes as a person wants them in place of what they were; figures are checked anew.

    The same text again changes nothing.

    Args:
        db: The database.
        tenant: Whose call.
        call_id: Which.
        sections: All of the notes.
        who: Name of the person, or of the key.

    Raises:
        CallNotFoundError: The tenant has no such call.
        CallNotReadyError: There are no notes to edit yet.
        ConflictError: Something was just taken out of the call, which the text may still have.
    """
    checked = await _checked(db, tenant, call_id, sections)
    async with db.write() as session:
        return (await _edit(session, tenant, call_id, sections, checked, who)).notes


async def approve_notes(
    db: Database,
    tenant: TenantId,
    call_id: str,
    sections: Sequence[NoteSectionIn] | None,
    who: str,
) -> CallNotes:
    """Put the notes into the conversation as an internal message; edited first with ``sections``.

    What is approved already stays as it is. After an edit, approving again replaces the message.
    Arguments and errors as for :func:`edit_notes`.

    Raises:
        NotesPlaceTakenError: The conversation has another message in the note's place.
    """
    checked = None
    if sections is not None:
        checked = await _checked(db, tenant, call_id, sections)
    async with db.write() as session:
        if sections is not None and checked is not None:
            found = await _edit(session, tenant, call_id, sections, checked, who)
        else:
            await _lock(session, tenant, call_id)
            found = await noted(session, tenant, call_id)
        if found.notes.approved_at is None:
            await _approve(session, tenant, found, who[:_LONGEST_NAME])
            found = await noted(session, tenant, call_id)
    return found.notes


async def _checked(
    db: Database, tenant: TenantId, call_id: str, sections: Sequence[NoteSectionIn]
) -> _Checked:
    async with db.read() as session:
        found = await noted(session, tenant, call_id)
    messages = visible_messages(found.conversation, include_internal=False)
    language = found.conversation.language
    checked = await asyncio.to_thread(NoteChecker(messages, language).edited, sections)
    cited = {one for part in checked for said in part.sentences for one in said.message_ids}
    async with db.read() as session:
        spoken = [one.external_id for one in messages if one.id in cited]
        words = await words_of(session, tenant, call_id, spoken)
    checker = NoteChecker(messages, language, words)
    timed = await asyncio.to_thread(lambda: [checker.timed(one) for one in checked])
    return _Checked(timed, found.conversation.version)


async def _edit(
    session: WriteSession,
    tenant: TenantId,
    call_id: str,
    given: Sequence[NoteSectionIn],
    checked: _Checked,
    who: str,
) -> Noted:
    await _lock(session, tenant, call_id)
    found = await noted(session, tenant, call_id)
    if await redaction.made_too_early(session, tenant, found.conversation.id, checked.version):
        raise ConflictError("The call was redacted this very moment: read its notes again.")
    if _same(given, found.notes) and not found.notes.stale:
        return found
    row = await _row(session, tenant, found)
    row.sections = [one.model_dump(mode="json") for one in checked.sections]
    # Not the conversation's own, which may have been corrected since it was read for the check.
    row.version = checked.version
    row.edited_at, row.edited_by = now(), who[:_LONGEST_NAME]
    row.approved_at = row.approved_by = None
    await session.flush()
    return await noted(session, tenant, call_id)


def _same(given: Sequence[NoteSectionIn], notes: CallNotes) -> bool:
    """Whether the text is the one that stands there, and rests on the same messages where told."""
    wanted = [(section.kind, one) for section in given for one in section.sentences]
    there = [(section.kind, one) for section in notes.sections for one in section.sentences]
    return len(wanted) == len(there) and all(
        kind == other
        and one.text == " ".join(said.text.split())
        and (not one.message_ids or one.message_ids == said.message_ids)
        for (kind, one), (other, said) in zip(wanted, there, strict=True)
    )


async def _lock(session: WriteSession, tenant: TenantId, call_id: str) -> None:
    """One at a time, and in the order of those who add messages: the conversation first."""
    await session.execute(
        select(ConversationRow.id)
        .where(
            ConversationRow.tenant_id == tenant,
            ConversationRow.source == SOURCE,
            ConversationRow.external_id == call_id,
        )
        .with_for_update()
    )


async def _row(session: WriteSession, tenant: TenantId, found: Noted) -> CallNotesRow:
    """The row of what is shown now, made or brought up to it."""
    shown = found.notes
    values = {
        "summary_id": shown.id,
        "version": shown.version,
        "language": shown.language,
        "headline": shown.headline,
        "sections": [one.model_dump(mode="json") for one in shown.sections],
        "engine": shown.engine,
        "degraded": shown.degraded,
        "left_out": shown.left_out,
        "prompt_hash": shown.prompt_hash,
        "created_at": shown.created_at,
    }
    keys = {"call_id": found.call.id, "tenant_id": tenant}
    await insert_if_new(session, CallNotesRow, {**keys, **values})
    fresh = select(CallNotesRow).where(
        CallNotesRow.tenant_id == tenant, CallNotesRow.call_id == found.call.id
    )
    row = (await session.scalars(fresh.execution_options(populate_existing=True))).one()
    if not found.is_kept:
        for name, value in values.items():
            setattr(row, name, value)
        row.edited_at = row.edited_by = row.approved_at = row.approved_by = None
    return row


async def _approve(session: WriteSession, tenant: TenantId, found: Noted, who: str) -> None:
    row = await _row(session, tenant, found)
    conversation = found.conversation
    text = note_text(found.notes, approver=who, editor=row.edited_by)
    there = next((one for one in conversation.messages if one.external_id == CALL_NOTES_ID), None)
    if there is not None and there.id != row.message_id and not is_note(there):
        raise NotesPlaceTakenError(
            f"The conversation has a message {CALL_NOTES_ID!r} that is no approved note: remove"
            " it, then approve again."
        )
    if there is not None:
        await edits.correct_message(session, tenant, conversation.id, CALL_NOTES_ID, text)
        message_id = there.id
    else:
        message_id = await _add(session, tenant, found, text, who)
    head = await conversation_store.head(session, tenant, conversation.id)
    # The note says nothing that was not said: what knew all of it before knows all of it now.
    await summaries.knows_too(session, tenant, conversation.id, conversation.version, head.version)
    if row.version == conversation.version:
        row.version = head.version
    row.message_id, row.approved_at, row.approved_by = message_id, now(), who
    await session.flush()


def is_note(message: Message) -> bool:
    """Whether a message in the note's place looks like one that was written here."""
    return message.visibility == "internal" and message.author.role == "system"


async def _add(session: WriteSession, tenant: TenantId, found: Noted, text: str, who: str) -> str:
    conversation = found.conversation
    latest = conversation.last_message_at
    message = MessageIn(
        external_id=CALL_NOTES_ID,
        # Not the agent's own words: nothing takes them for what somebody said.
        author=Author(role="system", name=who),
        visibility="internal",
        sent_at=now() if latest is None else max(now(), latest),
        text=text,
    )
    body = ConversationIn(channel=conversation.channel, messages=[message])
    # As it stands: what looks like a signature or a quote in it is none.
    cleaned = {CALL_NOTES_ID: CleanMessage(text, language=conversation.language)}
    stored, _ = await conversations.put(
        session, tenant, SOURCE, found.call.id, body, cleaned=cleaned
    )
    return next(one.id for one in stored.messages if one.external_id == CALL_NOTES_ID)
