"""Importing an uploaded file: accepted at once, stored in the background, resumable.

What is in the file is the features' business: they give its reader and what stores its entries.
Storing an entry again must change nothing, so that an import that was stopped anywhere can simply
run again. The uploaded file is deleted when it is done: afterwards a person's words are in the
database alone, where they can be erased.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path, PurePath
from typing import NamedTuple, Protocol, TypeVar, cast

from pydantic import BaseModel, Field
from sqlalchemy import Table, insert, select, update

from copilot.jobs import store as jobs
from copilot.jobs.queue import Handler, JobContext, Queue
from copilot.kernel.blobs import Blobs
from copilot.kernel.clock import UtcTime, now
from copilot.kernel.db import Base, Database, ReadSession, WriteSession
from copilot.kernel.errors import InvalidInputError, NotFoundError
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.text import storable

_BATCH = 20
_MAX_FAULTS = 200
_LONGEST_PLACE = 300
_CHUNK = 8_000_000
_UPLOAD_CUT_OFF = timedelta(days=1)
SKIPPED = "skipped: "
"""What the reason begins with where an entry is left out on purpose, such as a draft."""


class Import(BaseModel):
    """An uploaded file and how far it has come.

    Attributes:
        found: How many entries the file has; null until it has been read.
        stored: How many of them are stored.
        faults: Why the others are not, by their place in the file (the first 200): what is wrong
            with them, or ``skipped: `` and the reason where they are left out on purpose.
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


class Entry(Protocol):
    """One entry of a file, or, without a body, what is wrong with it.

    One with neither is left out on purpose: what stores entries tells why.
    """

    @property
    def place(self) -> str:
        """Where in the file it stands, for a person."""
        ...

    @property
    def body(self) -> object | None:
        """What is to be stored."""
        ...

    @property
    def fault(self) -> str | None:
        """Why there is no body."""
        ...


E = TypeVar("E", bound=Entry)
Read = Callable[[Path, str], Iterator[E]]
"""Reads the entries of a file, given its path here and the name it was uploaded with."""

Store = Callable[[TenantId, Sequence[E]], Awaitable[list[tuple[str, str]]]]
"""Stores entries that have no fault; returns place and fault of those that could not be."""


