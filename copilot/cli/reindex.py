"""``copilot reindex`` and ``copilot reconcile``: the index made anew, or made right."""

import asyncio
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copilot.cli.console import (
    FAILED,
    INTERRUPTED,
    err,
    out,
    print_json,
    told_errors,
)
from copilot.cli.opening import opened_to_index
from copilot.cli.progress import Bar
from copilot.cli.tenants import tenant_named
from copilot.kernel.errors import ConfigurationError
from copilot.kernel.ids import TenantId

if TYPE_CHECKING:
    from copilot.wiring import Core

_LOOK_S = 0.5
_STILL_S = 60.0

AllTenantsOption = Annotated[
    str | None,
    typer.Option("--tenant", help="Only this tenant, by name or id; all when left out."),
]


def reindex(
    tenant: AllTenantsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Embed every article and conversation again.

    What is there is found until it is replaced. While a server is running on the same data it
    does the work, and Ctrl-C leaves it at it.
    """
    try:
        with told_errors():
            done, by_server = asyncio.run(_reindex(tenant))
    except KeyboardInterrupt as interrupt:
        err.print("Stopped. Whatever runs on this data goes on with it.", markup=False)
        raise typer.Exit(INTERRUPTED) from interrupt
    if as_json:
        print_json({"reindexed": done, "by_server": by_server})
    else:
        total = sum(done.values())
        out.print(f"{total} articles and conversations of {len(done)} tenants are indexed.")


def reconcile(
    tenant: AllTenantsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Compare the index with the database and repair every difference.

    Exits with 1 when something is left that could not be repaired.
    """
    with told_errors():
        report = asyncio.run(_reconcile(tenant))
    if as_json:
        print_json(report)
    else:
        for name, found in report["found"].items():
            told = ", ".join(f"{count} {what}" for what, count in found.items() if count)
            out.print(f"{name}: {told or 'nothing differs'}", markup=False)
        out.print(f"{report['indexed']} articles and conversations were repaired.")
    if report["left"]:
        for name, found in report["left"].items():
            told = ", ".join(f"{count} {what}" for what, count in found.items() if count)
            err.print(f"{name}: still {told}", markup=False)
        raise typer.Exit(FAILED)


async def _wanted(core: "Core", tenant: str | None) -> list[TenantId]:
    from copilot.knowledge.reconciling import tenants

    return [(await tenant_named(core.auth, tenant)).id] if tenant else await tenants(core.db)


async def _reindex(tenant: str | None) -> tuple[dict[TenantId, int], bool]:
    async with opened_to_index() as (core, deps):
        wanted = await _wanted(core, tenant)
        with Bar() as bar:
            if deps is None:
                return await _watched(core, wanted, bar), True
            done: dict[TenantId, int] = {}
            for one in wanted:
                task = bar.begin(f"indexing {one}")

                def tell(count: int, task: Any = task) -> None:
                    bar.to(task, count, count)

                done[one] = await deps.indexer.reindex(one, tell)
                bar.update(task, total=done[one])
            if tenant is None:
                await deps.indexer.tell_filled()
            return done, False


async def _watched(core: "Core", wanted: list[TenantId], bar: Bar) -> dict[TenantId, int]:
    """Mark everything for the server that holds the index, and show how it gets on."""
    from copilot.knowledge.reconciling import mark_everything
    from copilot.search import outbox

    err.print(
        "A server is running on this data and does the work; Ctrl-C leaves it at it.", markup=False
    )
    marked = {one: await mark_everything(core.db, one) for one in wanted}
    tasks = {one: bar.begin(f"indexing {one}", count) for one, count in marked.items()}
    left, moved, told = -1, time.monotonic(), False
    while left:
        async with core.db.read() as session:
            waiting = await outbox.waiting_of(session, wanted)
        for one, task in tasks.items():
            done = max(0, marked[one] - waiting[one])
            bar.to(task, done, done)
        if sum(waiting.values()) != left:
            left, moved = sum(waiting.values()), time.monotonic()
        elif not told and time.monotonic() - moved > _STILL_S:
            told = True
            err.print(
                "Nothing has moved for a minute. If the server has stopped, start it again, or "
                "stop this command and run it again.",
                markup=False,
            )
        await asyncio.sleep(_LOOK_S if left else 0)
    return marked


async def _reconcile(tenant: str | None) -> dict[str, Any]:
    async with opened_to_index() as (core, deps):
        if deps is None:
            raise ConfigurationError(
                "A server is running on this data folder and holds the index. It compares and "
                "repairs whenever it starts: restart it, or stop it and run this command again."
            )
        wanted = await _wanted(core, tenant)
        with Bar() as bar:
            task = bar.begin("comparing", len(wanted))
            found = {}
            for n, one in enumerate(wanted, 1):
                found[one] = (await deps.indexer.reconcile(one))._asdict()
                bar.to(task, n, n)
            task = bar.begin("repairing")
            indexed = await deps.indexer.drain(lambda count: bar.to(task, count, count))
            bar.update(task, total=indexed, completed=indexed)
            again = {one: (await deps.indexer.reconcile(one))._asdict() for one in wanted}
        left = {one: differs for one, differs in again.items() if any(differs.values())}
        if tenant is None and not left:
            await deps.indexer.tell_filled()
        return {"found": found, "indexed": indexed, "left": left}
