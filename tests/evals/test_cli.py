"""``copilot eval`` as it is called: output, exit codes, files, and what it says when it cannot."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from copilot.cli.main import app
from copilot.evals.cache import OutputCache
from copilot.evals.runs import find_run, read_run
from tests.evals.desk_suites import mails, write_suite
from tests.evals.tasks.datasets import CONVERSATION
from tests.fake_openai import FakeOpenAI, running

_PATIENCE_S = 120


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))


def evaluate(*words: str) -> Result:
    return CliRunner().invoke(app, ["eval", *words])


def told(result: Result) -> str:
    """What stands on standard error, on one line, without the frame of a usage error."""
    return " ".join(result.stderr.replace("│", " ").split())


def document(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_run_prints_one_document_and_writes_its_record(tmp_path: Path) -> None:
    suite = write_suite(tmp_path, rows=mails(6, lost=1), more={"gates": {"exact": ">= 0.5"}})
    result = evaluate("run", str(suite), "--json")
    assert result.exit_code == 0, result.stderr
    (one,) = document(result)["runs"]
    assert one["passed"] is True
    assert one["metrics"]["exact"]["value"] == pytest.approx(5 / 6)
    assert read_run(tmp_path / one["file"]).suite_file == "mail.yaml"
    assert f"wrote {one['file']}" in result.stderr


def test_a_missed_gate_exits_3_with_every_report_written(tmp_path: Path) -> None:
    suite = write_suite(tmp_path, rows=mails(6, lost=3), more={"gates": {"exact": ">= 0.9"}})
    reports = ("--html", "out/report.html", "--junit", "out/junit.xml")
    result = evaluate("run", str(suite), "--json", *reports)
    assert result.exit_code == 3
    assert document(result)["passed"] is False
    html = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert Path(document(result)["runs"][0]["file"]).name in html
    assert ET.parse(tmp_path / "out" / "junit.xml").getroot().get("failures") != "0"
    shown = evaluate("run", str(suite))
    assert shown.exit_code == 3
    assert "exact" in shown.stdout
    assert "6 cached" in shown.stdout


def test_several_suites_each_get_a_report_and_one_given_twice_is_run_once(tmp_path: Path) -> None:
    first = write_suite(tmp_path, rows=mails(3))
    second = write_suite(tmp_path, name="post", rows=mails(3))
    result = evaluate("run", str(first), str(second), "mail.yaml", "--html", "r.html", "--json")
    assert [one["name"] for one in document(result)["runs"]] == ["mail", "post"]
    assert sorted(one.name for one in tmp_path.glob("*.html")) == ["r-1-mail.html", "r-2-post.html"]


def test_the_baseline_is_shown_in_the_report_while_it_is_there(tmp_path: Path) -> None:
    suite = write_suite(tmp_path, rows=mails(12))
    kept = Path(document(evaluate("run", str(suite), "--json"))["runs"][0]["file"])
    kept = kept.rename(tmp_path / "kept.json")
    write_suite(tmp_path, rows=mails(12, lost=9), more={"baseline": "kept.json"})
    result = evaluate("run", str(suite), "--html", "with.html")
    assert result.exit_code == 3, result.stderr
    assert read_run(find_run("mail", tmp_path / "eval" / "runs")).baseline == "kept.json"
    assert evaluate("report", "mail", "--html", "again.html").exit_code == 0
    kept.unlink()
    assert evaluate("report", "mail", "--html", "without.html").exit_code == 0
    compared = 'id="baseline"'
    pages = {
        name: (tmp_path / f"{name}.html").read_text("utf-8")
        for name in ("with", "again", "without")
    }
    assert [name for name, page in pages.items() if compared in page] == ["with", "again"]


def test_compare_and_report_find_runs_by_name(tmp_path: Path) -> None:
    suite = write_suite(tmp_path, rows=mails(30))
    evaluate("run", str(suite))
    write_suite(tmp_path, rows=mails(30, lost=15))
    evaluate("run", str(suite))
    found = document(evaluate("compare", "mail~1", "mail", "--json"))
    assert found["metrics"][0]["verdict"] == "worse"
    assert [one["what"] for one in found["changes"]] == ["dataset"]
    assert evaluate("compare", "mail~1", "mail", "--fail-if-worse").exit_code == 3
    assert evaluate("compare", "mail", "mail~1", "--fail-if-worse").exit_code == 0
    result = evaluate("report", "mail~1", "--json", "--html", "r.html", "--junit", "r.xml")
    assert document(result)["runs"][0]["metrics"]["exact"]["value"] == 1
    assert (tmp_path / "r.html").exists()
    assert (tmp_path / "r.xml").exists()


def test_a_record_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    suite = write_suite(tmp_path, rows=mails(4), more={"gates": {"exact": ">= 0.5"}})
    evaluate("run", str(suite))
    (tmp_path / "eval" / "runs" / "mail-20200101T000000Z.json").write_text("")
    (tmp_path / "eval" / "runs" / "mail-29990101T000000Z.json").write_text("{}")
    (row,) = document(evaluate("list", str(suite), "--json"))["suites"]
    assert row["cases"] == 4
    assert row["last_run"]["metrics"]["exact"] == 1
    listed = " ".join(evaluate("list", str(suite)).stdout.split())
    assert "email parsing · 4 cases" in listed
    assert "exact 1.000 · passed" in listed
    assert evaluate("run", str(suite), "--html", "r.html").exit_code == 0


def test_a_matrix_runs_every_combination_and_further_arguments_belong_to_it(
    tmp_path: Path,
) -> None:
    suite = write_suite(tmp_path, rows=mails(4))
    words = ["run", "--matrix", "model=a,b", "llm.deadline_s=3,4", str(suite)]
    found = document(evaluate(*words, "--json"))["runs"]
    assert [one["variant"] for one in found] == [
        {"COPILOT_LLM__MODEL": model, "COPILOT_LLM__DEADLINE_S": seconds}
        for model in "ab"
        for seconds in "34"
    ]
    shown = evaluate(*words).stdout
    assert all(name in shown for name in ("model=a", "model=b", "llm.deadline_s=3"))


@pytest.mark.parametrize("bad", ["llm.modle=x", "llm.deadline_s=5,never", "prompt=no/such/folder"])
def test_no_variant_is_run_when_one_of_them_cannot_be(tmp_path: Path, bad: str) -> None:
    suite = write_suite(tmp_path, rows=mails(2))
    result = evaluate("run", str(suite), "--matrix", bad)
    assert result.exit_code == 2
    assert "COPILOT_" in told(result)
    assert not (tmp_path / "eval").exists()


FAULTS = {
    "a typo": ({"metric": ["exact"]}, "mail.yaml:5: `metric` is not a key of a suite."),
    "a bad gate": ({"gates": {"exact": "=> 0.5"}}, 'Write `exact: ">= 0.5"`.'),
    "a missing baseline": ({"baseline": "none.json"}, "mail.yaml:5: There is no baseline"),
}


@pytest.mark.parametrize(("more", "fault"), FAULTS.values(), ids=FAULTS.keys())
def test_a_faulty_suite_exits_2_with_file_line_and_fix(
    tmp_path: Path, more: dict[str, Any], fault: str
) -> None:
    write_suite(tmp_path, rows=mails(2), more=more)
    result = evaluate("run", "mail.yaml", "--json")
    assert result.exit_code == 2
    assert fault in told(result)
    assert "mail.yaml:5: " in told(result)
    assert result.stdout == ""


def test_a_dataset_or_metric_that_is_not_there_exits_2_with_file_and_line(tmp_path: Path) -> None:
    text = write_suite(tmp_path, rows=mails(2)).read_text("utf-8")
    for old, new, fault in (
        ("mail.jsonl", "mial.jsonl", "mail.yaml:3: There is no dataset"),
        ("[exact,", "[exactly,", "mail.yaml:4: The task email_parsing has no metric `exactly`."),
    ):
        (tmp_path / "mail.yaml").write_text(text.replace(old, new), "utf-8")
        result = evaluate("run", "mail.yaml")
        assert result.exit_code == 2
        assert fault in told(result)
    (tmp_path / "mail.yaml").write_text(text, "utf-8")
    (tmp_path / "mail.jsonl").write_text('{"id": "a"}\n')
    assert "mail.jsonl:1: " in told(evaluate("run", "mail.yaml"))
    (tmp_path / "mail.jsonl").write_text("")
    empty = evaluate("run", "mail.yaml")
    assert empty.exit_code == 2
    assert "The file is empty." in told(empty)


def test_runs_that_cannot_be_found_or_compared_exit_2(tmp_path: Path) -> None:
    figure = {"id": "f", "text": "7 EUR", "sources": ["7 EUR"], "figures": []}
    write_suite(tmp_path, rows=mails(2))
    write_suite(tmp_path, name="figures", task="figures", rows=[figure], metrics="[f1]")
    assert evaluate("run", "mail.yaml", "figures.yaml").exit_code == 0
    for words in (("report", "/no/such.json"), ("compare", "mail", "mail~9"), ("report", "x~")):
        result = evaluate(*words)
        assert result.exit_code == 2
        assert "There is no such file" in told(result)
    mixed = evaluate("compare", "mail", "figures")
    assert mixed.exit_code == 2
    assert "Compare two runs of one task." in told(mixed)


@pytest.mark.parametrize("option", ["--html", "--junit"])
def test_a_report_that_cannot_be_written_is_told_before_the_run(
    tmp_path: Path, option: str
) -> None:
    write_suite(tmp_path, rows=mails(2))
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for place in ("file/report", "folder", "file/deep/report"):
        result = evaluate("run", "mail.yaml", option, place)
        assert result.exit_code == 2
        assert "cannot be written" in told(result)
    assert not (tmp_path / "eval").exists()


def test_a_folder_of_runs_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    write_suite(tmp_path, rows=mails(2))
    (tmp_path / "file").write_text("")
    result = evaluate("run", "mail.yaml", "--runs", "file")
    assert result.exit_code == 2
    assert "file" in told(result)
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "outputs.cache").write_text("no cache at all " * 100)
    broken = evaluate("run", "mail.yaml", "--runs", "runs")
    assert broken.exit_code == 1
    assert "outputs.cache" in told(broken)


@pytest.fixture
def model() -> Iterator[FakeOpenAI]:
    with running() as fake:
        yield fake


def test_ctrl_c_keeps_what_was_made_and_the_next_run_goes_on(
    tmp_path: Path, model: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"id": f"s{n}", "conversation": {**CONVERSATION, "subject": f"Kettle {n}"}}
        | {"references": ["A kettle arrived broken."]}
        for n in range(4)
    ]
    write_suite(tmp_path, name="sums", task="summary", rows=rows, metrics="[rouge1]")
    monkeypatch.setenv("COPILOT_LLM__KIND", "openai")
    monkeypatch.setenv("COPILOT_LLM__MODEL", "small")
    monkeypatch.setenv("COPILOT_LLM__BASE_URL", model.base_url)
    monkeypatch.setenv("COPILOT_LLM__API_KEY", "sk-very-secret")
    monkeypatch.setenv("COPILOT_LLM__DEADLINE_S", "300")

    def answer(_messages: list[dict[str, str]]) -> str:
        if len(model.requests) == 2:
            # The third request waits for longer than anybody does.
            model.behaviour = "hangs"
        return json.dumps(SUMMARY)

    model.script = answer
    command = [sys.executable, "-m", "copilot", "eval", "run", "sums.yaml", "--concurrency", "1"]
    asked = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    try:
        until = time.monotonic() + _PATIENCE_S
        while asked.poll() is None and len(model.requests) < 3 and time.monotonic() < until:
            time.sleep(0.05)
        asked.send_signal(signal.SIGINT)
        out, err = asked.communicate(timeout=_PATIENCE_S)
    finally:
        asked.kill()
    assert asked.returncode == 1, err
    assert "What was made is kept" in " ".join(err.split())
    assert "Traceback" not in err
    assert out == ""
    with OutputCache.open(tmp_path / "eval" / "runs" / "outputs.cache") as cache:
        made = cache._connection.execute("SELECT count(*) FROM outputs").fetchone()[0]
    assert made == 2
    model.behaviour = "good"
    result = evaluate("run", "sums.yaml", "--json", "--html", "report.html")
    assert result.exit_code == 0, result.stderr
    (one,) = document(result)["runs"]
    assert (one["cases"], one["cached"], one["failed"]) == (4, 2, 0)
    written = [*(tmp_path / "eval" / "runs").glob("*.json"), tmp_path / "report.html"]
    assert all("very-secret" not in file.read_text("utf-8") for file in written)
    assert "very-secret" not in result.output


SUMMARY = {
    "headline": "Broken kettle",
    "sections": [
        {
            "kind": "request",
            "sentences": [{"text": "The kettle arrived broken.", "messages": [1]}],
        }
    ],
}
