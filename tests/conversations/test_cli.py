"""``copilot thread`` and ``copilot import``, as a person runs them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.cli import import_, thread

MAIL = b"""\
From: Anna Aho <anna@home.example>
Subject: Re: Kettle
Date: Sun, 1 Mar 2026 08:00:00 +0000
Message-ID: <1@home.example>

New.

On Sat, Feb 28, 2026 at 8:00 AM Shop <help@shop.example> wrote:
> Old.
"""


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


def test_thread_prints_one_document(runner: CliRunner, tmp_path: Path) -> None:
    import typer

    path = tmp_path / "a.eml"
    path.write_bytes(MAIL)
    app = typer.Typer()
    app.command()(thread.thread)
    result = runner.invoke(app, [str(path), str(path), "--json"])
    assert result.exit_code == 0
    shown = json.loads(result.stdout)
    assert [one["file"] for one in shown] == [str(path)] * 2
    messages = shown[0]["messages"]
    assert [set(one) for one in messages] == [
        {"author", "sent_at", "subject", "text", "quoted_text", "signature", "auto_reply"}
    ] * 2
    assert [one["text"] for one in messages] == ["Old.", "New."]
    assert messages[1]["author"] == "Anna Aho <anna@home.example>"
    assert messages[1]["sent_at"] == "2026-03-01T08:00:00Z"
    people = runner.invoke(app, [str(path)])
    assert people.exit_code == 0
    assert "New." in people.stdout
    assert runner.invoke(app, [str(tmp_path / "none.eml"), "--json"]).exit_code == 2


def test_import_loads_once_and_tells_faults(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copilot.cli import keys

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    assert runner.invoke(import_.app, ["orders", "none.jsonl"]).exit_code == 2
    made = runner.invoke(keys.app, ["create", "--tenant", "shop", "--scope", "admin", "--json"])
    assert made.exit_code == 0
    files = {
        "customers": [
            {"source": "crm", "external_id": "1", "name": "Anna", "emails": ["a@b.example"]}
        ],
        "orders": [
            {
                "source": "shop",
                "number": "KK-1",
                "status": "new",
                "customer": {"source": "crm", "external_id": "1"},
            }
        ],
        "conversations": [{"source": "desk", "external_id": "1", "channel": "chat"}],
    }
    for noun, rows in files.items():
        path = tmp_path / f"{noun}.jsonl"
        path.write_text("\n".join([*map(json.dumps, rows), "{broken", "[]"]), encoding="utf-8")
        for new in (1, 0):
            result = runner.invoke(import_.app, [noun, str(path), "--json"])
            assert result.exit_code == 0, result.output
            told = json.loads(result.stdout)
            assert (told["found"], told["created"], told["known"]) == (3, new, 1 - new)
            assert list(told["faults"]) == ["line 2", "line 3"]
    result = runner.invoke(import_.app, ["orders", str(tmp_path / "orders.jsonl"), "--tenant", "x"])
    assert result.exit_code == 1
