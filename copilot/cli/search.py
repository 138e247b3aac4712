"""``copilot search``, ``copilot reindex``, ``copilot import articles``."""

import asyncio
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Group
from rich.markup import escape
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from copilot.cli.console import FAILED, err, load_settings, out, print_json, told_errors
from copilot.cli.tenants import TenantOption, tenant_named
from copilot.kernel.errors import CopilotError
from copilot.kernel.visibility import Visibility
from copilot.search.index import PassageKind

_TOLD = 20


class Kind(Enum):
    """What can be looked for; typer takes no list of literals."""

    article = "article"
    conversation = "conversation"


_KINDS: dict[Kind, PassageKind] = {Kind.article: "article", Kind.conversation: "conversation"}


def search(
    query: Annotated[str, typer.Argument(help="What to look for, in words.")],
    kind: Annotated[
        list[Kind] | None, typer.Option(help="Only this kind; may be repeated.")
    ] = None,
    visibility: Annotated[
        Literal["public", "internal"],
        typer.Option(help="For whose eyes: public finds what a customer may see."),
    ] = "internal",
    language: Annotated[str | None, typer.Option(help="Language to prefer.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Most passages.")] = 10,
    tenant: TenantOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show what retrieval finds for QUERY."""
    kinds: tuple[PassageKind, ...] = tuple(_KINDS[one] for one in kind or Kind)
    with told_errors():
        found = asyncio.run(_search(tenant, query, kinds, visibility, language, limit))
    if as_json:
        print_json(found)
        return
    for n, hit in enumerate(found["hits"], 1):
        head = f"[bold]{n}. {escape(hit.title or '(no subject)')}[/bold]"
        where = f"{hit.kind}, {hit.visibility}, {hit.language or '?'}, {hit.score:.4f}"
        text = Padding(escape(hit.text[:400]), (0, 0, 1, 3))
        out.print(Group(f"{head} [dim]{where}[/dim]", text))
    took = found["timings_ms"].get("total", 0)
    out.print(f"[dim]{len(found['hits'])} passages in {took:.0f} ms[/dim]")


async def _search(
    tenant: str | None,
    query: str,
    kinds: tuple[PassageKind, ...],
    visibility: Visibility,
    language: str | None,
    limit: int,
) -> dict[str, Any]:
    from copilot.wiring import open_deps

    with err.status("loading the model …"):
        async with open_deps(load_settings(), run_jobs=False, model_wait_s=None) as deps:
            owner = (await tenant_named(deps.auth, tenant)).id
            # The first query waits for the model; the timings told are of the one that counts.
            await deps.embedding.passages(["warm"])
            found = await deps.searcher.find(
                owner,
                query,
                visibility=visibility,
                kinds=kinds,
                language=language,
                limit=limit,
            )
    return {"hits": found.passages, "timings_ms": found.timings_ms}


def reindex(
    tenant: Annotated[
        str | None, typer.Option(help="Only this tenant, by name or id; all when left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Embed every article and conversation again."""
    with told_errors():
        done = asyncio.run(_reindex(tenant))
    if as_json:
        print_json({"reindexed": done})
    else:
        total = sum(done.values())
        out.print(f"{total} articles and conversations of {len(done)} tenants are indexed.")


async def _reindex(tenant: str | None) -> dict[str, int]:
    from copilot.knowledge.reconciling import tenants
    from copilot.wiring import open_deps

    done: dict[str, int] = {}
    async with open_deps(load_settings(), run_jobs=False, model_wait_s=None) as deps:
        wanted = [(await tenant_named(deps.auth, tenant)).id] if tenant else await tenants(deps.db)
        with _bar() as bar:
            for one in wanted:
                task = bar.add_task(f"indexing {one}", total=None)

                def tell(count: int, task: TaskID = task) -> None:
                    bar.update(task, completed=count)

                done[one] = await deps.indexer.reindex(one, tell)
                bar.update(task, total=done[one], completed=done[one])
    return done


def import_articles(
    path: Annotated[
        Path, typer.Argument(help="A folder or .zip of .md, .html, .txt; or .jsonl.", exists=True)
    ],
    tenant: TenantOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document: the counts and faults.")
    ] = False,
) -> None:
    """Load articles and index them. Running it again changes nothing and goes on where it was.

    Exits with 1 when anything was refused; the rest is loaded all the same.
    """
    with told_errors():
        summary = asyncio.run(_import(path, tenant))
    faults: dict[str, str] = summary["faults"]
    if as_json:
        print_json(summary)
    else:
        for place, fault in list(faults.items())[:_TOLD]:
            err.print(f"{place}: {fault}", markup=False)
        out.print(
            f"{summary['created']} new, {summary['known']} known, {len(faults)} faulty; "
            f"{summary['indexed']} indexed."
        )
    if faults:
        raise typer.Exit(FAILED)


async def _import(path: Path, tenant: str | None) -> dict[str, Any]:
    from copilot.knowledge.files import read_articles
    from copilot.knowledge.flow import prepare, put_article
    from copilot.wiring import open_deps

    entries = list(read_articles(path))
    faults = {one.place: one.fault or "unreadable" for one in entries if one.body is None}
    created = known = 0
    async with open_deps(load_settings(), run_jobs=False, model_wait_s=None) as deps:
        owner = (await tenant_named(deps.auth, tenant)).id
        with _bar() as bar:
            for entry in bar.track(entries, description="articles"):
                if entry.body is None:
                    continue
                prepared = await asyncio.to_thread(prepare, entry.body)
                try:
                    async with deps.db.write() as session:
                        _, new = await put_article(
                            session,
                            owner,
                            entry.source,
                            entry.external_id,
                            entry.body,
                            prepared=prepared,
                        )
                except CopilotError as error:
                    faults[entry.place] = error.detail
                    continue
                created, known = created + new, known + (not new)
            task = bar.add_task("indexing", total=created + known)
            indexed = await deps.indexer.drain(lambda count: bar.update(task, completed=count))
            bar.update(task, completed=created + known)
    return {"created": created, "known": known, "indexed": indexed, "faults": faults}


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
    )
