"""``copilot serve --workers N``: its processes hear what the command line said."""

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from copilot.cli import serve
from copilot.cli.connection import PromptConnection
from copilot.kernel.telemetry import LogConfig
from copilot.settings import Settings
from tests.timing import limit


@pytest.fixture
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    for name in ("DATA_DIR", "SERVER__HOST", "SERVER__PORT", "LOG__FORMAT"):
        monkeypatch.setenv(f"COPILOT_{name}", "")
        monkeypatch.delenv(f"COPILOT_{name}")
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("own_environment")
def test_children_read_what_the_command_line_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    called: dict[str, Any] = {}
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: called.update(options, app=app))
    given = serve._settings("127.0.0.2", 8123, tmp_path / "else where")
    serve.run_server(given.model_copy(update={"log": LogConfig(level="error")}), workers=3)
    assert (called["host"], called["port"], called["workers"]) == ("127.0.0.2", 8123, 3)

    # What uvicorn does in each process.
    monkeypatch.setenv("COPILOT_LOG__FORMAT", "json")
    config = uvicorn.Config(called["app"], factory=called["factory"], log_config=None)
    config.load()
    seen = Settings()
    assert (seen.data_dir, seen.server) == (given.data_dir, given.server)
    capsys.readouterr()
    logging.getLogger("tests.serve").warning("/login/link/cpl_%s", "A" * 43)
    line = json.loads(capsys.readouterr().err)
    assert line["message"].startswith("/login/link/")
    assert "A" * 43 not in line["message"]


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_processes_that_cannot_start_end_and_say_so(
    tmp_path: Path, postgres_database_url: str
) -> None:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        nowhere, port = one.getsockname()[1], other.getsockname()[1]
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("COPILOT_")},
        "COPILOT_DATABASE__URL": postgres_database_url,
        "COPILOT_INDEX__KIND": "server",
        "COPILOT_INDEX__URL": f"http://127.0.0.1:{nowhere}",
        "COPILOT_LOG__FORMAT": "json",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-m", "copilot", "serve", "--workers", "2", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--data", "chosen"],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    told = died = 0
    try:
        for text in process.stderr:
            line = json.loads(text)
            told += line["logger"] == "copilot.cli.child"
            died += line["message"].endswith("died")
            if told >= 3 and died:  # so one of them is a second try
                break
        assert process.poll() is None, "it is the processes that end, not their parent"
    finally:
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        process.wait(limit(30))
    assert (tmp_path / "chosen" / "secret.key").exists()
    assert not (tmp_path / "copilot-data").exists()


async def test_pieces_of_a_stream_do_not_wait_for_each_other() -> None:
    """The socket is made as uvicorn makes the one that its processes share."""
    seen: list[socket.socket] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})

    class Watched(PromptConnection):
        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            seen.append(transport.get_extra_info("socket"))

    config = uvicorn.Config(app, host="127.0.0.1", port=0, http=Watched, lifespan="off")
    shared = config.bind_socket()
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[shared]))
    try:
        port = shared.getsockname()[1]
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{port}/")
            assert answer.text == "done"
            assert seen[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    finally:
        server.should_exit = True
        await serving
