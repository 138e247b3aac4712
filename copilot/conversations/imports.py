"""Importing a file of conversations. Every conversation is its own transaction."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from sqlalchemy.exc import DataError

from copilot.conversations import flow, mail_flow
from copilot.conversations.errors import ImportNotFoundError, UnreadableFileError
from copilot.conversations.files import SUFFIXES, Entry, read_conversations
from copilot.conversations.flow import Along
from copilot.conversations.tables import ImportRow
from copilot.customers.address import DEFAULT_REGION
from copilot.jobs.imports import SKIPPED, Imports
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


async def store_entry(
    db: Database,
    tenant: TenantId,
    entry: Entry,
    *,
    region: str = DEFAULT_REGION,
    support_addresses: Collection[str] = (),
    along: Along | None = None,
) -> bool:
    """Store what an entry of a file holds, if anything; True when it made a conversation."""
    if entry.thread is not None:
        added = await mail_flow.accept_thread(
            db,
            tenant,
            entry.thread,
            region=region,
            support_addresses=support_addresses,
            along=along,
        )
        return added.conversations > 0
    if entry.source is None or entry.external_id is None or entry.body is None:
        return False
    source, external_id = entry.source, entry.external_id
    _, created = await flow.accept(
        db, tenant, source, external_id, entry.body, region=region, along=along
    )
    return created


def import_handler(
    db: Database,
    blobs: Blobs,
    *,
    region: str = DEFAULT_REGION,
    support_addresses: Collection[str] = (),
    along: Along | None = None,
) -> Handler:
    """The job that stores the conversations of an uploaded file.

    Args:
        db: Where they are stored.
        blobs: Where the file is.
        region: Two-letter country of phone numbers without a country code.
        support_addresses: Mail addresses and ``@domains`` that are ours.
        along: What is done in the transactions that store conversations.
    """

    def read(path: Path, name: str) -> Iterator[Entry]:
        return read_conversations(path, name=name, support_addresses=support_addresses)

    async def store(tenant: TenantId, batch: Sequence[Entry]) -> list[tuple[str, str]]:
        faults = []
        for one in batch:
            if one.skipped is not None:
                faults.append((one.place, f"{SKIPPED}{one.skipped}"))
            try:
                with outbox.bulk():
                    await store_entry(
                        db,
                        tenant,
                        one,
                        region=region,
                        support_addresses=support_addresses,
                        along=along,
                    )
            except CopilotError as error:
                faults.append((one.place, error.detail))
            except DataError:
                # Its own text repeats what was to be stored.
                faults.append((one.place, "a value is out of range or cannot be stored"))
        return faults

    return _IMPORTS.handler(db, blobs, read, store)
