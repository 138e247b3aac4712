"""``copilot check``."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from copilot.cli.check import check


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = "Tilaus KK-20418 maksoi 155,90 €. Palautusaika on 14 päivää. Saat 5 kpl."
    (tmp_path / "draft.txt").write_text(text, encoding="utf-8")
    (tmp_path / "order.txt").write_text("Order KK-20418 total 155.90 EUR", encoding="utf-8")
    (tmp_path / "terms.txt").write_text("Palautusaika on 30 päivää.", encoding="utf-8")
    (tmp_path / "image.png").write_bytes(b"\x89PNG\xff\xfe")
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    app = typer.Typer()
    app.command()(check)
    named = [str(folder / one) if "." in one else one for one in arguments]
    return CliRunner().invoke(app, named)


@pytest.mark.parametrize(
    "sources",
    [["--sources", "order.txt", "terms.txt"], ["--sources", "order.txt", "--sources", "terms.txt"]],
)
def test_json_is_the_contract(folder: Path, sources: list[str]) -> None:
    result = run(folder, "draft.txt", *sources, "--json")
    assert result.exit_code == 0
    figures = json.loads(result.stdout)["figures"]
    assert [(one["text"], one["verdict"]) for one in figures] == [
        ("KK-20418", "supported"),
        ("155,90 €", "supported"),
        ("14 päivää", "contradicted"),
        ("5 kpl", "unsupported"),
    ]
    assert set(figures[0]) == {
        *("text", "kind", "verdict", "evidence", "derivation", "start", "end")
    }
    assert figures[0]["evidence"]["id"] == str(folder / "order.txt")


def test_people_get_a_table(folder: Path) -> None:
    result = run(folder, "draft.txt", "--sources", "terms.txt")
    assert "contradicted" in result.stdout


@pytest.mark.parametrize(("file", "code"), [("nope.txt", 2), ("image.png", 1)])
def test_what_cannot_be_read_is_told(folder: Path, file: str, code: int) -> None:
    result = run(folder, file, "--sources", "terms.txt")
    assert result.exit_code == code
    assert file in result.stderr.replace("\n", "")
