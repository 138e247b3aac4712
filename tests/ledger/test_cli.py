"""``copilot ledger`` as an operator uses it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from copilot.cli.console import BAD_USAGE, FAILED
from copilot.cli.main import app
from copilot.kernel.ids import TenantId
from copilot.ledger.ledger import Ended, Leaving, Ledger
from copilot.settings import Settings
from copilot.wiring import open_core


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})


@pytest.fixture
def entry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The id of a row of the tenant ``shop``; ``club`` has none."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COPILOT_LEDGER__TOKENS_PER_MONTH", "1000")
    made: dict[str, Any] = {}
    for tenant in ("club", "shop"):
        keys = ("keys", "create", "--tenant", tenant, "--scope", "admin", "--name", "helpdesk")
        made = json.loads(run(*keys, "--json").stdout)

    async def fill() -> str:
        async with open_core(Settings()) as core:
            ledger = Ledger(core.db, core.settings.ledger)
            leaving = Leaving(
                tenant=TenantId(made["tenant"]),
                task="draft",
                engine="openai:fake",
                host="models.example",
                local=False,
                sent=[{"role": "user", "content": "Hei [NAME_1], missä paketti?"}],
                characters=28,
                masked={"name": 1},
                principal_id=made["id"],
            )
            entry_id = await ledger.begin(leaving)
            await ledger.end(leaving.tenant, entry_id, Ended("answered", 300, 20))
            await ledger.settled()
            return entry_id

    return asyncio.run(fill())


def test_what_left_is_shown(entry: str) -> None:
    listed = run("ledger", "--tenant", "shop")
    assert listed.exit_code == 0, listed.output
    for told in (entry, "helpdesk", "draft", "models.example", "1 name", "300 + 20", "answered"):
        assert told in listed.output
    assert "paketti" not in listed.output
    shown = run("ledger", "show", entry, "--tenant", "shop")
    assert "Hei [NAME_1], missä paketti?" in shown.stdout
    usage = run("ledger", "usage", "--tenant", "shop")
    assert "680 of 1000 tokens a month are left." in usage.output


def test_json_is_one_document(entry: str) -> None:
    (one,) = json.loads(run("ledger", "--tenant", "shop", "--json").stdout)["items"]
    assert (one["id"], one["outcome"]) == (entry, "answered")
    shown = json.loads(run("ledger", "show", entry, "--tenant", "shop", "--json").stdout)
    assert shown["sent"][0]["content"].startswith("Hei")
    usage = json.loads(run("ledger", "usage", "--tenant", "shop", "--json").stdout)
    assert usage["items"][0]["calls"] == 1
    assert usage["budgets"][0]["left"] == "680"
    assert json.loads(run("ledger", "--tenant", "club", "--json").stdout)["items"] == []


def test_what_makes_no_sense_is_refused(entry: str) -> None:
    assert run("ledger", "show", entry, "--tenant", "club").exit_code == FAILED
    assert run("ledger", "--tenant", "shop", "--task", "gossip").exit_code == BAD_USAGE
    assert run("ledger", "--tenant", "shop", "--since", "lately").exit_code == BAD_USAGE
