"""``copilot summarize``."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from copilot.cli.summarize import summarize
from tests.summaries.threads import KETTLE, body


@pytest.fixture(autouse=True)
def no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_LLM__KIND", "none")


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(summarize)
    return CliRunner().invoke(app, list(arguments))


def test_json_is_a_summary(tmp_path: Path) -> None:
    file = tmp_path / "thread.json"
    sent = body(KETTLE, subject="Rikkinäinen vedenkeitin").model_dump_json()
    file.write_text(sent, encoding="utf-8")
    result = run(str(file), "--json", "--max-sentences", "3")
    assert result.exit_code == 0, result.stderr
    summary = json.loads(result.stdout)
    assert summary["headline"] == "Rikkinäinen vedenkeitin"
    assert summary["conversation_id"] is None
    found = [one for section in summary["sections"] for one in section["sentences"]]
    assert 1 <= len(found) <= 3
    assert all(one["message_ids"][0].startswith("m") for one in found)


def test_people_get_a_panel(tmp_path: Path) -> None:
    file = tmp_path / "thread.json"
    file.write_text(body(KETTLE).model_dump_json(), encoding="utf-8")
    result = run(str(file))
    assert result.exit_code == 0, result.stderr
    assert "extractive" in result.stdout


def test_a_missing_file_is_told() -> None:
    assert run("nope.json").exit_code == 2
