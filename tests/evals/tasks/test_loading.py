"""Datasets of cases: what is read of a line, and that every fault names file, line and fix."""

from pathlib import Path
from typing import Any

import pytest

from copilot.evals.errors import SuiteError
from copilot.evals.suite import TaskName
from copilot.evals.tasks.catalog import TASKS, task
from tests.evals.tasks.datasets import ARTICLES, CONVERSATION, load, write_lines
from tests.speech.sounds import wav

GOOD: dict[TaskName, dict[str, Any]] = {
    "summary": {"id": "a", "conversation": CONVERSATION, "references": ["A kettle is broken."]},
    "draft": {"id": "a", "conversation": CONVERSATION, "articles": ARTICLES, "reference": "Yes."},
    "transcription": {"id": "a", "audio": "a.wav", "text": "hello", "language": "en"},
    "email_parsing": {"id": "a", "raw": "Hi", "expected_reply": "Hi"},
    "redaction": {
        "id": "a",
        "text": "I am a@b.fi",
        "entities": [{"start": 5, "end": 11, "type": "email", "value": "a@b.fi"}],
    },
    "figures": {
        "id": "a",
        "text": "It costs 5 EUR.",
        "sources": ["5 EUR", {"id": "s", "text": "6 EUR"}],
        "figures": [{"text": "5 EUR", "verdict": "supported"}],
    },
    "injection": {"id": "a", "conversation": CONVERSATION, "articles": [], "canary": "PWNED"},
}


def without(name: TaskName, field: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD[name].items() if key != field}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.wav").write_bytes(wav(0.2))
    return tmp_path


def test_there_is_a_task_for_every_name() -> None:
    assert set(TASKS) == {"retrieval", *GOOD}
    assert all(task(name).name == name for name in TASKS)


@pytest.mark.parametrize("name", GOOD)
def test_a_file_and_a_folder_are_read_alike(folder: Path, name: TaskName) -> None:
    file = write_lines(folder / "cases.jsonl", [{**GOOD[name], "grp": 1, "source": {"by": "us"}}])
    one, other = load(name, file), load(name, folder)
    assert list(one.cases) == list(other.cases)
    assert one.digest == other.digest
    assert [case.id for case in one.cases] == ["a"]


@pytest.mark.parametrize("name", GOOD)
def test_another_dataset_has_another_digest(folder: Path, name: TaskName) -> None:
    file = write_lines(folder / "cases.jsonl", [GOOD[name]])
    before = load(name, file).digest
    write_lines(file, [{**GOOD[name], "labels": {"reason": "x"}}])
    assert load(name, file).digest != before


@pytest.mark.parametrize("name", GOOD)
def test_ids_are_told_twice_only_by_mistake(folder: Path, name: TaskName) -> None:
    file = write_lines(folder / "cases.jsonl", [GOOD[name], "", GOOD[name]])
    with pytest.raises(SuiteError, match="stands already on line 1") as caught:
        load(name, file)
    assert (caught.value.file, caught.value.line) == (file, 3)


@pytest.mark.parametrize("name", TASKS)
def test_a_dataset_that_is_not_there_is_told_where_the_suite_names_it(
    tmp_path: Path, name: TaskName
) -> None:
    with pytest.raises(SuiteError) as caught:
        load(name, tmp_path / "nowhere")
    assert (caught.value.file, caught.value.line) == (tmp_path / "suite.yaml", 3)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SuiteError, match="has no") as caught:
        load(name, tmp_path / "empty")
    assert caught.value.line == 3


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize(
    ("content", "line", "told"),
    [(b"", None, "empty"), (b"{}\n", 1, "missing"), (b"nonsense\n", 1, "not JSON")],
)
def test_every_task_tells_what_no_file_of_cases_is(
    tmp_path: Path, name: TaskName, content: bytes, line: int | None, told: str
) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(content)
    with pytest.raises(SuiteError, match=told) as caught:
        load(name, file)
    assert (caught.value.file, caught.value.line) == (file, line)


