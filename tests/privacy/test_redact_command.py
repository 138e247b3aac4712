"""``copilot redact``."""

import json
from pathlib import Path

from typer.testing import CliRunner

from copilot.cli.main import app


def test_prints_text_and_entities(tmp_path: Path) -> None:
    file = tmp_path / "mail.txt"
    text = "Olen Virtasen Maija, maija@posti.example 😀"
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["redact", str(file), "--name", "Maija Virtanen", "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["text"] == "Olen [NAME_1] [NAME_2], [EMAIL_1] 😀"
    found = [(text[one["start"] : one["end"]], one["type"]) for one in told["entities"]]
    assert found == [("Virtasen", "name"), ("Maija", "name"), ("maija@posti.example", "email")]


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "x.bin"
    file.write_bytes(b"\xff\xfe\x00\xd8")
    result = CliRunner().invoke(app, ["redact", str(file), "--json"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert CliRunner().invoke(app, ["redact", str(tmp_path / "no.txt")]).exit_code == 2
