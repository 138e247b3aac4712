"""Call notes: the summary of the call's conversation, or what people made of it."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select

from copilot.calls import store
from copilot.calls.errors import CallNotReadyError
from copilot.calls.flow import segment_message_id
from copilot.calls.note import CallNotes, NoteSection
from copilot.calls.note_checking import NoteChecker, Words
from copilot.calls.tables import CallNotesRow, CallRow
from copilot.conversations import store as conversations
from copilot.conversations.conversation import Conversation, as_written
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.summaries import store as summaries
from copilot.summaries.said import visible_messages
from copilot.summaries.summary import Summary, SummaryOptions

NOTES = SummaryOptions()
"""What notes are made with: the same as a summary asked for without options."""


class Noted(NamedTuple):
    """The notes of a call and what they were read from.

    Attributes:
        row: What people made of them; None while nobody edited or approved them.
        is_kept: Whether ``notes`` are those of ``row``, not of a later summary.
    """

    call: CallRow
    conversation: Conversation
    row: CallNotesRow | None
    notes: CallNotes
    is_kept: bool


async def notes_of(session: ReadSession, tenant: TenantId, call_id: str) -> CallNotes:
    """The notes of a call; ``stale`` when its text was corrected since they were made.

    Raises:
        CallNotFoundError: The tenant has no such call.
        CallNotReadyError: There are no notes yet.
    """
    return (await noted(session, tenant, call_id)).notes


async def noted(session: ReadSession, tenant: TenantId, call_id: str) -> Noted:
    """The same with what it takes to change them. What a person edited stays until edited again.

    Raises:
        CallNotFoundError: The tenant has no such call.
        CallNotReadyError: There are no notes yet.
    """
    call = await store.row(session, tenant, call_id)
    if call.conversation_id is None:
        raise _not_ready(call)
    conversation = as_written(await conversations.get(session, tenant, call.conversation_id))
    row = await session.scalar(
        select(CallNotesRow).where(
            CallNotesRow.tenant_id == tenant, CallNotesRow.call_id == call.id
        )
    )
    summary = await summaries.find(session, tenant, call.conversation_id, NOTES)
    if row is not None and not _overtaken(row, summary):
        shown = _of_row(row, call, stale=conversation.version > row.version)
        return Noted(call, conversation, row, shown, is_kept=True)
    if summary is None:
        raise _not_ready(call)
    sections = await _timed(session, tenant, call, conversation, summary)
    told = dict(summary) | {"sections": sections}
    notes = CallNotes(
        **told,
        call_id=call.id,
        low_accuracy=call.low_accuracy,
        message_id=None if row is None else row.message_id,
    )
    return Noted(call, conversation, row, notes, is_kept=False)


async def words_of(
    session: ReadSession, tenant: TenantId, call_id: str, external_ids: Iterable[str]
) -> Words:
    """Words with times of the segments that became these messages."""
    prefix = segment_message_id(0).removesuffix("0")
    numbers = [int(one.removeprefix(prefix)) for one in external_ids if _is_segment(one, prefix)]
    segments = await store.segments(session, tenant, call_id, numbers)
    return {segment_message_id(one.n): one.words for one in segments}


def _is_segment(external_id: str, prefix: str) -> bool:
    number = external_id.removeprefix(prefix)
    return external_id.startswith(prefix) and number.isdecimal() and len(number) < 10


def _overtaken(row: CallNotesRow, summary: Summary | None) -> bool:
    """Whether a summary that knows more takes the place of notes that nobody edited."""
    return row.edited_at is None and summary is not None and summary.version > row.version


async def _timed(
    session: ReadSession,
    tenant: TenantId,
    call: CallRow,
    conversation: Conversation,
    summary: Summary,
) -> list[NoteSection]:
    messages = visible_messages(conversation, include_internal=False)
    cited = {
        one
        for section in summary.sections
        for said in section.sentences
        for one in said.message_ids
    }
    spoken = [one.external_id for one in messages if one.id in cited]
    words = await words_of(session, tenant, call.id, spoken)
    checker = NoteChecker(messages, conversation.language, words)
    return [checker.timed(one) for one in summary.sections]


def _of_row(row: CallNotesRow, call: CallRow, *, stale: bool) -> CallNotes:
    return CallNotes(
        id=row.summary_id,
        conversation_id=call.conversation_id,
        version=row.version,
        stale=stale,
        language=row.language,
        headline=row.headline,
        sections=[NoteSection.model_validate(one) for one in row.sections],
        engine=row.engine,
        degraded=row.degraded,
        prompt_hash=row.prompt_hash,
        left_out=row.left_out,
        created_at=row.created_at,
        call_id=call.id,
        low_accuracy=call.low_accuracy,
        edited_at=row.edited_at,
        approved_at=row.approved_at,
        approved_by=row.approved_by,
        message_id=row.message_id,
    )


def _not_ready(call: CallRow) -> CallNotReadyError:
    if call.redacted_at is not None and call.finished_at is not None:
        return CallNotReadyError(
            "The notes are being written anew, without what was taken out of the call: try again"
            " in a moment, or follow the job that the redaction named."
        )
    return CallNotReadyError(
        "The call has no notes yet: follow its job, which also says what went wrong if it failed."
    )
