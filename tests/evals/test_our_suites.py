"""The suites that come with the package: what is promised of their data, and that gates hold."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest

from copilot.evals.metrics.catalog import metric
from copilot.evals.suite import Suite
from copilot.evals.suite_file import load_suite
from copilot.evals.tasks.catalog import task

EVAL = Path(__file__).parents[2] / "eval"
SUITES = sorted((EVAL / "suites").glob("*.yaml"))
DATASETS = sorted(one for one in (EVAL / "datasets").iterdir() if one.is_dir())
LEAST_CASES = {"retrieval": 60, "summary": 60, "email_parsing": 60}
NEED_WEIGHTS = {"calls-fi"}
_HOST = re.compile(
    r"(?<![\w.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|org|net|fi|eu|io|dev|uk|de|se|dk|no|ee|pl|nl|it|es|fr|shop|app|example)(?![\w-])",
    re.IGNORECASE,
)
# Set aside for examples.
_OURS = re.compile(r"(?:^|\.)example(?:\.[a-z]{2,3})?$", re.IGNORECASE)
# The state's own service for powers of attorney, which an article names as any firm's would.
_PUBLIC_SERVICES = {"suomi.fi"}
# Of the machine that the data was written or is tested on.
_MACHINE = (f"{EVAL.parent}/", f"{Path.home()}/", f"{gettempdir()}/")


def suite_of(file: Path) -> Suite:
    return load_suite(file, check_metric=metric)


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def texts(value: Any) -> list[str]:
    """Every text of a JSON value."""
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for part in inside for one in texts(part)]


def language_of(case_id: str, told: str | None) -> str:
    """Our ids and names of suites tell the language where the case does not."""
    return told or ("fi" if re.search(r"(?:^|-)fi(?:-|$)", case_id) else "en")


@pytest.mark.parametrize("file", SUITES, ids=lambda one: one.stem)
def test_a_suite_loads_with_its_dataset(file: Path) -> None:
    suite = suite_of(file)
    dataset = task(suite.task).load(suite)
    assert suite.name == file.stem
    assert suite.description
    assert not dataset.left_out
    assert suite.gates or suite.name in NEED_WEIGHTS


def test_there_are_enough_cases_and_half_of_them_are_finnish() -> None:
    counted: dict[str, Counter[str]] = {}
    for file in SUITES:
        suite = suite_of(file)
        found = counted.setdefault(suite.task, Counter())
        for case in task(suite.task).load(suite).cases:
            found[language_of(case.id, case.labels.get("language"))] += 1
    for name, least in LEAST_CASES.items():
        assert counted[name].total() >= least, name
        assert 0.45 <= counted[name]["fi"] / counted[name].total() <= 0.55, name
    assert counted["transcription"] == {"fi": 1, "en": 1}


def test_every_dataset_belongs_to_a_suite() -> None:
    assert {suite_of(one).dataset for one in SUITES} == {one.resolve() for one in DATASETS}


def test_ids_are_unique_over_all_datasets() -> None:
    ids = Counter(
        str(row.get("id", row.get("_id")))
        for folder in DATASETS
        for file in folder.glob("*.jsonl")
        for row in rows(file)
    )
    assert [one for one, times in ids.items() if times > 1] == []


@pytest.mark.parametrize("folder", DATASETS, ids=lambda one: one.name)
def test_a_readme_says_that_the_data_is_made(folder: Path) -> None:
    said = (folder / "README.md").read_text("utf-8")
    assert re.search(r"\b(?:made|invented and written)\b", said, re.IGNORECASE)
    assert "for this project" in " ".join(said.split())


@pytest.mark.parametrize("folder", DATASETS, ids=lambda one: one.name)
def test_addresses_are_invented_ones(folder: Path) -> None:
    for file in [*folder.glob("*.jsonl"), *folder.glob("*.tsv"), folder / "README.md"]:
        text = file.read_text("utf-8")
        hosts = {one.lower() for one in _HOST.findall(text)} - _PUBLIC_SERVICES
        assert {one for one in hosts if not _OURS.search(one)} == set(), file
        assert [one for one in _MACHINE if one in text] == [], file


def test_no_text_stands_in_two_datasets() -> None:
    seen: dict[str, str] = {}
    for folder in DATASETS:
        for file in folder.glob("*.jsonl"):
            for text in {" ".join(one.split()) for row in rows(file) for one in texts(row)}:
                if len(text.split()) >= 8:
                    assert seen.setdefault(text, folder.name) == folder.name, text


@pytest.mark.parametrize("name", ["kb_en", "kb_fi", "summaries", "email_parsing", "redaction"])
def test_a_readme_counts_right(name: str) -> None:
    folder = EVAL / "datasets" / name
    said = (folder / "README.md").read_text("utf-8")
    if name.startswith("kb"):
        judged = len((folder / "qrels.tsv").read_text("utf-8").splitlines()) - 1
        assert f"{len(rows(folder / 'corpus.jsonl'))} articles" in said
        assert f"{len(rows(folder / 'queries.jsonl'))} questions" in said
        assert f"{judged} judgements" in said
    else:
        assert f"{len(rows(folder / 'cases.jsonl'))} " in said


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_our_gates_hold(tmp_path: Path) -> None:
    chosen = [str(one) for one in SUITES if one.stem not in NEED_WEIGHTS]
    command = [sys.executable, "-m", "copilot", "eval", "run", *chosen, "--json"]
    done = subprocess.run(
        [*command, "--runs", str(tmp_path / "runs")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=580,
    )
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "runs").glob("*.json"))) == len(chosen)
    for file in (tmp_path / "runs").glob("*.json"):
        run = json.loads(file.read_text("utf-8"))
        assert [one["id"] for one in run["cases"] if one["error"]] == []
        assert all(one["passed"] for one in run["gates"])
