"""``copilot serve`` ends at once although somebody follows a summary."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.summaries.threads import LAMP, body

_PATIENCE_S = 120


@pytest.mark.slow
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_open_streams_do_not_keep_it_from_ending(tmp_path: Path, asked: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    copilot = [sys.executable, "-m", "copilot"]
    create = ["keys", "create", "--tenant", "T", "--data", "data", "--json", "--scope"]
    scopes = "conversations:read,conversations:write"
    key = subprocess.run(
        [*copilot, *create, scopes], cwd=tmp_path, capture_output=True, check=True, text=True
    )
    headers = {"Authorization": f"Bearer {json.loads(key.stdout)['key']}"}
    command = [*copilot, "serve", "--port", str(port), "--data", "data"]
    served = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=url, headers=headers, timeout=_PATIENCE_S) as client:
            until_it_answers(client, served)
            sent = body(LAMP[:4], channel="chat").model_dump(mode="json")
            stored = client.put("/v1/conversations/test/lamp", json=sent).json()
            client.post(f"/v1/conversations/{stored['id']}/summary")
            path = f"/v1/conversations/{stored['id']}/summary/events"
            with client.stream("GET", path) as one:
                lines = one.iter_lines()
                assert next(line for line in lines if line.startswith("event: "))
                served.send_signal(asked)
                # It is ended as it should be, not cut off.
                assert not [line for line in lines if line.startswith("event: ")]
        _, told = served.communicate(timeout=_PATIENCE_S)
    finally:
        served.kill()
    assert served.returncode in {0, -signal.SIGTERM}, told
    assert "graceful shutdown exceeded" not in told
    assert "Traceback" not in told


def until_it_answers(client: httpx.Client, served: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + _PATIENCE_S
    while served.poll() is None and time.monotonic() < until:
        try:
            if client.get("/v1/me").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("the service did not start")
