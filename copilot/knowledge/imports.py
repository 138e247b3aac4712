"""Importing a file of articles: accepted at once, stored in the background, resumable.

Putting an article again changes nothing, so an import that was stopped anywhere runs again. The
uploaded file is deleted when it is done.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path, PurePath

from pydantic import BaseModel, Field
from sqlalchemy import select, update

from copilot.jobs import store as jobs
from copilot.jobs.queue import Handler, JobContext, Queue
from copilot.kernel import clock
from copilot.kernel.blobs import Blobs
from copilot.kernel.clock import UtcTime
from copilot.kernel.db import Database, ReadSession
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.text import storable
from copilot.knowledge.errors import ArticleImportNotFoundError, UnreadableArticlesError
from copilot.knowledge.files import SUFFIXES, Entry, read_articles
from copilot.knowledge.flow import prepare, put_article
from copilot.knowledge.tables import ArticleImportRow

KIND = "import_articles"
_BATCH = 20
_MAX_FAULTS = 200
_CHUNK = 8_000_000


class ArticleImport(BaseModel):
    """An uploaded file and how far it has come.

    Attributes:
        found: How many articles the file has; null until it has been read.
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


class AcceptedArticleImport(BaseModel):
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
) -> AcceptedArticleImport:
    """Keep an uploaded file and queue its import.

    Raises:
        UnreadableArticlesError: The file is empty, or of a kind that holds no articles.
    """
    filename = storable(PurePath(filename.replace("\\", "/")).name)[-255:]
    if PurePath(filename).suffix.lower() not in SUFFIXES:
        kinds = ", ".join(sorted(SUFFIXES))
        raise UnreadableArticlesError(
            f"{filename!r} is none of the kinds that can be read: {kinds}."
        )
    import_id = new_id("imp")
    size = await blobs.put(_blob(tenant, import_id), content)
    if size == 0:
        await blobs.delete(_blob(tenant, import_id))
        raise UnreadableArticlesError(f"{filename!r} is empty.")
    async with db.write() as session:
        row = ArticleImportRow(id=import_id, tenant_id=tenant, filename=filename, size=size)
        row.stored, row.faults, row.created_at = 0, {}, clock.now()
        session.add(row)
        job_id = await jobs.add(session, tenant, KIND, import_id, queue="bulk")
    await queue.enqueue(tenant, KIND, import_id, queue="bulk", job_id=job_id)
    return AcceptedArticleImport(id=import_id, job_id=job_id)


async def get_import(session: ReadSession, tenant: TenantId, import_id: str) -> ArticleImport:
    """The import with this id.

    Raises:
        ArticleImportNotFoundError: The tenant has none.
    """
    row = await session.scalar(
        select(ArticleImportRow).where(
            ArticleImportRow.tenant_id == tenant, ArticleImportRow.id == storable(import_id)
        )
    )
    if row is None:
        raise ArticleImportNotFoundError(f"No import has the id {import_id!r}.")
    return ArticleImport.model_validate(row, from_attributes=True)


def import_handler(db: Database, blobs: Blobs) -> Handler:
    """The job that stores the articles of an uploaded file."""

    async def run(ctx: JobContext) -> None:
        async with db.read() as session:
            wanted = await get_import(session, ctx.tenant, ctx.subject_id)
        if wanted.finished_at is not None:
            return
        blob = _blob(ctx.tenant, wanted.id)
        entries = await _read(blobs, blob, wanted.filename)
        stored = 0
        for start in range(0, len(entries), _BATCH):
            batch = [one for one in entries[start : start + _BATCH] if one.body is not None]

            async def store_batch(batch: list[Entry] = batch) -> int:
                return await _store(db, ctx.tenant, batch)

            stored += await ctx.step(f"entries-{start}", store_batch)
            await ctx.progress(min(1.0, (start + _BATCH) / len(entries)))
        faulty = [one for one in entries if one.body is None][:_MAX_FAULTS]
        faults = {storable(one.place): storable(one.fault or "unreadable") for one in faulty}
        async with db.write() as session:
            await session.execute(
                update(ArticleImportRow)
                .where(ArticleImportRow.tenant_id == ctx.tenant, ArticleImportRow.id == wanted.id)
                .values(found=len(entries), stored=stored, faults=faults, finished_at=clock.now())
            )
        await blobs.delete(blob)

    return run


async def _read(blobs: Blobs, blob: str, filename: str) -> list[Entry]:
    size = await blobs.size(blob)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as file:
            for start in range(0, size, _CHUNK):
                part = await blobs.get(blob, start=start, end=min(size, start + _CHUNK))
                await asyncio.to_thread(file.write, part)
        return await asyncio.to_thread(lambda: list(read_articles(path, name=filename)))


async def _store(db: Database, tenant: TenantId, batch: list[Entry]) -> int:
    read = [
        (one, one.body, await asyncio.to_thread(prepare, one.body))
        for one in batch
        if one.body is not None
    ]
    async with db.write() as session:
        for one, body, prepared in read:
            await put_article(session, tenant, one.source, one.external_id, body, prepared=prepared)
    return len(read)


def _blob(tenant: TenantId, import_id: str) -> str:
    return f"{tenant}/imports/{import_id}"
