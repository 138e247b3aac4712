"""Which conversations are to have their summaries renewed, and when.

A mark is written in the transaction that adds the messages, and taken off in the one that makes
the job: whatever process dies, one of the two is there.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, delete, exists, select, text
from sqlalchemy.dialects import postgresql, sqlite

from copilot.conversations.tables import ConversationRow
from copilot.jobs.tables import JobRow
from copilot.kernel import clock
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId
from copilot.summaries.config import SummariesConfig
from copilot.summaries.store import options_hash
from copilot.summaries.summary import SummaryOptions
from copilot.summaries.tables import NoticeRow, RefreshRow, SummaryRow

KIND = "refresh_summary"
"""The kind of the jobs; their subject is the conversation's id."""

KEPT = timedelta(days=1)
"""How long a refresh that went well is among the jobs."""

MOST_KINDS = 8
"""Of how many sets of options, the latest made first, one conversation's summaries are renewed."""

LOST = timedelta(minutes=10)
"""A wish that waits so long with nothing on its way has lost its job: see :func:`mark_lost`."""

GIVEN_UP = timedelta(days=7)
"""How long a wish is tried again whose summary cannot be made."""

_LOST_AT_ONCE = 1000
_UNDER_WAY = JobRow.status.in_(("queued", "running")) & (JobRow.kind == KIND)


class Due(NamedTuple):
    """A conversation whose summaries are to be renewed now."""

    tenant: TenantId
    conversation_id: str


async def mark(
    session: WriteSession, tenant: TenantId, conversation_id: str, config: SummariesConfig
) -> None:
    """Have the conversation's summaries renewed once it has been quiet, or waited for long."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    at = clock.now()
    new = dialect.insert(RefreshRow).values(
        tenant_id=tenant,
        conversation_id=conversation_id,
        due_at=at + timedelta(seconds=config.quiet_s),
        latest_at=at + timedelta(seconds=config.longest_wait_s),
    )
    later = new.excluded.due_at
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["tenant_id", "conversation_id"],
            set_={
                "due_at": case((RefreshRow.latest_at < later, RefreshRow.latest_at), else_=later)
            },
        )
    )


async def stale_options(
    session: ReadSession, tenant: TenantId, conversation_id: str
) -> list[SummaryOptions]:
    """What the conversation's summaries were made with that do not know its latest messages.

    Those whose options nobody kept, and that are not the usual ones, are left out.
    """
    rows = await session.execute(
        select(SummaryRow.options, SummaryRow.options_hash)
        .join(ConversationRow, ConversationRow.id == SummaryRow.conversation_id)
        .where(
            SummaryRow.tenant_id == tenant,
            SummaryRow.conversation_id == conversation_id,
            ConversationRow.tenant_id == tenant,
            SummaryRow.version < ConversationRow.version,
        )
        .order_by(SummaryRow.created_at.desc(), SummaryRow.id.desc())
        .limit(MOST_KINDS)
    )
    usual = SummaryOptions()
    found = []
    for options, hashed in rows:
        if options is not None:
            found.append(SummaryOptions.model_validate(options))
        elif hashed == options_hash(usual):
            found.append(usual)
    return found


def any_due() -> ColumnElement[bool]:
    """Whether any conversation of any tenant is to be renewed now; to be selected."""
    return exists().where(RefreshRow.due_at <= clock.now())


async def alone(session: WriteSession) -> bool:
    """Whether no other process is taking marks or notices; none begins to before the commit.

    Two that count what is under way at the same time would both find room for as much again.
    """
    if session.get_bind().dialect.name == "sqlite":
        return True  # whoever writes is alone
    lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 0))")
    return bool(await session.scalar(lock, {"key": "summaries:take"}))


async def take(session: WriteSession, *, at_once: int, after: str = "") -> list[Due]:
    """Take off marks that are due while refreshes under way are few; see :func:`alone`.

    Tenants take turns, so that one with many thousands does not hold up the others; of each, what
    is due longest goes first.

    Args:
        session: The transaction.
        at_once: Most refreshes under way at a time.
        after: The tenant whose turn was last.
    """
    under_way = list(await session.scalars(select(JobRow.subject_id).where(_UNDER_WAY)))
    # What came while it is being renewed is for the refresh after this one.
    due = (RefreshRow.due_at <= clock.now()) & RefreshRow.conversation_id.not_in(under_way)
    first = select(RefreshRow).where(due).order_by(RefreshRow.tenant_id, RefreshRow.due_at).limit(1)
    first = first.with_for_update(skip_locked=True)
    taken: list[Due] = []
    while len(taken) < at_once - len(under_way):
        row = await session.scalar(first.where(RefreshRow.tenant_id > after))
        row = row or await session.scalar(first)
        if row is None:
            break
        await session.delete(row)
        await session.flush()
        after = row.tenant_id
        taken.append(Due(TenantId(after), row.conversation_id))
    return taken


async def mark_lost(session: WriteSession, config: SummariesConfig) -> None:
    """Have summaries made that are waited for although nothing is on its way to make them.

    Their job failed for good, or somebody cancelled it. After a week a wish is given up.
    """
    at = clock.now()
    marked = exists().where(
        RefreshRow.tenant_id == NoticeRow.tenant_id,
        RefreshRow.conversation_id == NoticeRow.conversation_id,
    )
    at_work = exists().where(_UNDER_WAY, JobRow.subject_id == NoticeRow.conversation_id)
    lost = await session.scalars(
        select(NoticeRow)
        .where(NoticeRow.status == "waiting", NoticeRow.updated_at < at - LOST, ~marked, ~at_work)
        .order_by(NoticeRow.tenant_id, NoticeRow.conversation_id)
        .limit(_LOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    again: dict[Due, None] = {}
    for row in lost.all():
        if row.created_at >= at - GIVEN_UP:
            again[Due(TenantId(row.tenant_id), row.conversation_id)] = None
        elif row.url is None:
            await session.delete(row)
        else:
            row.status, row.updated_at = "failed", at
            row.error = "The summary could not be made."
    for tenant, conversation_id in again:
        await mark(session, tenant, conversation_id, config)


async def forget_jobs(session: WriteSession, kinds: Sequence[str]) -> None:
    """Delete, of all tenants, jobs of these kinds that went well long ago.

    There is one for every burst of messages: those that people look for would drown among them.
    """
    await session.execute(
        delete(JobRow).where(
            JobRow.status == "succeeded",
            JobRow.kind.in_(kinds),
            JobRow.updated_at < clock.now() - KEPT,
        )
    )


async def on_their_way(
    session: ReadSession, tenant: TenantId, conversation_ids: Iterable[str]
) -> set[str]:
    """Those of the conversations that are marked, or that a job is at work on."""
    wanted = list(conversation_ids)
    marked = await session.scalars(
        select(RefreshRow.conversation_id).where(
            RefreshRow.tenant_id == tenant, RefreshRow.conversation_id.in_(wanted)
        )
    )
    at_work = await session.scalars(
        select(JobRow.subject_id).where(
            JobRow.tenant_id == tenant, _UNDER_WAY, JobRow.subject_id.in_(wanted)
        )
    )
    return {*marked, *at_work}
