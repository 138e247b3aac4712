"""What data sets of others look like: nulls, other names, missing titles, letters in headers."""

from pathlib import Path
from typing import Any

import pytest

from copilot.evals.errors import SuiteError
from copilot.evals.suite import TaskName
from copilot.evals.tasks.email_parsing import as_sent
from tests.evals.tasks.datasets import (
    ARTICLES,
    CONVERSATION,
    load,
    work_through,
    write_collection,
    write_lines,
)

BUYER: dict[str, Any] = {
    **CONVERSATION,
    "customer": {"source": "crm", "external_id": "c-77", "name": "Ada Lake"},
}
ORDER = {
    "number": "KK-1001",
    "status": "shipped",
    "total": {"amount": "49.90", "currency": "EUR"},
    "items": [{"name": "Kettle", "price": {"amount": "49.90", "currency": "EUR"}}],
}


def eml(charset: str, text: str) -> str:
    return (
        "From: Ada <ada@mail.example>\nSubject: Keitin\n"
        f'Content-Type: text/plain; charset="{charset}"\n'
        f"Content-Transfer-Encoding: 8bit\n\n{text}\n"
    )


def test_documents_may_lack_title_and_text(tmp_path: Path) -> None:
    folder = write_collection(
        tmp_path,
        documents=[
            {"_id": "d1", "title": None, "text": "The shop opens at nine.", "metadata": {}},
            {"_id": "d2", "title": "Only a title", "text": ""},
            {"_id": "d3", "title": " ", "text": " \n", "lang": None},
        ],
        queries=[{"_id": "q1", "text": "When?", "metadata": {}, "language": None}],
        judged="q1\td1\t1\n",
    )
    documents = load("retrieval", folder).shared.documents
    assert [one.body.title for one in documents] == [
        "The shop opens at nine.",
        "Only a title",
        "d3",
    ]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("summary", {"conversation": CONVERSATION, "references": [], "options": None}),
        (
            "draft",
            {
                "conversation": CONVERSATION,
                "articles": [{"_id": 7, "id": None, "title": None, "text": "Free returns."}],
                "must_mention": None,
                "must_not_mention": None,
                "orders": None,
                "labels": None,
            },
        ),
        ("email_parsing", {"raw": None, "raw_html": "<p>Hi</p>", "expected_reply": "Hi"}),
        ("redaction", {"text": "Hi", "entities": [], "names": None}),
        ("figures", {"text": "5 EUR", "sources": [{"kind": None, "text": "5"}], "figures": []}),
    ],
)
def test_a_null_is_not_told(tmp_path: Path, name: TaskName, row: dict[str, Any]) -> None:
    (case,) = load(name, write_lines(tmp_path / "cases.jsonl", [{"id": "a", **row}])).cases
    if name == "draft":
        (article,) = case.input["articles"]
        assert (article["id"], article["title"]) == ("7", "Free returns.")


def test_a_null_that_must_be_told_is_a_fault(tmp_path: Path) -> None:
    row = {"id": "a", "conversation": CONVERSATION, "references": None}
    with pytest.raises(SuiteError, match="references"):
        load("summary", write_lines(tmp_path / "cases.jsonl", [row]))


def test_sources_may_be_called_as_search_calls_them(tmp_path: Path) -> None:
    sources = [{"kind": "article", "text": "5 EUR"}, {"kind": "conversation", "text": "6 EUR"}]
    row = {"id": "a", "text": "5 EUR", "sources": sources, "figures": []}
    (case,) = load("figures", write_lines(tmp_path / "cases.jsonl", [row])).cases
    assert [one["kind"] for one in case.input["sources"]] == ["passage", "message"]


@pytest.mark.parametrize(
    "charset", ["utf-8", "iso-8859-1", "Windows-1252", "us-ascii", "none-such"]
)
def test_a_mail_held_as_text_is_read_with_its_letters(tmp_path: Path, charset: str) -> None:
    mail = eml(charset, "Hyvää päivää, määräaika?")
    row = {"id": "a", "raw_eml": mail, "expected_reply": ""}
    dataset = load("email_parsing", write_lines(tmp_path / "cases.jsonl", [row]))
    assert work_through("email_parsing", dataset)["a"]["text"] == "Hyvää päivää, määräaika?"


@pytest.mark.parametrize("charset", ["utf-16", "rot13", "unicode_escape", "iso-8859-1"])
def test_a_charset_that_cannot_write_the_mail_is_not_used(charset: str) -> None:
    mail = eml(charset, "Hyvää 😀")
    assert as_sent(mail) == mail.encode()


def test_orders_are_known_to_the_draft(tmp_path: Path) -> None:
    asked = {**BUYER, "messages": [{**BUYER["messages"][0], "text": "Where is my order KK-1001?"}]}
    row = {"conversation": asked, "articles": ARTICLES[:1]}
    rows = [{"id": "with", **row, "orders": [ORDER]}, {"id": "without", **row}]
    dataset = load("draft", write_lines(tmp_path / "cases.jsonl", rows))
    owner = {"source": "crm", "external_id": "c-77"}
    assert dataset.cases[0].input["orders"] == [{**ORDER, "customer": owner}]
    outputs = work_through("draft", dataset)
    cited = [one["order_number"] for one in outputs["with"]["citations"]]
    assert cited == ["KK-1001"]
    assert "shipped" in outputs["with"]["text"]
    # The same articles, but the order is another case's.
    assert outputs["without"]["citations"] == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"conversation": CONVERSATION}, "conversation.customer has no source and external_id"),
        ({"orders": [ORDER, ORDER]}, "the number 'KK-1001' stands there twice"),
        (
            {"orders": [{**ORDER, "customer": {"source": "crm", "external_id": "c-9"}}]},
            "orders.0: it is not of the conversation's customer",
        ),
        ({"orders": [{"status": "shipped"}]}, "orders.0.number is missing"),
    ],
)
def test_faulty_orders_are_told(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    row = {"id": "a", "conversation": BUYER, "articles": [], "orders": [ORDER], **change}
    with pytest.raises(SuiteError) as caught:
        load("draft", write_lines(tmp_path / "cases.jsonl", [row]))
    assert caught.value.line == 1
    assert told in caught.value.detail


def test_cases_share_the_articles_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Returns\n\nWithin 30 days.\n")
    row = {"conversation": CONVERSATION, "articles": "a.md"}
    file = write_lines(tmp_path / "cases.jsonl", [{"id": "a", **row}, {"id": "b", **row}])
    one, other = load("draft", file).cases
    assert one.input["articles"] is other.input["articles"]
