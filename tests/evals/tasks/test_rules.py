"""Tasks that need no index: their outputs are what the commands print."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from copilot.cli.main import app
from copilot.evals.case import Case
from copilot.evals.task import Task
from copilot.evals.tasks.catalog import task
from tests.evals.tasks.datasets import CONVERSATION, lab, load, work_through, write_lines

REPLY = "Thanks, that works!\n\n-- \nAda Lake\nLake Oy\n"
HISTORY = "\nOn Mon, 2 Mar 2026 at 09:00, Shop <help@shop.example> wrote:\n> Does it work now?\n"
EML = (
    "From: Ada <ada@mail.example>\nTo: help@shop.example\nSubject: Re: Keitin\n"
    "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    "Kiitos, nyt keitin lämpiää.\n" + HISTORY
)
HTML = "<p>It works.</p><blockquote>Does it work now?</blockquote>"

Print = Callable[..., Any]


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Print:
    """What a command prints as JSON, run in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))

    def run(*words: str) -> Any:
        result = CliRunner().invoke(app, [*words, "--json"])
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return run


def test_mail_is_read_as_copilot_thread_reads_it(tmp_path: Path, printed: Print) -> None:
    mails = {"raw": REPLY + HISTORY, "raw_eml": EML, "raw_html": HTML}
    rows = [{"id": kind, kind: mail, "expected_reply": ""} for kind, mail in mails.items()]
    dataset = load("email_parsing", write_lines(tmp_path / "cases.jsonl", rows))
    outputs = work_through("email_parsing", dataset)
    assert outputs["raw"]["text"] == "Thanks, that works!"
    assert "Does it work now?" in outputs["raw"]["quoted_text"]
    assert "Lake Oy" in outputs["raw"]["signature"]
    assert outputs["raw_eml"]["text"] == "Kiitos, nyt keitin lämpiää."
    for kind, suffix in (("raw", "txt"), ("raw_eml", "eml"), ("raw_html", "html")):
        (tmp_path / f"mail.{suffix}").write_text(mails[kind], encoding="utf-8")
        (read,) = printed("thread", f"mail.{suffix}")
        last = read["messages"][-1]
        assert outputs[kind] == {name: last[name] for name in outputs[kind]}
        assert set(outputs[kind]) == {"text", "quoted_text", "signature"}


def test_personal_data_is_found_as_copilot_redact_finds_it(tmp_path: Path, printed: Print) -> None:
    text = "Maija Virtanen, maija@posti.example, 040 123 4567. Kerro Maijalle!"
    row = {"id": "a", "text": text, "entities": []}
    rows = [row, {**row, "id": "b", "names": ["Maija Virtanen"]}]
    dataset = load("redaction", write_lines(tmp_path / "cases.jsonl", rows))
    outputs = work_through("redaction", dataset)
    (tmp_path / "a.txt").write_text(text)
    for output, words in ((outputs["a"], []), (outputs["b"], ["--name", "Maija Virtanen"])):
        told = printed("redact", "a.txt", *words)
        assert output == {"text": told["text"], "entities": told["entities"]}
    assert {one["type"] for one in outputs["a"]["entities"]} == {"email", "phone"}
    assert {one["type"] for one in outputs["b"]["entities"]} == {"email", "phone", "name"}


def test_figures_are_checked_as_copilot_check_checks_them(tmp_path: Path, printed: Print) -> None:
    text = "Takuu on 24 kuukautta ja palautus maksaa 5,90 €."
    row = {
        "id": "a",
        "lang": "fi",
        "text": text,
        "sources": ["Takuu on 24 kuukautta.", "Palautus maksaa 4,90 €."],
        "figures": [],
    }
    dataset = load("figures", write_lines(tmp_path / "cases.jsonl", [row]))
    output = work_through("figures", dataset)["a"]
    for name, words in (("t", text), ("1", row["sources"][0]), ("2", row["sources"][1])):
        (tmp_path / name).write_text(str(words))
    told = printed("check", "t", "--sources", "1", "--sources", "2", "--language", "fi")
    assert output == told
    assert {one["verdict"] for one in output["figures"]} >= {"supported"}
    assert len(output["figures"]) == 2


def test_a_summary_is_what_copilot_summarize_prints(tmp_path: Path, printed: Print) -> None:
    row = {
        "id": "a",
        "conversation": CONVERSATION,
        "references": [],
        "options": {"max_sentences": 2},
    }
    dataset = load("summary", write_lines(tmp_path / "cases.jsonl", [row]))
    output = work_through("summary", dataset)["a"]
    (tmp_path / "conversation.json").write_text(json.dumps(CONVERSATION))
    told = printed("summarize", "conversation.json", "--max-sentences", "2")
    for name in ("id", "created_at", "conversation_id"):
        told.pop(name)
        output.pop(name)
    assert output == told
    assert output["engine"] == "extractive"
    assert output["sections"]


async def test_what_a_case_breaks_is_raised() -> None:
    broken = Case(id="a", input={"text": "x", "sources": [{"kind": "fact"}]})
    figures: Task = task("figures")
    async with figures.open(lab(), None) as work:  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            await work(broken)
