"""Trying an engine: what works, what does not, and what that leaves in the ledger."""

from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import httpx
import pytest

from copilot.health.checking import try_engine, try_model, try_reranker, try_speech
from copilot.kernel.ids import TenantId
from copilot.llm.openai_chat import LlmConfig
from copilot.settings import Settings
from copilot.speech.errors import SpeechUnavailableError
from tests import fake_openai
from tests.fake_openai import Behaviour
from tests.service import Service


@pytest.mark.parametrize("kind", ["embedder", "reranker", "speech", "llm"])
async def test_each_engine_can_be_tried(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post(f"/v1/engines/{kind}/check", timeout=60)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["ok"] is True
    assert found["ms"] >= 0
    if kind == "llm":
        assert found["detail"] == "summaries and drafts are extractive"


async def test_an_engine_that_nobody_knows(client: httpx.AsyncClient) -> None:
    assert (await client.post("/v1/engines/brain/check")).status_code == 422


@pytest.mark.parametrize(
    ("behaviour", "ok"), [("good", True), ("error_500", False), ("not_json", False)]
)
def test_what_a_model_is_asked_stands_in_the_ledger(
    tmp_path: Path, behaviour: Behaviour, ok: bool
) -> None:
    with fake_openai.running() as model:
        model.behaviour = behaviour
        settings = Settings(
            _env_file=None,
            data_dir=tmp_path,
            llm=LlmConfig(kind="openai", base_url=model.base_url, model="fake", deadline_s=5),
        )
        with Service(settings, run_jobs=False).running() as service:
            owner = service.new_tenant()
            with httpx.Client(base_url=service.url, headers=owner.headers, timeout=60) as desk:
                found = desk.post("/v1/engines/llm/check").json()
                entries = desk.get("/v1/ledger").json()["items"]
                stranger = desk.get("/v1/ledger", headers=service.new_tenant().headers).json()
    assert (found["ok"], found["engine"]) == (ok, "openai:fake")
    assert found["detail"]
    assert [one["task"] for one in entries] == ["check"]
    assert stranger["items"] == []


class Broken:
    """What a part looks like whose library breaks."""

    engine = "openai:odd"
    error = None
    name = "odd"

    def chat_for(self, _call: object) -> object:
        raise RuntimeError("sk-secret in a message")

    def get(self, _language: None) -> object:
        raise SpeechUnavailableError("The weights are not there: set COPILOT_SPEECH__MODEL.")


async def test_what_breaks_is_told_without_its_words() -> None:
    found = await try_model(Broken(), TenantId("t"))
    assert (found.ok, found.detail) == (False, "RuntimeError")


async def test_speech_says_what_to_mend() -> None:
    found = await try_speech(Broken())  # type: ignore[arg-type]
    assert found.ok is False
    assert "COPILOT_SPEECH__MODEL" in (found.detail or "")


async def test_a_model_that_broke_since_is_found_out() -> None:
    class Embedder:
        name = "one"
        dimensions = 3
        asked: ClassVar[list[str]] = []

        async def query(self, text: str) -> list[float]:
            if text in self.asked:
                return [1.0, 0.0, 0.0]  # known texts are answered from memory
            self.asked.append(text)
            if len(self.asked) > 1:
                raise RuntimeError("the model is dead")
            return [1.0, 0.0, 0.0]

    deps = SimpleNamespace(embedding=Embedder())
    first, _ = await try_engine(deps, "embedder", TenantId("t"))
    again, _ = await try_engine(deps, "embedder", TenantId("t"))
    assert (first.ok, again.ok) == (True, False)
    assert again.detail == "RuntimeError: see the log"


async def test_engines_are_not_tried_for_ever(client: httpx.AsyncClient) -> None:
    told = [(await client.post("/v1/engines/llm/check")).status_code for _ in range(13)]
    assert told == [200] * 12 + [429]


async def test_no_reranker_is_fine() -> None:
    assert (await try_reranker(None)).ok is True
