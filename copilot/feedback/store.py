"""Reading and writing feedback."""

from collections.abc import Sequence

from sqlalchemy import func, select

from copilot.conversations import inbox
from copilot.conversations import store as conversations
from copilot.conversations.errors import ConversationNotFoundError
from copilot.conversations.tables import ConversationRow
from copilot.drafts import store as drafts
from copilot.feedback.feedback import Feedback, FeedbackIn
from copilot.feedback.tables import FeedbackRow
from copilot.kernel.clock import now
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.errors import ConflictError, InvalidInputError
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.upsert import insert_if_new


class AnsweredError(ConflictError):
    """The link was answered already."""

    code = "feedback_given"
    title = "This was answered already"

    def __init__(self) -> None:
        super().__init__("Thank you: your answer is here already.")


async def add(
    session: WriteSession, tenant: TenantId, given: FeedbackIn, *, feedback_id: str | None = None
) -> Feedback:
    """Keep ``given``; feedback on a draft is also on the draft's conversation.

    Args:
        session: The transaction.
        tenant: Whose.
        given: The score.
        feedback_id: Its id, where that is settled; by default a new one.

    Raises:
        ConversationNotFoundError: The tenant has no such conversation.
        DraftNotFoundError: The tenant has no such draft.
        InvalidInputError: The draft is of another conversation.
        AnsweredError: There is feedback with that id.
    """
    conversation_id = given.conversation_id
    if conversation_id is not None:
        await conversations.head(session, tenant, conversation_id)
    if given.draft_id is not None:
        owner = (await drafts.get(session, tenant, given.draft_id)).draft.conversation_id
        if conversation_id not in {None, owner}:
            raise InvalidInputError(
                "The draft is of another conversation: leave conversation_id out, or name its own."
            )
        conversation_id = owner
    if conversation_id is not None and not await _held(session, tenant, conversation_id):
        raise ConversationNotFoundError(conversation_id)
    values = {
        "id": feedback_id or new_id("fbk"),
        "tenant_id": tenant,
        "kind": given.kind,
        "score": given.score,
        "comment": given.comment,
        "conversation_id": conversation_id,
        "draft_id": given.draft_id,
        "created_at": now(),
    }
    # Two taps at the same moment are one answer.
    if not await insert_if_new(session, FeedbackRow, values):
        raise AnsweredError
    if given.kind == "cfs" and conversation_id is not None:
        await inbox.keep_cfs(session, tenant, conversation_id, given.score)
    return Feedback.model_validate(values, extra="ignore")


async def _held(session: WriteSession, tenant: TenantId, conversation_id: str) -> bool:
    """Whether the conversation is there, and stays until this transaction ends."""
    one = select(ConversationRow.id).where(
        ConversationRow.tenant_id == tenant, ConversationRow.id == conversation_id
    )
    return await session.scalar(one.with_for_update(read=True, key_share=True)) is not None


async def about(
    session: ReadSession, tenant: TenantId, conversation_ids: Sequence[str]
) -> dict[str, list[Feedback]]:
    """The feedback on each conversation and its drafts, the oldest first."""
    rows = await session.scalars(
        select(FeedbackRow)
        .where(FeedbackRow.tenant_id == tenant, FeedbackRow.conversation_id.in_(conversation_ids))
        .order_by(FeedbackRow.created_at, FeedbackRow.id)
    )
    found: dict[str, list[Feedback]] = {one: [] for one in conversation_ids}
    for row in rows:
        found[str(row.conversation_id)].append(_feedback(row))
    return found


async def counted(session: ReadSession, tenant: TenantId) -> dict[str | None, int]:
    """How many scores there are by conversation; under None those that name none."""
    rows = await session.execute(
        select(FeedbackRow.conversation_id, func.count())
        .where(FeedbackRow.tenant_id == tenant)
        .group_by(FeedbackRow.conversation_id)
    )
    return {row[0]: row[1] for row in rows}


def _feedback(row: FeedbackRow) -> Feedback:
    return Feedback.model_validate(row, from_attributes=True)
