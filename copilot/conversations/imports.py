"""Importing a file of conversations: accepted at once, stored in the background, resumable.

Every conversation is its own transaction and storing one again changes nothing, so that an import
that was stopped anywhere can simply run again. The uploaded file is deleted when it is done:
afterwards a person's words are in the database alone, where they can be erased.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Collection
from pathlib import Path, PurePath

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import select, update
from sqlalchemy.exc import DataError

from copilot.conversations import flow
from copilot.conversations.errors import ImportNotFoundError, UnreadableFileError
from copilot.conversations.files import SUFFIXES, Entry, read_conversations
from copilot.conversations.tables import ImportRow
from copilot.customers.address import DEFAULT_REGION
from copilot.jobs import store as jobs
from copilot.jobs.queue import Handler, JobContext, Queue
from copilot.kernel.blobs import Blobs
from copilot.kernel.clock import UtcTime, now
from copilot.kernel.db import Database, ReadSession
from copilot.kernel.errors import CopilotError
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.text import storable

KIND = "import_conversations"
_BATCH = 20
_MAX_FAULTS = 200
_CHUNK = 8_000_000


class Import(BaseModel):
    """An uploaded file and how far it has come.

    Attributes:
        found: How many entries the file has; null until it has been read.
        stored: How many of them are stored.
        faults: What is wrong with the others, by their place in the file (the first 200).
    """

    id: str
    filename: str
    size: int = Field(description="Bytes")
    found: int | None
    stored: int
    faults: dict[str, str]
    created_at: UtcTime
    finished_at: UtcTime | None


class AcceptedImport(BaseModel):
    """The answer to an upload: follow ``GET /v1/jobs/{job_id}``."""

    id: str
    status: str = "queued"
    job_id: str


async def accept_upload(
    db: Database,
    blobs: Blobs,
    queue: Queue,
    tenant: TenantId,
    filename: str,
    content: AsyncIterator[bytes],
) -> AcceptedImport:
    """Keep an uploaded file and queue its import.

    Raises:
        UnreadableFileError: The file is empty, or of a kind that holds no conversations.
    """
    filename = storable(PurePath(filename.replace("\\", "/")).name)[-255:]
    if PurePath(filename).suffix.lower() not in SUFFIXES:
        kinds = ", ".join(sorted(SUFFIXES))
        raise UnreadableFileError(f"{filename!r} is none of the kinds that can be read: {kinds}.")
    import_id = new_id("imp")
    blob = f"{tenant}/imports/{import_id}"
    size = await blobs.put(blob, content)
    if size == 0:
        await blobs.delete(blob)
        raise UnreadableFileError(f"{filename!r} is empty.")
    async with db.write() as session:
        row = {"id": import_id, "tenant_id": tenant, "filename": filename, "blob": blob}
        session.add(ImportRow(**row, size=size, stored=0, faults={}, created_at=now()))
        job_id = await jobs.add(session, tenant, KIND, import_id, queue="bulk")
    await queue.enqueue(tenant, KIND, import_id, queue="bulk", job_id=job_id)
    return AcceptedImport(id=import_id, job_id=job_id)


async def get_import(session: ReadSession, tenant: TenantId, import_id: str) -> Import:
    """The import with this id.

    Raises:
        ImportNotFoundError: The tenant has none.
    """
    row = await session.scalar(
        select(ImportRow).where(ImportRow.tenant_id == tenant, ImportRow.id == storable(import_id))
    )
    if row is None:
        raise ImportNotFoundError(import_id)
    return Import.model_validate(row, from_attributes=True)


def import_handler(
    db: Database,
    blobs: Blobs,
    *,
    region: str = DEFAULT_REGION,
    support_addresses: Collection[str] = (),
) -> Handler:
    """The job that stores the conversations of an uploaded file.

    Args:
        db: Where they are stored.
        blobs: Where the file is.
        region: Two-letter country of phone numbers without a country code.
        support_addresses: Mail addresses and ``@domains`` that are ours.
    """

    async def run(ctx: JobContext) -> None:
        async with db.read() as session:
            wanted = await get_import(session, ctx.tenant, ctx.subject_id)
        if wanted.finished_at is not None:
            return
        blob = f"{ctx.tenant}/imports/{wanted.id}"
        entries = await _read(blobs, blob, wanted.filename, support_addresses)
        stored = 0
        for start in range(0, len(entries), _BATCH):
            batch = entries[start : start + _BATCH]

            async def store_batch(batch: list[Entry] = batch) -> int:
                return await _store(db, ctx.tenant, wanted.id, batch, region)

            stored += await ctx.step(f"entries-{start}", store_batch)
            await ctx.progress(min(1.0, (start + _BATCH) / len(entries)))
        async with db.write() as session:
            await session.execute(
                update(ImportRow)
                .where(ImportRow.tenant_id == ctx.tenant, ImportRow.id == wanted.id)
                .values(found=len(entries), stored=stored, finished_at=now())
            )
        await blobs.delete(blob)

    return run


async def _read(
    blobs: Blobs, blob: str, filename: str, support_addresses: Collection[str]
) -> list[Entry]:
    size = await blobs.size(blob)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as file:
            for start in range(0, size, _CHUNK):
                part = await blobs.get(blob, start=start, end=min(size, start + _CHUNK))
                await asyncio.to_thread(file.write, part)
        return await asyncio.to_thread(
            lambda: list(
                read_conversations(path, name=filename, support_addresses=support_addresses)
            )
        )


async def _store(
    db: Database, tenant: TenantId, import_id: str, batch: list[Entry], region: str
) -> int:
    """Store what can be stored, note what cannot; returns how many are stored."""
    faults: dict[str, str] = {}
    for entry in batch:
        if entry.source is None or entry.external_id is None or entry.body is None:
            faults[entry.place] = entry.fault or "unreadable"
            continue
        try:
            await flow.accept(
                db, tenant, entry.source, entry.external_id, entry.body, region=region
            )
        except (CopilotError, ValidationError, DataError) as error:
            faults[entry.place] = str(error)[:300]
    if faults:
        await _note(db, tenant, import_id, faults)
    return len(batch) - len(faults)


async def _note(db: Database, tenant: TenantId, import_id: str, faults: dict[str, str]) -> None:
    async with db.write() as session:
        mine = (ImportRow.tenant_id == tenant, ImportRow.id == import_id)
        known = await session.scalar(select(ImportRow.faults).where(*mine).with_for_update())
        merged = {**(known or {}), **{storable(k): storable(v) for k, v in faults.items()}}
        kept = dict(list(merged.items())[:_MAX_FAULTS])
        await session.execute(update(ImportRow).where(*mine).values(faults=kept))
