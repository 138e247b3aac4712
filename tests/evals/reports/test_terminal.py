"""Runs and comparisons in a terminal."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from copilot.evals.comparing import Change
from copilot.evals.judging_runs import JudgedComparison, JudgedPair
from copilot.evals.reports.terminal import (
    ListedSuite,
    show_comparison,
    show_judged,
    show_matrix,
    show_run,
    show_suites,
)
from copilot.evals.run import Run
from copilot.evals.suite import Gate, Suite
from copilot.terminal import Terminal
from tests.evals.reports import made

WIDTHS = pytest.mark.parametrize("width", [80, 120])


def console(width: int = 100) -> Console:
    return Terminal(file=io.StringIO(), width=width, force_terminal=False)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert max(map(len, text.splitlines())) <= console.width
    return text


def flat(console: Console) -> str:
    return " ".join(printed(console).split())


@WIDTHS
def test_a_run_tells_metrics_gates_failures_and_worst_cases(width: int) -> None:
    out, run = console(width), made.retrieval(60, lost=12, left_out=["queries.jsonl:61: no doc."])
    run.cases[30] = made.failed("q-broken", "TimeoutError: no answer in 60 s\nmore")
    run.cases[31].degraded = True
    run.gates.append(made.gate("mrr@10", "not worse", 0.49, passed=True, kind="baseline"))
    show_run(out, run)
    text = flat(out)
    assert "our-retrieval" in text
    assert "openai:small-2 · prompt 5d41402abc4b · 60 cases · 1 failed" in text
    assert "recall@5 0.800 0.740 … 0.850 60 0.081 ✗ missed >= 0.85" in text
    assert "✓ kept baseline" in text
    assert "✗ recall@5: 0.8, to be >= 0.85: missed" in text
    assert "! 1 output degraded" in text
    assert "✗ q-broken: TimeoutError: no answer in 60 s" in text
    assert "queries.jsonl:61: no doc." in text
    assert "0.000 q-0 Mistä saan kannen keittimeen 0?" in text
    assert "q-5 " not in text
    assert text.endswith("✗ Missed: 1 of 2 gates (recall@5).")


def test_a_long_title_leaves_room_for_score_and_id() -> None:
    out, run = console(80), made.retrieval(6, lost=2)
    for one in run.cases:
        one.id = f"set/{one.id}/" + "x" * 40
        one.input = {"text": "How do I descale it? " * 20}
    show_run(out, run)
    text = printed(out)
    assert "0.000" in text
    assert "set/q-0/" in text
    assert "How do I" in text


def test_ids_and_errors_of_a_megabyte_are_cut() -> None:
    out, run = console(80), made.retrieval(6, lost=2)
    run.cases[0].id = run.cases[1].id = "x" * 1_000_000
    run.cases[2] = made.failed("y" * 1_000_000, "z" * 1_000_000)
    show_run(out, run)
    show_comparison(out, made.comparison(run, made.retrieval(6)))
    assert len(printed(out)) < 10_000


def test_only_five_failures_are_told() -> None:
    out = console()
    show_run(out, made.run("figures", [made.failed(f"f-{n}", "broke") for n in range(8)]))
    text = printed(out)
    assert text.count("✗ f-") == 5
    assert "and 3 more" in text
    assert "No gates" in text


def test_texts_cannot_style_or_steer_the_terminal() -> None:
    out = console(200)
    run = made.run("figures", [made.failed("[red]x[/red]\x1b[2J", "[/bold] \x1b]0;owned\x07")])
    run.name = "[blink]name"
    run.left_out = ["[/dim]line"]
    show_run(out, run)
    text = printed(out)
    assert "[red]x[/red][2J: [/bold] ]0;owned" in text
    assert "\x1b" not in text
    assert "[blink]name" in text
    assert "[/dim]line" in text


@WIDTHS
def test_a_comparison_tells_changes_differences_slices_and_cases(width: int) -> None:
    before, after = made.retrieval(60), made.retrieval(60, lost=20)
    after.identity.prompt_hash = "ffffffffffffffffffffffffffffffff"
    after.identity.engine = "openai:small-3"
    out = console(width)
    show_comparison(out, made.comparison(before, after))
    text = flat(out)
    assert "prompt 5d41402abc4b ffffffffffff" in text
    assert "engine openai:small-2 openai:small-3" in text
    assert "recall@5 1.000 0.667 −0.333" in text
    assert "✗ worse" in text
    assert "language fi, 30 cases: recall@5 1.000 → 0.667, worse (p " in text
    assert "q-0: recall@5 1.000 → 0.000, mrr@10 1.000 → 0.000" in text
    assert "and 15 more" in text


def test_a_comparison_of_equal_runs_says_that_nothing_differs() -> None:
    out, run = console(), made.retrieval(60, lost=3)
    show_comparison(out, made.comparison(run, run))
    text = flat(out)
    assert "settings are the same" in text
    assert "±0.000" in text
    assert "· unclear" in text
    assert "No label makes a significant difference (4 slices compared)." in text


def test_hostile_names_in_a_comparison_are_printed_as_they_are() -> None:
    run = made.retrieval(12)
    found = made.comparison(run, run)
    found.changes = [Change(what="[bold]", before="[/red]", after=None)]
    out = console()
    show_comparison(out, found)
    assert "[bold] [/red] –" in flat(out)


@WIDTHS
def test_a_matrix_marks_the_best_and_says_what_is_significant(width: int) -> None:
    def variant(model: str, lost: int) -> Run:
        return made.retrieval(60, lost=lost, variant={"COPILOT_LLM__MODEL": model})

    runs = [variant("small", 20), variant("large", 2), variant("other", 21)]
    out = console(width)
    show_matrix(out, runs)
    text = flat(out)
    assert "recall@5 model=small 0.667" in text
    assert "model=large ★ 0.967" in text
    assert "+0.300 p < 0.001" in text
    assert "−0.017 p = 1.000" in text
    assert "· unclear" in text
    assert "Gates missed with model=small, model=other." in text


def test_a_judge_is_told_with_how_far_to_trust_it() -> None:
    pairs = [
        JudgedPair(id="a", better="b", consistent=True),
        JudgedPair(id="b", better="a", consistent=True),
        JudgedPair(id="c", better="b", consistent=True),
        JudgedPair(id="d", better=None, consistent=False, error="the model [b]does not[/b] answer"),
    ]
    judged = JudgedComparison(
        engine="openai:judge",
        prompt_hash="aa",
        pairs=pairs,
        win_rate=0.667,
        low=0.2,
        high=0.9,
        consistent=0.75,
        labelled=3,
        agreement=1.0,
        kappa=None,
    )
    out = console()
    show_judged(out, judged)
    text = flat(out)
    assert "Judged by openai:judge" in text
    assert "B is better in 2, A in 1, neither in 0 cases; no verdict on 1." in text
    assert "Win rate of B: 0.667 (0.200 … 0.900); 0.5 is no difference." in text
    assert "75% of the verdicts were the same with places swapped." in text
    assert "verdicts on 3 cases: agreement 1.000, Cohen's κ –." in text
    assert "First failure: the model [b]does not[/b] answer" in text


def test_suites_are_listed_with_their_cases_gates_and_latest_run() -> None:
    suite = Suite(
        name="kb-[x]",
        task="email_parsing",
        dataset=Path("eval/datasets/kb"),
        metrics=("exact",),
        gates={"exact": Gate(">=", 0.8)},
        baseline=Path("eval/datasets/kb"),
        description="Mail of the shop",
    )
    out = console()
    missed = made.retrieval(60, lost=12)
    missed.gates = [made.gate("recall@5", ">= 0.85", 0.8, passed=False)]
    kept = missed.model_copy(update={"gates": []})
    show_suites(out, [ListedSuite(suite, 1), ListedSuite(suite, 61, missed)])
    show_suites(out, [ListedSuite(suite, 2, kept)])
    text = flat(out)
    assert "kb-[x]" in text
    assert "email parsing · 1 case · gates: exact >= 0.8, no drop" in text
    assert "email parsing · 61 cases" in text
    assert "Mail of the shop" in text
    assert text.count("last run") == 2
    assert "✗ last run 2026-11-20 09:30 UTC · recall@5 0.800 · missed" in text
    assert "· last run 2026-11-20 09:30 UTC · recall@5 0.800 · no gates" in text
    assert text.endswith("1 suite")
