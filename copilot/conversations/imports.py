"""Importing a file of conversations. Every conversation is its own transaction."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from sqlalchemy.exc import DataError

from copilot.conversations import flow
from copilot.conversations.errors import ImportNotFoundError, UnreadableFileError
from copilot.conversations.files import SUFFIXES, Entry, read_conversations
from copilot.conversations.tables import ImportRow
from copilot.customers.address import DEFAULT_REGION
from copilot.jobs.imports import Imports
from copilot.jobs.queue import Handler
from copilot.kernel.blobs import Blobs
from copilot.kernel.db import Database
from copilot.kernel.errors import CopilotError
from copilot.kernel.ids import TenantId
from copilot.search import outbox

KIND = "import_conversations"
_IMPORTS = Imports(KIND, ImportRow, SUFFIXES, UnreadableFileError, ImportNotFoundError)
accept_upload = _IMPORTS.accept
get_import = _IMPORTS.get


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

    def read(path: Path, name: str) -> Iterator[Entry]:
        return read_conversations(path, name=name, support_addresses=support_addresses)

    async def store(tenant: TenantId, batch: Sequence[Entry]) -> list[tuple[str, str]]:
        faults = []
        for one in batch:
            if one.source is None or one.external_id is None or one.body is None:
                continue
            try:
                with outbox.bulk():
                    await flow.accept(
                        db, tenant, one.source, one.external_id, one.body, region=region
                    )
            except CopilotError as error:
                faults.append((one.place, error.detail))
            except DataError:
                # Its own text repeats what was to be stored.
                faults.append((one.place, "a value is out of range or cannot be stored"))
        return faults

    return _IMPORTS.handler(db, blobs, read, store)
