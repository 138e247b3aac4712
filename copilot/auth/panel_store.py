"""Reading and writing what the embedded panel needs: sites that may show it, and grants."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from copilot.auth.people_store import OpenSession, open_session
from copilot.auth.tables import PanelGrantRow, PanelOriginRow, SessionRow
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.errors import ConflictError
from copilot.kernel.ids import TenantId


class PanelGrantedError(ConflictError):
    """The panel that asks was let in already."""

    code = "panel_granted"
    title = "This panel was let in already"

    def __init__(self) -> None:
        super().__init__("Load the panel again, and compare its new letters.")


async def origins_of(session: ReadSession, tenant: TenantId) -> list[str]:
    """The sites that may show the tenant's panel, in the order of the alphabet."""
    found = await session.scalars(
        select(PanelOriginRow.origin)
        .where(PanelOriginRow.tenant_id == tenant)
        .order_by(PanelOriginRow.origin)
    )
    return list(found)


async def set_origins(session: WriteSession, tenant: TenantId, origins: Iterable[str]) -> None:
    """Replace the tenant's sites."""
    await session.execute(delete(PanelOriginRow).where(PanelOriginRow.tenant_id == tenant))
    rows = [{"tenant_id": tenant, "origin": one} for one in origins]
    if rows:
        await session.execute(insert(PanelOriginRow), rows)


async def add_grant(
    session: WriteSession,
    tenant: TenantId,
    *,
    challenge: str,
    session_hash: str,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Add a grant that waits to be taken up, and drop every one that has expired.

    Raises:
        PanelGrantedError: That challenge was taken up, or is another team's.
    """
    await session.execute(delete(PanelGrantRow).where(PanelGrantRow.expires_at <= at))
    # Allowed a second time, before it was taken up.
    await session.execute(
        delete(PanelGrantRow).where(
            PanelGrantRow.challenge == challenge,
            PanelGrantRow.tenant_id == tenant,
            PanelGrantRow.token_hash.is_(None),
        )
    )
    there = select(PanelGrantRow.challenge).where(PanelGrantRow.challenge == challenge)
    if await session.scalar(there) is not None:
        raise PanelGrantedError
    session.add(
        PanelGrantRow(
            challenge=challenge,
            session_hash=session_hash,
            tenant_id=tenant,
            token_hash=None,
            expires_at=expires_at,
        )
    )
    await session.flush()


async def take_up(
    session: WriteSession, *, challenge: str, token_hash: str, at: datetime
) -> datetime | None:
    """Turn a waiting grant into a token; until when that is good, or None where none waits."""
    until = (
        select(SessionRow.expires_at)
        .where(SessionRow.hash == PanelGrantRow.session_hash)
        .scalar_subquery()
    )
    taken = await session.execute(
        update(PanelGrantRow)
        .where(
            PanelGrantRow.challenge == challenge,
            PanelGrantRow.token_hash.is_(None),
            PanelGrantRow.expires_at > at,
        )
        .values(token_hash=token_hash, expires_at=until)
        .returning(PanelGrantRow.expires_at)
    )
    found: datetime | None = taken.scalar_one_or_none()
    return found


async def session_of(session: ReadSession, token_hash: str, at: datetime) -> OpenSession | None:
    """The session that a panel's token stands for, unless it has ended by ``at``."""
    hashed = await session.scalar(
        select(PanelGrantRow.session_hash).where(
            PanelGrantRow.token_hash == token_hash, PanelGrantRow.expires_at > at
        )
    )
    return None if hashed is None else await open_session(session, hashed, at)
