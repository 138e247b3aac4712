"""Where the marks of the report's drawings stand; the template draws them as SVG.

All places are shares of the drawing in per cent, so that it stretches without its text.
"""

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import NamedTuple, get_args

from copilot.evals.reports.wording import gates_of, interval, moment, number
from copilot.evals.run import GateResult, MetricResult, Run
from copilot.evals.suite import Operator

_EDGE = 2.0
"""Kept free on both sides, for dots on the edge."""


class Scale(NamedTuple):
    """From values to per cent."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """The place of ``value``."""
        share = (value - self.low) / (self.high - self.low)
        return round(_EDGE + (100 - 2 * _EDGE) * min(1.0, max(0.0, share)), 2)


class Dots(NamedTuple):
    """One metric as a dot with its interval, its gate and the baseline's dot."""

    metric: MetricResult
    scale: Scale
    value: float
    low: float | None
    high: float | None
    gate: float | None
    gate_text: str
    missed: bool
    before: float | None
    said: str


class Point(NamedTuple):
    """One run in a history: its dot, its interval and what to say of it."""

    x: float
    y: float
    low: float
    high: float
    said: str
    latest: bool
    other_data: bool


class History(NamedTuple):
    """One metric over runs; ``y`` counts from the top."""

    metric: str
    points: list[Point]
    gate: float | None
    top: str
    bottom: str
    first: str
    last: str
    said: str


def dots(run: Run, baseline: Run | None) -> list[Dots]:
    """A drawing for each metric that has a value."""
    before = {metric.name: metric for metric in baseline.metrics} if baseline else {}
    return [
        _dots(metric, gates_of(metric.name, run.gates), before.get(metric.name))
        for metric in run.metrics
        if metric.value is not None
    ]


def histories(runs: Sequence[Run]) -> list[History]:
    """A drawing for each metric of the last run that at least two runs have.

    Args:
        runs: Oldest first; the last is the one reported.
    """
    found = []
    for metric in runs[-1].metrics if runs else ():
        rows = [
            (run, one)
            for run in runs
            for one in run.metrics
            if one.name == metric.name and one.value is not None
        ]
        if len(rows) > 1:
            found.append(
                _history(metric.name, rows, _threshold(gates_of(metric.name, runs[-1].gates)))
            )
    return found


def _dots(metric: MetricResult, gates: Sequence[GateResult], other: MetricResult | None) -> Dots:
    value = metric.value or 0.0
    gate, before = _threshold(gates), other.value if other else None
    marks = [value, metric.low, metric.high, gate, before]
    scale = _bounds([mark for mark in marks if mark is not None])
    said = f"{metric.name}: {number(value)}, 95 % interval {interval(metric.low, metric.high)}"
    threshold = next((one for one in gates if one.kind == "threshold"), None)
    if threshold:
        said += f", gate {threshold.condition} {'kept' if threshold.passed else 'missed'}"
    if before is not None:
        said += f", baseline {number(before)}"
    return Dots(
        metric=metric,
        scale=scale,
        value=scale.at(value),
        low=None if metric.low is None else scale.at(metric.low),
        high=None if metric.high is None else scale.at(metric.high),
        gate=None if gate is None else scale.at(gate),
        gate_text=threshold.condition if threshold else "",
        missed=any(not one.passed for one in gates),
        before=None if before is None else scale.at(before),
        said=said,
    )


def _history(name: str, rows: Sequence[tuple[Run, MetricResult]], gate: float | None) -> History:
    ends = [end for _, one in rows for end in (one.value, one.low, one.high) if end is not None]
    scale = _near([*ends, *([] if gate is None else [gate])])
    points = []
    for place, (run, one) in enumerate(rows):
        value = one.value or 0.0
        low = value if one.low is None else one.low
        high = value if one.high is None else one.high
        points.append(
            Point(
                x=round(_EDGE + (100 - 2 * _EDGE) * place / (len(rows) - 1), 2),
                y=100 - scale.at(value),
                low=100 - scale.at(low),
                high=100 - scale.at(high),
                said=f"{moment(run.started_at)}: {number(value)} ({interval(one.low, one.high)})",
                latest=place == len(rows) - 1,
                other_data=place > 0 and run.dataset_hash != rows[place - 1][0].dataset_hash,
            )
        )
    first, last = rows[0], rows[-1]
    return History(
        metric=name,
        points=points,
        gate=None if gate is None else 100 - scale.at(gate),
        top=f"{scale.high:g}",
        bottom=f"{scale.low:g}",
        first=moment(first[0].started_at)[:10],
        last=moment(last[0].started_at)[:10],
        said=(
            f"{name} over {len(rows)} runs, from {number(first[1].value)} to "
            f"{number(last[1].value)}; the table below has every value"
        ),
    )


def _threshold(gates: Sequence[GateResult]) -> float | None:
    """The number in a condition such as ``>= 0.85``."""
    for gate in gates:
        operator, _, bound = gate.condition.partition(" ")
        if gate.kind == "threshold" and operator in get_args(Operator):
            try:
                return float(bound)
            except ValueError:
                return None
    return None


def _bounds(values: Sequence[float]) -> Scale:
    """0 to 1 for shares, so that metrics can be held beside each other; else round numbers."""
    if min(values) >= 0 and max(values) <= 1:
        return Scale(0.0, 1.0)
    return _rounded(min(0.0, *values), max(values))


def _near(values: Sequence[float]) -> Scale:
    """Round numbers close around ``values``: small changes should be seen."""
    low, high = min(values), max(values)
    if high - low < 1e-9:
        low, high = low - 0.05, high + 0.05
    return _rounded(low, high)


def _rounded(low: float, high: float) -> Scale:
    if high <= low:
        high = low + 1.0
    exponent = floor(log10((high - low) / 4))
    step = 10.0**exponent
    digits = max(0, -exponent)
    return Scale(round(floor(low / step) * step, digits), round(ceil(high / step) * step, digits))
