"""Whether a run is good enough: by the suite's bounds, and not worse than the baseline."""

import math
from collections.abc import Mapping, Sequence

from copilot.evals.metric import Array, Metric
from copilot.evals.pairing import Pairing, pair
from copilot.evals.permutation import Sides, compare_pairs
from copilot.evals.run import CaseResult, GateResult, MetricResult, Run
from copilot.evals.statistics import Resamples, difference_interval
from copilot.evals.suite import Gate, TaskName
from copilot.kernel.errors import ConfigurationError

SIGNIFICANT = 0.025
"""One-sided, for all tested metrics together: about one unchanged run in 40 is held up."""

# Sums of thirds that make 0.55 may end at 0.5499999999999999; in decimal places.
_EXACT_TO = 12
_OPPOSITE = {">=": "<", ">": "<=", "<=": ">", "<": ">="}
_NEW_BASELINE = "Make a new baseline from a run that you trust."


def threshold_gates(gates: Mapping[str, Gate], results: Sequence[MetricResult]) -> list[GateResult]:
    """Hold each metric's value against its bound; the interval only colours the sentence.

    Args:
        gates: By metric.
        results: Of the run. A gate on a metric without a value is missed.
    """
    found = {result.name: result for result in results}
    return [_threshold(name, gate, found.get(name)) for name, gate in gates.items()]


def _threshold(name: str, gate: Gate, result: MetricResult | None) -> GateResult:
    value = result.value if result is not None else None
    if value is not None:
        value = round(value, _EXACT_TO)
    passed = value is not None and gate.holds(value)
    if result is None or value is None:
        detail = "no case says anything about it, so the bound is not kept."
    else:
        operator = gate.operator if passed else _OPPOSITE[gate.operator]
        detail = f"{_apart(value, gate.threshold)} {operator} {gate.threshold:g}"
        if result.low is not None and result.high is not None:
            within = result.low <= gate.threshold <= result.high
            held = "includes the bound" if within else "excludes the bound"
            detail += f"; the interval {result.low:.3g} to {result.high:.3g} {held}: "
            detail += _ruling(passed=passed, within=within)
    return GateResult(
        metric=name,
        kind="threshold",
        condition=str(gate),
        value=value,
        passed=passed,
        detail=f"{name}: {detail}",
    )


def _ruling(*, passed: bool, within: bool) -> str:
    if passed:
        return "it is kept, but within noise" if within else "it is kept"
    return "the miss is within noise" if within else "the miss is more than noise"


def baseline_gates(
    cases: Sequence[CaseResult],
    baseline: Run,
    metrics: Mapping[str, Metric],
    gated: Sequence[str],
    *,
    seed: int,
    task: TaskName | None = None,
) -> list[GateResult]:
    """Ask of each metric whether it is significantly worse than in the baseline.

    A case pairs with the baseline's case of the same id and the same input. The test is
    :func:`compare_pairs`; a gate is missed when the one-sided mid-p, adjusted for all metrics
    tested, is below 0.025.

    Args:
        cases: Of the run to judge.
        baseline: The run to hold it against.
        metrics: By name.
        gated: The metrics to test; empty: all.
        seed: Of the random exchanges and resamples.
        task: Of the run, to be the baseline's as well.

    Raises:
        ConfigurationError: The baseline is of another task.
    """
    if task is not None and task != baseline.task:
        raise ConfigurationError(
            f"The baseline {baseline.name!r} is a run of the task {baseline.task}, this suite is "
            f"of the task {task}. Name a run of this suite as its baseline."
        )
    names = list(dict.fromkeys(gated)) or list(metrics)
    pairing = pair(baseline.cases, cases)
    if not pairing.enough:
        detail = f"{pairing.told} That is too few to compare. {_NEW_BASELINE}"
        return [_missed(name, baseline, detail) for name in names]
    tested = compare_pairs(pairing.pairs, {name: metrics[name] for name in names}, seed=seed)
    drawn = Resamples(len(pairing.pairs), seed=seed)
    lacking = f"the baseline has none, so it cannot be compared. {_NEW_BASELINE}"
    return [
        _held(metrics[name], baseline, pairing, *tested[name], drawn)
        if name in tested
        else _missed(name, baseline, lacking)
        for name in names
    ]


def _held(
    metric: Metric,
    baseline: Run,
    pairing: Pairing,
    before: Array,
    after: Array,
    sides: Sides,
    drawn: Resamples,
) -> GateResult:
    first, second = (float(metric.value(sums.sum(axis=0))) for sums in (before, after))
    partial = "" if pairing.all else f" {pairing.told}"
    value = None if math.isnan(second) else second
    if math.isnan(first) or value is None:
        # No value now where there was one is a change for the worse; none before is not.
        passed = math.isnan(first)
        detail = f"no case of the {'baseline' if passed else 'run'} says anything about it."
    else:
        passed = not sides.worse < SIGNIFICANT
        low, high = difference_interval(before, after, metric, drawn)
        detail = (
            f"{second:.3g} after {first:.3g} on {len(before)} cases: a difference of "
            f"{second - first:+.3f} (95 % interval {low:+.3f} to {high:+.3f}), "
            f"p for worse {sides.worse:.3f}: {'not ' if passed else ''}significantly worse."
        )
    return _gate(metric.name, baseline, value, detail + partial, passed=passed)


def _missed(name: str, baseline: Run, detail: str) -> GateResult:
    return _gate(name, baseline, None, detail, passed=False)


def _gate(
    name: str, baseline: Run, value: float | None, detail: str, *, passed: bool
) -> GateResult:
    return GateResult(
        metric=name,
        kind="baseline",
        condition=f"not worse than {baseline.name} of {baseline.started_at:%Y-%m-%d %H:%M}",
        value=value,
        passed=passed,
        detail=f"{name}: {detail}",
    )


def _apart(value: float, bound: float) -> str:
    """``value`` with as many digits as tell it from ``bound``."""
    for digits in range(3, 17):
        shown = f"{value:.{digits}g}"
        if value == bound or float(shown) != bound:
            return shown
    return repr(value)