class Imports(NamedTuple):
    """One kind of import.

    Attributes:
        kind: Of its jobs.
        row: Its table: the columns of :class:`Import` and ``tenant_id``.
        suffixes: Of the files that can be read, in lower case.
        unreadable: The error for a file that is not one of them.
        unknown: Makes the error for an import that does not exist, from its id.
    """

    kind: str
    row: type[Base]
    suffixes: frozenset[str]
    unreadable: type[InvalidInputError]
    unknown: Callable[[str], NotFoundError]

    async def accept(
        self,
        db: Database,
        blobs: Blobs,
        queue: Queue,
        tenant: TenantId,
        filename: str,
        content: AsyncIterator[bytes],
    ) -> AcceptedImport:
        """Keep an uploaded file and queue its import.

        Raises:
            InvalidInputError: As ``unreadable``: it is empty, or of a kind that cannot be read.
        """
        filename = storable(PurePath(filename.replace("\\", "/")).name)[-255:]
        if PurePath(filename).suffix.lower() not in self.suffixes:
            kinds = ", ".join(sorted(self.suffixes))
            raise self.unreadable(f"{filename!r} is none of the kinds that can be read: {kinds}.")
        import_id = new_id("imp")
        blob = _blob(tenant, import_id)
        async with db.write() as session:
            # If this process dies before the import is noted, its job finds none some day, and
            # removes the file that nobody else knows of.
            cut_off = now() + _UPLOAD_CUT_OFF
            job_id = await jobs.add(
                session, tenant, self.kind, import_id, queue="bulk", run_after=cut_off
            )
        new: dict[str, object] = {"id": import_id, "tenant_id": tenant, "filename": filename}
        try:
            size = await self._kept(blobs, blob, content, filename)
            values = {**new, "size": size, "stored": 0, "faults": {}, "created_at": now()}
            async with db.write() as session:
                await session.execute(insert(self._table).values(**values))
                await jobs.release(session, tenant, job_id)
        except Exception:
            await blobs.delete(blob)
            await queue.forget(tenant, job_id)
            raise
        await queue.enqueue(tenant, self.kind, import_id, queue="bulk", job_id=job_id)
        return AcceptedImport(id=import_id, job_id=job_id)

    async def _kept(
        self, blobs: Blobs, blob: str, content: AsyncIterator[bytes], filename: str
    ) -> int:
        size = await blobs.put(blob, content)
        if size == 0:
            raise self.unreadable(f"{filename!r} is empty.")
        return size

    async def get(self, session: ReadSession, tenant: TenantId, import_id: str) -> Import:
        """The import with this id.

        Raises:
            NotFoundError: As ``unknown``: the tenant has none.
        """
        columns = self._table.c
        rows = await session.execute(
            select(self._table).where(
                columns.tenant_id == tenant, columns.id == storable(import_id)
            )
        )
        found = rows.one_or_none()
        if found is None:
            raise self.unknown(import_id)
        return Import.model_validate(dict(found._mapping))

    def handler(self, db: Database, blobs: Blobs, read: Read[E], store: Store[E]) -> Handler:
        """The job that stores what is in an uploaded file."""

        async def run(ctx: JobContext) -> None:
            blob = _blob(ctx.tenant, ctx.subject_id)
            try:
                async with db.read() as session:
                    wanted = await self.get(session, ctx.tenant, ctx.subject_id)
            except NotFoundError:
                await blobs.delete(blob)
                raise
            if wanted.finished_at is None:
                with tempfile.TemporaryDirectory() as folder:
                    path = Path(folder) / "upload"
                    await _fetch(blobs, blob, path, wanted.filename)
                    try:
                        total = await asyncio.to_thread(_count, read(path, wanted.filename))
                    except InvalidInputError:
                        # It will never be readable, and may hold a person's words.
                        await blobs.delete(blob)
                        raise
                    entries = read(path, wanted.filename)
                    stored = await self._store(db, ctx, entries, total, store)
                async with db.write() as session:
                    done = {"found": total, "stored": stored, "finished_at": now()}
                    await self._change(session, ctx, done)
            # Also when it had finished before: it may have died right here.
            await blobs.delete(blob)

        return run

    async def _store(
        self, db: Database, ctx: JobContext, entries: Iterator[E], total: int, store: Store[E]
    ) -> int:
        async def store_batch(batch: list[E]) -> int:
            faults = [(one.place, one.fault) for one in batch if one.fault is not None]
            faults += await store(ctx.tenant, [one for one in batch if one.fault is None])
            if faults:
                await self._note(db, ctx, faults)
            return len(batch) - len(faults)

        stored = start = 0
        # One batch at a time: small lines of a large file would fill the memory.
        while batch := await asyncio.to_thread(list, islice(entries, _BATCH)):
            stored += await ctx.step(f"entries-{start}", partial(store_batch, batch))
            start += len(batch)
            await ctx.progress(min(1.0, start / total))
        return stored

    async def _note(self, db: Database, ctx: JobContext, faults: Sequence[tuple[str, str]]) -> None:
        told = {storable(place)[:_LONGEST_PLACE]: storable(fault) for place, fault in faults}
        async with db.write() as session:
            known = (await self.get(session, ctx.tenant, ctx.subject_id)).faults
            # A hundred drafts must not hide what is wrong.
            both = sorted({**known, **told}.items(), key=lambda one: one[1].startswith(SKIPPED))
            kept = dict(both[:_MAX_FAULTS])
            await self._change(session, ctx, {"faults": kept})

    async def _change(
        self, session: WriteSession, ctx: JobContext, values: dict[str, object]
    ) -> None:
        columns = self._table.c
        await session.execute(
            update(self._table)
            .where(columns.tenant_id == ctx.tenant, columns.id == ctx.subject_id)
            .values(**values)
        )

    @property
    def _table(self) -> Table:
        return cast("Table", self.row.__table__)


async def _fetch(blobs: Blobs, blob: str, path: Path, filename: str) -> None:
    try:
        size = await blobs.size(blob)
    except NotFoundError as error:
        raise NotFoundError(f"{filename!r} is not kept any more: upload it again.") from error
    with path.open("wb") as file:
        for start in range(0, size, _CHUNK):
            part = await blobs.get(blob, start=start, end=min(size, start + _CHUNK))
            await asyncio.to_thread(file.write, part)


def _count(entries: Iterator[Entry]) -> int:
    return sum(1 for _ in entries)


def _blob(tenant: TenantId, import_id: str) -> str:
    return f"{tenant}/imports/{import_id}"
