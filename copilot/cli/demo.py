"""``copilot demo``: the main job on the bundled workspace, then the console."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer

from copilot.cli.addresses import service_address
from copilot.cli.console import err, load_settings, out, told_errors
from copilot.cli.serve import PortOption, must_be_free
from copilot.kernel.telemetry import configure_logging
from copilot.settings import Settings
from copilot.wiring import Deps, open_deps


def demo(
    data: Annotated[Path, typer.Option(help="Folder for the demo's data.")] = Path("copilot-demo"),
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: PortOption = None,
    *,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the console afterwards.")
    ] = True,
) -> None:
    """Load the demo workspace, run the main job on it, then serve the console."""
    with told_errors():
        settings = load_settings(data_dir=data)
        changed = {"host": host or settings.server.host, "port": port or settings.server.port}
        settings = settings.model_copy(
            update={
                "server": settings.server.model_copy(update=changed),
                # That no engine here hears Finnish is told in the demo's own words.
                "log": settings.log.model_copy(update={"level": "error"}),
            }
        )
        configure_logging(settings.log)
        if serve:
            must_be_free(settings)
        try:
            asyncio.run(_demo(settings, serve=serve))
        except KeyboardInterrupt:
            err.print("stopped")


async def _demo(settings: Settings, *, serve: bool) -> None:
    from copilot.demo.load import sign_in_link
    from copilot.demo.run import run_demo
    from copilot.demo.workspace import Workspace, workspace_now

    async with open_deps(settings, model_wait_s=None, clock=workspace_now) as deps:
        await run_demo(deps, Workspace(), out)
        base = service_address(settings)
        if not serve:
            out.print("\nThe console: run [bold]copilot demo[/bold] without --no-serve.")
            return
        link = await sign_in_link(deps, base)
        out.rule("[bold]The console")
        out.print(f"Open {base} and sign in with this one-time link:")
        out.print(link, soft_wrap=True, markup=False, highlight=False)
        out.print("Ctrl-C stops.")
        await _serve(settings, deps)


async def _serve(settings: Settings, deps: Deps) -> None:
    import uvicorn

    from copilot.app import create_app
    from copilot.cli.servers import GuestServer

    @asynccontextmanager
    async def already_open(_settings: Settings) -> AsyncIterator[Deps]:
        yield deps

    app = create_app(settings, open_deps=already_open)
    server = GuestServer(
        uvicorn.Config(
            app,
            host=settings.server.host,
            port=settings.server.port,
            log_config=None,
            timeout_graceful_shutdown=5,
        )
    )
    await server.serve()
