"""A model server that refuses, hangs, fails or breaks off: still 200, degraded, in time."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from copilot.llm.openai_chat import LlmConfig
from copilot.settings import Settings
from tests.app.test_hostile_input import CONVERSATION
from tests.fake_openai import FakeOpenAI
from tests.service import Service

DEADLINE_S = 3.0


@pytest.fixture(scope="module")
def model() -> Iterator[FakeOpenAI]:
    with FakeOpenAI().running() as server:
        yield server


@pytest.fixture(scope="module")
def modelled(tmp_path_factory: pytest.TempPathFactory, model: FakeOpenAI) -> Iterator[Service]:
    yield from _service(tmp_path_factory.mktemp("modelled"), model.url)


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    # Port 9 (discard): nobody listens there.
    yield from _service(tmp_path_factory.mktemp("refused"), "http://127.0.0.1:9/v1")


def _service(folder: Path, url: str) -> Iterator[Service]:
    config = LlmConfig(
        kind="openai", base_url=url, model="test", local=True, deadline_s=DEADLINE_S
    )
    settings = Settings(_env_file=None, data_dir=folder, llm=config)  # type: ignore[call-arg]
    with Service(settings).running() as running:
        yield running


def ask(service: Service, what: str) -> tuple[httpx.Response, float]:
    headers = service.new_tenant().headers
    with httpx.Client(base_url=service.url, headers=headers, timeout=60) as client:
        # So that the time below is the model's, not that of loading the embedder.
        client.post("/v1/search", json={"query": "warm"})
        made = client.put("/v1/conversations/t/1", json=CONVERSATION).json()["id"]
        started = time.monotonic()
        answer = client.post(f"/v1/conversations/{made}/{what}", json={})
        return answer, time.monotonic() - started


@pytest.mark.parametrize("what", ["drafts", "summary"])
@pytest.mark.parametrize(
    "behaviour", ["hang", "error_500", "half_stream", "broken_json", "empty"]
)
def test_a_broken_model_degrades(
    modelled: Service, model: FakeOpenAI, behaviour: str, what: str
) -> None:
    model.behaviour = behaviour
    # The breaker of the test before must not answer for this one.
    chat = modelled.deps.chat
    assert chat is not None
    chat.reset()
    answer, seconds = ask(modelled, what)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["degraded"] is True
    assert body["engine"] == "extractive"
    assert seconds < DEADLINE_S + 2


@pytest.mark.parametrize("what", ["drafts", "summary"])
def test_a_refused_connection_is_noticed_at_once(refused: Service, what: str) -> None:
    answer, seconds = ask(refused, what)
    assert answer.status_code == 200, answer.text
    assert answer.json()["degraded"] is True
    assert seconds < 1.0


def test_a_working_model_is_used(modelled: Service, model: FakeOpenAI) -> None:
    model.behaviour = "good"
    assert modelled.deps.chat is not None
    modelled.deps.chat.reset()
    answer, _ = ask(modelled, "drafts")
    body = answer.json()
    assert body["engine"] == "openai:test"
    assert body["degraded"] is False
    assert body["prompt_hash"]
