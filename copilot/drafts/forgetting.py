"""Dropping drafts that repeat what was taken out of their conversation."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, select

from copilot.drafts.tables import DraftRow, ReviewRow
from copilot.kernel.db import WriteSession
from copilot.kernel.ids import TenantId


async def drop_quoting(
    session: WriteSession,
    tenant: TenantId,
    conversation_id: str,
    quotes: Callable[[Any], bool] | None,
) -> None:
    """Delete drafts of the conversation, their reviews included, of which either ``quotes`` it.

    Drafts that were made of such a draft go with it.

    Args:
        session: The transaction.
        tenant: Whose conversation.
        conversation_id: Which.
        quotes: Whether a JSON value repeats what was taken out; None deletes every draft.
    """
    mine = (DraftRow.tenant_id == tenant, DraftRow.conversation_id == conversation_id)
    if quotes is None:
        await session.execute(delete(DraftRow).where(*mine))
        return
    gone = [
        row.id
        for row in await session.scalars(select(DraftRow).where(*mine))
        if quotes(row.body) or quotes(row.options)
    ]
    reviews = await session.scalars(
        select(ReviewRow)
        .join(DraftRow, DraftRow.id == ReviewRow.draft_id)
        .where(*mine, ReviewRow.tenant_id == tenant)
    )
    gone += [row.draft_id for row in reviews if quotes(_words_of(row))]
    await session.execute(delete(DraftRow).where(*mine, DraftRow.id.in_(gone)))


def _words_of(row: ReviewRow) -> list[Any]:
    """Everything of a review that may repeat what somebody wrote; its example goes with it."""
    told = [row.final_text, row.reason, row.comment, row.sentences]
    return [*told, row.confirmed, row.unsupported]
