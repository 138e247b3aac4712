"""``copilot serve`` and ``copilot demo`` as a person runs them."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

_PATIENCE_S = 120


@pytest.mark.parametrize("name", ["serve", pytest.param("demo", marks=pytest.mark.slow)])
def test_ctrl_c_ends_it_well(name: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "copilot", name, "--port", str(port), "--data", "data"]
    served = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        until = time.monotonic() + _PATIENCE_S
        while served.poll() is None and not _answers(port) and time.monotonic() < until:
            time.sleep(0.05)
        served.send_signal(signal.SIGINT)
        _, told = served.communicate(timeout=_PATIENCE_S)
    finally:
        served.kill()
    assert served.returncode == 0, told
    assert "Traceback" not in told
    assert "Aborted" not in told


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
