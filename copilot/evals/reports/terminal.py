"""Runs in a terminal: calm tables of at most 80 columns, no meaning in colour alone."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from copilot.evals.reports import wording
from copilot.evals.reports.terminal_compare import show_comparison, show_judged, show_matrix
from copilot.evals.reports.terminal_parts import line, more, table_of
from copilot.evals.reports.views import view
from copilot.evals.run import CaseResult, GateResult, MetricResult, Run
from copilot.evals.suite import Suite

__all__ = ["show_comparison", "show_judged", "show_matrix", "show_run", "show_suites"]

_FAILED_SHOWN = 5
_WORST_SHOWN = 5
_LEFT_OUT_SHOWN = 5
_ID_WIDTH = 32


def show_run(console: Console, run: Run) -> None:
    """A run: what it was, its metrics with intervals, its gates, what failed, the worst cases.

    Args:
        console: Where to print; one on which no text can steer the terminal.
        run: The run.
    """
    _head(console, run)
    console.print(_metrics(run))
    for gate in run.gates:
        if not gate.passed:
            line(console, "[red]✗[/red]", gate.detail)
    for finding in wording.findings(run):
        line(console, "[yellow]![/yellow]", finding)
    _failed(console, run)
    _left_out(console, run)
    _worst(console, run)
    sign, style = ("✓", "green") if run.passed else ("✗", "red")
    told = escape(wording.verdict(run))
    console.print(f"[bold {style}]{sign} {told}[/bold {style}]" if run.gates else told)


class ListedSuite(NamedTuple):
    """A suite with what is known about it.

    Attributes:
        cases: How many its dataset has.
        last: Its latest run, where there is one that can be read.
    """

    suite: Suite
    cases: int
    last: Run | None = None


def show_suites(console: Console, listed: Sequence[ListedSuite]) -> None:
    """The suites that can be run: name, task, cases, gates, what each is about, the latest run."""
    for suite, cases, last in listed:
        gates = ", ".join(f"{name} {gate}" for name, gate in suite.gates.items())
        if suite.baseline:
            gates = ", ".join(filter(None, [gates, "no drop"]))
        facts = [
            suite.task.replace("_", " "),
            wording.counted(cases, "case"),
            f"gates: {gates}" if gates else "no gates",
        ]
        heading = f"[bold]{escape(suite.name)}[/bold]  {escape(' · '.join(facts))}"
        console.print(heading, highlight=False)
        if suite.description:
            told = f"[dim]{escape(' '.join(suite.description.split()))}[/dim]"
            console.print(Padding(told, (0, 0, 0, 2)))
        if last is not None:
            _last_run(console, last)
        console.print()
    console.print(wording.counted(len(listed), "suite"), highlight=False)


def _last_run(console: Console, run: Run) -> None:
    sign, style = ("✓", "green") if run.passed else ("✗", "red")
    values = [f"{one.name} {wording.number(one.value)}" for one in run.metrics[:1]]
    verdict = ("passed" if run.passed else "missed") if run.gates else "no gates"
    facts = [f"last run {wording.moment(run.started_at)}", *values, verdict]
    line(console, f"[{style}]{sign}[/{style}]" if run.gates else "[dim]·[/dim]", " · ".join(facts))


def _head(console: Console, run: Run) -> None:
    variant = wording.variant(run)
    name = f"[bold]{escape(run.name)}[/bold]" + (f" · {escape(variant)}" if variant else "")
    prompt = run.identity.prompt_hash
    facts = [
        run.task.replace("_", " "),
        run.identity.engine,
        *([f"prompt {wording.short(prompt)}"] if prompt else []),
        wording.counted(len(run.cases), "case"),
        f"{len(run.failed):,} failed",
        f"{sum(case.cached for case in run.cases):,} cached",
        wording.seconds(run.seconds),
    ]
    console.print(name, highlight=False)
    console.print(f"[dim]{escape(' · '.join(facts))}[/dim]", highlight=False)


def _metrics(run: Run) -> Table:
    table = table_of("Metric", ">Value", ">95 % interval", ">Cases", ">Detectable", "Gate")
    for metric in run.metrics:
        gates = wording.gates_of(metric.name, run.gates)
        table.add_row(
            escape(metric.name),
            f"[bold]{wording.number(metric.value)}[/bold]",
            wording.interval(metric.low, metric.high),
            f"{metric.cases:,}",
            wording.number(metric.detectable),
            "\n".join(map(_gate, gates)) or wording.NOTHING,
        )
    return table


def _gate(gate: GateResult) -> str:
    style, sign = ("green", "✓ kept") if gate.passed else ("red", "✗ missed")
    return f"[{style}]{sign}[/{style}] {escape(wording.gate_text(gate))}"


def _failed(console: Console, run: Run) -> None:
    if not run.failed:
        return
    console.print("\n[bold]Failed cases[/bold]", highlight=False)
    for case in run.failed[:_FAILED_SHOWN]:
        error = next(iter((case.error or "").splitlines()), "")
        line(console, "[red]✗[/red]", f"{wording.brief(case.id)}: {wording.brief(error)}")
    more(console, len(run.failed) - _FAILED_SHOWN)


def _left_out(console: Console, run: Run) -> None:
    if not run.left_out:
        return
    console.print("\n[bold]Left out of the dataset[/bold]", highlight=False)
    for sentence in run.left_out[:_LEFT_OUT_SHOWN]:
        line(console, "[dim]-[/dim]", sentence)
    more(console, len(run.left_out) - _LEFT_OUT_SHOWN)


def _worst(console: Console, run: Run) -> None:
    first = run.metrics[0] if run.metrics else None
    if first is None:
        return
    scored = [case for case in run.cases if case.error is None]
    worst = [one for one in wording.worst_first(scored, first) if _lacks(one, first)]
    if not worst:
        return
    console.print(f"\n[bold]Worst by {escape(first.name)}[/bold]", highlight=False)
    shown = worst[:_WORST_SHOWN]
    # Long titles would otherwise leave no room for the score and the id, by which to find it.
    widest = min(_ID_WIDTH, max(len(wording.brief(case.id)) for case in shown))
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(justify="right", no_wrap=True, min_width=len(wording.number(0.0)))
    table.add_column(min_width=widest, max_width=widest, overflow="fold")
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    for case in shown:
        title = f"[dim]{escape(view.title(run.task, case))}[/dim]"
        table.add_row(
            wording.number(case.scores[first.name]), escape(wording.brief(case.id)), title
        )
    console.print(Padding(table, (0, 0, 0, 2)))
    console.print()


def _lacks(case: CaseResult, metric: MetricResult) -> bool:
    """Whether the case could be better; a suite in which all are perfect has no worst cases."""
    score = case.scores.get(metric.name)
    perfect = 1.0 if metric.better == "higher" else 0.0
    return score is not None and score != perfect
