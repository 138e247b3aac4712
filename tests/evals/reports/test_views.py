"""What cases show of themselves, task by task, and marks in texts."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.evals.reports.blocks import Block, fit, listed, tabled, text
from copilot.evals.reports.marking import Span, bare, differing, marked, occurrences
from copilot.evals.reports.views import view
from copilot.evals.reports.views.conversations import phrases
from copilot.evals.run import CaseResult
from copilot.evals.suite import TaskName
from tests.evals.reports import made


def pieces_of(blocks: list[Block]) -> list[Any]:
    found: list[Any] = []
    for block in blocks:
        found += block.get("pieces", [])
        found += [piece for item in block.get("items", []) for piece in item[0]]
        found += [piece for row in block.get("rows", []) for cell in row for piece in cell]
    return found


def output_of(case: CaseResult, task: TaskName) -> list[Block]:
    assert case.output is not None
    return view.output(task, case, case.output)


def signs(block: Block) -> list[str]:
    return [mark for _, mark in block["items"]]


def test_a_ranking_marks_what_is_relevant_and_says_where_the_rest_is() -> None:
    run = made.retrieval(4, lost=1)
    nowhere, third = run.cases[0], run.cases[2]
    assert view.expected("retrieval", nowhere)[0]["items"] == [
        [["Lids for kettle 0", ("doc-0", "tag"), ("not among the first 20", "tag")], "bad"]
    ]
    assert ("rank 3", "tag") in pieces_of(view.expected("retrieval", third))
    ranking = output_of(third, "retrieval")[0]
    assert ranking["kind"] == "ordered"
    assert signs(ranking) == ["", "", "ok", *[""] * 7]


def test_a_failed_query_is_not_said_to_miss_its_documents() -> None:
    case = made.failed("q", "no answer", expected={"relevant": {"d": 1, "e": 2}})
    shown = view.expected("retrieval", case)[0]
    assert shown["items"] == [[["d", ("grade 1", "tag")], ""], [["e", ("grade 2", "tag")], ""]]


def test_a_summary_has_sections_marked_figures_and_unsourced_sentences() -> None:
    shown = output_of(made.summary_case(), "summary")
    assert [block["title"] for block in shown] == ["Headline", "Request", "Promised"]
    pieces = pieces_of(shown)
    assert ("£58.90", "ok") in pieces
    assert ("Friday", "bad") in pieces
    assert ("contradicted", "tag") in pieces
    assert pieces.count(("no source", "tag")) == 1


def test_a_draft_has_citations_where_they_stand_and_phrases_are_judged() -> None:
    case = made.draft_case()
    shown = output_of(case, "draft")
    assert shown[0]["pieces"][:2] == ["We send the lid.", ("[1]", "tag")]
    assert ("12 %", "warn") in shown[0]["pieces"]
    wanted = {block["title"]: block for block in view.expected("draft", case)}
    assert signs(wanted["Must mention"]) == ["ok", "bad"]
    assert signs(wanted["Must not mention"]) == ["ok"]


def test_a_transcript_is_compared_by_words_without_case_and_punctuation() -> None:
    case = made.transcription_case()
    missing = [one for one in pieces_of(view.expected("transcription", case)) if one[-1] == "del"]
    extra = [one for one in pieces_of(output_of(case, "transcription")) if one[-1] == "add"]
    assert missing == [("kettle", "del")]
    assert extra == [("cattle", "add"), ("today", "add")]


def test_mail_has_its_three_parts() -> None:
    case = made.email_case()
    shown = output_of(case, "email_parsing")
    assert [block["title"] for block in shown] == ["Reply", "Signature", "Quoted"]
    assert ("--", "add") in shown[0]["pieces"]
    assert ("Aino", "del") in pieces_of(view.expected("email_parsing", case))


def test_redaction_marks_what_was_missed_and_what_was_too_much() -> None:
    case = made.redaction_case()
    assert ("+358 40 123 4567", "bad") in pieces_of(view.expected("redaction", case))
    found = pieces_of(output_of(case, "redaction"))
    assert ("Aino Virtanen", "ok") in found
    assert ("call", "warn") in found


def test_figures_have_a_table_of_verdicts() -> None:
    case = made.figures_case()
    rows = view.expected("figures", case)[0]["rows"]
    assert rows[0] == [["£58.90"], ["contradicted"], [("contradicted", "ok")]]
    assert rows[1] == [["May"], ["unsupported"], [("not found", "bad")]]


def test_a_canary_is_marked_wherever_it_came_through() -> None:
    case = made.injection_case()
    found = pieces_of(output_of(case, "injection"))
    assert ("PELICAN-7", "bad") in found
    assert ("pelican-7", "bad") in found
    assert ("PELICAN-7", "bad") in pieces_of(view.given("injection", case))
    assert view.expected("injection", case)[0]["items"][0][1] == "bad"


def test_a_canary_that_begins_with_a_figure_is_marked_whole() -> None:
    case = made.injection_case()
    figure = {"text": "77", "verdict": "supported", "start": 4, "end": 6}
    case.expected = {"canary": "77-pelican"}
    case.output = {"draft": {"text": "Say 77-pelican now.", "figures": [figure]}}
    assert output_of(case, "injection")[0]["pieces"] == ["Say ", ("77-pelican", "bad"), " now."]


@pytest.mark.parametrize("task", get_args(TaskName))
@pytest.mark.parametrize(
    "odd",
    [{}, {"text": 3, "ranked": [None, 7], "figures": ["x"], "draft": [], "sections": [{}]}],
    ids=["empty", "odd"],
)
def test_outputs_of_another_shape_are_shown_all_the_same(
    task: TaskName, odd: dict[str, Any]
) -> None:
    case = made.case("c", input=odd, expected=odd, output=odd)
    assert isinstance(view.title(task, case), str)
    assert view.given(task, case) is not None
    assert pieces_of(view.expected(task, case))
    assert pieces_of(view.output(task, case, odd))


@given(st.text(), st.text())
def test_comparing_words_keeps_both_texts(expected: str, found: str) -> None:
    left, right = differing(expected, found, bare)
    assert "".join(one if isinstance(one, str) else one[0] for one in left) == expected
    assert "".join(one if isinstance(one, str) else one[0] for one in right) == found


def test_equal_texts_have_no_marks() -> None:
    left, right = differing("a b  c\n", "a b  c\n")
    assert left == right == ("a b  c\n", "")


@given(st.text(), st.lists(st.tuples(st.integers(-3, 20), st.integers(-3, 20))))
def test_marking_keeps_the_text_whatever_the_spans(said: str, ends: list[tuple[int, int]]) -> None:
    pieces = marked(said, [Span(start, end, "ok", "tag") for start, end in ends])
    kept = [one if isinstance(one, str) else one[0] for one in pieces if one[-1:] != ("tag",)]
    assert "".join(kept) == said


def test_occurrences_keep_offsets_where_lower_case_is_longer() -> None:
    assert occurrences("İİ Canary", "canary", "bad") == [Span(3, 9, "bad")]
    assert occurrences("anything", " ", "bad") == []


def test_fitting_counts_what_is_left_out() -> None:
    blocks = [
        text("Reply", "0123456789", ("abc", "add")),
        listed("Sources", [(["one"], "ok"), (["two"], "")]),
        tabled("", ["Figure"], [[["£5"]]]),
    ]
    assert fit(blocks, 1000) == blocks
    shown = fit(blocks, 17)
    assert shown[0]["pieces"] == ["0123456789", ("ab", "add")]
    assert [block["kind"] for block in shown] == ["text", "more"]
    assert shown[1]["title"] == "… 16 characters more"


def injected(draft_text: str, *, cited: str = "") -> str:
    """What the report says became of the canary PELICAN-7."""
    output = {
        "draft": {"text": draft_text, "citations": [{"n": 1, "passage": {"text": cited}}]},
        "summary": {"headline": "An order", "sections": []},
    }
    case = made.injection_case().model_copy(update={"output": output})
    return json.dumps(view.expected("injection", case))


def test_a_canary_is_told_as_its_metric_counts_it() -> None:
    assert "came through" in injected("Of course: pelican-\u200b7.")
    assert "kept out" in injected("No.", cited="PELICAN-7")
    assert "kept out" in injected("No.")


@pytest.mark.parametrize(
    ("wanted", "text", "there"),
    [
        ("39.90 €", "It costs 39,90 euros.", True),
        ("15", "It takes 150 days.", False),
        ("lid is here", "The lid\nis here.", True),
    ],
)
def test_a_phrase_is_told_as_its_metric_counts_it(wanted: str, text: str, there: bool) -> None:
    told = json.dumps(phrases("Must mention", [wanted], text, want=True))
    assert ("is there" in told, "is not there" in told) == (there, not there)
