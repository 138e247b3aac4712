"""Putting and deleting articles."""

import hashlib
from typing import NamedTuple

from sqlalchemy import delete, update

from copilot.kernel import clock
from copilot.kernel.db import WriteSession
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.language import detect_language
from copilot.kernel.text import storable
from copilot.kernel.upsert import insert_if_new
from copilot.knowledge.article import Article, ArticleIn
from copilot.knowledge.errors import ArticleNotFoundError
from copilot.knowledge.plain import plain_text
from copilot.knowledge.store import article_row, as_article
from copilot.knowledge.tables import ArticleRow, PassageRow
from copilot.search import outbox


class Prepared(NamedTuple):
    """An article's body, read: what takes time and needs no database.

    ``content_hash`` is over what was given, with a language only where one was given: whether an
    article has changed is known without finding out its language, which takes longest.
    """

    text: str
    language: str | None
    content_hash: str


def prepare(body: ArticleIn) -> Prepared:
    """Read the body as plain text and find its language; up to seconds for megabytes of HTML."""
    text, content_hash = read_text(body)
    language = body.language or detect_language(f"{body.title}\n{text[:4000]}")
    return Prepared(text, language, content_hash)


def read_text(body: ArticleIn) -> tuple[str, str]:
    """The body as plain text, and the hash that tells whether the article's words have changed."""
    text = plain_text(body.body, body.format)
    content = "\x1f".join((body.title, body.language or "", text))
    return text, hashlib.sha256(content.encode()).hexdigest()


async def put_article(
    session: WriteSession,
    tenant: TenantId,
    source: str,
    external_id: str,
    body: ArticleIn,
    *,
    prepared: Prepared | None = None,
) -> tuple[Article, bool]:
    """Create or replace an article, and mark it for indexing when something changed.

    It becomes internal at once, also for passages that are indexed already. It becomes public
    with its next indexing: the passages there are may hold words that were never public.

    Args:
        session: The transaction.
        tenant: Whose article.
        source: The system it comes from.
        external_id: What that system calls it.
        body: The article.
        prepared: ``prepare(body)``, made before the transaction when the body may be long.

    Returns:
        The article, and whether it is new.
    """
    source, external_id = storable(source), storable(external_id)
    read = prepared or prepare(body)
    now = clock.now()
    values = {
        "title": body.title,
        "text": read.text,
        "url": body.url,
        "language": read.language,
        "visibility": body.visibility,
        "tags": body.tags,
    }
    fresh = {
        "content_hash": read.content_hash,
        "id": new_id("art"),
        "tenant_id": tenant,
        "source": source,
        "external_id": external_id,
        "updated_at": body.updated_at or now,
        "created_at": now,
    }
    row, created = None, False
    while row is None:  # once more when it was deleted between the two
        created = await insert_if_new(session, ArticleRow, fresh | values)
        # Locked: whoever changes or deletes it at the same time is done before, or comes after.
        row = await article_row(session, tenant, source, external_id, lock=True)
    if created:
        await outbox.mark(session, tenant, "article", row.id)
        return as_article(row), True
    row.content_hash = read.content_hash
    changed = any(getattr(row, name) != value for name, value in values.items())
    dated = body.updated_at is not None and body.updated_at != row.updated_at
    if changed or dated:
        for name, value in values.items():
            setattr(row, name, value)
        row.updated_at = body.updated_at or now
        await session.flush()
        # The mark comes first: it waits for an indexer that is writing passages of the old
        # article, and one that comes later sees the mark and leaves them be.
        await outbox.mark(session, tenant, "article", row.id)
        await _refresh_passages(session, row)
    return as_article(row), False


async def delete_article(
    session: WriteSession, tenant: TenantId, source: str, external_id: str
) -> None:
    """Delete an article; it is not found from then on.

    Raises:
        ArticleNotFoundError: The tenant has none with this address.
    """
    row = await article_row(session, tenant, source, external_id, lock=True)
    if row is None:
        raise ArticleNotFoundError(f"There is no article {source}/{external_id}.")
    await outbox.mark(session, tenant, "article", row.id)
    await session.execute(
        delete(PassageRow).where(
            PassageRow.tenant_id == tenant,
            PassageRow.kind == "article",
            PassageRow.source_id == row.id,
        )
    )
    await session.delete(row)


async def _refresh_passages(session: WriteSession, row: ArticleRow) -> None:
    """What is indexed becomes internal at once, and public only with the words that are public."""
    values: dict[str, object] = {"url": row.url, "updated_at": row.updated_at}
    if row.visibility == "internal":
        values["visibility"] = "internal"
    await session.execute(
        update(PassageRow)
        .where(
            PassageRow.tenant_id == row.tenant_id,
            PassageRow.kind == "article",
            PassageRow.source_id == row.id,
        )
        .values(**values)
    )
