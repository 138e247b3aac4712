"""Importing a mailbox: what is new in its folders since the last time, each mail once.

A folder's mails come in the order of their uids, in portions. How far the folder has been read is
noted after each portion is stored, so whatever ends an import in between, the next one begins with
that portion again, and what of it is stored already changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError
from sqlalchemy.exc import DataError

from copilot.conversations import mail_flow, mailbox_store
from copilot.conversations.flow import Along
from copilot.conversations.mail import Mail, parse_mail
from copilot.conversations.mail_files import is_mail, told
from copilot.conversations.mail_flow import Added
from copilot.conversations.mailbox import Mailbox, MailboxRefusedError, Sized
from copilot.conversations.mailbox_address import MailboxAddress
from copilot.conversations.mailbox_store import Position
from copilot.conversations.threads import Thread, rebuild
from copilot.customers.address import DEFAULT_REGION
from copilot.kernel.db import Database
from copilot.kernel.errors import CopilotError, UnavailableError
from copilot.kernel.ids import TenantId
from copilot.search import outbox

WHOLE_BYTES = 25_000_000
"""Of a larger mail only the beginning is fetched: its text, hardly its attachments."""

BEGINNING_BYTES = 2_000_000
_PORTION_MAILS = 50
_PORTION_BYTES = 30_000_000
_SEARCHED = 80_000  # uids; a server's answer to a search is one line, and a longer one is refused


class Portion(NamedTuple):
    """What one portion of a folder brought.

    Attributes:
        folder: Its name.
        share: How much of the folder has been read, 0 to 1.
        found: Mails looked at.
        mails: Those of them that were new.
        conversations: Conversations that were made.
        left_out: Mails that were left out on purpose.
        skipped: These, and mails stored in part, by their uid, and why.
        faults: Mails that could not be stored, by their uid, and why.
    """

    folder: str
    share: float
    found: int = 0
    mails: int = 0
    conversations: int = 0
    left_out: int = 0
    skipped: tuple[tuple[int, str], ...] = ()
    faults: tuple[tuple[int, str], ...] = ()


async def read_folder(
    db: Database,
    tenant: TenantId,
    mailbox: Mailbox,
    address: MailboxAddress,
    folder: str,
    *,
    since: date | None = None,
    region: str = DEFAULT_REGION,
    support_addresses: Collection[str] = (),
    along: Along | None = None,
) -> AsyncIterator[Portion]:
    """Store what is new in a folder, portion by portion.

    When the server has numbered its mails anew, or an earlier ``since`` is asked for than the
    last time, the folder is read from its beginning; no mail is stored twice.

    Args:
        db: Where mails are stored, and how far the folder has been read.
        tenant: Whose they are.
        mailbox: Signed in.
        address: Of the mailbox.
        folder: The folder's name.
        since: Leave out mails that arrived before this day.
        region: Two-letter country of phone numbers without a country code.
        support_addresses: See :func:`copilot.conversations.threads.conversation`; the user of the
            mailbox is taken for ours too.
        along: What is done in the transactions that store conversations.

    Raises:
        NoSuchFolderError: There is none of this name.
        MailboxUnreachableError: The connection was lost; what was yielded is stored.
    """
    opened = await asyncio.to_thread(mailbox.open_folder, folder)
    async with db.read() as session:
        known = await mailbox_store.position(session, tenant, address, folder)
    last, held = _start(known, opened.uid_validity, since)
    begin, end = last + 1, opened.uid_next
    ours = support_of(address, support_addresses)
    while last + 1 < end:
        upto = min(end - 1, last + _SEARCHED)
        uids = await asyncio.to_thread(mailbox.uids, last + 1, upto, since)
        if held != since:
            every = await asyncio.to_thread(mailbox.uids, last + 1, upto, held)
            held = held if len(every) == len(uids) else since
        for start in range(0, len(uids), _PORTION_MAILS):
            some = uids[start : start + _PORTION_MAILS]
            portion = await _portion(db, tenant, mailbox, folder, some, region, ours, along)
            last = some[-1]
            await _move(db, tenant, address, folder, Position(opened.uid_validity, last, held))
            yield portion._replace(share=(last + 1 - begin) / (end - begin))
        last = upto
        if not uids and upto < end - 1:
            # Uids may be far apart: on to the next one there is.
            following = await asyncio.to_thread(mailbox.next_uid, upto + 1)
            last = (following or end) - 1
    await _move(
        db, tenant, address, folder, Position(opened.uid_validity, max(last, end - 1), held)
    )
    yield Portion(folder, 1.0)


def support_of(address: MailboxAddress, support_addresses: Collection[str]) -> list[str]:
    """Our addresses, the mailbox's own among them when its user's name is one."""
    own = [address.user] if "@" in address.user else []
    return [*support_addresses, *own]


def _start(
    known: Position | None, uid_validity: int, since: date | None
) -> tuple[int, date | None]:
    """The uid to go on after, and since when the mails up to it have been read."""
    if known is None or known.uid_validity != uid_validity:
        return 0, since
    if known.since is None or (since is not None and known.since <= since):
        return known.last_uid, known.since
    return 0, since


async def _move(
    db: Database, tenant: TenantId, address: MailboxAddress, folder: str, to: Position
) -> None:
    async with db.write() as session:
        await mailbox_store.move(session, tenant, address, folder, to)


async def _portion(
    db: Database,
    tenant: TenantId,
    mailbox: Mailbox,
    folder: str,
    uids: Sequence[int],
    region: str,
    support: Collection[str],
    along: Along | None,
) -> Portion:
    sizes = await asyncio.to_thread(mailbox.sizes, uids)
    skipped = [(uid, one.left_out) for uid, one in sizes.items() if one.left_out]
    wanted = {uid: one for uid, one in sorted(sizes.items()) if not one.left_out}
    skipped += [
        (uid, f"{one.size / 1e6:.0f} MB: only its beginning was read, attachments are missing")
        for uid, one in wanted.items()
        if one.size > WHOLE_BYTES
    ]
    mails, conversations = 0, 0
    faults: list[tuple[int, str]] = []
    for some, most in _fetches(wanted):
        raws, refused = await _fetched(mailbox, some, most)
        faults += [(uid, "the server cannot read it") for uid in refused]
        parsed = await asyncio.to_thread(_parsed, raws)
        faults += [
            (uid, "no mail: no sender, subject or date")
            for uid, one in parsed.items()
            if not is_mail(one)
        ]
        uid_of = {one.message_id: uid for uid, one in parsed.items()}
        good = [one for one in parsed.values() if is_mail(one)]
        for thread in rebuild(good, support_addresses=support):
            added, fault = await _stored(db, tenant, thread, region, support, along)
            mails, conversations = mails + added.mails, conversations + added.conversations
            if fault is not None:
                faults += [(uid_of[one.message_id], fault) for one in thread.mails]
    return Portion(
        folder,
        0.0,
        found=len(sizes),
        mails=mails,
        conversations=conversations,
        left_out=len(sizes) - len(wanted),
        skipped=tuple(skipped),
        faults=tuple(faults),
    )


async def _fetched(
    mailbox: Mailbox, uids: Sequence[int], most: int
) -> tuple[dict[int, bytes], list[int]]:
    """The mails, and the uids of those that the server cannot read.

    One such mail must not keep back the others, at this import and at every later one.
    """
    try:
        return await asyncio.to_thread(mailbox.fetch, uids, most_bytes=most), []
    except MailboxRefusedError:
        # The folder itself may be gone: then this fails too.
        await asyncio.to_thread(mailbox.sizes, uids)
        if len(uids) == 1:
            return {}, list(uids)
    raws: dict[int, bytes] = {}
    refused: list[int] = []
    for uid in uids:
        one, failed = await _fetched(mailbox, [uid], most)
        raws |= one
        refused += failed
    return raws, refused


async def _stored(
    db: Database,
    tenant: TenantId,
    thread: Thread[Mail],
    region: str,
    support: Collection[str],
    along: Along | None,
) -> tuple[Added, str | None]:
    """What storing a thread changed, and why it could not be stored."""
    try:
        with outbox.bulk():
            added = await mail_flow.accept_thread(
                db, tenant, thread, region=region, support_addresses=support, along=along
            )
    except UnavailableError:
        raise  # it will pass, and the mails come again
    except CopilotError as error:
        return Added(), error.detail
    except ValidationError as error:
        return Added(), told(error)
    except DataError:
        # Its own text repeats what was to be stored.
        return Added(), "a value is out of range or cannot be stored"
    return added, None


def _parsed(raws: Mapping[int, bytes]) -> dict[int, Mail]:
    return {uid: parse_mail(raw) for uid, raw in sorted(raws.items())}


def _fetches(wanted: dict[int, Sized]) -> list[tuple[list[int], int]]:
    """Mails to fetch with one command, and the most bytes of each."""
    fetches: list[tuple[list[int], int]] = []
    gathered: list[int] = []
    size = 0
    for uid, one in wanted.items():
        if one.size > WHOLE_BYTES:
            fetches.append(([uid], BEGINNING_BYTES))
            continue
        if gathered and size + one.size > _PORTION_BYTES:
            fetches.append((gathered, WHOLE_BYTES))
            gathered, size = [], 0
        gathered.append(uid)
        size += one.size
    return [*fetches, (gathered, WHOLE_BYTES)] if gathered else fetches
