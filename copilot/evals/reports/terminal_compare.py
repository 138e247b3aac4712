"""Runs held against each other in a terminal: two runs, or the variants of a matrix."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from copilot.evals.comparing import (
    CaseChange,
    Comparison,
    SliceComparison,
    Verdict,
    compare,
)
from copilot.evals.judging_runs import JudgedComparison
from copilot.evals.matrix import label
from copilot.evals.reports import wording
from copilot.evals.reports.known import known_metrics
from copilot.evals.reports.terminal_parts import line, more, table_of
from copilot.evals.run import MetricResult, Run

_SHOWN = 5
_STYLES: dict[Verdict, str] = {"better": "green", "worse": "red"}
_SHORT: dict[Verdict, str] = {"no significant difference": "unclear"}
_LEGEND = "unclear: no significant difference; p is adjusted for all metrics and is not below 0.05."


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Two runs: what changed, each metric's difference and verdict, slices and cases.

    Args:
        console: Where to print; one on which no text can steer the terminal.
        comparison: What was found.
    """
    heading = f"{comparison.before}  →  {comparison.after}"
    console.print(f"[bold]{escape(heading)}[/bold]", highlight=False)
    console.print(f"[dim]{escape(comparison.told)}[/dim]", highlight=False)
    _changes(console, comparison)
    table = table_of("Metric", ">Before", ">Now", ">Difference", ">95 % interval", ">p", "Verdict")
    for one in comparison.metrics:
        table.add_row(
            escape(one.name),
            wording.number(one.before),
            wording.number(one.after),
            f"[bold]{wording.difference(one.difference)}[/bold]",
            wording.interval(one.low, one.high, signed=True),
            wording.probability(one.adjusted),
            _verdict(one.verdict),
        )
    console.print(table)
    if any(one.verdict in _SHORT for one in comparison.metrics):
        console.print(f"[dim]{_LEGEND}[/dim]\n", highlight=False)
    for missing, where in (
        (comparison.only_before, "before"),
        (comparison.only_after, "now"),
    ):
        if missing:
            line(console, "[dim]-[/dim]", f"Only {where}: {', '.join(missing)}.")
    _slices(console, comparison.slices)
    _cases(console, comparison.cases)


def show_matrix(console: Console, runs: Sequence[Run]) -> None:
    """The runs of a matrix in one table, metric by metric, the best marked.

    Args:
        console: Where to print.
        runs: One for each variant, in order; differences are told against the first.
    """
    variants = [run.variant for run in runs]
    names = [
        label(variant, variants) or run.name for variant, run in zip(variants, runs, strict=True)
    ]
    known = known_metrics(*runs)
    against = [compare(runs[0], run, known) for run in runs[1:]]
    table = table_of("Metric", "Variant", ">Value", ">95 % interval", "Against the first")
    for metric in runs[0].metrics if runs else []:
        found = [_result(run, metric.name) for run in runs]
        best = _best(found)
        for place, result in enumerate(found):
            value = wording.number(result.value if result else None)
            table.add_row(
                escape(metric.name) if place == 0 else "",
                escape(names[place]),
                f"[bold]★ {value}[/bold]" if place in best else value,
                wording.interval(result.low, result.high) if result else wording.NOTHING,
                _against(against[place - 1], metric.name) if place else "",
                end_section=place == len(found) - 1,
            )
    console.print(table)
    missed = [name for name, run in zip(names, runs, strict=True) if not run.passed]
    if missed:
        line(console, "[red]✗[/red]", f"Gates missed with {', '.join(missed)}.")
    console.print(f"[dim]★ best value. {_LEGEND.capitalize()}[/dim]", highlight=False)


