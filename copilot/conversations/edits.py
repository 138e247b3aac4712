"""Changing what is stored: a message put right by a human, a conversation removed."""

from sqlalchemy import delete as delete_rows
from sqlalchemy import select, update

from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.kernel.clock import now
from copilot.kernel.db import WriteSession
from copilot.kernel.ids import TenantId
from copilot.kernel.text import storable
from copilot.search import outbox


async def correct_message(
    session: WriteSession,
    tenant: TenantId,
    conversation_id: str,
    external_id: str,
    text: str,
    *,
    written: str | None = None,
) -> bool:
    """Replace a message's text by what was really said; False if there is no such message.

    The first text is kept as the original. The conversation's version grows, so summaries of it
    become stale, and it is indexed again.

    Args:
        session: The transaction.
        tenant: Whose conversation.
        conversation_id: Which.
        external_id: Of the message.
        text: What was said.
        written: The same with the figures said aloud in written form, where that differs.
    """
    # Before the message, as when messages are added: in one order, no two can deadlock.
    await session.execute(
        select(ConversationRow.id)
        .where(ConversationRow.tenant_id == tenant, ConversationRow.id == conversation_id)
        .with_for_update()
    )
    message = await session.scalar(
        select(MessageRow).where(
            MessageRow.tenant_id == tenant,
            MessageRow.conversation_id == conversation_id,
            MessageRow.external_id == external_id,
        )
    )
    if message is None:
        return False
    text = storable(text)
    if message.text != text:
        if message.original_text is None:
            message.original_text = message.text
        message.text = text
        message.written = None if written is None else storable(written)
        await session.flush()
        await session.execute(
            update(ConversationRow)
            .where(ConversationRow.tenant_id == tenant, ConversationRow.id == conversation_id)
            .values(version=ConversationRow.version + 1, updated_at=now())
        )
        await outbox.mark(session, tenant, "conversation", conversation_id)
    return True


async def delete(session: WriteSession, tenant: TenantId, conversation_id: str) -> None:
    """Remove a conversation with its messages and whatever was made of it, the index included.

    It is no error if the tenant has no such conversation.
    """
    await session.execute(
        delete_rows(ConversationRow).where(
            ConversationRow.tenant_id == tenant, ConversationRow.id == conversation_id
        )
    )
    await outbox.mark(session, tenant, "conversation", conversation_id)
