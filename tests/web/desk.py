"""A whole service with a model, jobs and the demo, as a process of its own.

    python -m tests.web.desk FOLDER MODEL_URL

Says where things are in one line of JSON, then answers each line with a new link to sign in.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from copilot.demo.load import DEMO_TENANT, load_workspace, sign_in_link
from copilot.demo.run import call_in
from copilot.demo.workspace import Workspace
from copilot.llm.openai_chat import LlmConfig
from copilot.settings import Settings
from tests.service import Service
from tests.web.conftest import ENDED, beginning


class Desk:
    """The running process, from outside."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        told: dict[str, Any] = json.loads(self._line())
        self.url: str = told["url"]
        self.paths: dict[str, str] = told["paths"]

    def sign_in_link(self) -> str:
        """A link that signs the demo's agent in, once."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def desk(folder: Path, model_url: str) -> Iterator[Desk]:
    """Run it until exit."""
    command = [sys.executable, "-m", "tests.web.desk", str(folder), model_url]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Desk(process)
        finally:
            process.terminate()


def main() -> None:
    """Serve until standard input ends."""
    folder, model_url = sys.argv[1:]
    settings = Settings(
        _env_file=None,
        data_dir=Path(folder),
        llm=LlmConfig(kind="openai", base_url=model_url, model="fake"),
    )
    with Service(settings).running() as service:
        paths = service.call(_load(service), 600)
        _say(json.dumps({"url": service.url, "paths": paths}))
        for _ in sys.stdin:
            _say(service.call(sign_in_link(service.deps, service.url)))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _load(service: Service) -> dict[str, str]:
    deps, workspace = service.deps, Workspace()
    loaded = await load_workspace(deps, workspace, lambda *_: None)
    await deps.indexer.drain()
    call = next(one for one in workspace.calls() if one.script["language"] == "en")
    audio = await asyncio.to_thread(beginning, call.audio, 22)
    accepted = await deps.calls.accept(DEMO_TENANT, call_in(call.script), audio)
    stored = await deps.calls.get(DEMO_TENANT, accepted.id)
    while stored.status not in ENDED:
        await asyncio.sleep(0.2)
        stored = await deps.calls.get(DEMO_TENANT, accepted.id)
    return {"thread": f"/c/{loaded.main_cases['fi']}", "call": f"/c/{stored.conversation_id}"}


if __name__ == "__main__":
    main()
