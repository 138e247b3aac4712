"""``copilot import``: bulk load straight into the database. Running it again changes nothing."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from pydantic import ValidationError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.exc import DataError

from copilot.cli.console import (
    FAILED,
    err,
    first_fault,
    load_settings,
    out,
    print_json,
    told_errors,
)
from copilot.cli.tenants import TenantOption, tenant_named
from copilot.kernel.errors import CopilotError
from copilot.kernel.ids import TenantId

app = typer.Typer(
    help="Load many at once; what is there already stays. What can be loaded is loaded; when "
    "anything was refused the faults are told and the exit code is 1.",
    no_args_is_help=True,
)

Source = Annotated[Path, typer.Argument(help="The file to load.", exists=True, dir_okay=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document: the counts and faults.")]
_TOLD = 20


class _Row(NamedTuple):
    """One entry: where it stands, and how to store it or what is wrong with it."""

    place: str
    store: Callable[[Any, TenantId], Awaitable[bool]] | None
    fault: str | None = None


@app.command("conversations")
def conversations(path: Source, tenant: TenantOption = None, as_json: AsJson = False) -> None:
    """Load conversations: .jsonl, .json, .eml, .mbox or a .zip of them.

    Exits with 1 when anything was refused; the rest is loaded all the same.
    """
    with told_errors():
        ours = load_settings().conversations.support_addresses
        _load("conversations", list(_conversations(path, ours)), tenant, as_json)


@app.command("customers")
def customers(path: Source, tenant: TenantOption = None, as_json: AsJson = False) -> None:
    """Load customers from .jsonl: the body of PUT plus source and external_id.

    Exits with 1 when anything was refused; the rest is loaded all the same.
    """
    with told_errors():
        _load("customers", list(_customers(path)), tenant, as_json)


@app.command("orders")
def orders(path: Source, tenant: TenantOption = None, as_json: AsJson = False) -> None:
    """Load orders from .jsonl: the body of PUT plus source and number.

    Exits with 1 when anything was refused; the rest is loaded all the same.
    """
    with told_errors():
        _load("orders", list(_orders(path)), tenant, as_json)


def _load(noun: str, rows: list[_Row], tenant: str | None, as_json: bool) -> None:
    summary = asyncio.run(_store(noun, rows, tenant))
    faults: dict[str, str] = summary["faults"]
    if as_json:
        print_json(summary)
    else:
        told = f"{summary['created']} new, {summary['known']} known, {len(faults)} faulty"
        out.print(f"{noun}: {told} of {summary['found']}")
        for place, fault in list(faults.items())[:_TOLD]:
            err.print(f"{place}: {fault}", markup=False)
    if faults:
        raise typer.Exit(FAILED)


async def _store(noun: str, rows: list[_Row], name: str | None) -> dict[str, Any]:
    from copilot.wiring import open_core

    created, faults = 0, {row.place: row.fault for row in rows if row.fault is not None}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    async with open_core(load_settings()) as core:
        tenant = (await tenant_named(core.auth, name)).id
        with Progress(*columns, TimeRemainingColumn(), console=err) as progress:
            for row in progress.track(rows, description=noun):
                if row.store is None:
                    continue
                try:
                    created += await row.store(core, tenant)
                except CopilotError as error:
                    faults[row.place] = error.detail
                except ValidationError as error:
                    faults[row.place] = first_fault(error)
                except DataError:
                    # Its own text repeats what was to be stored.
                    faults[row.place] = "a value is out of range or cannot be stored"
    known = len(rows) - created - len(faults)
    return {"found": len(rows), "created": created, "known": known, "faults": faults}


def _conversations(path: Path, support_addresses: Collection[str]) -> Iterator[_Row]:
    from copilot.conversations import flow
    from copilot.conversations.conversation import ConversationIn
    from copilot.conversations.files import read_conversations

    for entry in read_conversations(path, support_addresses=support_addresses):
        source, external_id, body = entry.source, entry.external_id, entry.body
        if source is None or external_id is None or body is None:
            yield _Row(entry.place, None, entry.fault)
            continue

        async def store(
            core: Any,
            tenant: TenantId,
            s: str = source,
            k: str = external_id,
            b: ConversationIn = body,
        ) -> bool:
            region = core.settings.customers.phone_region
            return (await flow.accept(core.db, tenant, s, k, b, region=region))[1]

        yield _Row(entry.place, store)


def _customers(path: Path) -> Iterator[_Row]:
    from copilot.customers import flow
    from copilot.customers.customer import CustomerBody

    for place, source, key, fields, fault in _records(path, "external_id"):
        try:
            body = CustomerBody.model_validate(fields)
        except ValidationError as error:
            fault = fault or first_fault(error)
        if fault is not None:
            yield _Row(place, None, fault)
            continue

        async def store(
            core: Any, tenant: TenantId, s: str = source, k: str = key, b: CustomerBody = body
        ) -> bool:
            region = core.settings.customers.phone_region
            async with core.db.write() as session:
                return (await flow.put(session, tenant, s, k, b, region=region))[1]

        yield _Row(place, store)


def _orders(path: Path) -> Iterator[_Row]:
    from copilot.customers import orders as flow
    from copilot.customers.order import OrderIn

    for place, source, key, fields, fault in _records(path, "number"):
        try:
            body = OrderIn.model_validate(fields)
        except ValidationError as error:
            fault = fault or first_fault(error)
        if fault is not None:
            yield _Row(place, None, fault)
            continue

        async def store(
            core: Any, tenant: TenantId, s: str = source, k: str = key, b: OrderIn = body
        ) -> bool:
            async with core.db.write() as session:
                return (await flow.put(session, tenant, s, k, b))[1]

        yield _Row(place, store)


def _records(path: Path, key: str) -> Iterator[tuple[str, str, str, dict[str, Any], str | None]]:
    """Place, source, key and the other fields of every line, and what is wrong with it."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            place = f"line {number}"
            try:
                fields = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield place, "", "", {}, f"not JSON: {error}"
                continue
            if not isinstance(fields, dict):
                yield place, "", "", {}, "not a JSON object"
                continue
            source, name = fields.pop("source", None), fields.pop(key, None)
            fault = None
            if not (isinstance(source, str) and 0 < len(source) <= 64):
                fault = "source: a text of 1 to 64 characters is wanted"
            elif not (isinstance(name, str) and 0 < len(name) <= 255):
                fault = f"{key}: a text of 1 to 255 characters is wanted"
            yield place, str(source), str(name), fields, fault
