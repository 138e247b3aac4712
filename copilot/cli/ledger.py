"""``copilot ledger``: what left for language models."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, get_args

import typer
from rich.markup import escape
from rich.table import Table

from copilot.cli.console import err, load_settings, out, print_json, told_errors
from copilot.cli.tenants import TenantOption, tenant_named
from copilot.kernel.clock import as_utc
from copilot.ledger.entry import LedgerEntry, LedgerTask, LedgerText, UsageReport

if TYPE_CHECKING:
    from copilot.kernel.paging import Page
    from copilot.wiring import Core

app = typer.Typer(
    help="What left for language models and speech servers, and what it took.",
    invoke_without_command=True,
)

_AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
_Since = Annotated[
    str | None, typer.Option(help="Only from that day or time on, e.g. 2026-03-01 (UTC).")
]
_MOST = 100


@app.callback()
def ledger(
    context: typer.Context,
    tenant: TenantOption = None,
    conversation: Annotated[str | None, typer.Option(help="Only about this one, by id.")] = None,
    customer: Annotated[str | None, typer.Option(help="Only about this one, by id.")] = None,
    task: Annotated[
        str | None, typer.Option(help=f"Only for one of: {', '.join(get_args(LedgerTask))}.")
    ] = None,
    since: _Since = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="The latest so many.")] = 20,
    as_json: _AsJson = False,
) -> None:
    """Show what left: when, for whom, what for, where to, how much was masked, what it took."""
    if context.invoked_subcommand is not None:
        return
    if task is not None and task not in get_args(LedgerTask):
        raise typer.BadParameter(f"--task is one of: {', '.join(get_args(LedgerTask))}.")
    wanted = {"conversation_id": conversation, "customer_id": customer, "task": task}
    with told_errors():
        page, names = asyncio.run(_find(tenant, wanted, _time(since), limit))
    if as_json:
        print_json(page)
        return
    # Two lines each: a table with all of it is wider than most terminals.
    for one in page.items:
        who = names.get(one.principal_id or "", one.principal_id or "the service")
        where = f"{one.host} (local)" if one.local else one.host
        out.print(f"{one.id}  {as_utc(one.sent_at):%Y-%m-%d %H:%M}  {one.outcome}", markup=False)
        took = f"masked: {_masked(one)} · tokens: {_tokens(one)}"
        out.print(f"  {one.task} for {who} → {where} · {took}", markup=False, soft_wrap=True)
    if page.next_cursor is not None:
        err.print("There are more: --since, --task and the like narrow it down.", markup=False)


@app.command("show")
def show(
    entry_id: Annotated[str, typer.Argument(help="Its id, as 'ledger' shows it.")],
    tenant: TenantOption = None,
    as_json: _AsJson = False,
) -> None:
    """Show exactly what left with one call."""
    with told_errors():
        found = asyncio.run(_get(tenant, entry_id))
    if as_json:
        print_json(found)
        return
    told = f"{found.id}: {found.task} by {found.engine} at {found.host}, {found.outcome}"
    err.print(f"{told}. Masked: {_masked(found)}. Tokens: {_tokens(found)}.", markup=False)
    if isinstance(found.sent, list):
        for message in found.sent:
            out.print(f"--- {message['role']}", markup=False)
            out.print(message["content"], markup=False, highlight=False, soft_wrap=True)
    elif found.sent is not None:
        print_json(found.sent)
    else:
        err.print(_why_nothing(found), markup=False)


@app.command("usage")
def usage(tenant: TenantOption = None, since: _Since = None, as_json: _AsJson = False) -> None:
    """Show what language models took by day, task and engine, and what budgets leave."""
    with told_errors():
        report = asyncio.run(_usage(tenant, _time(since)))
    if as_json:
        print_json(report)
        return
    table = Table("day", "what for", "engine", "calls", "prompt tokens", "answer tokens", "cost")
    for one in report.items:
        cost = "" if one.cost is None else f"{one.cost.normalize():f} {one.currency}"
        numbers = (one.calls, one.prompt_tokens, one.answer_tokens)
        told = [f"{number:,}" for number in numbers]
        table.add_row(f"{one.day}", one.task, escape(one.engine), *told, cost)
    out.print(table)
    for budget in report.budgets:
        unit = "tokens" if budget.unit == "tokens" else report.currency
        left, limit = f"{budget.left.normalize():f}", f"{budget.limit.normalize():f}"
        out.print(f"{left} of {limit} {unit} a {budget.period} are left.", markup=False)


def _masked(one: LedgerEntry) -> str:
    if one.local:
        return "stays here"
    return ", ".join(f"{count} {kind}" for kind, count in one.masked.items()) or "nothing"


def _tokens(one: LedgerEntry) -> str:
    if one.prompt_tokens is None or one.answer_tokens is None:
        return ""
    about = "about " if one.estimated else ""
    return f"{about}{one.prompt_tokens:,} + {one.answer_tokens:,}"


def _why_nothing(found: LedgerText) -> str:
    if found.local:
        return "It went to a local model: its text is not kept."
    if found.outcome == "refused":
        return "It was refused: nothing left."
    return "What left has been kept long enough, or was erased with its customer."


def _time(given: str | None) -> datetime | None:
    if given is None:
        return None
    try:
        return as_utc(datetime.fromisoformat(given))
    except ValueError as error:
        raise typer.BadParameter("--since is a day or time, like 2026-03-01.") from error


async def _find(
    tenant: str | None, wanted: dict[str, str | None], since: datetime | None, limit: int
) -> "tuple[Page[LedgerEntry], dict[str, str]]":
    from copilot.ledger import store
    from copilot.ledger.ledger import Ledger
    from copilot.wiring import open_core

    async with open_core(load_settings()) as core:
        owner = await tenant_named(core.auth, tenant)
        kept = Ledger(core.db, core.settings.ledger)
        async with core.db.read() as session:
            page = await store.find(
                session, owner.id, dead=kept.dead, since=since, limit=limit, **wanted
            )
        return page, await _names(core, owner.id)


async def _get(tenant: str | None, entry_id: str) -> LedgerText:
    from copilot.ledger import store
    from copilot.ledger.ledger import Ledger
    from copilot.wiring import open_core

    async with open_core(load_settings()) as core:
        owner = await tenant_named(core.auth, tenant)
        kept = Ledger(core.db, core.settings.ledger)
        async with core.db.read() as session:
            return await store.get(session, owner.id, entry_id, dead=kept.dead)


async def _usage(tenant: str | None, since: datetime | None) -> UsageReport:
    from copilot.ledger.ledger import Ledger
    from copilot.wiring import open_core

    async with open_core(load_settings()) as core:
        owner = await tenant_named(core.auth, tenant)
        kept = Ledger(core.db, core.settings.ledger)
        return await kept.report(owner.id, since or datetime(1970, 1, 1, tzinfo=UTC))


async def _names(core: "Core", tenant: str) -> dict[str, str]:
    """What people know those by who may have asked: keys and agents."""
    from sqlalchemy import select

    from copilot.auth.tables import AgentRow, ApiKeyRow

    names: dict[str, str] = {}
    async with core.db.read() as session:
        for table in (ApiKeyRow, AgentRow):
            rows = await session.execute(
                select(table.id, table.name).where(table.tenant_id == tenant)
            )
            names |= {row.id: row.name for row in rows}
    return names
