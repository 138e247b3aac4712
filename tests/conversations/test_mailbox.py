"""Mailboxes over IMAP, from a real server: each mail once, and nothing changed there."""

import asyncio
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from copilot.conversations.mail_tables import MailFolderRow
from copilot.conversations.mailbox import (
    MailboxRefusedError,
    MailboxUnreachableError,
    NoSuchFolderError,
    Sized,
)
from copilot.conversations.mailbox_address import MailboxAddress, MailboxAddressError, read_address
from copilot.conversations.mailbox_config import ImapConfig
from copilot.conversations.mailbox_flow import Portion, read_folder
from copilot.conversations.mailbox_imap import ImapMailbox
from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.conversations.mails import ANNA, DESK, mail
from tests.imap_server import PASSWORD, USER, ImapServer, Relay, imap_server


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


def at(port: int) -> MailboxAddress:
    return MailboxAddress(tls=False, user=USER, host="127.0.0.1", port=port)


def opened(port: int) -> ImapMailbox:
    return ImapMailbox.open(at(port), PASSWORD, ImapConfig(timeout_s=20))


async def read(
    db: Database,
    tenant: TenantId,
    port: int,
    folder: str = "INBOX",
    *,
    mailbox: Any = None,
    since: date | None = None,
) -> Portion:
    """Read a folder to its end; the sum of what it brought."""
    mailbox = mailbox or opened(port)
    try:
        portions = [
            one async for one in read_folder(db, tenant, mailbox, at(port), folder, since=since)
        ]
    finally:
        mailbox.close()
    shares = [one.share for one in portions]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    return Portion(
        folder,
        1.0,
        found=sum(one.found for one in portions),
        mails=sum(one.mails for one in portions),
        conversations=sum(one.conversations for one in portions),
        left_out=sum(one.left_out for one in portions),
        skipped=tuple(note for one in portions for note in one.skipped),
        faults=tuple(note for one in portions for note in one.faults),
    )


async def names(db: Database, tenant: TenantId) -> list[str]:
    """The names of all stored mails, each as often as it is stored."""
    async with db.read() as session:
        rows = await session.scalars(
            select(MessageRow.external_id).where(MessageRow.tenant_id == tenant)
        )
        return sorted(one.removesuffix("@x.example") for one in rows)


async def test_a_mailbox_is_read_then_what_is_new_and_nothing_in_it_changes(
    db: Database, tenant: TenantId, server: ImapServer
) -> None:
    server.append("INBOX", [mail(n, subject=f"Matter {n}") for n in range(3)])
    server.append("INBOX", [mail(3, subject="Matter 3")], ["\\Seen", "\\Flagged"])
    before = server.flags("INBOX")
    first = await read(db, tenant, server.port)
    assert (first.found, first.mails, first.conversations, first.faults) == (4, 4, 4, ())
    assert (await read(db, tenant, server.port)).found == 0
    server.append("INBOX", [mail(4, subject="Re: Matter 3", refs=(3,))])
    second = await read(db, tenant, server.port)
    assert (second.found, second.mails, second.conversations) == (1, 1, 0)
    assert await names(db, tenant) == ["0", "1", "2", "3", "4"]
    assert {**before, 5: ()} == server.flags("INBOX")
    async with db.read() as session:
        (row,) = await session.scalars(select(MailFolderRow))
        assert (row.host, row.username, row.folder, row.last_uid) == ("127.0.0.1", USER, "INBOX", 5)


async def test_two_folders_of_one_thread_are_one_conversation(
    db: Database, tenant: TenantId, server: ImapServer
) -> None:
    """Without any setting: the mailbox's own user is one of us."""
    server.append("Sent", [mail(2, sender=DESK, to=ANNA, subject="Re: Kettle", parent=1)])
    server.append("INBOX", [mail(3, subject="Re: Kettle", parent=2)])
    server.append("INBOX", [mail(1)])
    for folder in ("Sent", "INBOX", "Sent"):
        await read(db, tenant, server.port, folder)
    async with db.read() as session:
        (conversation,) = (await session.scalars(select(ConversationRow))).all()
        messages = await session.execute(
            select(MessageRow.external_id, MessageRow.author_role).order_by(MessageRow.seq)
        )
        assert [tuple(one) for one in messages] == [
            ("1@x.example", "customer"),
            ("2@x.example", "agent"),
            ("3@x.example", "customer"),
        ]
    assert conversation.subject == "Kettle"