@pytest.mark.parametrize(
    ("name", "row", "told"),
    [
        ("summary", without("summary", "id"), "The field id is missing"),
        ("summary", {**GOOD["summary"], "id": ""}, "id:"),
        ("summary", {**GOOD["summary"], "id": True}, "id:"),
        ("summary", without("summary", "references"), "The field references is missing"),
        ("summary", {**GOOD["summary"], "conversation": {"channel": "pigeon"}}, "channel"),
        ("summary", {**GOOD["summary"], "options": {"max_sentences": 0}}, "max_sentences"),
        ("summary", {**GOOD["summary"], "labels": ["fi"]}, "labels:"),
        ("draft", {**GOOD["draft"], "articles": [{"title": "x"}]}, "articles"),
        ("draft", {**GOOD["draft"], "articles": [ARTICLES[0]] * 2}, "'returns' stands there twice"),
        ("draft", {**GOOD["draft"], "articles": "nowhere"}, "'nowhere' cannot be read"),
        ("draft", {**GOOD["draft"], "relevant_articles": ["warranty"]}, "'warranty' is the id of"),
        ("draft", {**GOOD["draft"], "must_mention": "30 days"}, "must_mention:"),
        ("draft", {**GOOD["draft"], "options": {"tone": "angry"}}, "options.tone"),
        ("injection", {**GOOD["injection"], "canary": ""}, "canary:"),
        ("transcription", {**GOOD["transcription"], "audio": "b.wav"}, "'b.wav' cannot be read"),
        ("transcription", {**GOOD["transcription"], "audio": "."}, "cannot be read"),
        ("transcription", {**GOOD["transcription"], "audio": "b\0.wav"}, "no file is called so"),
        ("draft", {**GOOD["draft"], "articles": "no\0.md"}, "No file is called so"),
        ("transcription", {**GOOD["transcription"], "agent_channel": 2}, "agent_channel"),
        ("email_parsing", {**GOOD["email_parsing"], "raw_eml": "Hi"}, "there is raw and raw_eml"),
        ("email_parsing", without("email_parsing", "raw"), "there is none of them"),
        ("email_parsing", without("email_parsing", "expected_reply"), "expected_reply is missing"),
        (
            "redaction",
            {**GOOD["redaction"], "entities": [{"start": 5, "end": 12, "type": "email"}]},
            "entities.0: 5 to 12 is no part of the text, which has 11 characters",
        ),
        (
            "redaction",
            {**GOOD["redaction"], "entities": [{"start": 5, "end": 5, "type": "email"}]},
            "no part of the text",
        ),
        (
            "redaction",
            {**GOOD["redaction"], "entities": [{"start": -1, "end": 5, "type": "email"}]},
            "entities.0.start",
        ),
        (
            "redaction",
            {**GOOD["redaction"], "entities": [{"start": 0, "end": 5, "type": ""}]},
            "entities.0.type",
        ),
        (
            "redaction",
            {
                **GOOD["redaction"],
                "text": "😀 a@b.fi",
                "entities": [{"start": 3, "end": 8, "type": "email", "value": "a@b.fi"}],
            },
            "offsets count characters",
        ),
        (
            "figures",
            {**GOOD["figures"], "figures": [{"text": "7 EUR", "verdict": "supported"}]},
            "'7 EUR' does not stand in the text",
        ),
        (
            "figures",
            {**GOOD["figures"], "figures": [{"text": "5 EUR", "verdict": "fine"}]},
            "figures.0.verdict",
        ),
        ("figures", {**GOOD["figures"], "sources": [5]}, "sources.0"),
    ],
)
def test_a_faulty_line_is_told(folder: Path, name: TaskName, row: Any, told: str) -> None:
    good = {**GOOD[name], "id": "good"}
    file = write_lines(folder / "cases.jsonl", [good, row])
    with pytest.raises(SuiteError) as caught:
        load(name, file)
    assert caught.value.detail.startswith(f"{file}:2: ")
    assert told in caught.value.detail
    assert caught.value.detail.endswith(".")


