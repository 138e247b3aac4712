"""The HTML report as a document: its policy, its size, what it leaves out."""

import base64
import hashlib
import json
import re
from datetime import timedelta
from typing import Any

import pytest

from copilot.evals.reports import cases as trimming
from copilot.evals.reports import wording
from copilot.evals.reports.cases import MOST_BYTES, as_json, shown_cases
from copilot.evals.reports.html import as_html
from copilot.evals.reports.slices import slices
from copilot.evals.run import JudgeResult, Run
from tests.evals.reports import made


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def long_mails(count: int, characters: int, *, name: str = "mail") -> Run:
    words = ("kettle lid kannen kääntö <b> " * (characters // 29 + 1))[:characters]
    cases = [
        made.case(
            f"{name}-{n}",
            input={"raw": words * 2},
            expected={"reply": words, "signature": "Aino"},
            output={"text": words.replace("lid", "led"), "signature": "", "quoted_text": words},
            scores={"similarity": n / count},
        )
        for n in range(count)
    ]
    return made.run("email_parsing", cases, metrics=[made.metric("similarity", 0.5)])


def test_the_policy_names_the_one_style_and_the_one_script() -> None:
    html = as_html(made.retrieval(3))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    style = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    script = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(style) == len(script) == 1
    assert "unsafe" not in policy[1]
    assert policy[1].startswith("default-src &#39;none&#39;;")
    for kind, text in (("style", style[0]), ("script", script[0])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src &#39;sha256-{digest}&#39;" in policy[1]
    # An attribute with style or script would be refused by that policy: there is none.
    assert not re.search(r"<[^>]*\s(style|on\w+)=", html.split("<script")[0])


def test_nothing_outside_the_file_is_named() -> None:
    html = as_html(made.retrieval(3))
    assert re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', html) == []
    assert "url(" not in html
    assert "@import" not in html


def test_a_large_run_is_trimmed_below_five_megabytes_and_says_so() -> None:
    run = long_mails(1000, 6000)
    html = as_html(run, baseline=long_mails(1000, 6000), file="mails.json")
    assert len(html.encode()) < 5_000_000
    shown = data_of(html)["cases"]
    assert len(shown) == 1000
    assert shown[0]["id"] == "mail-0"
    more = shown[0]["expected"][-1]
    assert more["kind"] == "more"
    assert re.fullmatch(r"… [\d,]+ characters more", more["title"])
    assert "mails.json has them whole" in html


def test_labels_and_lines_of_a_megabyte_are_cut_alike_in_filters_and_cases() -> None:
    run, long = made.retrieval(12), "x" * 1_000_000
    for n, one in enumerate(run.cases):
        one.labels = {"kind": f"{n % 2}{long}", f"name {long}": str(n % 2)}
    run.left_out = [long] * 5
    html = as_html(run, baseline=run)
    assert len(html.encode()) < 300_000
    options = re.findall(r'<option value="=([^"]*)"', html)
    assert data_of(html)["cases"][0]["labels"]["kind"] in options


def test_short_texts_are_whole() -> None:
    run = long_mails(3, 900)
    shown = shown_cases(run, None)
    assert not [block for one in shown for block in one["expected"] if block["kind"] == "more"]
    pieces = shown[0]["expected"][0]["pieces"]
    said = "".join(piece if isinstance(piece, str) else piece[0] for piece in pieces)
    assert said == run.cases[0].expected["reply"]


def test_when_there_are_too_many_cases_the_best_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trimming, "MOST_BYTES", 30_000)
    run = long_mails(200, 600)
    shown = shown_cases(run, None)
    assert sum(len(as_json(one)) for one in shown) <= 30_000
    assert [one["id"] for one in shown] == [f"mail-{n}" for n in range(len(shown))]
    assert 10 < len(shown) < 200
    assert f"The {len(shown)} worst cases of 200 are here." in as_html(run)
    assert MOST_BYTES > 1_000_000


def test_json_cannot_end_its_element() -> None:
    text = as_json({"a": f"{made.HOSTILE}\u2028\ud800"}).decode()
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text)["a"].startswith("</script>")


def test_half_a_surrogate_pair_does_not_break_the_file() -> None:
    run = made.run("figures", [made.figures_case()], description="half \ud83d of a smile")
    assert "half ? of a smile" in as_html(run)


def test_cases_are_worst_first_and_know_their_former_scores() -> None:
    run, baseline = made.retrieval(6, lost=2), made.retrieval(6)
    run.cases[4] = made.failed("q-4", "no answer", input_hash="hash-q-4")
    run.cases[5].input_hash = "another input"
    shown = shown_cases(run, baseline)
    assert [one["id"] for one in shown] == ["q-4", "q-0", "q-1", "q-2", "q-3", "q-5"]
    assert shown[1]["before"]["scores"] == [1.0, 1.0]
    assert shown[3]["before"].get("output") is None
    assert "before" not in shown[5]


def test_scores_without_bound_do_not_break_the_document() -> None:
    run = made.retrieval(2)
    run.cases[0].scores = {"recall@5": float("inf"), "mrr@10": float("nan")}
    assert data_of(as_html(run))["cases"]


def test_the_verdict_and_the_findings_are_sentences() -> None:
    run = made.retrieval(60, lost=12)
    run.cases[0] = made.failed("q-0", "no answer")
    run.cases[1].degraded = True
    run.metrics.append(made.metric("precision@5", None))
    html = as_html(run)
    assert "Missed: 1 of 1 gate (recall@5)." in html
    assert "recall@5: 0.8, to be &gt;= 0.85: missed" in html
    assert wording.findings(run) == [
        "1 of 60 cases failed; it counts as badly as a case can.",
        "1 output degraded: made without the model, which did not answer.",
        "No case says anything about precision@5.",
    ]


def test_slices_have_intervals_and_without_known_metrics_say_that_they_have_none() -> None:
    run = made.retrieval(60, lost=12)
    found = slices(run)
    assert [one.value for one in found["language"]] == ["en", "fi"]
    finnish = found["language"][1]
    assert finnish.cases == 30
    assert finnish.scores[0].value == pytest.approx(0.8)
    low, high = finnish.scores[0].low, finnish.scores[0].high
    assert low is not None
    assert high is not None
    assert 0.5 < low < 0.8 < high < 1
    assert "By language, with 95 % intervals" in as_html(run)
    run.metrics = [made.metric("of another version", 0.5)]
    for one in run.cases:
        one.scores = {"of another version": 0.25}
    assert slices(run)["language"][0].scores[0] == (0.25, None, None)
    assert "By language: means over cases, without intervals" in as_html(run)


def test_a_baseline_is_compared_when_nobody_did() -> None:
    html = as_html(made.retrieval(60, lost=20), baseline=made.retrieval(60))
    assert "✗ worse" in html
    assert "−0.333" in html
    assert "Cases that changed most (20 worse, 0 better)" in html


def test_the_judge_is_told() -> None:
    judge = JudgeResult(
        engine="m", prompt_hash="a", judged=58, consistent=0.9, failed=2, error="no answer"
    )
    (told,) = wording.findings(made.run("draft", [], judge=judge))
    assert told.startswith("Judged by m: 58 outputs with a verdict, 90% the same with the places ")
    assert told.endswith("; 2 without one (no answer).")


def test_a_history_says_what_changed_and_where_values_cannot_be_compared() -> None:
    run = made.retrieval(60, lost=4)
    html = as_html(run, history=made.earlier(6))
    assert "7 runs of this suite" in html
    assert html.count('class="break"') == 4
    assert "<td>dataset</td>" in html
    later = made.retrieval(60, started_at=run.started_at + timedelta(days=1))
    assert 'id="history"' not in as_html(run, history=[run, later])