async def test_a_folder_numbered_anew_brings_nothing_twice(
    db: Database, tenant: TenantId, server: ImapServer
) -> None:
    server.append("Käsitellyt & co", [mail(n, subject=f"Matter {n}") for n in range(3)])
    await read(db, tenant, server.port, "Käsitellyt & co")
    with server.client() as client:
        client.delete_folder("Käsitellyt & co")
    await asyncio.sleep(1.1)  # dovecot's UIDVALIDITY is the second of the folder's making
    server.append("Käsitellyt & co", [mail(n, subject=f"Matter {n}") for n in (3, 1, 2)])
    again = await read(db, tenant, server.port, "Käsitellyt & co")
    assert (again.found, again.mails) == (3, 1)
    assert await names(db, tenant) == ["0", "1", "2", "3"]


async def test_an_earlier_day_is_read_later(
    db: Database, tenant: TenantId, server: ImapServer
) -> None:
    from datetime import datetime

    with server.client() as client:
        for n in (1, 2, 3):
            raw = mail(n, subject=f"Matter {n}").replace(b"\n", b"\r\n")
            client.append("INBOX", raw, msg_time=datetime(2026, 3, n, 12))  # noqa: DTZ001
    for since, expected in (
        (date(2026, 3, 3), ["3"]),
        (date(2026, 3, 2), ["2", "3"]),
        (date(2026, 3, 3), ["2", "3"]),
        (None, ["1", "2", "3"]),
    ):
        await read(db, tenant, server.port, since=since)
        assert await names(db, tenant) == expected


async def test_a_day_given_later_leaves_out_what_is_older(
    db: Database, tenant: TenantId, server: ImapServer
) -> None:
    """Also where the folder was read before without one; what was left out can come later."""
    from datetime import datetime

    server.append("INBOX", [mail(1, subject="Matter 1")])
    await read(db, tenant, server.port)
    with server.client() as client:
        for n, year in ((2, 2020), (3, 2026)):
            raw = mail(n, subject=f"Matter {n}").replace(b"\n", b"\r\n")
            client.append("INBOX", raw, msg_time=datetime(year, 3, 1, 12))  # noqa: DTZ001
    assert (await read(db, tenant, server.port, since=date(2026, 1, 1))).found == 1
    assert await names(db, tenant) == ["1", "3"]
    assert (await read(db, tenant, server.port)).found == 3
    assert await names(db, tenant) == ["1", "2", "3"]
    # When nothing was left out, nothing is read again.
    assert (await read(db, tenant, server.port, since=date(2026, 1, 1))).found == 0
    assert (await read(db, tenant, server.port)).found == 0


async def test_a_mail_that_the_server_cannot_read_keeps_no_other_back(
    db: Database, tenant: TenantId, server: ImapServer
) -> None:
    server.append("INBOX", [mail(n, subject=f"Matter {n}") for n in range(4)])

    class Broken(ImapMailbox):
        def fetch(self, uids: Any, *, most_bytes: int) -> dict[int, bytes]:
            if 2 in uids:
                raise MailboxRefusedError("no")
            return super().fetch(uids, most_bytes=most_bytes)

    mailbox = Broken.open(at(server.port), PASSWORD, ImapConfig())
    result = await read(db, tenant, server.port, mailbox=mailbox)
    assert result.faults == ((2, "the server cannot read it"),)
    assert (result.found, result.mails) == (4, 3)
    assert await names(db, tenant) == ["0", "2", "3"]


async def test_drafts_and_deleted_mails_are_left_out_and_bad_ones_told(
    db: Database, tenant: TenantId, server: ImapServer
) -> None:
    server.append("INBOX", [mail(1)], ["\\Deleted"])
    server.append("INBOX", [mail(2)], ["\\Draft"])
    server.append("INBOX", [b"\xff\xfe nothing of a mail\n", mail(3)])
    broken = b"From: \xff <x@y.example>\nContent-Type: multipart/mixed; boundary=\n\n\0\xff"
    server.append("INBOX", [broken])
    result = await read(db, tenant, server.port)
    assert result.skipped == ((1, "deleted in the mailbox"), (2, "a draft"))
    assert [uid for uid, _ in result.faults] == [3]
    assert (result.found, result.mails, result.left_out) == (5, 2, 2)


async def test_a_lost_connection_loses_and_doubles_nothing(
    db: Database, tenant: TenantId, server: ImapServer
) -> None:
    """Cut everywhere: while signing in, within lists, within mails."""
    mails = [mail(n, subject=f"Matter {n}", text="word " * 400) for n in range(120)]
    server.append("INBOX", mails)
    relay = Relay(server.port)
    lost, seen = 0, 0
    for limit in (30, 900, 2_000, 60_000, 150_000, 140_000):
        relay.allow(limit)
        with pytest.raises(MailboxUnreachableError):
            await read(db, tenant, relay.port)
        lost += 1
        stored = await names(db, tenant)
        assert len(stored) == len(set(stored)) >= seen
        seen = len(stored)
    assert (lost, seen) == (6, 100)
    relay.allow(None)
    assert (await read(db, tenant, relay.port)).mails == 20
    assert await names(db, tenant) == sorted(map(str, range(120)))
    relay.close()


