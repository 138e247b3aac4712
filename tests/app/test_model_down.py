"""A model server that refuses, hangs, fails or breaks off: still 200, degraded, in time."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from copilot.llm.openai_chat import LlmConfig
from copilot.settings import Settings
from tests import fake_openai
from tests.fake_openai import MISBEHAVIOURS, Behaviour, FakeOpenAI
from tests.service import Service
from tests.timing import limit, quickest

# Two services are started for this file: not on every worker.
pytestmark = pytest.mark.xdist_group("model_down")
DEADLINE_S = 2.0
# The whole answer is promised within the deadline, and 0.3 s of it are kept for what follows the
# model, which takes 0.1 s here. The slack is for a machine three times slower.
SLACK_S = 0.25
QUESTIONS = ("drafts", "drafts as events", "draft", "summary", "summarize")
CONVERSATION = {
    "channel": "chat",
    "messages": [
        {
            "external_id": "m1",
            "author": {"role": "customer"},
            "sent_at": "2026-03-01T08:00:00Z",
            "text": "My kettle broke after a week. Can I return it, and how long do I have?",
        },
        {
            "external_id": "m2",
            "author": {"role": "agent"},
            "sent_at": "2026-03-01T09:00:00Z",
            "text": "I am sorry to hear that. I will check it with the warehouse tomorrow.",
        },
        {
            "external_id": "m3",
            "author": {"role": "customer"},
            "sent_at": "2026-03-01T10:00:00Z",
            "text": "Thanks. The order was 39,90 euros. May I keep the lid?",
        },
    ],
}


class Desk(NamedTuple):
    """A service with a model, one tenant's client of it, and that tenant's conversation."""

    service: Service
    client: httpx.Client
    conversation_id: str

    def ask(self, question: str) -> tuple[dict[str, Any], float]:
        """The body of the answer, which is 200, and the seconds it took."""
        chat = self.service.deps.chat
        assert chat is not None
        # The breaker that the question before opened must not answer for this one.
        chat.reset()
        place, inline = f"/v1/conversations/{self.conversation_id}", {"conversation": CONVERSATION}
        path, body = {
            "drafts": (f"{place}/drafts", {}),
            "drafts as events": (f"{place}/drafts", {}),
            "draft": ("/v1/draft", inline),
            "summary": (f"{place}/summary", {"refresh": True}),
            "summarize": ("/v1/summarize", inline),
        }[question]
        accept = "text/event-stream" if question.endswith("events") else "application/json"
        started = time.monotonic()
        answer = self.client.post(path, json=body, headers={"Accept": accept})
        seconds = time.monotonic() - started
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith(accept)
        return (_last_event(answer.text) if "event" in accept else answer.json()), seconds


def _degraded_in(desk: Desk, question: str, seconds: float) -> bool:
    def attempt() -> float:
        body, took = desk.ask(question)
        assert body["degraded"] is True
        assert body["engine"] == "extractive"
        return took

    return quickest(seconds, attempt) < seconds


def _last_event(text: str) -> dict[str, Any]:
    *_, last = text.strip().split("\n\n")
    kind, data = last.split("\n", 1)
    assert kind == "event: done", text
    told: dict[str, Any] = json.loads(data.removeprefix("data: "))
    return told


@contextmanager
def open_desk(folder: Path, base_url: str) -> Iterator[Desk]:
    config = LlmConfig(
        kind="openai", base_url=base_url, model="test", local=True, deadline_s=DEADLINE_S
    )
    settings = Settings(_env_file=None, data_dir=folder, llm=config)  # type: ignore[call-arg]
    with (
        Service(settings, run_jobs=False).running() as service,
        httpx.Client(
            base_url=service.url, headers=service.new_tenant().headers, timeout=60
        ) as client,
    ):
        made = client.put("/v1/conversations/t/1", json=CONVERSATION).json()["id"]
        desk = Desk(service, client, made)
        # So that the times measured are not those of loading the embedder and word lists.
        for question in QUESTIONS:
            desk.ask(question)
        yield desk


@pytest.fixture(scope="module")
def model() -> Iterator[FakeOpenAI]:
    with fake_openai.running() as server:
        yield server


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, model: FakeOpenAI) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("modelled"), model.base_url) as made:
        yield made


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    nobody = FakeOpenAI()
    nobody.behaviour = "refuses"
    with open_desk(tmp_path_factory.mktemp("refused"), nobody.base_url) as made:
        yield made


@pytest.mark.timed
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("behaviour", [one for one in MISBEHAVIOURS if one != "refuses"])
def test_a_broken_model_degrades(
    desk: Desk, model: FakeOpenAI, behaviour: Behaviour, question: str
) -> None:
    model.behaviour = behaviour
    assert _degraded_in(desk, question, limit(DEADLINE_S + SLACK_S))


@pytest.mark.timed
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_refused_connection_is_noticed_at_once(refused: Desk, question: str) -> None:
    assert _degraded_in(refused, question, limit(1.0))


def test_a_model_that_stays_down_is_left_alone(desk: Desk, model: FakeOpenAI) -> None:
    model.behaviour = "hangs"
    for _ in range(3):
        desk.client.post("/v1/draft", json={"conversation": CONVERSATION})
    asked = len(model.requests)
    started = time.monotonic()
    answer = desk.client.post("/v1/draft", json={"conversation": CONVERSATION})
    assert answer.json()["degraded"] is True
    assert time.monotonic() - started < limit(1.0)
    assert len(model.requests) == asked
    engines = desk.client.get("/ready").json()["engines"]
    assert engines["llm"]["ready"] is False


@pytest.mark.parametrize("question", ["drafts", "drafts as events", "draft"])
def test_a_working_model_is_used(desk: Desk, model: FakeOpenAI, question: str) -> None:
    model.behaviour = "good"
    body, _ = desk.ask(question)
    assert body["engine"] == "openai:test"
    assert body["degraded"] is False
    assert body["prompt_hash"]
