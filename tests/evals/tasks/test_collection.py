"""Retrieval datasets in BEIR's layout: what is read, and every fault with its file and line."""

from pathlib import Path
from typing import Any

import pytest

from copilot.evals.errors import SuiteError
from tests.evals.tasks.datasets import load, write_collection, write_lines

DOCUMENTS: list[dict[str, Any]] = [
    {"_id": "d1", "title": "Returns", "text": "Within 30 days."},
    {"id": 2, "title": "", "text": "# Opening hours\n\nFrom 9 to 17."},
]
QUERIES = [
    {"_id": "q1", "text": "How do I return it?", "lang": "en"},
    {"id": "q2", "text": "When are you open?"},
    {"id": "q3", "text": "Where are you?"},
]
JUDGED = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\t2\t0\nq2\t2\t1\r\n\n"


def collection(folder: Path, judged: str = JUDGED, qrels: str = "qrels.tsv") -> Path:
    return write_collection(
        folder, documents=DOCUMENTS, queries=QUERIES, judged=judged, qrels=qrels
    )


@pytest.mark.parametrize("qrels", ["qrels.tsv", "qrels/test.tsv"])
def test_queries_have_their_relevant_documents(tmp_path: Path, qrels: str) -> None:
    dataset = load("retrieval", collection(tmp_path, qrels=qrels), ("recall@5", "ndcg@50", "mrr"))
    one, two = dataset.cases
    assert (one.id, dict(one.labels)) == ("q1", {"language": "en"})
    assert one.input == {"text": "How do I return it?", "depth": 50}
    assert one.expected == {"relevant": {"d1": 2}, "titles": {"d1": "Returns"}}
    assert two.expected["titles"] == {"2": "Opening hours"}
    assert dataset.left_out == ["Query q3 has no relevant document."]


def test_at_least_twenty_documents_are_wanted(tmp_path: Path) -> None:
    dataset = load("retrieval", collection(tmp_path), ("recall@5",))
    assert dataset.cases[0].input["depth"] == 20


def test_the_judgements_need_no_header(tmp_path: Path) -> None:
    dataset = load("retrieval", collection(tmp_path, "q1\td1\t1\n"))
    assert [one.id for one in dataset.cases] == ["q1"]


def test_another_corpus_changes_what_the_cases_share(tmp_path: Path) -> None:
    before = load("retrieval", collection(tmp_path))
    write_lines(tmp_path / "corpus.jsonl", [DOCUMENTS[0], {**DOCUMENTS[1], "text": "Always."}])
    after = load("retrieval", tmp_path)
    assert before.shared_digest != after.shared_digest
    assert before.digest != after.digest


@pytest.mark.parametrize(
    ("judged", "line", "told"),
    [
        ("q1\td1\n", 1, "3 columns; here are 2"),
        ("q1 d1 1\n", 1, "3 columns; here are 1"),
        ("q1\tQ0\td1\t1\n", 1, "3 columns; here are 4"),
        ("query-id\tcorpus-id\tscore\nq1\td1\tgood\n", 2, "'good' is not a whole number"),
        ("q1\td1\tscore\n", 1, "'score' is not a whole number"),
        ("q1\td1\t1\nq9\td1\t1\n", 2, "The query 'q9' is not in queries.jsonl."),
        (
            "q1\td1\t1\nq1\td8\t1\nq1\td9\t0\n",
            2,
            "The document 'd8' is not in corpus.jsonl (and 1 more lines like it).",
        ),
        ("q1\td1\t1\nq1\td1\t2\n", 2, "another grade"),
        ("", None, "empty"),
    ],
    ids=range(9),
)
def test_a_faulty_judgement_is_told(
    tmp_path: Path, judged: str, line: int | None, told: str
) -> None:
    with pytest.raises(SuiteError) as caught:
        load("retrieval", collection(tmp_path, judged))
    assert (caught.value.file, caught.value.line) == (tmp_path / "qrels.tsv", line)
    assert told in caught.value.detail


def test_what_is_said_twice_alike_counts_once(tmp_path: Path) -> None:
    dataset = load("retrieval", collection(tmp_path, "q1\td1\t1\nq1\td1\t1\n"))
    assert dataset.cases[0].expected["relevant"] == {"d1": 1}


@pytest.mark.parametrize("judged", ["q1\td1\t0\n", "query-id\tcorpus-id\tscore\n"])
def test_a_dataset_that_finds_nothing_relevant_is_told(tmp_path: Path, judged: str) -> None:
    with pytest.raises(SuiteError, match="has a relevant document") as caught:
        load("retrieval", collection(tmp_path, judged))
    assert caught.value.line == 3


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_told(tmp_path: Path, missing: str) -> None:
    (collection(tmp_path) / missing).unlink()
    with pytest.raises(SuiteError, match=f"has no {missing}"):
        load("retrieval", tmp_path)


@pytest.mark.parametrize(
    ("file", "row", "told"),
    [
        ("corpus.jsonl", {"_id": "d1", "text": "Again."}, "stands already on line 1"),
        ("corpus.jsonl", {"_id": "d3", "title": "No text"}, "The field text is missing"),
        ("queries.jsonl", {"_id": "q4", "text": "  "}, "text:"),
        ("queries.jsonl", {"text": "Who?"}, "The field id is missing"),
    ],
)
def test_a_faulty_entry_is_told(tmp_path: Path, file: str, row: object, told: str) -> None:
    collection(tmp_path)
    rows = DOCUMENTS if file == "corpus.jsonl" else QUERIES
    write_lines(tmp_path / file, [*rows, row])
    with pytest.raises(SuiteError) as caught:
        load("retrieval", tmp_path)
    assert (caught.value.file, caught.value.line) == (tmp_path / file, len(rows) + 1)
    assert told in caught.value.detail
