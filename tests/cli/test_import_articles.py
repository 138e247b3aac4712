"""``copilot import articles`` as a person runs it, stops it, kills it and runs it again."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn

import pytest
from typer.testing import CliRunner, Result

from copilot import wiring
from copilot.cli.console import FAILED
from copilot.cli.main import app
from copilot.kernel.errors import ConfigurationError
from copilot.search.index import IndexInUseError

HELD = "The search index in x is in use by another process."
# A server holds the index: then the command only stores, and needs no model.
STORING = """\
import sys
from copilot import wiring
from copilot.cli.main import run
from copilot.search.index import IndexInUseError
def held(*_words, **_options):
    raise IndexInUseError("The index is in use by another process.")
wiring.open_deps = held
run()
"""


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "kb").mkdir()

    def held(_settings: object, **_options: Any) -> NoReturn:
        raise IndexInUseError(HELD)

    monkeypatch.setattr(wiring, "open_deps", held)
    made = run("keys", "create", "--tenant", "shop", "--scope", "admin")
    assert made.exit_code == 0, made.output


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def told(*words: str, code: int = 0) -> dict[str, Any]:
    result = run("import", "articles", *words, "--json")
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def stored(tmp_path: Path) -> list[str]:
    with closing(sqlite3.connect(next((tmp_path / "data").glob("*.db")))) as database:
        return [row[0] for row in database.execute("SELECT external_id FROM articles ORDER BY 1")]


def test_beside_a_running_server_it_stores_and_says_who_indexes(tmp_path: Path) -> None:
    (tmp_path / "kb" / "a.md").write_text("# A\n\nWithin 30 days.")
    result = run("import", "articles", "kb")
    assert result.exit_code == 0, result.output
    assert "1 new, 0 known, 0 faulty; 0 indexed." in result.stdout
    assert "A server is running on this data" in result.stderr
    (tmp_path / "kb" / "a.md").write_text("# A\n\nWithin 60 days.")
    again = told("kb")
    assert (again["known"], again["changed"], again["by_server"]) == (1, 1, True)


def test_any_other_mistake_in_the_settings_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(_settings: object, **_options: Any) -> NoReturn:
        raise ConfigurationError("COPILOT_SPEECH__KIND is wrong.")

    monkeypatch.setattr(wiring, "open_deps", wrong)
    result = run("import", "articles", "kb")
    assert result.exit_code == 2
    assert "COPILOT_SPEECH__KIND" in result.stderr


def test_prune_deletes_what_is_gone_and_only_when_everything_was_readable(
    tmp_path: Path,
) -> None:
    for name in "abc":
        (tmp_path / "kb" / f"{name}.md").write_text(f"# {name}\n\ntext")
    (tmp_path / "other.jsonl").write_text(
        json.dumps({"source": "wiki", "external_id": "w", "title": "W", "body": "w"})
    )
    told("kb")
    told("other.jsonl")
    (tmp_path / "kb" / "b.md").unlink()
    assert told("kb")["pruned"] is None
    assert stored(tmp_path) == ["a", "b", "c", "w"]
    (tmp_path / "kb" / "c.md").write_text("---\ntitle: [\n---\n")
    refused = run("import", "articles", "kb", "--prune")
    assert refused.exit_code == FAILED
    assert "Nothing was pruned" in " ".join(refused.stderr.split())
    assert stored(tmp_path) == ["a", "b", "c", "w"]
    (tmp_path / "kb" / "c.md").unlink()
    # Saved instead of a page of an export: what that held is unknown.
    (tmp_path / "kb" / "page2.json").write_text('{"error": "RateLimited"}')
    assert told("kb", "--prune")["pruned"] is None
    assert stored(tmp_path) == ["a", "b", "c", "w"]
    (tmp_path / "kb" / "page2.json").unlink()
    assert told("kb", "--prune")["pruned"] == 2
    assert stored(tmp_path) == ["a", "w"]
    (tmp_path / "kb" / "a.md").unlink()
    # Nothing names a source any more: that is no order to delete everything.
    assert told("kb", "--prune")["pruned"] == 0
    assert stored(tmp_path) == ["a", "w"]


def test_an_export_tells_what_it_skipped_and_takes_back_what_was_withdrawn(
    tmp_path: Path,
) -> None:
    article = {"id": 1, "title": "Returns", "body": "<p>30 days</p>", "locale": "en-us"}
    page = tmp_path / "page.json"
    page.write_text(json.dumps({"articles": [{**article, "draft": False}]}))
    assert told("page.json")["created"] == 1
    page.write_text(json.dumps({"articles": [{**article, "draft": True}]}))
    result = run("import", "articles", "page.json")
    assert "1 skipped, 1 removed because they are not published any more" in result.stdout
    assert "page.json, articles 1: skipped: a draft" in " ".join(result.stderr.split())
    assert stored(tmp_path) == []


def many(tmp_path: Path, count: int) -> None:
    with (tmp_path / "many.jsonl").open("w") as lines:
        for number in range(count):
            body = f"Parcel {number} may be returned within {number} days. " * 5
            row = {"external_id": f"{number:06}", "title": f"Parcel {number}", "body": body}
            lines.write(json.dumps(row) + "\n")


def started(tmp_path: Path, at_least: int) -> "subprocess.Popen[str]":
    """The command in a process of its own, once it has stored some."""
    words = ["import", "articles", "many.jsonl"]
    child = subprocess.Popen(
        [sys.executable, "-c", STORING, *words],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while len(stored(tmp_path)) < at_least:
        assert child.poll() is None, child.communicate()
        time.sleep(0.05)
    return child


@pytest.mark.slow
def test_killed_anywhere_it_goes_on_where_it_was(tmp_path: Path) -> None:
    many(tmp_path, 6_000)
    child = started(tmp_path, 200)
    child.kill()
    child.communicate()
    before = len(stored(tmp_path))
    assert 200 <= before < 6_000
    summary = told("many.jsonl")
    assert (summary["known"], summary["changed"], summary["created"]) == (before, 0, 6_000 - before)
    assert stored(tmp_path) == [f"{number:06}" for number in range(6_000)]


@pytest.mark.slow
def test_stopped_it_tells_what_is_done_and_how_to_go_on(tmp_path: Path) -> None:
    many(tmp_path, 6_000)
    child = started(tmp_path, 200)
    child.send_signal(signal.SIGINT)
    printed, errors = child.communicate()
    assert child.returncode == 130, errors
    assert " new, 0 known, 0 faulty" in printed
    assert "run the same command again to go on" in " ".join(errors.split())
    assert "Traceback" not in errors
    assert int(printed.split()[0]) <= len(stored(tmp_path)) < 6_000
