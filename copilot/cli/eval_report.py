"""``copilot eval list``, ``report`` and ``compare``: what can be run, and what runs show."""

import asyncio
import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copilot.cli.console import GATE_MISSED, err, load_settings, out, print_json, told_errors
from copilot.cli.eval_run import CACHE, RUNS, RunsOption, read_suites

if TYPE_CHECKING:
    from copilot.evals.comparing import Comparison
    from copilot.evals.judging_runs import JudgedComparison
    from copilot.evals.reports.terminal import ListedSuite
    from copilot.evals.run import Run
    from copilot.evals.suite import Suite

_HISTORY = 20

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document.")]
HtmlOption = Annotated[Path | None, typer.Option(help="Write the report for a browser here.")]


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
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML here.")] = None,
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
            write_html(second, file, runs, html, first)
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
    from copilot.lab import ServiceLab

    told = read_labels(labels) if labels is not None else None
    with OutputCache.open(runs / CACHE) as cache:
        return await judge_runs(before, after, ServiceLab(load_settings()), cache, told)


def write_html(
    run: "Run", record: Path, runs: Path, file: Path, other: "Run | None" = None
) -> None:
    """The report of ``run`` as one HTML file.

    Args:
        run: The run.
        record: Its file, which the report names.
        runs: Where earlier runs of its suite are, for the curves.
        file: Where to write.
        other: A run to hold it against; None: the suite's baseline, when it is still there.
    """
    from copilot.evals.reports.html import as_html
    from copilot.evals.runs import earlier_runs

    before = earlier_runs(run, runs, _HISTORY)
    baseline = other or _baseline(run)
    write_text(file, as_html(run, baseline=baseline, history=before, file=record.name))
    err.print(f"wrote {file}", markup=False, highlight=False, soft_wrap=True)


def _baseline(run: "Run") -> "Run | None":
    from copilot.evals.pairing import pair
    from copilot.evals.runs import readable

    baseline = readable(Path(run.baseline)) if run.baseline else None
    if baseline is None or baseline.task != run.task:
        return None
    return baseline if pair(baseline.cases, run.cases).pairs else None


def check_output(file: Path | None, option: str) -> None:
    """Refuse a place for a report that cannot be written, before anything is paid for.

    Args:
        file: The place; its folders are made. None: no report is wanted.
        option: What names it on the command line.

    Raises:
        typer.BadParameter: Why it cannot be written.
    """
    reason = _unwritable(file) if file is not None else None
    if reason is not None:
        raise typer.BadParameter(
            f"{file} cannot be written: {reason}. Choose another file.", param_hint=option
        )


def _unwritable(file: Path) -> str | None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        place = file if file.exists() else file.parent
    except OSError as error:
        return error.strerror
    if file.is_dir():
        return os.strerror(errno.EISDIR)
    return None if os.access(place, os.W_OK) else os.strerror(errno.EACCES)


def write_text(file: Path, text: str) -> None:
    """Write ``text`` to ``file``; folders are made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        # A full disk is told without a name.
        raise OSError(error.errno, error.strerror, error.filename or str(file)) from error


def _compared(before: "Run", after: "Run") -> "Comparison":
    from copilot.evals.comparing import compare as compared
    from copilot.evals.reports.known import known_metrics

    return compared(before, after, known_metrics(before, after))
