"""Feedback on what is being erased, and what goes with it."""

import asyncio

import pytest

from copilot.conversations import edits
from copilot.conversations.errors import ConversationNotFoundError
from copilot.drafts.errors import DraftNotFoundError
from copilot.feedback import store
from copilot.feedback.feedback import FeedbackIn
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.evals.export import desk

PATIENCE_S = 0.3


@pytest.mark.parametrize("by_draft", [False, True])
async def test_a_conversation_erased_meanwhile_is_not_there(
    db: Database, tenant: TenantId, by_draft: bool
) -> None:
    about = await desk.conversation(db, tenant, "a", "Where is my lamp?")
    made = await desk.draft(db, tenant, about, "On its way.")
    asked = {"draft_id": made.id} if by_draft else {"conversation_id": about.id}

    async def give() -> None:
        async with db.write() as session:
            given = FeedbackIn(kind="csat", score=1, comment="Maija", **asked)
            await store.add(session, tenant, given)

    async with db.write() as session:
        await edits.delete(session, tenant, about.id)
        giving = asyncio.create_task(give())
        # Until it waits for us; where it has not begun by then, it finds nothing either.
        await asyncio.wait({giving}, timeout=PATIENCE_S)
    with pytest.raises((ConversationNotFoundError, DraftNotFoundError)):
        await giving
    async with db.read() as reading:
        assert await store.counted(reading, tenant) == {}


async def test_scores_and_comments_go_with_their_conversation(
    db: Database, tenant: TenantId
) -> None:
    about = await desk.conversation(db, tenant, "a", "Where is my lamp?")
    made = await desk.draft(db, tenant, about, "On its way.")
    await desk.score(db, tenant, "csat", 1, conversation_id=about.id, comment="Maija")
    await desk.score(db, tenant, "csat", 1, draft_id=made.id, comment="Maija")
    await desk.score(db, tenant, "nps", 9)
    async with db.write() as session:
        await edits.delete(session, tenant, about.id)
    async with db.read() as reading:
        assert await store.counted(reading, tenant) == {None: 1}
