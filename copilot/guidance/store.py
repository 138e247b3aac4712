"""SQL of processes, saved replies and tone guides."""

from typing import Any, cast

from sqlalchemy import CursorResult, delete, select

from copilot.guidance.errors import (
    ProcessNotFoundError,
    SavedReplyNotFoundError,
    ToneGuideNotFoundError,
    TooManyGuidesError,
)
from copilot.guidance.process import Process, read_process
from copilot.guidance.saved_reply import SavedReply, SavedReplyIn, ToneGuide
from copilot.guidance.tables import ProcessRow, SavedReplyRow, ToneGuideRow
from copilot.guidance.tone import read_tone
from copilot.kernel.clock import now
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId, new_id

MOST = 500
"""Processes, and saved replies, of one tenant."""


async def put_process(session: WriteSession, tenant: TenantId, process: Process) -> bool:
    """Keep a process under its name; returns whether it is new.

    Raises:
        TooManyGuidesError: The tenant has as many as it may.
    """
    row = await session.get(ProcessRow, (tenant, process.front.name))
    if row is not None:
        if row.body != process.body:
            row.body, row.updated_at = process.body, now()
        return False
    if len(await processes(session, tenant)) >= MOST:
        raise TooManyGuidesError(f"There are {MOST} processes already: delete one first.")
    session.add(
        ProcessRow(tenant_id=tenant, name=process.front.name, body=process.body, updated_at=now())
    )
    return True


async def processes(session: ReadSession, tenant: TenantId) -> list[Process]:
    """The tenant's processes by name."""
    rows = await session.scalars(
        select(ProcessRow).where(ProcessRow.tenant_id == tenant).order_by(ProcessRow.name)
    )
    return [_process(row) for row in rows]


async def process(session: ReadSession, tenant: TenantId, name: str) -> Process:
    """One process.

    Raises:
        ProcessNotFoundError: The tenant has none of this name.
    """
    row = await session.get(ProcessRow, (tenant, name))
    if row is None:
        raise ProcessNotFoundError(f"No process has the name {name!r}.")
    return _process(row)


async def delete_process(session: WriteSession, tenant: TenantId, name: str) -> None:
    """Delete a process.

    Raises:
        ProcessNotFoundError: The tenant has none of this name.
    """
    if not await _deleted(
        session, delete(ProcessRow).where(ProcessRow.tenant_id == tenant, ProcessRow.name == name)
    ):
        raise ProcessNotFoundError(f"No process has the name {name!r}.")


async def put_reply(
    session: WriteSession, tenant: TenantId, source: str, external_id: str, body: SavedReplyIn
) -> tuple[SavedReply, bool]:
    """Keep a saved reply under its address; returns it and whether it is new.

    Raises:
        TooManyGuidesError: The tenant has as many as it may.
    """
    row = await _reply_row(session, tenant, source, external_id)
    created = row is None
    if row is None:
        if len(await replies(session, tenant)) >= MOST:
            raise TooManyGuidesError(f"There are {MOST} saved replies already: delete one first.")
        row = SavedReplyRow(
            id=new_id("srp"), tenant_id=tenant, source=source, external_id=external_id
        )
        session.add(row)
    row.title, row.body, row.language = body.title, body.body, body.language
    row.tags, row.updated_at = list(body.tags), now()
    await session.flush()
    return _reply(row), created


async def replies(session: ReadSession, tenant: TenantId) -> list[SavedReply]:
    """The tenant's saved replies by title."""
    rows = await session.scalars(
        select(SavedReplyRow)
        .where(SavedReplyRow.tenant_id == tenant)
        .order_by(SavedReplyRow.title, SavedReplyRow.id)
    )
    return [_reply(row) for row in rows]


async def reply(
    session: ReadSession, tenant: TenantId, source: str, external_id: str
) -> SavedReply:
    """One saved reply.

    Raises:
        SavedReplyNotFoundError: The tenant has none of this address.
    """
    row = await _reply_row(session, tenant, source, external_id)
    if row is None:
        raise SavedReplyNotFoundError(f"No saved reply is {source}/{external_id}.")
    return _reply(row)


async def delete_reply(
    session: WriteSession, tenant: TenantId, source: str, external_id: str
) -> None:
    """Delete a saved reply.

    Raises:
        SavedReplyNotFoundError: The tenant has none of this address.
    """
    mine = (
        SavedReplyRow.tenant_id == tenant,
        SavedReplyRow.source == source,
        SavedReplyRow.external_id == external_id,
    )
    if not await _deleted(session, delete(SavedReplyRow).where(*mine)):
        raise SavedReplyNotFoundError(f"No saved reply is {source}/{external_id}.")


async def put_guide(session: WriteSession, tenant: TenantId, body: str) -> ToneGuide:
    """Keep ``body`` as the tenant's tone guide.

    Raises:
        ToneGuideUnreadableError: Its front matter cannot be read.
    """
    read_tone(body)
    row = await session.get(ToneGuideRow, tenant)
    if row is None:
        row = ToneGuideRow(tenant_id=tenant)
        session.add(row)
    row.body, row.updated_at = body, now()
    await session.flush()
    return ToneGuide(body=row.body, updated_at=row.updated_at)


async def guide(session: ReadSession, tenant: TenantId) -> ToneGuide | None:
    """The tenant's tone guide, or None."""
    row = await session.get(ToneGuideRow, tenant)
    return None if row is None else ToneGuide(body=row.body, updated_at=row.updated_at)


async def delete_guide(session: WriteSession, tenant: TenantId) -> None:
    """Delete the tone guide.

    Raises:
        ToneGuideNotFoundError: There is none.
    """
    if not await _deleted(session, delete(ToneGuideRow).where(ToneGuideRow.tenant_id == tenant)):
        raise ToneGuideNotFoundError("There is no tone guide.")


async def _reply_row(
    session: ReadSession, tenant: TenantId, source: str, external_id: str
) -> SavedReplyRow | None:
    found: SavedReplyRow | None = await session.scalar(
        select(SavedReplyRow).where(
            SavedReplyRow.tenant_id == tenant,
            SavedReplyRow.source == source,
            SavedReplyRow.external_id == external_id,
        )
    )
    return found


async def _deleted(session: WriteSession, statement: Any) -> bool:
    return cast("CursorResult[Any]", await session.execute(statement)).rowcount > 0


def _process(row: ProcessRow) -> Process:
    return read_process(row.body).model_copy(update={"updated_at": row.updated_at})


def _reply(row: SavedReplyRow) -> SavedReply:
    return SavedReply(
        id=row.id,
        source=row.source,
        external_id=row.external_id,
        title=row.title,
        body=row.body,
        language=row.language,
        tags=row.tags,
        updated_at=row.updated_at,
    )
