"""SQL of answers kept for ``Idempotency-Key``: claim a key, keep its answer, give it again.

A row without a status is a claim: someone is at work on the answer. A claim whose process died is
taken over after a while. Rows hold what routes answered, personal data included, for a day at
most; :func:`forget` drops them when a customer is erased.
"""

from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, cast

from sqlalchemy import CursorResult, delete, select, update

from copilot.auth.expiry import drop_until
from copilot.auth.tables import StoredAnswerRow as Row
from copilot.kernel.db import WriteSession
from copilot.kernel.ids import TenantId
from copilot.kernel.upsert import insert_if_new

KEPT = timedelta(hours=24)


class Answer(NamedTuple):
    """A finished answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Claim(NamedTuple):
    """The right to answer for a key.

    Args:
        hash: The keyed hash of tenant, credential and key.
        fingerprint: The hash of the request.
        owner: A random name for this try.
        at: When it was made.
    """

    hash: str
    fingerprint: str
    owner: str
    at: datetime


ClaimResult = Answer | Literal["claimed", "in_progress", "conflict"]


async def claim(
    session: WriteSession, tenant: TenantId, wanted: Claim, *, stale_after: timedelta
) -> ClaimResult:
    """Get the right to answer for a key, the answer given before, or the reason for neither."""
    values = {
        "fingerprint": wanted.fingerprint,
        "owner": wanted.owner,
        "claimed_at": wanted.at,
        "expires_at": wanted.at + KEPT,
        "status": None,
        "headers": None,
        "body": None,
    }
    new_row = {**values, "hash": wanted.hash, "tenant_id": tenant}
    if await insert_if_new(session, Row, new_row):
        return "claimed"
    mine = (Row.hash == wanted.hash, Row.tenant_id == tenant)
    row = await session.scalar(select(Row).where(*mine))
    if row is None:
        return "in_progress"  # it was given up this very moment
    if row.expires_at > wanted.at:
        if row.fingerprint != wanted.fingerprint:
            return "conflict"
        if row.status is not None:
            headers = [(name, value) for name, value in row.headers or []]
            return Answer(row.status, headers, row.body or b"")
        if row.claimed_at > wanted.at - stale_after:
            return "in_progress"
    takeover = update(Row).where(*mine, Row.owner == row.owner).values(**values)
    result = cast("CursorResult[Any]", await session.execute(takeover))
    return "claimed" if result.rowcount == 1 else "in_progress"


async def keep(session: WriteSession, tenant: TenantId, held: Claim, answer: Answer) -> None:
    """Keep the answer for a claim, unless it was taken over meanwhile."""
    await session.execute(
        update(Row)
        .where(Row.hash == held.hash, Row.tenant_id == tenant, Row.owner == held.owner)
        .values(
            status=answer.status,
            headers=[list(header) for header in answer.headers],
            body=answer.body,
        )
    )


async def give_up(session: WriteSession, tenant: TenantId, held: Claim) -> None:
    """Let go of a claim without an answer: the next try starts anew."""
    await session.execute(
        delete(Row).where(Row.hash == held.hash, Row.tenant_id == tenant, Row.owner == held.owner)
    )


async def forget(session: WriteSession, tenant: TenantId) -> None:
    """Drop every finished answer of ``tenant``, for when one of them may tell of someone erased."""
    await session.execute(delete(Row).where(Row.tenant_id == tenant, Row.status.is_not(None)))


async def purge(session: WriteSession, at: datetime) -> None:
    """Drop what has been kept long enough."""
    await drop_until(session, Row, Row.hash, Row.expires_at, at)
