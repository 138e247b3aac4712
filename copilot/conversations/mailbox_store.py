"""How far the folders of mailboxes have been read."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from copilot.conversations.mail_tables import MailFolderRow
from copilot.conversations.mailbox_address import MailboxAddress
from copilot.kernel.clock import now
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId


class Position(NamedTuple):
    """Every mail up to ``last_uid`` that arrived ``since`` is stored, under that validity."""

    uid_validity: int
    last_uid: int
    since: date | None


async def position(
    session: ReadSession, tenant: TenantId, address: MailboxAddress, folder: str
) -> Position | None:
    """How far the folder has been read; None when it never was."""
    row = await _row(session, tenant, address, folder)
    return None if row is None else Position(row.uid_validity, row.last_uid, row.since)


async def move(
    session: WriteSession, tenant: TenantId, address: MailboxAddress, folder: str, to: Position
) -> None:
    """Note how far the folder has been read."""
    row = await _row(session, tenant, address, folder)
    if row is None:
        row = MailFolderRow(
            tenant_id=tenant,
            host=address.host,
            port=address.port,
            username=address.user,
            folder=folder,
        )
        session.add(row)
    row.uid_validity, row.last_uid, row.since = to
    row.read_at = now()
    await session.flush()


async def _row(
    session: ReadSession, tenant: TenantId, address: MailboxAddress, folder: str
) -> MailFolderRow | None:
    return (
        await session.scalars(
            select(MailFolderRow).where(
                MailFolderRow.tenant_id == tenant,
                MailFolderRow.host == address.host,
                MailFolderRow.port == address.port,
                MailFolderRow.username == address.user,
                MailFolderRow.folder == folder,
            )
        )
    ).one_or_none()
