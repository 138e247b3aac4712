"""Dropping the summaries of a conversation: they are made again when they are wanted."""

from sqlalchemy import delete

from copilot.kernel.db import WriteSession
from copilot.kernel.ids import TenantId
from copilot.summaries.tables import SummaryRow


async def drop(session: WriteSession, tenant: TenantId, conversation_id: str) -> None:
    """Delete every stored summary of the conversation."""
    await session.execute(
        delete(SummaryRow).where(
            SummaryRow.tenant_id == tenant, SummaryRow.conversation_id == conversation_id
        )
    )
