"""Reading and writing drafts; their reviews are in ``review_store.py``."""

from typing import NamedTuple

from sqlalchemy import select, update

from copilot.conversations import redaction
from copilot.conversations.errors import ConversationNotFoundError
from copilot.conversations.tables import ConversationRow
from copilot.drafts.draft import Draft, DraftOptions, DraftWarning
from copilot.drafts.errors import DraftNotFoundError
from copilot.drafts.tables import DraftRow
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId
from copilot.kernel.paging import Page
from copilot.kernel.text import storable
from copilot.kernel.time_paging import latest_first, write_place

MOVED = DraftWarning(
    code="thread_moved",
    detail="The conversation has new or corrected messages since this draft was made: "
    "read them first.",
)


class StoredDraft(NamedTuple):
    """A draft with the options it was made with."""

    draft: Draft
    options: DraftOptions


async def get(session: ReadSession, tenant: TenantId, draft_id: str) -> StoredDraft:
    """The draft by its id, ``stale`` when its conversation has moved on.

    Raises:
        DraftNotFoundError: The tenant has none with this id.
    """
    found = (
        await session.execute(
            select(DraftRow, ConversationRow.version)
            .join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
            .where(DraftRow.tenant_id == tenant, DraftRow.id == storable(draft_id))
        )
    ).one_or_none()
    if found is None:
        raise DraftNotFoundError(draft_id)
    row, version = found
    return StoredDraft(as_draft(row, version), DraftOptions.model_validate(row.options))


async def of_conversation(
    session: ReadSession,
    tenant: TenantId,
    conversation_id: str,
    *,
    version: int,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Draft]:
    """The drafts of a conversation, latest first.

    Args:
        session: The session.
        tenant: Whose conversation.
        conversation_id: Its id.
        version: Its version now, to tell which drafts are stale.
        limit: Most drafts on a page.
        cursor: Where to go on.

    Raises:
        InvalidInputError: The cursor is not one that this list gave.
    """
    wanted = select(DraftRow).where(
        DraftRow.tenant_id == tenant, DraftRow.conversation_id == storable(conversation_id)
    )
    wanted = latest_first(wanted, DraftRow.created_at, DraftRow.id, limit=limit, cursor=cursor)
    rows = list(await session.scalars(wanted))
    shown = rows[:limit]
    return Page(
        items=[as_draft(row, version) for row in shown],
        next_cursor=write_place(shown[-1].created_at, shown[-1].id) if len(rows) > limit else None,
    )


async def add(session: WriteSession, tenant: TenantId, draft: Draft, options: DraftOptions) -> None:
    """Keep ``draft``, which belongs to a stored conversation.

    One that was begun before text was taken out of the conversation is not kept.

    Raises:
        ConversationNotFoundError: The conversation was deleted meanwhile.
        DraftNotFoundError: The draft that it was made from was.
    """
    owner = str(draft.conversation_id)
    # Locks the conversation, so that on PostgreSQL nobody deletes it before the draft is in.
    too_early = await redaction.made_too_early(session, tenant, owner, draft.conversation_version)
    there = select(ConversationRow.id).where(
        ConversationRow.tenant_id == tenant, ConversationRow.id == owner
    )
    if await session.scalar(there) is None:
        raise ConversationNotFoundError(owner)
    if too_early:
        return
    if draft.parent_id is not None:
        await lock(session, tenant, draft.parent_id)
    session.add(
        DraftRow(
            id=draft.id,
            tenant_id=tenant,
            conversation_id=draft.conversation_id,
            conversation_version=draft.conversation_version,
            parent_id=draft.parent_id,
            language=draft.language,
            engine=draft.engine,
            degraded=draft.degraded,
            prompt_hash=draft.prompt_hash,
            options=options.model_dump(mode="json"),
            body=draft.model_dump(mode="json"),
            created_at=draft.created_at,
        )
    )
    await session.flush()


async def put_back(session: WriteSession, tenant: TenantId, draft: Draft) -> None:
    """Store ``draft`` with what was added to it; it is locked already, and there.

    What it warns of because it is stale is found anew whenever it is read.
    """
    lasting = [one for one in draft.warnings if one.code != MOVED.code]
    kept = draft.model_copy(update={"stale": False, "warnings": lasting})
    await session.execute(
        update(DraftRow)
        .where(DraftRow.tenant_id == tenant, DraftRow.id == draft.id)
        .values(body=kept.model_dump(mode="json"))
    )


async def lock(
    session: WriteSession, tenant: TenantId, draft_id: str, *, alone: bool = False
) -> None:
    """Keep the draft from being deleted until the transaction ends.

    Args:
        session: The transaction.
        tenant: Whose draft.
        draft_id: Which.
        alone: Have others who lock it alone wait too.

    Raises:
        DraftNotFoundError: The tenant has none with this id, or it was deleted a moment ago.
    """
    wanted = select(DraftRow.id).where(
        DraftRow.tenant_id == tenant, DraftRow.id == storable(draft_id)
    )
    if await session.scalar(wanted.with_for_update(read=not alone, key_share=True)) is None:
        raise DraftNotFoundError(draft_id)


def as_draft(row: DraftRow, current_version: int) -> Draft:
    """The draft that a row stores; stale when the conversation's version is a later one."""
    draft = Draft.model_validate(row.body)
    if current_version > row.conversation_version:
        return as_stale(draft)
    return draft


def as_stale(draft: Draft, *why: DraftWarning) -> Draft:
    """``draft`` marked as older than what it was made of; by default, than the last message."""
    known = {one.code for one in draft.warnings}
    new = [one for one in why or (MOVED,) if one.code not in known]
    return draft.model_copy(update={"stale": True, "warnings": [*draft.warnings, *new]})
