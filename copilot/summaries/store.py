"""Reading and writing stored summaries."""

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update

from copilot.conversations import redaction
from copilot.conversations.tables import ConversationRow
from copilot.kernel.db import ReadSession, WriteSession, belongs_to
from copilot.kernel.ids import TenantId
from copilot.kernel.upsert import insert_if_new
from copilot.summaries.errors import SummaryNotFoundError
from copilot.summaries.summary import Summary, SummaryOptions, SummarySection
from copilot.summaries.tables import SummaryRow


def options_hash(options: SummaryOptions) -> str:
    """What makes two requests ask for the same summary; ``refresh`` is not part of it."""
    asked = options.model_dump_json(exclude={"refresh"})
    return hashlib.sha256(asked.encode()).hexdigest()[:32]


async def find(
    session: ReadSession, tenant: TenantId, conversation_id: str, options: SummaryOptions
) -> Summary | None:
    """The stored summary for these options, ``stale`` when messages came since."""
    row = (
        await session.execute(
            _with_version(tenant, [conversation_id]).where(
                SummaryRow.options_hash == options_hash(options)
            )
        )
    ).one_or_none()
    return _summary(row[0], row[1]) if row is not None else None


async def latest(session: ReadSession, tenant: TenantId, conversation_id: str) -> Summary:
    """The newest stored summary of a conversation, for whatever options it was made.

    Raises:
        SummaryNotFoundError: There is none.
    """
    row = (
        await session.execute(
            _with_version(tenant, [conversation_id])
            .order_by(SummaryRow.created_at.desc(), SummaryRow.id.desc())
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        raise SummaryNotFoundError(conversation_id)
    return _summary(row[0], row[1])


async def headlines(
    session: ReadSession, tenant: TenantId, conversation_ids: Iterable[str]
) -> dict[str, str]:
    """The newest headline of each conversation that has a summary."""
    rows = await session.execute(
        select(SummaryRow.conversation_id, SummaryRow.headline)
        .where(
            belongs_to(SummaryRow.tenant_id, tenant),
            SummaryRow.conversation_id.in_(list(conversation_ids)),
            SummaryRow.headline != "",
        )
        .order_by(SummaryRow.created_at, SummaryRow.id)
    )
    return {row.conversation_id: row.headline for row in rows}


async def save(
    session: WriteSession, tenant: TenantId, summary: Summary, options: SummaryOptions
) -> None:
    """Keep ``summary`` in place of the one for the same options, unless that one is worth more.

    It is when it knows later messages, or as many and did not have to do without its model. One
    that was begun before text was taken out of the conversation is not kept.
    """
    if summary.conversation_id is not None and await redaction.made_too_early(
        session, tenant, summary.conversation_id, summary.version
    ):
        return
    values: dict[str, Any] = {
        "id": summary.id,
        "options": options.model_dump(exclude={"refresh"}),
        "version": summary.version,
        "language": summary.language,
        "headline": summary.headline,
        "sections": [section.model_dump(mode="json") for section in summary.sections],
        "engine": summary.engine,
        "degraded": summary.degraded,
        "left_out": summary.left_out,
        "prompt_hash": summary.prompt_hash,
        "created_at": summary.created_at,
    }
    keys = {
        "tenant_id": tenant,
        "conversation_id": summary.conversation_id,
        "options_hash": options_hash(options),
    }
    replaceable = SummaryRow.version <= summary.version
    if summary.degraded:
        replaceable &= (SummaryRow.version < summary.version) | SummaryRow.degraded
    if not await insert_if_new(session, SummaryRow, {**keys, **values}):
        await session.execute(
            update(SummaryRow)
            .where(
                SummaryRow.tenant_id == tenant,
                SummaryRow.conversation_id == summary.conversation_id,
                SummaryRow.options_hash == keys["options_hash"],
                replaceable,
            )
            .values(**values)
        )


async def knows_too(
    session: WriteSession, tenant: TenantId, conversation_id: str, before: int, now_at: int
) -> None:
    """Let the summaries that know version ``before`` count as knowing ``now_at`` as well.

    For what was added since that no summary is made of.
    """
    await session.execute(
        update(SummaryRow)
        .where(
            SummaryRow.tenant_id == tenant,
            SummaryRow.conversation_id == conversation_id,
            SummaryRow.version == before,
        )
        .values(version=now_at)
    )


def _with_version(tenant: TenantId, conversation_ids: list[str]) -> Any:
    return (
        select(SummaryRow, ConversationRow.version)
        .join(ConversationRow, ConversationRow.id == SummaryRow.conversation_id)
        .where(
            SummaryRow.tenant_id == tenant,
            ConversationRow.tenant_id == tenant,
            SummaryRow.conversation_id.in_(conversation_ids),
        )
    )


def _summary(row: SummaryRow, current_version: int) -> Summary:
    return Summary(
        id=row.id,
        conversation_id=row.conversation_id,
        version=row.version,
        stale=current_version > row.version,
        language=row.language,
        headline=row.headline,
        sections=[SummarySection.model_validate(section) for section in row.sections],
        engine=row.engine,
        degraded=row.degraded,
        left_out=row.left_out,
        prompt_hash=row.prompt_hash,
        created_at=row.created_at,
    )
