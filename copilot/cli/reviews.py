"""``copilot reviews``: what agents did with the drafts they were given."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from copilot.cli.console import load_settings, out, print_json, told_errors
from copilot.cli.tenants import TenantOption, tenant_named
from copilot.drafts.review_stats import GroupBy, ReviewCounts, ReviewStats

app = typer.Typer(help="What agents did with drafts.", no_args_is_help=True)


@app.command("stats")
def stats(
    tenant: TenantOption = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Only reviews since then (UTC)."
        ),
    ] = None,
    group_by: Annotated[GroupBy, typer.Option("--group-by", help="What to count by.")] = "engine",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Count accepted, edited and rejected drafts, and how much of them was kept.

    Of a draft that was reviewed again the last review counts.
    """
    at = since.replace(tzinfo=UTC) if since is not None else None
    with told_errors():
        found = asyncio.run(_stats(tenant, at, group_by))
    if as_json:
        print_json(found)
    else:
        out.print(_table(found))


async def _stats(tenant: str | None, since: datetime | None, group_by: GroupBy) -> ReviewStats:
    from copilot.drafts.review_stats import review_stats
    from copilot.wiring import open_core

    async with open_core(load_settings()) as core:
        owner = (await tenant_named(core.auth, tenant)).id
        async with core.db.read() as session:
            return await review_stats(session, owner, since=since, group_by=group_by)


def _table(found: ReviewStats) -> Table:
    table = Table(
        Column(found.group_by, overflow="fold"),
        *(
            Column(name, justify="right")
            for name in ("reviews", "accepted", "edited", "rejected", "similarity", "kept")
        ),
    )
    for one in found.groups:
        table.add_row(escape(one.label or one.key or "–"), *_cells(one))
    table.add_section()
    table.add_row("all", *_cells(found.total))
    return table


def _cells(one: ReviewCounts) -> list[str]:
    similarity = "–" if one.median_similarity is None else f"{one.median_similarity:.2f}"
    shares = (one.accepted_share, one.edited_share, one.rejected_share)
    return [str(one.reviews), *map(_percent, shares), similarity, _percent(one.kept_share)]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
