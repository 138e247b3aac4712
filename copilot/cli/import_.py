"""``copilot import``: bulk load straight into the database. Running it again changes nothing."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from pydantic import ValidationError
from sqlalchemy.exc import DataError

from copilot.cli.console import (
    FAILED,
    INTERRUPTED,
    STOPPED,
    err,
    first_fault,
    load_settings,
    out,
    print_json,
    told_errors,
)
from copilot.cli.progress import Bar
from copilot.cli.tenants import TenantOption, tenant_named
from copilot.kernel.errors import CopilotError
from copilot.kernel.ids import TenantId

app = typer.Typer(
    help="Load many at once; what is there already stays. What can be loaded is loaded; when "
    "anything was refused the faults are told and the exit code is 1.",
    no_args_is_help=True,
)

Source = Annotated[Path, typer.Argument(help="The file to load.", exists=True, dir_okay=False)]
Mails = Annotated[
    Path,
    typer.Argument(
        help="A file: .jsonl, .json, .eml, .mbox or a .zip of them; or a folder of mail: a "
        "Maildir, or .eml and .mbox files.",
        exists=True,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document: the counts and faults.")]
_TOLD = 20


class _Row(NamedTuple):
    """One entry: where it stands, and how to store it or why not; alone, a share is progress."""

    place: str
    store: Callable[[Any, TenantId], Awaitable[bool]] | None
    fault: str | None = None
    share: float = 0.0
    skipped: str | None = None

    @property
    def only_share(self) -> bool:
        return self.store is None and self.fault is None and self.skipped is None


@dataclass
class _Tally:
    """What has been done so far; right at any moment, so that it can be told after Ctrl-C."""

    found: int = 0
    created: int = 0
    faults: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        known = self.found - self.created - len(self.faults) - len(self.skipped)
        return {
            "found": self.found,
            "created": self.created,
            "known": known,
            "skipped": self.skipped,
            "faults": self.faults,
        }


@app.command("conversations")
def conversations(path: Mails, tenant: TenantOption = None, as_json: AsJson = False) -> None:
    """Load conversations from a file or a folder of mail.

    Mails join the threads that are stored already; running it again changes nothing. What a
    Maildir has as draft, deleted or spam is left out. Exits with 1 when anything was refused; the
    rest is loaded all the same.
    """
    with told_errors():
        ours = load_settings().conversations.support_addresses
        _load("conversations", _conversations(path, ours), tenant, as_json)


@app.command("customers")
def customers(path: Source, tenant: TenantOption = None, as_json: AsJson = False) -> None:
    """Load customers from .jsonl: the body of PUT plus source and external_id.

    Exits with 1 when anything was refused; the rest is loaded all the same.
    """
    with told_errors():
        _load("customers", _customers(path), tenant, as_json)


@app.command("orders")
def orders(path: Source, tenant: TenantOption = None, as_json: AsJson = False) -> None:
    """Load orders from .jsonl: the body of PUT plus source and number.

    Exits with 1 when anything was refused; the rest is loaded all the same.
    """
    with told_errors():
        _load("orders", _orders(path), tenant, as_json)


def _load(noun: str, rows: Iterator[_Row], tenant: str | None, as_json: bool) -> None:
    tally = _Tally()
    try:
        asyncio.run(_store(noun, rows, tenant, tally))
    except KeyboardInterrupt as interrupt:
        _tell(noun, tally, as_json)
        err.print(STOPPED, markup=False, soft_wrap=True)
        raise typer.Exit(INTERRUPTED) from interrupt
    _tell(noun, tally, as_json)
    if tally.faults:
        raise typer.Exit(FAILED)


def _tell(noun: str, tally: _Tally, as_json: bool) -> None:
    summary = tally.summary()
    if as_json:
        print_json(summary)
        return
    left = f"{len(tally.skipped)} left out, " if tally.skipped else ""
    told = f"{summary['created']} new, {summary['known']} known, {left}{len(tally.faults)} faulty"
    out.print(f"{noun}: {told} of {summary['found']}")
    if not tally.found:
        err.print(f"There are no {noun} in it.", markup=False)
    for notes in (tally.skipped, tally.faults):
        for place, note in list(notes.items())[:_TOLD]:
            err.print(f"{place}: {note}", markup=False)


async def _store(noun: str, rows: Iterator[_Row], name: str | None, tally: _Tally) -> None:
    from copilot.wiring import open_core

    async with open_core(load_settings()) as core:
        tenant = (await tenant_named(core.auth, name)).id
        with Bar() as bar:
            task = bar.begin(noun, 1.0)
            for row in rows:
                if not row.only_share:
                    await _store_row(core, tenant, row, tally)
                bar.to(task, row.share, tally.found)
            bar.to(task, 1.0, tally.found)


async def _store_row(core: Any, tenant: TenantId, row: _Row, tally: _Tally) -> None:
    fault, created = row.fault, False
    try:
        created = row.store is not None and await row.store(core, tenant)
    except CopilotError as error:
        fault = error.detail
    except ValidationError as error:
        fault = first_fault(error)
    except DataError:
        # Its own text repeats what was to be stored.
        fault = "a value is out of range or cannot be stored"
    # Counted when it is done: what is told after Ctrl-C is neither more nor less.
    tally.found += 1
    tally.created += created
    if fault is not None:
        tally.faults[_unused(row.place, tally.faults)] = fault
    elif row.skipped is not None:
        tally.skipped[_unused(row.place, tally.skipped)] = row.skipped


def _unused(place: str, notes: Collection[str]) -> str:
    # Threads are named by their subject, and two may have the same.
    names = (f"{place} ({number})" if number > 1 else place for number in count(1))
    return next(name for name in names if name not in notes)


def _conversations(path: Path, support_addresses: Collection[str]) -> Iterator[_Row]:
    from copilot.conversations.files import read_conversations
    from copilot.conversations.imports import store_entry
    from copilot.conversations.mail_files import Entry

    for entry in read_conversations(path, support_addresses=support_addresses, tell_reading=True):

        async def store(core: Any, tenant: TenantId, entry: Entry = entry) -> bool:
            region = core.settings.customers.phone_region
            return await store_entry(
                core.db, tenant, entry, region=region, support_addresses=support_addresses
            )

        stored = store if entry.body is not None else None
        yield _Row(entry.place, stored, entry.fault, entry.share, entry.skipped)


def _customers(path: Path) -> Iterator[_Row]:
    from copilot.customers import flow
    from copilot.customers.customer import CustomerBody

    for place, source, key, fields, fault, share in _records(path, "external_id"):
        try:
            body = CustomerBody.model_validate(fields)
        except ValidationError as error:
            fault = fault or first_fault(error)
        if fault is not None:
            yield _Row(place, None, fault, share)
            continue

        async def store(
            core: Any, tenant: TenantId, s: str = source, k: str = key, b: CustomerBody = body
        ) -> bool:
            region = core.settings.customers.phone_region
            async with core.db.write() as session:
                return (await flow.put(session, tenant, s, k, b, region=region))[1]

        yield _Row(place, store, share=share)


def _orders(path: Path) -> Iterator[_Row]:
    from copilot.customers import orders as flow
    from copilot.customers.order import OrderIn

    for place, source, key, fields, fault, share in _records(path, "number"):
        try:
            body = OrderIn.model_validate(fields)
        except ValidationError as error:
            fault = fault or first_fault(error)
        if fault is not None:
            yield _Row(place, None, fault, share)
            continue

        async def store(
            core: Any, tenant: TenantId, s: str = source, k: str = key, b: OrderIn = body
        ) -> bool:
            async with core.db.write() as session:
                return (await flow.put(session, tenant, s, k, b))[1]

        yield _Row(place, store, share=share)


def _records(
    path: Path, key: str
) -> Iterator[tuple[str, str, str, dict[str, Any], str | None, float]]:
    """Place, source, key, the other fields and the fault of every line, and the share read."""
    read, size = 0, path.stat().st_size
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            read += len(line)
            if line.strip():
                yield f"line {number}", *_record(line, key), read / max(read, size)


def _record(line: bytes, key: str) -> tuple[str, str, dict[str, Any], str | None]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        return "", "", {}, f"not JSON: {error}"
    if not isinstance(fields, dict):
        return "", "", {}, "not a JSON object"
    source, name = fields.pop("source", None), fields.pop(key, None)
    fault = None
    if not (isinstance(source, str) and 0 < len(source) <= 64):
        fault = "source: a text of 1 to 64 characters is wanted"
    elif not (isinstance(name, str) and 0 < len(name) <= 255):
        fault = f"{key}: a text of 1 to 255 characters is wanted"
    return str(source), str(name), fields, fault