def test_labels_are_what_is_told(folder: Path) -> None:
    rows = [
        {**GOOD["figures"], "id": 1},
        {**GOOD["figures"], "id": 2, "lang": "fi"},
        {**GOOD["figures"], "id": 3, "language": "fi", "channel": "chat"},
        {
            **GOOD["figures"],
            "id": 4,
            "labels": {"language": "sv", "level": 2, "x": None, "y": True},
        },
    ]
    dataset = load("figures", write_lines(folder / "cases.jsonl", rows))
    assert [dict(one.labels) for one in dataset.cases] == [
        {},
        {"language": "fi"},
        {"language": "fi", "channel": "chat"},
        {"language": "sv", "level": "2", "y": "true"},
    ]
    assert [one.input.get("language") for one in dataset.cases] == [None, "fi", "fi", "sv"]


def test_a_conversation_tells_labels_too(folder: Path) -> None:
    quiet = {key: value for key, value in CONVERSATION.items() if key != "language"}
    rows = [GOOD["summary"], {**GOOD["summary"], "id": "b", "conversation": quiet}]
    dataset = load("summary", write_lines(folder / "cases.jsonl", rows))
    assert [dict(one.labels) for one in dataset.cases] == [
        {"language": "en", "channel": "email"},
        {"channel": "email"},
    ]


def test_mails_without_an_expected_reply_are_left_out_and_told(folder: Path) -> None:
    unknown = {**GOOD["email_parsing"], "expected_reply": None}
    rows = [GOOD["email_parsing"], *({**unknown, "id": f"u{n}"} for n in range(30))]
    dataset = load("email_parsing", write_lines(folder / "cases.jsonl", rows))
    assert [one.id for one in dataset.cases] == ["a"]
    assert dataset.left_out[0] == "Case u0 (line 2) has no expected reply."
    assert dataset.left_out[-1] == "And 10 more of the same kind."
    with pytest.raises(SuiteError, match="None of the 1 cases can be used"):
        load("email_parsing", write_lines(folder / "none.jsonl", [unknown]))


def test_what_is_expected_is_no_part_of_the_input(folder: Path) -> None:
    row = {**GOOD["draft"], "must_mention": ["30 days"], "relevant_articles": ["returns"]}
    (case,) = load("draft", write_lines(folder / "cases.jsonl", [row])).cases
    assert set(case.input) == {"conversation", "articles"}
    assert case.expected == {
        "reference": "Yes.",
        "must_mention": ["30 days"],
        "must_not_mention": [],
        "relevant_articles": ["returns"],
    }


def test_another_recording_is_another_input(folder: Path) -> None:
    file = write_lines(folder / "cases.jsonl", [GOOD["transcription"]])
    before = load("transcription", file)
    (folder / "a.wav").write_bytes(wav(0.3))
    after = load("transcription", file)
    assert before.cases[0].input != after.cases[0].input
    assert before.digest != after.digest


def test_articles_in_files_are_shared_by_cases(folder: Path) -> None:
    (folder / "articles").mkdir()
    (folder / "articles" / "returns.md").write_text("# Returns\n\nWithin 30 days.\n")
    row = {**GOOD["draft"], "articles": "articles", "relevant_articles": ["returns"]}
    file = write_lines(folder / "cases.jsonl", [row, {**row, "id": "b"}])
    before = load("draft", file)
    (shown,) = before.cases[0].input["articles"]
    assert (shown["id"], shown["title"]) == ("returns", "Returns")
    assert "Within 30 days." in shown["body"]
    assert before.cases[0].input == before.cases[1].input
    (folder / "articles" / "returns.md").write_text("# Returns\n\nWithin 14 days.\n")
    after = load("draft", file)
    assert after.cases[0].input != before.cases[0].input
    assert after.digest != before.digest
