"""``copilot eval export``: a tenant's reviews as cases to evaluate with."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group
from rich.markup import escape
from rich.table import Column, Table

from copilot.cli.console import err, load_settings, out, print_json, told_errors
from copilot.cli.tenants import TenantOption, tenant_named
from copilot.evals.export.coverage import LEFT_OUT, Coverage

_TOLD = ("split", "language", "channel", "action", "reason")


def export(
    folder: Annotated[
        Path, typer.Option("--out", help="A folder that is new, empty or an earlier export.")
    ],
    from_reviews: Annotated[
        bool,
        typer.Option(
            "--from-reviews", help="Reviewed drafts, corrected transcripts and customers' scores."
        ),
    ] = False,
    tenant: TenantOption = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
            help="Only what was reviewed or corrected since then (UTC).",
        ),
    ] = None,
    audio: Annotated[
        bool,
        typer.Option(
            "--audio",
            help="Export the sound of corrected segments too. Voices, and what they say, cannot be"
            " masked: it holds personal data as it was spoken.",
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document: what is in it and what is missing.")
    ] = False,
) -> None:
    """Turn what people did with drafts into pseudonymised cases, with suites that run on them.

    Cases go to train or held_back by their conversation's id and stay there in every later export.
    """
    if not from_reviews:
        raise typer.BadParameter("say what to export: --from-reviews", param_hint="--from-reviews")
    at = since.replace(tzinfo=UTC) if since is not None else None
    with told_errors():
        coverage = asyncio.run(_export(tenant, folder, at, audio))
    if as_json:
        print_json(coverage)
    else:
        show_coverage(coverage, folder)


async def _export(
    tenant: str | None, folder: Path, since: datetime | None, audio: bool
) -> Coverage:
    from copilot.evals.export.flow import export_cases
    from copilot.wiring import open_core

    async with open_core(load_settings()) as core:
        owner = (await tenant_named(core.auth, tenant)).id
        with err.status("exporting …"):
            return await export_cases(core.db, core.blobs, owner, folder, since=since, audio=audio)


def show_coverage(coverage: Coverage, folder: Path) -> None:
    """Print what an export holds, for people."""
    table = Table(Column("by"), Column("value", overflow="fold"), Column("cases", justify="right"))
    for name in _TOLD:
        for place, (value, many) in enumerate(coverage.counts.get(name, {}).items()):
            table.add_row("" if place else name, escape(value), str(many))
    told = [f"{many} {task} cases" for task, many in coverage.cases.items()]
    left_out = [f"Left out: {many} {LEFT_OUT[why]}." for why, many in coverage.left_out.items()]
    gaps = [f"Missing: {one}" for one in coverage.gaps]
    out.print(Group(f"[bold]{', '.join(told)}[/bold]", *([table] if table.row_count else [])))
    for line in (*left_out, *gaps):
        out.print(line, markup=False)
    out.print(f"Written to {folder}. Read coverage.md there before you pass it on.", markup=False)
    if coverage.personal_data:
        err.print("It holds recordings of real people, as they are.", markup=False)
