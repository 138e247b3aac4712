"""``copilot doctor``: check every engine and say what to fix."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer
from rich.table import Table

from copilot.cli.console import FAILED, load_settings, out, print_json, told_errors
from copilot.kernel.errors import CopilotError, UnavailableError
from copilot.search.index import IndexInUseError
from copilot.settings import Settings

if TYPE_CHECKING:
    from copilot.wiring import Deps


_WITH_NAMES = "My name is Anna Smith. Nimeni on Liisa Virtanen."


class Note(Protocol):
    """Writes down how one part is."""

    def __call__(self, name: str, engine: str, *, ok: bool, detail: str | None = None) -> None:
        """Note it."""


def doctor(
    data: Annotated[Path | None, typer.Option(help="Data folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Check every engine and say what to fix; exit 1 when one that is needed does not work."""
    with told_errors():
        settings = load_settings(**({"data_dir": data} if data else {}))
        settings.check()
        checks = asyncio.run(_check(settings))
    failed = [name for name, check in checks.items() if not check["ok"]]
    if as_json:
        # Secrets are SecretStr everywhere: in JSON they come out as stars.
        print_json({"settings": settings.model_dump(mode="json"), "checks": checks})
    else:
        table = Table("part", "state", "engine", "detail")
        for name, check in checks.items():
            state = "[green]works[/green]" if check["ok"] else "[red]fails[/red]"
            table.add_row(name, state, check["engine"], check["detail"] or "")
        out.print(table)
        out.print(f"data folder: {settings.data_dir}", markup=False)
    if failed:
        raise typer.Exit(FAILED)


async def _check(settings: Settings) -> dict[str, dict[str, Any]]:
    from copilot.lab import open_throwaway
    from copilot.wiring import open_core, open_deps

    checks: dict[str, dict[str, Any]] = {}

    def note(name: str, engine: str, *, ok: bool, detail: str | None = None) -> None:
        checks[name] = {"ok": ok, "engine": engine, "detail": detail}

    try:
        async with open_deps(settings, run_jobs=False, model_wait_s=None) as deps:
            await deps.db.ping()
            note("database", deps.db.engine.dialect.name, ok=True)
            await _check_index(deps, note)
            await _check_engines(deps, note)
    except IndexInUseError:
        async with open_core(settings) as core:
            await core.db.ping()
            note("database", core.db.engine.dialect.name, ok=True)
        told = "a server that runs on this data folder has it: its /ready tells how it is"
        note("index", settings.index.kind, ok=True, detail=told)
        async with open_throwaway(settings) as deps:
            await _check_engines(deps, note)
    return checks


async def _check_index(deps: "Deps", note: Note) -> None:
    kind = deps.settings.index.kind
    held, total, _ = await deps.searcher.state.progress()
    detail = f"{held} of {total} passages"
    if kind == "edge":
        detail += f" in {deps.settings.data_dir / 'index'}"
    if held < total:
        detail += ": a server fills it while it runs, and so does copilot reconcile"
    note("index", kind, ok=True, detail=detail)


async def _check_engines(deps: "Deps", note: Note) -> None:
    from copilot.health.checking import try_model, try_reranker, try_speech
    from copilot.kernel.ids import TenantId
    from copilot.wiring import embedder_backend

    config = deps.settings.embedder
    picked = "picked" if config.backend == "auto" else "as set"
    runs = f"{embedder_backend(config)} ({picked})"
    try:
        vector = await deps.embedding.query("does it work?")
        told = f"{len(vector)} dimensions, run by {runs}"
        note("embedder", deps.embedding.name, ok=True, detail=told)
    except UnavailableError as error:
        note("embedder", deps.embedding.name, ok=False, detail=f"{error.detail} Run by {runs}.")
    if deps.reranking is not None:
        found = await try_reranker(deps.reranking)
        note("reranker", found.engine, ok=found.ok, detail=found.detail)
    found = await try_speech(deps.speech)
    note("speech", found.engine, ok=found.ok, detail=found.detail)
    if deps.settings.privacy.ner_model is not None:
        await _check_names(deps.settings, note)
    found = await try_model(deps.models, TenantId(""))
    note("llm", found.engine, ok=found.ok, detail=found.detail)


async def _check_names(settings: Settings, note: Note) -> None:
    from copilot.wiring import names_of

    engine = str(settings.privacy.ner_model)
    try:
        names = names_of(settings)
        found = [] if names is None else await asyncio.to_thread(names.find, _WITH_NAMES)
    except CopilotError as error:
        note("names", engine, ok=False, detail=error.detail)
        return
    told = "masked beside what our rules find" if found else f"finds nobody in: {_WITH_NAMES}"
    note("names", engine, ok=bool(found), detail=told)
