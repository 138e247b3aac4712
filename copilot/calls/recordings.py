"""Replacing and removing stored recordings, so that no copy stays behind whatever dies.

A name is never written twice with other bytes: whoever reads a recording reads the old one or the
new one. The new name is noted as discarded before it is written, and taken off that list in the
transaction that puts it into use, which notes the old one: what a dead process left is on the list.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from sqlalchemy import CursorResult, delete, exists, select, update

from copilot.calls.privacy_tables import DiscardedBlobRow
from copilot.calls.tables import CallRow
from copilot.kernel.blobs import Blobs
from copilot.kernel.clock import now
from copilot.kernel.db import Database, WriteSession
from copilot.kernel.ids import TenantId
from copilot.kernel.upsert import insert_if_new

_WRITING_TAKES = timedelta(days=1)
_AT_ONCE = 200


async def note_discarded(
    session: WriteSession, tenant: TenantId, name: str, *, writing: bool = False
) -> None:
    """Have a blob deleted: now, or if it is just being ``writing``, should that be cut off."""
    due_at = now() + (_WRITING_TAKES if writing else timedelta(0))
    values = {"name": name, "tenant_id": tenant, "due_at": due_at}
    if not await insert_if_new(session, DiscardedBlobRow, values):
        await session.execute(
            update(DiscardedBlobRow)
            .where(DiscardedBlobRow.tenant_id == tenant, DiscardedBlobRow.name == name)
            .values(due_at=due_at)
        )


async def put_into_use(
    session: WriteSession, tenant: TenantId, call: CallRow, name: str, **values: object
) -> bool:
    """Make the blob ``name`` the recording of ``call``; False if that has changed or gone.

    Args:
        session: The transaction.
        tenant: Whose call.
        call: Its row as it was when the new recording was made of the old one.
        name: The blob that has been written, noted as discarded until now.
        values: Columns to set with it: size, media type, checksum.
    """
    done = await session.execute(
        update(CallRow)
        .where(
            CallRow.tenant_id == tenant,
            CallRow.id == call.id,
            CallRow.blob == call.blob,
            CallRow.audio_expired_at.is_(None),
        )
        .values(blob=name, updated_at=now(), **values)
    )
    if cast("CursorResult[Any]", done).rowcount != 1:
        return False
    await _forget(session, tenant, name)
    await note_discarded(session, tenant, call.blob)
    return True


async def remove_discarded(db: Database, blobs: Blobs, tenant: TenantId | None = None) -> int:
    """Delete blobs that are due, of one tenant or of all; returns how many."""
    due = DiscardedBlobRow.due_at <= now()
    wanted = due if tenant is None else due & (DiscardedBlobRow.tenant_id == tenant)
    async with db.read() as session:
        rows = await session.execute(
            select(DiscardedBlobRow.tenant_id, DiscardedBlobRow.name)
            .where(wanted)
            .order_by(DiscardedBlobRow.due_at)
            .limit(_AT_ONCE)
        )
        found = [(TenantId(owner), name) for owner, name in rows]
    removed = 0
    for owner, name in found:
        async with db.read() as session:
            used = await session.scalar(
                select(
                    exists().where(
                        CallRow.tenant_id == owner,
                        CallRow.blob == name,
                        CallRow.audio_expired_at.is_(None),
                    )
                )
            )
        if not used:
            await blobs.delete(name)
            removed += 1
        async with db.write() as session:
            await _forget(session, owner, name)
    return removed


async def fetch(blobs: Blobs, name: str, file: BinaryIO, *, part: int = 8_000_000) -> None:
    """Copy the blob ``name`` into ``file``, a few megabytes at a time.

    Raises:
        NotFoundError: There is no such blob.
    """
    size = await blobs.size(name)
    for start in range(0, size, part):
        file.write(await blobs.get(name, start=start, end=min(size, start + part)))
    file.seek(0)


async def parts_of(path: Path, *, part: int = 1_000_000) -> AsyncIterator[bytes]:
    """The bytes of a file, a megabyte at a time."""
    with path.open("rb") as file:
        while content := file.read(part):
            yield content


async def _forget(session: WriteSession, tenant: TenantId, name: str) -> None:
    await session.execute(
        delete(DiscardedBlobRow).where(
            DiscardedBlobRow.tenant_id == tenant, DiscardedBlobRow.name == name
        )
    )
