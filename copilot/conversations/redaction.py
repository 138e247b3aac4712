"""Taking text out of a conversation for good, so that nothing made of it before comes back."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.conversations.waiting import Said, standing
from copilot.kernel.clock import now
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId
from copilot.search import outbox

_COLUMNS = ("text", "quoted_text", "signature", "original_text", "original_html", "written")
"""Every column of a message that holds words of it."""


async def redact_messages(
    session: WriteSession,
    tenant: TenantId,
    conversation_id: str,
    texts: Mapping[str, tuple[str, str | None]],
    mask: Callable[[str], str],
    mask_said: Callable[[str], str],
) -> bool:
    """Replace the texts of messages and mask what others repeat; False without such conversation.

    No original is kept. The conversation's version grows, and nothing that was made of an earlier
    one can be stored any more: see :func:`made_too_early`.

    Args:
        session: The transaction.
        tenant: Whose conversation.
        conversation_id: Which.
        texts: By external id of the message: what it says from now on, and the same with its spoken
            figures written out, where it has any.
        mask: Takes what is sensitive out of any text.
        mask_said: The same of messages that were spoken, those in ``texts`` among them.
    """
    if not await lock(session, tenant, conversation_id):
        return False
    messages = await session.scalars(
        select(MessageRow).where(
            MessageRow.tenant_id == tenant, MessageRow.conversation_id == conversation_id
        )
    )
    for message in messages:
        if message.external_id in texts:
            message.text, written = texts[message.external_id]
            message.original_text = message.original_html = None
            message.written = written
        clean = mask if message.start is None else mask_said
        for column in _COLUMNS:
            value = getattr(message, column, None)
            if value and (masked := clean(value)) != value:
                setattr(message, column, masked)
    await session.flush()
    await _mask_subject(session, tenant, conversation_id, mask)
    await renew(session, tenant, conversation_id)
    return True


async def _mask_subject(
    session: WriteSession, tenant: TenantId, conversation_id: str, mask: Callable[[str], str]
) -> None:
    mine = (ConversationRow.tenant_id == tenant, ConversationRow.id == conversation_id)
    subject = await session.scalar(select(ConversationRow.subject).where(*mine))
    if subject and mask(subject) != subject:
        await session.execute(update(ConversationRow).where(*mine).values(subject=mask(subject)))


async def lock(session: WriteSession, tenant: TenantId, conversation_id: str) -> bool:
    """Keep others from changing the conversation, or storing what they made of it, until the end.

    False if the tenant has no such conversation.
    """
    found = await session.scalar(
        select(ConversationRow.id)
        .where(ConversationRow.tenant_id == tenant, ConversationRow.id == conversation_id)
        .with_for_update()
    )
    return found is not None


async def renew(session: WriteSession, tenant: TenantId, conversation_id: str) -> None:
    """Raise the version after text was taken out, and have the conversation indexed again."""
    await session.execute(
        update(ConversationRow)
        .where(ConversationRow.tenant_id == tenant, ConversationRow.id == conversation_id)
        .values(
            version=ConversationRow.version + 1,
            redacted_version=ConversationRow.version + 1,
            updated_at=now(),
        )
    )
    await outbox.mark(session, tenant, "conversation", conversation_id)


async def made_too_early(
    session: ReadSession, tenant: TenantId, conversation_id: str, version: int
) -> bool:
    """Whether text was taken out of the conversation since it had this version.

    Ask in the transaction that stores what was made of it: on PostgreSQL this waits for a redaction
    that is under way, and keeps one from beginning.
    """
    found = await session.scalar(
        select(ConversationRow.redacted_version)
        .where(ConversationRow.tenant_id == tenant, ConversationRow.id == conversation_id)
        .with_for_update(read=True, key_share=True)
    )
    return found is not None and version < found


async def written_texts(
    session: ReadSession, tenant: TenantId, conversation_id: str
) -> Sequence[str]:
    """The texts of the messages that nobody spoke."""
    wanted = select(MessageRow.text).where(
        *_of(tenant, conversation_id), MessageRow.start.is_(None)
    )
    return list(await session.scalars(wanted.order_by(MessageRow.seq)))


async def has_others(
    session: WriteSession, tenant: TenantId, conversation_id: str, begins: Sequence[str]
) -> bool:
    """Whether the conversation has messages whose external id begins with none of ``begins``.

    Nobody can add one until the transaction ends.
    """
    if not await lock(session, tenant, conversation_id):
        return False
    found = await session.scalar(
        select(MessageRow.id).where(*_of(tenant, conversation_id), ~_begins(begins)).limit(1)
    )
    return found is not None


async def remove_messages(
    session: WriteSession, tenant: TenantId, conversation_id: str, begins: Sequence[str]
) -> None:
    """Delete messages whose external id begins with one of ``begins``, and raise the version."""
    await lock(session, tenant, conversation_id)
    await session.execute(delete(MessageRow).where(*_of(tenant, conversation_id), _begins(begins)))
    kept = (
        await session.execute(
            select(
                MessageRow.author_role,
                MessageRow.visibility,
                MessageRow.sent_at,
                MessageRow.start,
            )
            .where(*_of(tenant, conversation_id))
            .order_by(MessageRow.seq)
        )
    ).all()
    last_at = max((one.sent_at for one in kept), default=None)
    said = (
        Said(one.author_role, one.visibility, one.sent_at, spoken=one[3] is not None)
        for one in kept
    )
    await session.execute(
        update(ConversationRow)
        .where(ConversationRow.tenant_id == tenant, ConversationRow.id == conversation_id)
        .values(
            message_count=len(kept),
            last_message_at=last_at,
            last_contact_at=func.coalesce(last_at, ConversationRow.created_at),
            **standing(said)._asdict(),
        )
    )
    await renew(session, tenant, conversation_id)


def _of(tenant: TenantId, conversation_id: str) -> tuple[ColumnElement[bool], ...]:
    return MessageRow.tenant_id == tenant, MessageRow.conversation_id == conversation_id


def _begins(begins: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(MessageRow.external_id.startswith(one, autoescape=True) for one in begins))