def show_judged(console: Console, judged: JudgedComparison) -> None:
    """What the judging model prefers: the win rate of run B, and how far to trust it.

    Args:
        console: Where to print.
        judged: The judge's verdicts.
    """
    console.print(f"\n[bold]Judged by {escape(judged.engine)}[/bold]", highlight=False)
    sides = Counter(one.better for one in judged.pairs)
    won = f"B is better in {sides['b']:,}, A in {sides['a']:,}, neither in {sides['tie']:,} cases"
    silent = f"; no verdict on {sides[None]:,}" if sides[None] else ""
    line(console, "[dim]-[/dim]", f"{won}{silent}.")
    span = wording.interval(judged.low, judged.high)
    rate = f"Win rate of B: {wording.number(judged.win_rate)} ({span}); 0.5 is no difference."
    line(console, "[dim]-[/dim]", rate)
    if judged.consistent is not None:
        swapped = f"{judged.consistent:.0%} of the verdicts were the same with places swapped."
        line(console, "[dim]-[/dim]", swapped)
    if judged.labelled:
        people = (
            f"Against people's verdicts on {wording.counted(judged.labelled, 'case')}: agreement "
            f"{wording.number(judged.agreement)}, Cohen's κ {wording.number(judged.kappa)}."
        )
        line(console, "[dim]-[/dim]", people)
    errors = [one.error for one in judged.pairs if one.error]
    if errors:
        line(console, "[yellow]![/yellow]", f"First failure: {errors[0]}")


def _changes(console: Console, comparison: Comparison) -> None:
    if not comparison.changes:
        same = "Suite, dataset, engine, prompt, code and settings are the same."
        console.print(f"[dim]{same}[/dim]", highlight=False)
        return
    table = table_of("Changed", "Before", "Now")
    for change in comparison.changes:
        table.add_row(escape(change.what), *map(escape, wording.changed_to(change)))
    console.print(table)


def _slices(console: Console, slices: Sequence[SliceComparison]) -> None:
    if not slices:
        return
    telling = [
        (slice_, one) for slice_ in slices for one in slice_.metrics if one.verdict in _STYLES
    ]
    compared = wording.counted(len(slices), "slice")
    if not telling:
        none = f"No label makes a significant difference ({compared} compared)."
        console.print(f"[dim]{none}[/dim]\n", highlight=False)
        return
    console.print(f"[bold]By label[/bold] [dim]({compared} compared)[/dim]", highlight=False)
    for slice_, one in telling:
        where = f"{wording.brief(slice_.label)} {wording.brief(slice_.value)}"
        sentence = (
            f"{where}, {wording.counted(slice_.cases, 'case')}: {one.name} "
            f"{wording.number(one.before)} → {wording.number(one.after)}, {one.verdict} "
            f"(p {wording.probability(one.adjusted)})"
        )
        line(console, _sign(one.verdict), sentence)
    console.print()


def _cases(console: Console, cases: Sequence[CaseChange]) -> None:
    worse = [one for one in cases if one.change < 0]
    better = [one for one in reversed(cases) if one.change > 0]
    for heading, found in (("Cases worse than before", worse), ("Cases better", better)):
        if not found:
            continue
        console.print(f"[bold]{heading}[/bold]", highlight=False)
        for one in found[:_SHOWN]:
            line(
                console,
                f"{wording.difference(one.change)}",
                f"{wording.brief(one.id)}: {_scores(one)}",
            )
        more(console, len(found) - _SHOWN)


def _scores(case: CaseChange) -> str:
    if case.error is not None:
        return f"failed: {wording.brief(next(iter(case.error.splitlines()), ''))}"
    return ", ".join(
        f"{name} {wording.number(case.before.get(name))} → {wording.number(after)}"
        for name, after in case.after.items()
        if case.before.get(name) != after
    )


def _result(run: Run, name: str) -> MetricResult | None:
    return next((one for one in run.metrics if one.name == name), None)


def _best(results: Sequence[MetricResult | None]) -> set[int]:
    """The places of the best value; of none when all are alike."""
    told = [(place, one) for place, one in enumerate(results) if one and one.value is not None]
    values = {one.value for _, one in told if one.value is not None}
    if len(values) < 2:
        return set()
    top = max(values) if told[0][1].better == "higher" else min(values)
    return {place for place, one in told if one.value == top}


def _against(comparison: Comparison, name: str) -> str:
    one = next((one for one in comparison.metrics if one.name == name), None)
    if one is None or one.difference is None:
        return wording.NOTHING
    p = wording.probability(one.adjusted)
    equals = "" if p.startswith("<") else "= "
    return f"{wording.difference(one.difference)} [dim]p {equals}{p}[/dim]\n{_verdict(one.verdict)}"


def _verdict(verdict: Verdict) -> str:
    return f"{_sign(verdict)} {_SHORT.get(verdict, verdict)}"


def _sign(verdict: Verdict) -> str:
    style = _STYLES.get(verdict, "dim")
    return f"[{style}]{wording.verdict_sign(verdict)}[/{style}]"
