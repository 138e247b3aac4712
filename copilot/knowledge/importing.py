"""Storing what an import reads, many articles at a time; doing it again changes nothing.

What is stored already, as it is, costs reading its body and no more: no language is looked for,
nothing is written, nothing embedded again.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.exc import DataError, DBAPIError, StatementError

from copilot.kernel.db import Database, WriteSession
from copilot.kernel.errors import CopilotError
from copilot.kernel.ids import TenantId
from copilot.knowledge.article import ArticleIn
from copilot.knowledge.entry import Entry
from copilot.knowledge.errors import ArticleNotFoundError
from copilot.knowledge.flow import Prepared, delete_article, prepare, put_article, read_text
from copilot.knowledge.tables import ArticleRow
from copilot.search import outbox
from copilot.search.collection import chunks

_IN_ONE_QUERY = 200
_UNSTORABLE = "a value is out of range or cannot be stored"

Name = tuple[str, str]
"""Source and external id."""


class Stored(NamedTuple):
    """What became of some entries.

    Attributes:
        created: How many articles are new.
        known: How many were here already, changed ones included.
        changed: How many of those were not the same.
        removed: How many were here and are not published at their source any more.
        faults: Place and fault of those that could not be stored.
    """

    created: int = 0
    known: int = 0
    changed: int = 0
    removed: int = 0
    faults: tuple[tuple[str, str], ...] = ()

    def plus(self, other: "Stored") -> "Stored":
        """Both together."""
        return Stored(
            self.created + other.created,
            self.known + other.known,
            self.changed + other.changed,
            self.removed + other.removed,
            (*self.faults, *other.faults),
        )


async def store_entries(db: Database, tenant: TenantId, entries: Iterable[Entry]) -> Stored:
    """Store the articles among ``entries`` in one transaction.

    Those that are skipped because they are not published are deleted, if they are here from an
    earlier import: what a help centre has withdrawn must not be told to a customer.

    Args:
        db: The database.
        tenant: Whose articles.
        entries: Of an import; faulty ones are passed over.
    """
    entries = _last_of_each(list(entries))
    named = [(one.source, one.external_id) for one in entries if one.external_id]
    held = await _held(db, tenant, named)
    to_put, known = await asyncio.to_thread(_to_put, entries, held)
    withdrawn = [
        (one.source, one.external_id)
        for one in entries
        if one.skipped is not None and (one.source, one.external_id) in held
    ]
    stored = Stored(known=known)
    if to_put:
        stored = stored.plus(await _put(db, tenant, to_put))
    if withdrawn:
        stored = stored.plus(Stored(removed=await delete_named(db, tenant, withdrawn)))
    return stored


def _last_of_each(entries: Sequence[Entry]) -> list[Entry]:
    """Without what a later entry of the same name replaces, or takes back."""
    last = {
        (one.source, one.external_id): n
        for n, one in enumerate(entries)
        if one.body is not None or one.skipped is not None
    }
    return [
        one
        for n, one in enumerate(entries)
        if not one.external_id or last.get((one.source, one.external_id), n) == n
    ]


async def names(db: Database, tenant: TenantId, sources: Collection[str]) -> list[Name]:
    """Source and external id of every article of these sources."""
    async with db.read() as session:
        rows = await session.execute(
            select(ArticleRow.source, ArticleRow.external_id)
            .where(ArticleRow.tenant_id == tenant, ArticleRow.source.in_(sorted(sources)))
            .order_by(ArticleRow.source, ArticleRow.external_id)
        )
    return [(row.source, row.external_id) for row in rows]


async def delete_named(db: Database, tenant: TenantId, gone: Sequence[Name]) -> int:
    """Delete these articles, some per transaction; returns how many there were."""
    deleted = 0
    for some in chunks(gone, _IN_ONE_QUERY):
        async with db.write() as session:
            for source, external_id in some:
                deleted += await _deleted(session, tenant, source, external_id)
    return deleted


async def _deleted(session: WriteSession, tenant: TenantId, source: str, external_id: str) -> bool:
    try:
        await delete_article(session, tenant, source, external_id)
    except ArticleNotFoundError:
        return False
    return True


async def _held(
    db: Database, tenant: TenantId, named: Sequence[Name]
) -> dict[Name, tuple[object, ...]]:
    held: dict[Name, tuple[object, ...]] = {}
    columns = (ArticleRow.content_hash, ArticleRow.url, ArticleRow.visibility, ArticleRow.tags)
    async with db.read() as session:
        for some in chunks(named, _IN_ONE_QUERY):
            rows = await session.execute(
                select(
                    ArticleRow.source, ArticleRow.external_id, *columns, ArticleRow.updated_at
                ).where(
                    ArticleRow.tenant_id == tenant,
                    tuple_(ArticleRow.source, ArticleRow.external_id).in_(some),
                )
            )
            held |= {(row[0], row[1]): tuple(row[2:]) for row in rows}
    return held


def _to_put(
    entries: Sequence[Entry], held: dict[Name, tuple[object, ...]]
) -> tuple[list[tuple[Entry, ArticleIn]], int]:
    changed, known = [], 0
    for one in entries:
        body = one.body
        if body is None:
            continue
        before = held.get((one.source, one.external_id))
        if before is not None:
            dated = body.updated_at if body.updated_at is not None else before[-1]
            now = (read_text(body)[1], body.url, body.visibility, body.tags, dated)
            if now == before:
                known += 1
                continue
        changed.append((one, body))
    return changed, known


async def _put(db: Database, tenant: TenantId, to_put: Sequence[tuple[Entry, ArticleIn]]) -> Stored:
    try:
        return await _put_together(db, tenant, to_put)
    except (CopilotError, StatementError) as error:
        fault = _fault(error)
        if len(to_put) == 1:
            return Stored(faults=((to_put[0][0].place, fault),))
    # One that cannot be stored must not take the others with it.
    stored = Stored()
    for one in to_put:
        stored = stored.plus(await _put(db, tenant, [one]))
    return stored


async def _put_together(
    db: Database, tenant: TenantId, to_put: Sequence[tuple[Entry, ArticleIn]]
) -> Stored:
    prepared = await asyncio.to_thread(lambda: [prepare(body) for _, body in to_put])
    # Whoever waits for a single change goes before an import of thousands.
    with outbox.bulk():
        created = await _in_one(db, tenant, to_put, prepared)
    known = len(to_put) - created
    return Stored(created=created, known=known, changed=known)


async def _in_one(
    db: Database,
    tenant: TenantId,
    to_put: Sequence[tuple[Entry, ArticleIn]],
    prepared: Sequence[Prepared],
) -> int:
    created = 0
    async with db.write() as session:
        for (one, body), read in zip(to_put, prepared, strict=True):
            _, new = await put_article(
                session, tenant, one.source, one.external_id, body, prepared=read
            )
            created += new
    return created


def _fault(error: CopilotError | StatementError) -> str:
    """What is wrong with the article.

    Raises:
        StatementError: It is the database that failed, not the article.
    """
    if isinstance(error, CopilotError):
        return error.detail
    if isinstance(error, DBAPIError) and not isinstance(error, DataError):
        raise error
    # Its own text repeats what was to be stored.
    return _UNSTORABLE
