"""Importing a file of articles."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from copilot.jobs.imports import Imports
from copilot.jobs.queue import Handler
from copilot.kernel.blobs import Blobs
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge.errors import ArticleImportNotFoundError, UnreadableArticlesError
from copilot.knowledge.files import SUFFIXES, Entry, read_articles
from copilot.knowledge.flow import prepare, put_article
from copilot.knowledge.tables import ArticleImportRow

KIND = "import_articles"


def _unknown(import_id: str) -> ArticleImportNotFoundError:
    return ArticleImportNotFoundError(f"No import has the id {import_id!r}.")


_IMPORTS = Imports(KIND, ArticleImportRow, SUFFIXES, UnreadableArticlesError, _unknown)
accept_upload = _IMPORTS.accept
get_import = _IMPORTS.get


def import_handler(db: Database, blobs: Blobs) -> Handler:
    """The job that stores the articles of an uploaded file, some of them per transaction."""

    def read(path: Path, name: str) -> Iterator[Entry]:
        return read_articles(path, name=name)

    async def store(tenant: TenantId, batch: Sequence[Entry]) -> list[tuple[str, str]]:
        prepared = [
            (one, one.body, await asyncio.to_thread(prepare, one.body))
            for one in batch
            if one.body is not None
        ]
        async with db.write() as session:
            for one, body, ready in prepared:
                await put_article(
                    session, tenant, one.source, one.external_id, body, prepared=ready
                )
        return []

    return _IMPORTS.handler(db, blobs, read, store)
