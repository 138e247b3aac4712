"""``copilot import mailbox``: what is new in a mailbox, over IMAP, into the database."""

import asyncio
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from copilot.cli.console import (
    FAILED,
    INTERRUPTED,
    STOPPED,
    err,
    load_settings,
    out,
    print_json,
    told_errors,
)
from copilot.cli.progress import Bar
from copilot.cli.tenants import TenantOption, tenant_named
from copilot.kernel.errors import ConfigurationError
from copilot.kernel.ids import TenantId

if TYPE_CHECKING:
    from copilot.conversations.mailbox import Mailbox
    from copilot.conversations.mailbox_address import MailboxAddress
    from copilot.conversations.mailbox_flow import Portion
    from copilot.settings import Settings
    from copilot.wiring import Core

_TOLD = 20


@dataclass
class _Tally:
    """What has been done so far; right at any moment, so that it can be told after Ctrl-C."""

    folders: list[str] = field(default_factory=list)
    found: int = 0
    created: int = 0
    conversations: int = 0
    left_out: int = 0
    skipped: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    unopened: dict[str, str] = field(default_factory=dict)

    def add(self, portion: "Portion") -> None:
        self.found += portion.found
        self.created += portion.mails
        self.conversations += portion.conversations
        self.left_out += portion.left_out
        self.skipped |= {f"{portion.folder}, uid {uid}": why for uid, why in portion.skipped}
        self.faults |= {f"{portion.folder}, uid {uid}": why for uid, why in portion.faults}

    @property
    def all_faults(self) -> dict[str, str]:
        """Of mails, and of folders that none was read of."""
        return self.unopened | self.faults

    def summary(self) -> dict[str, Any]:
        known = self.found - self.created - self.left_out - len(self.faults)
        return {
            "folders": self.folders,
            "found": self.found,
            "created": self.created,
            "known": known,
            "conversations": self.conversations,
            "skipped": self.skipped,
            "faults": self.all_faults,
        }


def import_mailbox(
    address: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS",
            help="User, server and folder: imaps://help@shop.example@mail.shop.example/INBOX; a "
            "port may follow the server. imap:// is encrypted by STARTTLS.",
            show_default=False,
        ),
    ],
    folder: Annotated[
        list[str] | None,
        typer.Option("--folder", help="One more folder, such as Sent; repeatable."),
    ] = None,
    all_folders: Annotated[
        bool, typer.Option("--all-folders", help="Every folder but trash, spam and drafts.")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Leave out what arrived earlier."
        ),
    ] = None,
    tenant: TenantOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document: the counts and faults.")
    ] = False,
) -> None:
    """Load the mails of a mailbox over IMAP, without changing anything in it.

    Run it again for what is new since; after an interruption it goes on where it was, and no mail
    is loaded twice. Name the folder of sent mail too: the team's answers are there. The password is
    asked for, or taken from COPILOT_IMAP__PASSWORD. Drafts and mails marked as deleted are left
    out. Exits with 1 when anything was refused; the rest is loaded all the same.
    """
    tally = _Tally()
    try:
        with told_errors():
            settings = load_settings()
            target, password = _target(address, settings)
            named = [one for one in (target.folder, *(folder or [])) if one]
            if named and all_folders:
                raise typer.BadParameter("--all-folders takes no folder beside it.")
            wanted = None if all_folders else named or ["INBOX"]
            first = since.date() if since else None
            asyncio.run(_import(settings, target, password, wanted, first, tenant, tally))
    except KeyboardInterrupt as interrupt:
        _tell(tally, as_json)
        err.print(STOPPED, markup=False, soft_wrap=True)
        raise typer.Exit(INTERRUPTED) from interrupt
    except typer.Exit:
        # Stopped in the middle: what was done before counts.
        if tally.found:
            _tell(tally, as_json)
            err.print(STOPPED, markup=False, soft_wrap=True)
        raise
    _tell(tally, as_json)
    if tally.all_faults:
        raise typer.Exit(FAILED)


def _target(text: str, settings: "Settings") -> "tuple[MailboxAddress, str]":
    from copilot.conversations.mailbox_address import MailboxAddressError, read_address

    try:
        address = read_address(text)
    except MailboxAddressError as error:
        raise typer.BadParameter(error.detail) from None
    if settings.imap.password is not None:
        return address, settings.imap.password.get_secret_value()
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "There is nobody to ask for the password here: set COPILOT_IMAP__PASSWORD."
        )
    question = f"Password of {address.user} at {address.host}"
    return address, str(typer.prompt(question, hide_input=True, err=True))


async def _import(
    settings: "Settings",
    address: "MailboxAddress",
    password: str,
    wanted: list[str] | None,
    since: date | None,
    name: str | None,
    tally: _Tally,
) -> None:
    from copilot.conversations.mailbox import NoSuchFolderError
    from copilot.wiring import open_core, open_mailbox

    async with open_core(settings) as core:
        tenant = (await tenant_named(core.auth, name)).id
        mailbox = await asyncio.to_thread(open_mailbox, address, password, settings.imap)
        try:
            folders = wanted or await _all(mailbox, tally)
            with Bar() as bar:
                for folder in dict.fromkeys(folders):
                    try:
                        await _folder(core, tenant, mailbox, address, folder, since, tally, bar)
                    except NoSuchFolderError:
                        if wanted:
                            raise
                        # It is listed and yet closed to us: the others are not.
                        tally.unopened[folder] = "the server does not open it"
        except asyncio.CancelledError:
            # A silent server would keep Ctrl-C waiting.
            mailbox.drop()
            raise
        finally:
            await asyncio.to_thread(mailbox.close)


async def _all(mailbox: "Mailbox", tally: _Tally) -> list[str]:
    found = await asyncio.to_thread(mailbox.folders)
    tally.skipped |= {one.name: f"a folder of {one.kind}" for one in found if one.kind}
    return [one.name for one in found if not one.kind]


async def _folder(
    core: "Core",
    tenant: TenantId,
    mailbox: "Mailbox",
    address: "MailboxAddress",
    folder: str,
    since: date | None,
    tally: _Tally,
    bar: Bar,
) -> None:
    from copilot.conversations.mailbox_flow import read_folder

    task = bar.begin(escape(folder), 1.0)
    found = 0
    async for portion in read_folder(
        core.db,
        tenant,
        mailbox,
        address,
        folder,
        since=since,
        region=core.settings.customers.phone_region,
        support_addresses=core.settings.conversations.support_addresses,
    ):
        tally.add(portion)
        found += portion.found
        bar.to(task, portion.share, found)
    tally.folders.append(folder)


def _tell(tally: _Tally, as_json: bool) -> None:
    summary = tally.summary()
    if as_json:
        print_json(summary)
        return
    read = f" in {len(tally.folders)} folders" if len(tally.folders) > 1 else ""
    left = f", {tally.left_out} left out" if tally.left_out else ""
    out.print(
        f"mails: {summary['created']} new, {summary['known']} known{left}, "
        f"{len(tally.faults)} faulty of {tally.found}{read}"
    )
    if tally.conversations:
        out.print(f"conversations: {tally.conversations} new")
    for notes in (tally.skipped, tally.all_faults):
        for place, told in list(notes.items())[:_TOLD]:
            err.print(f"{place}: {told}", markup=False, soft_wrap=True)
        if len(notes) > _TOLD:
            err.print(f"… and {len(notes) - _TOLD} more; --json has them all.", markup=False)
