"""``copilot eval list``, ``report`` and ``compare``: what can be run, and what runs show."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copilot.cli.console import GATE_MISSED, out, print_json, told_errors
from copilot.cli.eval_files import (
    CACHE,
    RUNS,
    HtmlOption,
    JsonOption,
    JunitOption,
    RunsOption,
    check_output,
    open_lab,
    read_suites,
    write_html,
    write_text,
)

if TYPE_CHECKING:
    from copilot.evals.comparing import Comparison
    from copilot.evals.judging_runs import JudgedComparison
    from copilot.evals.reports.terminal import ListedSuite
    from copilot.evals.run import Run
    from copilot.evals.suite import Suite


def list_suites(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Suite files or folders; by default the bundled suites."),
    ] = None,
    runs: RunsOption = RUNS,
    as_json: JsonOption = False,
) -> None:
    """List suites with their task, cases, metrics, gates and latest run."""
    from copilot.evals.reports.terminal import show_suites

    with told_errors():
        listed = [_listed(suite, runs) for suite in read_suites(paths or None)]
    if as_json:
        print_json({"suites": [_row(one, file) for one, file in listed]})
    else:
        show_suites(out, [one for one, _ in listed])


def _listed(suite: "Suite", runs: Path) -> "tuple[ListedSuite, Path | None]":
    """The suite with its latest run that can be read, and that one's file."""
    from copilot.evals.reports.terminal import ListedSuite
    from copilot.evals.runs import history, readable
    from copilot.evals.tasks.catalog import task

    cases = len(task(suite.task).load(suite).cases)
    for file in reversed(history(suite.name, runs)):
        if (last := readable(file)) is not None:
            return ListedSuite(suite, cases, last), file
    return ListedSuite(suite, cases), None


def _row(listed: "ListedSuite", file: Path | None) -> dict[str, Any]:
    suite, cases, last = listed
    return {
        "name": suite.name,
        "task": suite.task,
        "file": str(suite.file),
        "description": suite.description,
        "cases": cases,
        "metrics": list(suite.metrics),
        "gates": {name: str(gate) for name, gate in suite.gates.items()},
        "last_run": None
        if last is None
        else {
            "file": str(file),
            "started_at": last.started_at.isoformat(),
            "passed": last.passed,
            "metrics": {one.name: one.value for one in last.metrics},
        },
    }


def report(
    run: Annotated[
        str,
        typer.Argument(help="A run's file, or a suite's name for its latest run; NAME~1 before."),
    ],
    against: Annotated[
        str | None, typer.Option(help="Another run to show beside it, named the same way.")
    ] = None,
    runs: RunsOption = RUNS,
    html: HtmlOption = None,
    junit: JunitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a run again: in the terminal, or as HTML, JUnit or JSON."""
    from copilot.evals.reports.as_json import as_json as document
    from copilot.evals.reports.junit import as_junit
    from copilot.evals.reports.terminal import show_run
    from copilot.evals.runs import find_run, read_run

    with told_errors():
        file = find_run(run, runs)
        found = read_run(file)
        other = read_run(find_run(against, runs)) if against else None
        if junit is not None:
            write_text(junit, as_junit([found]))
        if html is not None:
            write_html(found, file, runs, html, other)
    if as_json:
        print_json(document([(found, file)]))
    else:
        show_run(out, found)


def compare(
    before: Annotated[str, typer.Argument(metavar="A", help="The run before; see report.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The run after.")],
    runs: RunsOption = RUNS,
    html: HtmlOption = None,
    fail_if_worse: Annotated[
        bool, typer.Option("--fail-if-worse", help="Exit 3 when a metric is significantly worse.")
    ] = False,
    judge: Annotated[
        bool, typer.Option("--judge", help="Also ask the judging model which outputs are better.")
    ] = False,
    labels: Annotated[
        Path | None,
        typer.Option(
            help='With --judge: people\'s verdicts, JSONL of {"id", "better": "a|b|tie"}.'
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what changed from run A to run B, and whether the metrics differ by more than chance."""
    from copilot.evals.reports.terminal import show_comparison, show_judged
    from copilot.evals.runs import find_run, read_run

    if labels is not None and not judge:
        raise typer.BadParameter("--labels are held against the judge: add --judge.")
    with told_errors():
        check_output(html, "--html")
        file = find_run(after, runs)
        first, second = read_run(find_run(before, runs)), read_run(file)
        comparison = _compared(first, second)
        judged = asyncio.run(_judged(first, second, runs, labels)) if judge else None
        if html is not None:
            write_html(second, file, runs, html, first, comparison=comparison)
    if as_json:
        print_json({**comparison.model_dump(mode="json"), "judge": judged})
    else:
        show_comparison(out, comparison)
        if judged is not None:
            show_judged(out, judged)
    if fail_if_worse and any(one.verdict == "worse" for one in comparison.metrics):
        raise typer.Exit(GATE_MISSED)


async def _judged(
    before: "Run", after: "Run", runs: Path, labels: Path | None
) -> "JudgedComparison":
    from copilot.evals.cache import OutputCache
    from copilot.evals.judging_runs import judge_runs, read_labels

    told = read_labels(labels) if labels is not None else None
    with OutputCache.open(runs / CACHE) as cache:
        return await judge_runs(before, after, open_lab(), cache, told)


def _compared(before: "Run", after: "Run") -> "Comparison":
    from copilot.evals.comparing import compare as compared
    from copilot.evals.reports.known import known_metrics

    return compared(before, after, known_metrics(before, after))
