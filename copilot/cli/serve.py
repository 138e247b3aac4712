"""``copilot serve``, ``copilot worker`` and ``copilot db upgrade``."""

import asyncio
import gc
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from copilot.cli.child import hand_down
from copilot.cli.console import FAILED, err, load_settings, out, told_errors
from copilot.kernel.telemetry import configure_logging
from copilot.settings import Settings

PortOption = Annotated[int | None, typer.Option(min=1, max=65_535, help="Port to listen on.")]

db_app = typer.Typer(help="The database's schema.", no_args_is_help=True)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: PortOption = None,
    data: Annotated[Path | None, typer.Option(help="Data folder.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes (needs real servers).")] = 1,
) -> None:
    """Serve the API and the console; in embedded mode also do the background work."""
    with told_errors():
        settings = _settings(host, port, data)
        settings.check(processes=workers)
        must_be_free(settings)
        # Ctrl-C is how it is meant to end: uvicorn has closed everything by then.
        with suppress(KeyboardInterrupt):
            run_server(settings, workers=workers)


def _settings(host: str | None, port: int | None, data: Path | None) -> Settings:
    settings = load_settings(**({"data_dir": data} if data else {}))
    changed = {"host": host or settings.server.host, "port": port or settings.server.port}
    return settings.model_copy(update={"server": settings.server.model_copy(update=changed)})


def must_be_free(settings: Settings) -> None:
    """Say before any work that the address cannot be listened on, and exit with 1."""
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        err.print(
            f"Could not listen on {host}, port {port}: {error.strerror}. Choose another with "
            "--host and --port.",
            markup=False,
        )
        raise typer.Exit(FAILED) from error


def run_server(settings: Settings, *, workers: int = 1) -> None:
    """Serve until a signal; exits with 1 when the service could not start.

    Args:
        settings: All settings, checked.
        workers: Processes; when more than one, each reads the settings from the environment, where
            data folder, host and port are put for it. One that cannot start ends and is replaced.
    """
    # Starting is mostly importing, which makes hundreds of thousands of objects that stay: looking
    # for garbage among them costs a tenth of it. The warm-up switches the collector on again.
    gc.disable()
    import uvicorn

    from copilot.app import create_app
    from copilot.cli.servers import CalmServer

    configure_logging(settings.log)
    host, port = settings.server.host, settings.server.port
    if workers > 1:
        hand_down(settings)
        try:
            uvicorn.run(
                "copilot.cli.child:child_app",
                factory=True,
                host=host,
                port=port,
                workers=workers,
                http="copilot.cli.connection:PromptConnection",
                log_config=None,
                timeout_graceful_shutdown=10,
            )
        except SystemExit as error:
            raise typer.Exit(FAILED if error.code else 0) from error
        return
    failures: list[BaseException] = []

    def stop(error: BaseException) -> None:
        failures.append(error)
        server.should_exit = True

    app = create_app(settings, on_failure=stop)
    server = CalmServer(
        uvicorn.Config(app, host=host, port=port, log_config=None, timeout_graceful_shutdown=10)
    )
    try:
        server.run()
    except SystemExit as error:  # uvicorn's way to say so; its code means something else here
        raise typer.Exit(FAILED if error.code else 0) from error
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
