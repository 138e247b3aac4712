"""Importing a file of articles."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from copilot.jobs.imports import SKIPPED, Imports
from copilot.jobs.queue import Handler
from copilot.kernel.blobs import Blobs
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge.entry import Entry
from copilot.knowledge.errors import ArticleImportNotFoundError, UnreadableArticlesError
from copilot.knowledge.files import SUFFIXES, read_articles
from copilot.knowledge.importing import store_entries
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
        stored = await store_entries(db, tenant, batch)
        skipped = [(one.place, SKIPPED + one.skipped) for one in batch if one.skipped is not None]
        return [*stored.faults, *skipped]

    return _IMPORTS.handler(db, blobs, read, store)
