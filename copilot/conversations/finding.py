"""Finding a conversation by the id that its own system knows it by."""

from sqlalchemy import select

from copilot.conversations import store
from copilot.conversations.conversation import ConversationHead
from copilot.conversations.errors import ConversationNotFoundError
from copilot.conversations.tables import ConversationRow
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.kernel.text import storable


async def head_of(
    session: ReadSession, tenant: TenantId, source: str, external_id: str
) -> ConversationHead:
    """The conversation that ``source`` knows as ``external_id``.

    Raises:
        ConversationNotFoundError: The tenant has none.
    """
    found = await session.scalar(
        select(ConversationRow.id).where(
            ConversationRow.tenant_id == tenant,
            ConversationRow.source == storable(source),
            ConversationRow.external_id == storable(external_id),
        )
    )
    if found is None:
        raise ConversationNotFoundError(external_id)
    return await store.head(session, tenant, found)
