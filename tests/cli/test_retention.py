"""``copilot retention`` as an operator uses it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from copilot.cli.console import BAD_USAGE, FAILED
from copilot.cli.main import app


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    for tenant in ("shop", "club"):
        made = run("keys", "create", "--tenant", tenant, "--scope", "admin")
        assert made.exit_code == 0, made.output


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def told(*words: str) -> dict[str, Any]:
    result = run("retention", *words, "--json")
    assert result.exit_code == 0, result.output
    shown: dict[str, Any] = json.loads(result.stdout)
    return shown


def test_a_rule_is_set_shown_and_taken_back() -> None:
    shown = told("show", "--tenant", "shop")
    assert (shown["audio_days"], shown["text_days"], shown["tenant_name"]) == (None, None, "shop")
    told("set", "--tenant", "shop", "--audio-days", "30", "--text-days", "365")
    shown = told("set", "--tenant", "shop", "--audio-days", "90")
    assert (shown["audio_days"], shown["text_days"]) == (90, 365), "the other one stays"
    assert (shown["audio_due"], shown["text_due"]) == (0, 0)
    preview = told("preview", "--tenant", "shop", "--text-days", "1")
    assert (preview["audio_days"], preview["text_days"]) == (90, 1)
    assert told("show", "--tenant", "shop")["text_days"] == 365, "a preview sets nothing"
    assert told("show", "--tenant", "club")["text_days"] is None
    assert told("set", "--tenant", "shop", "--text-days", "never")["text_days"] is None
    people = run("retention", "show", "--tenant", "shop")
    assert "Recordings are kept 90 days." in people.output
    assert "Calls with their text are kept for ever." in people.output


def test_what_makes_no_sense_is_refused() -> None:
    for words in (
        ("--audio-days", "0"),
        ("--text-days", "-3"),
        ("--text-days", "soon"),
        ("--audio-days", "99999"),
        (),
    ):
        result = run("retention", "set", "--tenant", "shop", *words)
        assert result.exit_code == BAD_USAGE, words
    assert run("retention", "show").exit_code == FAILED, "two tenants, none named"
