"""``copilot redact``."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.cli.main import app
from tests.privacy.tiny_names import tiny_names


def test_prints_text_and_entities(tmp_path: Path) -> None:
    file = tmp_path / "mail.txt"
    text = "Olen Virtasen Maija, maija@posti.example 😀"
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["redact", str(file), "--name", "Maija Virtanen", "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["original"] == text
    assert told["text"] == "Olen [NAME_1] [NAME_2], [EMAIL_1] 😀"
    found = [(text[one["start"] : one["end"]], one["type"]) for one in told["entities"]]
    assert found == [("Virtasen", "name"), ("Maija", "name"), ("maija@posti.example", "email")]


@pytest.mark.slow
def test_the_configured_model_finds_names_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "note.txt"
    file.write_text("kävi liisa helsingissä.", encoding="utf-8")
    command = ["redact", str(file), "--json"]
    without = json.loads(CliRunner().invoke(app, command).stdout)
    assert without["entities"] == []
    monkeypatch.setenv("COPILOT_PRIVACY__NER_MODEL", str(tiny_names(tmp_path / "model")))
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["text"] == "kävi [NAME_1] helsingissä."


def test_a_model_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "note.txt"
    file.write_text("Hei", encoding="utf-8")
    monkeypatch.setenv("COPILOT_PRIVACY__NER_MODEL", str(tmp_path / "none"))
    result = CliRunner().invoke(app, ["redact", str(file), "--json"])
    assert result.exit_code == 2
    assert result.stdout == ""


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "x.bin"
    file.write_bytes(b"\xff\xfe\x00\xd8")
    result = CliRunner().invoke(app, ["redact", str(file), "--json"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert CliRunner().invoke(app, ["redact", str(tmp_path / "no.txt")]).exit_code == 2


MAIL = """\
From: =?utf-8?q?J=C3=A4rvinen_Maija?= <maija@posti.example>
To: tuki@kauppa.example
Subject: Kattila
Date: Sun, 1 Mar 2026 08:00:00 +0200
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Kattila on rikki, puhelin +358 40 123=
4567.

J=C3=A4rvisen Maija

su 1. maaliskuuta 2026 klo 7.30 Ville Aho / Kauppa <tuki@kauppa.example> kir=
joitti:
> Hei Maija, mik=C3=A4 on h=C3=A4t=C3=A4n=C3=A4?
"""


@pytest.mark.parametrize("suffix", [".eml", ".mbox"])
def test_mail_is_decoded_first(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"mail{suffix}"
    start = "From maija@posti.example Sun Mar  1 08:00:00 2026\n" if suffix == ".mbox" else ""
    file.write_text(start + MAIL, encoding="ascii")
    result = CliRunner().invoke(app, ["redact", str(file), "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["original"].startswith(
        "Ville Aho / Kauppa <tuki@kauppa.example>\n2026-03-01 05:30\n"
    )
    found = [told["original"][one["start"] : one["end"]] for one in told["entities"]]
    assert {"Ville", "Aho", "Maija", "Järvinen", "Järvisen", "+358 40 1234567"} <= set(found)
    assert "Kauppa" in told["text"]
    assert "=C3" not in told["text"]
    assert not any(one in told["text"] for one in ("Maija", "Järvi", "Aho", "1234567", "@"))
    assert "mikä on hätänä?" in told["text"]
