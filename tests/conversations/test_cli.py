"""``copilot thread`` and ``copilot import``, as a person runs them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import typer
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


def test_import_loads_once_and_fails_when_anything_was_refused(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copilot.cli import keys

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    assert runner.invoke(import_.app, ["orders", "none.jsonl"]).exit_code == 2
    made = runner.invoke(keys.app, ["create", "--tenant", "shop", "--scope", "admin", "--json"])
    assert made.exit_code == 0
    files: dict[str, list[dict[str, Any]]] = {
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
            assert result.exit_code == 1, result.output
            told = json.loads(result.stdout)
            assert (told["found"], told["created"], told["known"]) == (3, new, 1 - new)
            assert list(told["faults"]) == ["line 2", "line 3"]
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        assert runner.invoke(import_.app, [noun, str(path)]).exit_code == 0
    result = runner.invoke(import_.app, ["orders", str(tmp_path / "orders.jsonl"), "--tenant", "x"])
    assert result.exit_code == 1


def test_import_knows_our_own_addresses(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copilot.cli import keys
    from copilot.conversations import store
    from copilot.conversations.conversation import Conversation
    from copilot.settings import Settings
    from copilot.wiring import open_core

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COPILOT_CONVERSATIONS__SUPPORT_ADDRESSES", '["@home.example"]')
    made = runner.invoke(keys.app, ["create", "--tenant", "shop", "--scope", "admin", "--json"])
    tenant = json.loads(made.stdout)["tenant"]
    path = tmp_path / "a.eml"
    path.write_bytes(b"To: Ada <ada@mail.example>\n" + MAIL)
    result = runner.invoke(import_.app, ["conversations", str(path)])
    assert result.exit_code == 0, result.output

    async def stored() -> Conversation:
        async with open_core(Settings()) as core, core.db.read() as session:
            heads = await store.find(session, tenant)
            return await store.get(session, tenant, heads.items[0].id)

    conversation = asyncio.run(stored())
    assert conversation.messages[-1].author.role == "agent"


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.eml.gz", "a.MSG"])
def test_thread_refuses_what_is_no_mail(runner: CliRunner, tmp_path: Path, name: str) -> None:
    good, path = tmp_path / "A.EML", tmp_path / name
    good.write_bytes(MAIL)
    path.write_bytes(MAIL)
    app = typer.Typer()
    app.command()(thread.thread)
    result = runner.invoke(app, [str(good), str(path), "--json"])
    assert result.exit_code == 2
    assert result.stdout == ""
    told = " ".join(result.stderr.replace("│", " ").split())
    assert ".eml, .mbox, .txt, .html" in told
    assert runner.invoke(app, [str(good), "--json"]).exit_code == 0
