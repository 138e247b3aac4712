"""The client against a real model server, with real (tiny) models: ``transformers serve``.

It needs ``accelerate``, which `make test-slow` puts beside the environment, not into it: packages
that look for it load models in another way where it is there.
"""

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from copilot.llm.chat import ChatMessage, ModelUnavailableError, Usage
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from copilot.settings import Settings
from tests.llm.tiny_chat import SENTENCE, babbling, saying
from tests.service import Service

SERVING = Path(sys.prefix) / "serving"
BESIDE = SERVING.is_dir() or importlib.util.find_spec("accelerate") is not None
STARTS_S = 120.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BESIDE, reason="accelerate is not there: make test-slow installs it"),
]
HELLO = [ChatMessage("system", "Be kind."), ChatMessage("user", "Hello there")]
MESSAGE = {
    "external_id": "m1",
    "author": {"role": "customer"},
    "sent_at": "2026-03-01T08:00:00Z",
    "text": "My kettle arrived broken. How do I return it?",
}


class Server(NamedTuple):
    """Where it is, and the names of its two models."""

    url: str
    saying: str
    babbling: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("models")
    says, babbles = saying(folder / "says"), babbling(folder / "babbles")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    transformers = str(Path(sys.executable).parent / "transformers")
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "PYTHONPATH": str(SERVING)}
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [transformers, "serve", "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"],
            env=environment,
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}/v1"
            until = time.monotonic() + STARTS_S
            while not _answers(f"http://127.0.0.1:{port}/health"):
                told = (folder / "log").read_text("utf-8", "replace")[-2000:]
                assert process.poll() is None, told
                assert time.monotonic() < until, told
                time.sleep(0.5)
            yield Server(url, str(says), str(babbles))
        finally:
            process.terminate()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


@asynccontextmanager
async def opened(url: str, model: str) -> AsyncIterator[OpenAIChat]:
    config = LlmConfig(kind="openai", base_url=url, model=model, deadline_s=60)
    async with OpenAIChat.open(config) as chat:
        yield chat


@pytest.mark.parametrize("address", ["{}", "{}/", "{}/chat/completions"])
async def test_a_whole_answer_and_what_it_took(server: Server, address: str) -> None:
    told: list[Usage] = []
    async with opened(address.format(server.url), server.saying) as chat:
        assert await chat.complete(HELLO, max_tokens=50, used=told.append) == SENTENCE
    (usage,) = told
    assert usage.prompt_tokens > 0
    assert usage.answer_tokens == len(SENTENCE.split()) + 1
    assert not usage.estimated


async def test_an_address_without_v1(server: Server) -> None:
    async with opened(server.url.removesuffix("/v1"), server.saying) as chat:
        assert await chat.complete(HELLO, max_tokens=50) == SENTENCE


async def test_a_streamed_answer_and_what_it_took(server: Server) -> None:
    told: list[Usage] = []
    async with opened(server.url, server.saying) as chat:
        stream = chat.stream(HELLO, max_tokens=50, used=told.append)
        pieces = [piece async for piece in stream]
    assert "".join(pieces).strip() == SENTENCE
    assert len(pieces) > 1
    assert [one.estimated for one in told] == [False]


async def test_an_answer_that_never_ends_is_none(server: Server) -> None:
    async with opened(server.url, server.babbling) as chat:
        with pytest.raises(ModelUnavailableError, match="did not end its answer"):
            async for _ in chat.stream(HELLO, max_tokens=30):
                pass


async def test_a_schema_is_asked_for_in_a_way_that_it_takes(server: Server) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    async with opened(server.url, server.saying) as chat:
        assert await chat.complete(HELLO, schema=schema, max_tokens=50) == SENTENCE


async def test_a_model_that_it_does_not_have(server: Server) -> None:
    async with opened(server.url, "nowhere/nothing") as chat:
        with pytest.raises(ModelUnavailableError):
            await chat.complete(HELLO, max_tokens=5)


@pytest.mark.parametrize("kind", ["saying", "babbling"])
def test_drafts_and_summaries_of_the_whole_service(
    server: Server, tmp_path: Path, kind: str
) -> None:
    model = getattr(server, kind)
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=tmp_path,
        llm=LlmConfig(
            kind="openai", base_url=server.url, model=model, deadline_s=40, context_tokens=4096
        ),
    )
    # Another service of this process may be running its jobs already.
    with Service(settings, run_jobs=False).running() as service:
        owner = service.new_tenant()
        with httpx.Client(base_url=service.url, headers=owner.headers, timeout=90) as desk:
            body = {"channel": "email", "messages": [MESSAGE]}
            made = desk.put("/v1/conversations/desk/1", json=body).json()
            place = f"/v1/conversations/{made['id']}"
            draft = desk.post(f"{place}/drafts", json={"length": "short"}).json()
            summary = desk.post(f"{place}/summary", json={}).json()
            entries = desk.get("/v1/ledger").json()["items"]
    drafted = [one for one in entries if one["task"] == "draft"]
    if kind == "saying":
        assert (draft["engine"], draft["degraded"]) == (f"openai:{model}", False)
        assert SENTENCE in draft["text"]
        assert [(one["outcome"], one["estimated"]) for one in drafted] == [("answered", False)]
    else:
        assert (draft["engine"], draft["degraded"]) == ("extractive", True)
        assert [one["outcome"] for one in drafted] == ["failed"]
    # Neither can write a summary's JSON: what is shown is chosen from the messages, and says so.
    assert (summary["engine"], summary["degraded"]) == ("extractive", True)
    assert "kettle" in summary["headline"].lower()
