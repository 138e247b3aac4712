"""``copilot serve``, ``copilot worker`` and ``copilot db upgrade``."""

import asyncio
import gc
import signal
from pathlib import Path
from typing import Annotated

import typer

from copilot.cli.console import FAILED, err, load_settings, out, told_errors
from copilot.kernel.telemetry import configure_logging
from copilot.settings import Settings

db_app = typer.Typer(help="The database's schema.", no_args_is_help=True)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data: Annotated[Path | None, typer.Option(help="Data folder.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes (needs real servers).")] = 1,
) -> None:
    """Serve the API and the console; in embedded mode also do the background work."""
    with told_errors():
        settings = _settings(host, port, data)
        settings.check(processes=workers)
        run_server(settings, workers=workers)


def _settings(host: str | None, port: int | None, data: Path | None) -> Settings:
    settings = load_settings(**({"data_dir": data} if data else {}))
    changed = {"host": host or settings.server.host, "port": port or settings.server.port}
    return settings.model_copy(update={"server": settings.server.model_copy(update=changed)})


def run_server(settings: Settings, *, workers: int = 1) -> None:
    """Serve until a signal; exits with 1 when the service could not start.

    Args:
        settings: All settings, checked.
        workers: Processes; more than one re-reads the settings from the environment in each.
    """
    # Starting is mostly importing, which makes hundreds of thousands of objects that stay: looking
    # for garbage among them costs a tenth of it. The warm-up switches the collector on again.
    gc.disable()
    import uvicorn

    from copilot.app import create_app

    configure_logging(settings.log)
    host, port = settings.server.host, settings.server.port
    if workers > 1:
        uvicorn.run(
            "copilot.app:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_config=None,
        )
        return
    failures: list[BaseException] = []

    def stop(error: BaseException) -> None:
        failures.append(error)
        server.should_exit = True

    app = create_app(settings, on_failure=stop)
    server = uvicorn.Server(
        uvicorn.Config(app, host=host, port=port, log_config=None, timeout_graceful_shutdown=10)
    )
    server.run()
    if failures:
        err.print(f"Could not start: {failures[0]}", markup=False)
        raise typer.Exit(FAILED)


def worker(
    data: Annotated[Path | None, typer.Option(help="Data folder.")] = None,
) -> None:
    """Do background work only; any number of them on PostgreSQL with a Qdrant server."""
    with told_errors():
        settings = _settings(None, None, data)
        settings.check(processes=2)
        configure_logging(settings.log)
        asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    from copilot.wiring import open_deps

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with open_deps(settings, run_jobs=True):
        err.print("working; Ctrl-C stops")
        await stop.wait()


@db_app.command("upgrade")
def db_upgrade(
    data: Annotated[Path | None, typer.Option(help="Data folder.")] = None,
) -> None:
    """Bring the database to the newest schema."""
    from copilot.migrations.run import upgrade

    with told_errors():
        settings = _settings(None, None, data)
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        changed = upgrade(settings.database_url)
        out.print("migrated" if changed else "already at the newest schema")
