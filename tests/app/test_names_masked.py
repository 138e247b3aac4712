"""A model for names, set by the settings, masks them in the prompts of the real service."""

import re
from pathlib import Path

import httpx
import pytest

from copilot.cli.doctor import _check
from copilot.llm.openai_chat import LlmConfig
from copilot.privacy.config import PrivacyConfig
from copilot.settings import Settings
from tests.fake_openai import FakeOpenAI, running
from tests.privacy.tiny_names import tiny_names
from tests.service import Service

pytestmark = pytest.mark.slow
TAKEN = re.compile(r"että (\[NAME_\d+\]) otti paketin")


def who_took_it(messages: list[dict[str, str]]) -> str:
    """The model's answer: it names whom the prompt names."""
    found = TAKEN.search(messages[-1]["content"])
    return f"Hei, {found[1] if found else 'joku'} sai paketin jo."


def settings_for(tmp_path: Path, model: FakeOpenAI) -> Settings:
    names = tmp_path / "names"
    names.mkdir()
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=tmp_path / "data",
        llm=LlmConfig(kind="openai", base_url=model.base_url, model="fake"),
        privacy=PrivacyConfig(ner_model=tiny_names(names)),
    )


def test_a_name_that_no_rule_knows_does_not_leave(tmp_path: Path) -> None:
    message = {
        "external_id": "m1",
        "author": {"role": "customer"},
        "sent_at": "2026-03-01T08:00:00Z",
        "text": "kävi ilmi , että liisa otti paketin . Milloin se tulee?",
    }
    with running() as model:
        model.script = who_took_it
        # Another service of this process may be running its jobs already.
        with Service(settings_for(tmp_path, model), run_jobs=False).running() as service:
            owner = service.new_tenant()
            with httpx.Client(base_url=service.url, headers=owner.headers, timeout=60) as desk:
                body = {"channel": "chat", "language": "fi", "messages": [message]}
                made = desk.put("/v1/conversations/desk/1", json=body).json()
                draft = desk.post(f"/v1/conversations/{made['id']}/drafts", json={}).json()
    assert model.prompts
    assert all("liisa" not in prompt for prompt in model.prompts)
    assert any(TAKEN.search(prompt) for prompt in model.prompts)
    assert draft["engine"] == "openai:fake"
    assert "liisa sai paketin jo" in draft["text"]


async def test_the_doctor_tells_of_it(tmp_path: Path) -> None:
    with running() as model:
        checks = await _check(settings_for(tmp_path, model))
    assert checks["names"]["ok"] is False, "this one knows nobody but liisa"
    assert "finds nobody" in checks["names"]["detail"]
    assert checks["llm"]["ok"] is True
