"""A reply that the agent writes: an empty draft, so that it is checked and cited like any other."""

from copilot.conversations import store as conversations
from copilot.conversations.conversation import Conversation
from copilot.customers import store as customers
from copilot.drafts import store
from copilot.drafts.draft import Draft, DraftOptions
from copilot.kernel.clock import now
from copilot.kernel.db import WriteSession
from copilot.kernel.ids import TenantId, new_id

OWN = "agent"
"""The engine of what a person writes."""

_DEFAULT_LANGUAGE = "en"


async def begin_own(session: WriteSession, tenant: TenantId, conversation_id: str) -> Draft:
    """An empty draft of a stored conversation, for the agent to fill.

    Raises:
        ConversationNotFoundError: The tenant has no such conversation.
    """
    conversation = await conversations.get(session, tenant, conversation_id)
    draft = _empty(conversation, await _language(session, tenant, conversation))
    await store.add(session, tenant, draft, DraftOptions())
    return draft


async def _language(session: WriteSession, tenant: TenantId, conversation: Conversation) -> str:
    found = conversation.language
    if found is None and conversation.customer_id is not None:
        customer = (await customers.by_ids(session, tenant, [conversation.customer_id]))[0:1]
        found = next((one.language for one in customer), None)
    return found or _DEFAULT_LANGUAGE


def _empty(conversation: Conversation, language: str) -> Draft:
    return Draft(
        id=new_id("drf"),
        conversation_id=conversation.id,
        conversation_version=conversation.version,
        language=language,
        text="",
        sentences=[],
        citations=[],
        figures=[],
        warnings=[],
        answerable=True,
        engine=OWN,
        timings_ms={},
        created_at=now(),
    )
