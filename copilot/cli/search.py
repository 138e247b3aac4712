"""``copilot search``."""

import asyncio
from enum import Enum
from typing import Annotated, Any, Literal

import typer
from rich.console import Group
from rich.markup import escape
from rich.padding import Padding

from copilot.cli.console import err, load_settings, out, print_json, told_errors
from copilot.cli.tenants import TenantOption, tenant_named
from copilot.kernel.visibility import Visibility
from copilot.knowledge.degraded import told
from copilot.search.index import PassageKind


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
    from copilot.calls.note_text import clock

    kinds: tuple[PassageKind, ...] = tuple(_KINDS[one] for one in kind or Kind)
    with told_errors():
        found = asyncio.run(_search(tenant, query, kinds, visibility, language, limit))
    if as_json:
        print_json(found)
        return
    for n, hit in enumerate(found["hits"], 1):
        head = f"[bold]{n}. {escape(hit.title or '(no subject)')}[/bold]"
        where = f"{hit.kind}, {hit.visibility}, {hit.language or '?'}, {hit.score:.4f}"
        if hit.start is not None:
            where += f", call {hit.call_id} at {clock(hit.start)}"
        text = Padding(escape(hit.text[:400]), (0, 0, 1, 3))
        out.print(Group(f"{head} [dim]{where}[/dim]", text))
    if found["detail"]:
        out.print(f"[yellow]! {escape(found['detail'])}[/yellow]")
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
    from copilot.knowledge.seconds import with_seconds
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
            async with deps.db.read() as session:
                hits = await with_seconds(session, owner, query, found.passages)
    return {
        "hits": hits,
        "timings_ms": found.timings_ms,
        "degraded": found.degraded,
        "detail": told(found.degraded),
    }