async def test_a_mail_deleted_before_it_is_fetched_is_no_fault(
    db: Database, tenant: TenantId, server: ImapServer
) -> None:
    server.append("INBOX", [mail(n, subject=f"Matter {n}") for n in range(3)])

    class Slow(ImapMailbox):
        def sizes(self, uids: Any) -> dict[int, Sized]:
            found = super().sizes(uids)
            with server.client() as client:
                client.select_folder("INBOX")
                client.delete_messages([2])
                client.expunge()
            return found

    mailbox = Slow.open(at(server.port), PASSWORD, ImapConfig())
    result = await read(db, tenant, server.port, mailbox=mailbox)
    assert (result.mails, result.faults) == (2, ())
    assert await names(db, tenant) == ["0", "2"]


async def test_of_a_large_mail_only_the_beginning_is_fetched(
    db: Database, tenant: TenantId, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copilot.conversations import mailbox_flow

    monkeypatch.setattr(mailbox_flow, "WHOLE_BYTES", 100_000)
    monkeypatch.setattr(mailbox_flow, "BEGINNING_BYTES", 20_000)
    parts = (
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nSee below.\n--b\n'
        'Content-Type: image/png; name="a.png"\nContent-Disposition: attachment\n\n'
    )
    large = mail(1).split(b"\n\n")[0] + b"\n" + parts.encode() + b"A" * 76_000 * 8 + b"\n--b--\n"
    server.append("INBOX", [large, mail(2, subject="Other")])
    fetched: list[int] = []

    class Weighed(ImapMailbox):
        def fetch(self, uids: Any, *, most_bytes: int) -> dict[int, bytes]:
            found = super().fetch(uids, most_bytes=most_bytes)
            fetched.extend(map(len, found.values()))
            return found

    mailbox = Weighed.open(at(server.port), PASSWORD, ImapConfig())
    result = await read(db, tenant, server.port, mailbox=mailbox)
    assert result.mails == 2
    assert [uid for uid, _ in result.skipped] == [1]
    assert "only its beginning" in result.skipped[0][1]
    assert max(fetched) <= 20_000
    async with db.read() as session:
        texts = await session.scalars(select(MessageRow.text))
        assert "See below." in set(texts)


async def test_uids_far_apart_are_found(
    db: Database, tenant: TenantId, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copilot.conversations import mailbox_flow

    monkeypatch.setattr(mailbox_flow, "_SEARCHED", 5)
    server.append("INBOX", [mail(n, subject=f"Matter {n}") for n in range(60)])
    with server.client() as client:
        client.select_folder("INBOX")
        client.delete_messages([n for n in range(1, 61) if n not in {7, 8, 33, 59}])
        client.expunge()
    mailbox = opened(server.port)
    searched: list[int] = []
    search = mailbox.uids
    mailbox.uids = lambda *told: searched.append(told[0]) or search(*told)  # type: ignore[method-assign,func-returns-value]
    assert (await read(db, tenant, server.port, mailbox=mailbox)).mails == 4
    assert await names(db, tenant) == ["32", "58", "6", "7"]
    assert len(searched) < 9


async def test_folders_and_what_they_are(server: ImapServer) -> None:
    for folder in ("Trash", "Roska", "Sent", "Käsitellyt"):
        server.append(folder, [])
    mailbox = opened(server.port)
    try:
        assert [(one.name, one.kind) for one in mailbox.folders()] == [
            ("INBOX", None),
            ("Käsitellyt", None),
            ("Roska", "spam"),
            ("Sent", None),
            ("Trash", "trash"),
        ]
        with pytest.raises(NoSuchFolderError, match=r"'Nowhere' cannot be opened.*Käsitellyt"):
            mailbox.open_folder("Nowhere")
    finally:
        mailbox.close()


def test_addresses_of_mailboxes() -> None:
    read_one = read_address("imaps://help%40shop.example@Mail.example/INBOX/K%C3%A4sitellyt")
    assert read_one == MailboxAddress(True, USER, "mail.example", 993, "INBOX/Käsitellyt")
    plain = read_address("imap://help@shop.example@[::1]:1143")
    assert plain == MailboxAddress(False, USER, "::1", 1143)
    assert plain.loopback
    assert not read_one.loopback


@pytest.mark.parametrize(
    "text",
    ["", "mail.example", "http://a@b/c", "imaps://host/INBOX", "imaps://a@", "imaps://a@b:x/I"],
)
def test_what_is_no_address_of_a_mailbox_is_told(text: str) -> None:
    with pytest.raises(MailboxAddressError, match="imaps://help@shop"):
        read_address(text)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(MailboxAddressError, match="COPILOT_IMAP__PASSWORD") as told:
        read_address("imaps://help@shop.example:hunter2@mail.example")
    assert "hunter2" not in str(told.value)
