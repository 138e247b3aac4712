"""``copilot import articles``: articles from files into the database, and into the index."""

import asyncio
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copilot.cli.console import (
    FAILED,
    INTERRUPTED,
    STOPPED,
    err,
    out,
    print_json,
    told_errors,
)
from copilot.cli.opening import opened_to_index
from copilot.cli.progress import Bar
from copilot.cli.tenants import TenantOption, tenant_named
from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId

if TYPE_CHECKING:
    from copilot.knowledge.entry import Entry
    from copilot.knowledge.importing import Name, Stored
    from copilot.wiring import Core, Deps

_BATCH = 100
_TOLD = 20


@dataclass
class _Tally:
    """What has been done so far; right at any moment, so that it can be told after Ctrl-C."""

    prune: bool
    created: int = 0
    known: int = 0
    changed: int = 0
    removed: int = 0
    pruned: int | None = None
    indexed: int = 0
    by_server: bool = False
    all_read: bool = False
    unknown: bool = False
    faults: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    seen: "set[Name]" = field(default_factory=set)
    sources: set[str] = field(default_factory=set)

    def note(self, batch: "list[Entry]") -> None:
        for one in batch:
            if one.fault is not None:
                self.faults[one.place] = one.fault
            elif one.skipped is not None:
                self.skipped[one.place] = one.skipped
                # What names no article may have been a page of them: an error saved as an export.
                self.unknown = self.unknown or not one.external_id
            if self.prune and (one.body is not None or one.external_id):
                self.sources.add(one.source)
            if self.prune and one.body is not None:
                self.seen.add((one.source, one.external_id))

    def add(self, stored: "Stored") -> None:
        self.created += stored.created
        self.known += stored.known
        self.changed += stored.changed
        self.removed += stored.removed
        self.faults |= dict(stored.faults)

    @property
    def read(self) -> int:
        return self.created + self.known + len(self.faults) + len(self.skipped)

    def summary(self) -> dict[str, Any]:
        names = ("created", "known", "changed", "removed", "pruned", "indexed", "by_server")
        told = {name: getattr(self, name) for name in names}
        return {**told, "complete": self.all_read, "skipped": self.skipped, "faults": self.faults}


def import_articles(
    path: Annotated[
        Path,
        typer.Argument(
            help="A folder or .zip of .md, .html, .txt, .json, .jsonl; or one such file. Exports "
            "of Zendesk Help Center and of Zammad's knowledge base are known by their shape.",
            exists=True,
        ),
    ],
    tenant: TenantOption = None,
    prune: Annotated[
        bool,
        typer.Option(
            "--prune",
            help="Delete the articles of the same sources that PATH does not hold any more. "
            "Nothing is deleted when anything in PATH was faulty.",
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document: the counts and faults.")
    ] = False,
) -> None:
    """Load articles and index them. Running it again changes nothing and goes on where it was.

    Articles that are drafts or archived at their source are skipped, and removed if they were
    loaded before. While a server is running it does the indexing. Exits with 1 when anything was
    refused; the rest is loaded all the same.
    """
    tally = _Tally(prune)
    try:
        with told_errors():
            asyncio.run(_import(path, tenant, tally))
    except KeyboardInterrupt as interrupt:
        _tell(tally, as_json=as_json)
        err.print(STOPPED, markup=False, soft_wrap=True)
        raise typer.Exit(INTERRUPTED) from interrupt
    _tell(tally, as_json=as_json)
    if tally.faults:
        raise typer.Exit(FAILED)


def _tell(tally: _Tally, *, as_json: bool) -> None:
    if as_json:
        print_json(tally.summary())
        return
    for place, told in list(tally.faults.items())[:_TOLD]:
        err.print(f"{place}: {told}", markup=False)
    for place, told in list(tally.skipped.items())[:_TOLD]:
        err.print(f"{place}: skipped: {told}", markup=False)
    counts = f"{tally.created} new, {tally.known} known, {len(tally.faults)} faulty"
    also = {
        "of the known changed": tally.changed,
        "skipped": len(tally.skipped),
        "removed because they are not published any more": tally.removed,
        "pruned": tally.pruned or 0,
    }
    extra = "".join(f", {count} {what}" for what, count in also.items() if count)
    out.print(f"{counts}{extra}; {tally.indexed} indexed.", markup=False, soft_wrap=True)
    if tally.by_server:
        err.print("A server is running on this data: it indexes them now.", markup=False)
    if tally.prune and tally.all_read and (tally.faults or tally.unknown):
        told = "Nothing was pruned, because not everything could be read: what is missing may only "
        err.print(told + "be faulty. Mend that and run it again.", markup=False, soft_wrap=True)


async def _import(path: Path, tenant: str | None, tally: _Tally) -> None:
    async with opened_to_index() as (core, deps):
        tally.by_server = deps is None
        owner = (await tenant_named(core.auth, tenant)).id
        with Bar() as bar:
            await _store(core, owner, path, tally, bar)
            if tally.prune and not tally.faults and not tally.unknown:
                await _prune(core, owner, tally)
            if deps is not None:
                await _index(deps, tally, bar)


async def _store(core: "Core", owner: TenantId, path: Path, tally: _Tally, bar: Bar) -> None:
    from copilot.knowledge.files import read_articles
    from copilot.knowledge.importing import store_entries

    task = bar.begin("reading", 1.0)
    entries = read_articles(path)
    while batch := await asyncio.to_thread(list, islice(entries, _BATCH)):
        stored = await store_entries(core.db, owner, batch)
        tally.note(batch)
        tally.add(stored)
        bar.to(task, batch[-1].share, tally.read)
    tally.all_read = True
    bar.to(task, 1.0, tally.read)


async def _prune(core: "Core", owner: TenantId, tally: _Tally) -> None:
    from copilot.knowledge.importing import delete_named, names

    held = await names(core.db, owner, tally.sources)
    gone = [one for one in held if one not in tally.seen]
    tally.pruned = await delete_named(core.db, owner, gone)


async def _index(deps: "Deps", tally: _Tally, bar: Bar) -> None:
    from copilot.knowledge.reconciling import tenants
    from copilot.search import outbox

    owners = await tenants(deps.db)
    async with deps.db.read() as session:
        waiting = sum((await outbox.waiting_of(session, owners)).values())
    task = bar.begin("indexing", waiting)

    def tell(count: int) -> None:
        tally.indexed = count
        bar.to(task, count, count)

    try:
        tally.indexed = await deps.indexer.drain(tell)
    except UnavailableError:
        stored = f"{tally.created} new and {tally.changed} changed articles are stored; "
        err.print(stored + "they are indexed once the model is there.", markup=False)
        raise
    bar.to(task, waiting, tally.indexed)
