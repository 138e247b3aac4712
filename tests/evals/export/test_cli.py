"""``copilot eval export``, as QA runs it."""

import asyncio
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from copilot.cli.eval_export import export
from copilot.settings import Settings
from copilot.wiring import open_core
from tests.evals.export import desk

ASK = ("export", "--from-reviews", "--out", "cases")


@pytest.fixture(autouse=True)
def _reviewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))

    async def fill() -> None:
        async with open_core(Settings()) as core:
            tenant = await core.auth.create_tenant("Acme")
            for n, action in enumerate(("accepted", "rejected"), 1):
                about = await desk.conversation(core.db, tenant, f"c{n}", f"Where is lamp {n}?")
                made = await desk.draft(core.db, tenant, about, f"Lamp {n} is on its way.")
                await desk.review(core.db, tenant, made, action, reason="[red]odd[/red]")  # type: ignore[arg-type]

    asyncio.run(fill())


def run(*words: str, code: int = 0) -> Result:
    app = typer.Typer()
    app.command("export")(export)
    app.command("other")(lambda: None)
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result


def test_it_tells_what_there_is_and_what_is_missing() -> None:
    shown = run(*ASK).output
    assert "2 draft cases" in shown
    assert "accepted" in shown
    assert "[red]odd[/red]" in shown
    assert "Missing: No edited draft." in shown
    assert "coverage.md" in shown
    assert list(Path("cases").glob("draft-*.yaml"))


def test_json_is_one_document_and_the_file_is_the_same() -> None:
    told = json.loads(run(*ASK, "--tenant", "Acme", "--json").stdout)
    assert told["cases"] == {"draft": 2, "transcription": 0}
    assert told == json.loads(Path("cases/coverage.json").read_text())
    later = json.loads(run(*ASK, "--since", "2999-01-01", "--json").stdout)
    assert (later["cases"]["draft"], later["since"]) == (0, "2999-01-01T00:00:00Z")
    assert not list(Path("cases").glob("draft-*.yaml"))


def test_bad_usage_is_told() -> None:
    assert "--from-reviews" in run("export", "--out", "cases", code=2).output
    run("export", "--from-reviews", code=2)
    run(*ASK, "--since", "yesterday", code=2)
    Path("cases").mkdir()
    Path("cases/mine.txt").write_text("mine")
    assert "holds something else" in " ".join(run(*ASK, code=2).output.split())
    assert "Nobody" in run(*ASK, "--tenant", "Nobody", code=1).output
