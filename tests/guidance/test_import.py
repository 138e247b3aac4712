"""``copilot import processes|saved-replies|tone-guide``."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.cli.console import FAILED
from copilot.cli.main import app
from tests.guidance.cases import PROCESSES


def test_files_are_loaded_once_and_faults_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    runner = CliRunner()
    made = runner.invoke(app, ["keys", "create", "--tenant", "Shop", "--scope", "knowledge:write"])
    assert made.exit_code == 0, made.output
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "guidance"
    folder.mkdir()
    (folder / "one.md").write_text(PROCESSES[0], encoding="utf-8")
    (folder / "two.md").write_text("no front matter", encoding="utf-8")
    row = {"source": "desk", "external_id": "a", "title": "Where is it", "body": "On its way."}
    (folder / "replies.jsonl").write_text(json.dumps(row) + "\n{}\n", encoding="utf-8")
    for created in (1, 0):
        for what in ("processes", "saved-replies"):
            done = runner.invoke(app, ["import", what, str(folder), "--json"])
            assert done.exit_code == FAILED, done.output
            told = json.loads(done.stdout)
            assert (told["found"], told["created"], len(told["faults"])) == (2, created, 1)
    (folder / "tone.md").write_text("Be brief.", encoding="utf-8")
    assert runner.invoke(app, ["import", "tone-guide", str(folder / "tone.md")]).exit_code == 0
