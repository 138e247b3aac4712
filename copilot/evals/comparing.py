"""What changed from one run to another, and whether the metrics differ by more than chance."""

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, Field

from copilot.evals.metric import Array, Metric
from copilot.evals.pairing import Pair, pair
from copilot.evals.permutation import Sides, compare_pairs
from copilot.evals.run import CaseResult, Run
from copilot.evals.statistics import Resamples, detectable, difference_interval
from copilot.evals.suite import TaskName
from copilot.kernel.errors import ConfigurationError

SIGNIFICANT = 0.05
FEWEST_IN_SLICE = 10
MOST_CASES = 50
_SLICE_RESAMPLES = 2_000
_MOST_VALUES = 30

Verdict = Literal["better", "worse", "no significant difference", "cannot be told"]


class Change(BaseModel):
    """One thing that made the runs differ; None where a run has no such thing."""

    what: str
    before: str | None
    after: str | None


class MetricComparison(BaseModel):
    """A metric in both runs, over the cases that pair.

    Attributes:
        before, after, difference: Its values, and after minus before.
        low, high: The 95 % interval of the difference.
        p: Two-sided, for this metric alone.
        adjusted: Two-sided, for all metrics compared (and, in a slice, all slices).
        verdict: By ``adjusted`` below 0.05.
        detectable: The smallest true difference that such a pair of runs would show.
    """

    name: str
    better: Literal["higher", "lower"]
    before: float | None
    after: float | None
    difference: float | None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    adjusted: float | None = None
    verdict: Verdict
    detectable: float | None = None


class SliceComparison(BaseModel):
    """The metrics over the cases with one value of a label."""

    label: str
    value: str
    cases: int
    metrics: list[MetricComparison]


class CaseChange(BaseModel):
    """A case whose scores changed.

    Attributes:
        change: The mean over the metrics of how much better it got, as a share of each metric's
            range; negative is worse.
        before, after: Its scores by metric.
        error: Why it failed in the later run.
    """

    id: str
    labels: dict[str, str]
    change: float
    before: dict[str, float | None]
    after: dict[str, float | None]
    error: str | None = None


class Comparison(BaseModel):
    """Two runs held against each other.

    Attributes:
        before, after: The runs' names with their times.
        changes: What decides outputs and scores and is not the same.
        metrics: Those that both runs have.
        only_before, only_after: Metrics that one run lacks.
        slices: By label, of at least 10 cases.
        paired: Cases with the same id and input.
        changed_cases: Ids of cases with another input.
        cases_only_before, cases_only_after: Ids of cases that one run lacks.
        told: What pairs, in a sentence.
        cases: Those that changed most, at most 50, the worst first.
    """

    task: TaskName
    before: str
    after: str
    changes: list[Change]
    metrics: list[MetricComparison]
    only_before: list[str] = Field(default_factory=list)
    only_after: list[str] = Field(default_factory=list)
    slices: list[SliceComparison] = Field(default_factory=list)
    paired: int
    changed_cases: list[str] = Field(default_factory=list)
    cases_only_before: list[str] = Field(default_factory=list)
    cases_only_after: list[str] = Field(default_factory=list)
    told: str
    cases: list[CaseChange] = Field(default_factory=list)


def compare(before: Run, after: Run, metrics: Mapping[str, Metric]) -> Comparison:
    """Compare two runs of one task.

    Args:
        before: The earlier run.
        after: The later one; its seed is that of the tests.
        metrics: By name; those of both runs are compared.

    Raises:
        ConfigurationError: The runs are of different tasks.
    """
    if before.task != after.task:
        raise ConfigurationError(
            f"{before.name!r} is a run of the task {before.task}, {after.name!r} one of the task "
            f"{after.task}. Compare two runs of one task."
        )
    first = [one.name for one in before.metrics]
    second = [one.name for one in after.metrics]
    common = {name: metrics[name] for name in second if name in first and name in metrics}
    pairing = pair(before.cases, after.cases)
    return Comparison(
        task=after.task,
        before=_titled(before),
        after=_titled(after),
        changes=list_changes(before, after),
        metrics=_compared(pairing.pairs, common, after.seed),
        only_before=[name for name in first if name not in common],
        only_after=[name for name in second if name not in common],
        slices=_slices(pairing.pairs, common, after.seed),
        paired=len(pairing.pairs),
        changed_cases=pairing.changed,
        cases_only_before=pairing.only_before,
        cases_only_after=pairing.only_after,
        told=f"{pairing.told} {_unchanged(pairing.pairs, common)}".strip(),
        cases=_most_changed(pairing.pairs, common),
    )


def _unchanged(pairs: Sequence[Pair], metrics: Mapping[str, Metric]) -> str:
    same = sum(
        all(one.before.scores.get(name) == one.after.scores.get(name) for name in metrics)
        for one in pairs
    )
    if not pairs or not metrics:
        return ""
    return "Each scores as before." if same == len(pairs) else f"{same} score as before."


def list_changes(before: Run, after: Run) -> list[Change]:
    """What decides outputs and scores and differs between two runs."""
    one, other = before.identity, after.identity
    pairs = [
        ("suite", before.name, after.name),
        ("dataset", before.dataset_hash, after.dataset_hash),
        ("engine", one.engine, other.engine),
        ("prompt", one.prompt_hash, other.prompt_hash),
        ("code", one.code, other.code),
        ("version", before.version, after.version),
        *(
            (name, one.settings.get(name), other.settings.get(name))
            for name in sorted({*one.settings, *other.settings})
        ),
        ("judge", _judge(before), _judge(after)),
        ("seed", str(before.seed), str(after.seed)),
    ]
    return [Change(what=what, before=a, after=b) for what, a, b in pairs if a != b]


def _judge(run: Run) -> str | None:
    return f"{run.judge.engine} {run.judge.prompt_hash}" if run.judge is not None else None


def _compared(
    pairs: Sequence[Pair], metrics: Mapping[str, Metric], seed: int, *, among: int | None = None
) -> list[MetricComparison]:
    """Every metric over ``pairs``; ``among`` so many slices, p is adjusted for them too."""
    tested = compare_pairs(pairs, metrics, seed=seed)
    resamples = None if among is None else _SLICE_RESAMPLES
    drawn = Resamples(len(pairs), resamples=resamples, seed=seed)
    return [
        _metric(metric, *tested[name], drawn, among or 1)
        if name in tested
        else _nothing(metric, None, None)
        for name, metric in metrics.items()
    ]


def _metric(
    metric: Metric, before: Array, after: Array, sides: Sides, drawn: Resamples, among: int
) -> MetricComparison:
    first, second = (float(metric.value(sums.sum(axis=0))) for sums in (before, after))
    if math.isnan(first) or math.isnan(second):
        return _nothing(metric, _known(first), _known(second))
    low, high = difference_interval(before, after, metric, drawn)
    adjusted = min(1.0, sides.adjusted * among)
    gained = (second > first) == (metric.better == "higher")
    verdict: Verdict = "no significant difference"
    if adjusted < SIGNIFICANT:
        verdict = "better" if gained else "worse"
    return MetricComparison(
        name=metric.name,
        better=metric.better,
        before=first,
        after=second,
        difference=second - first,
        low=low,
        high=high,
        p=sides.p,
        adjusted=adjusted,
        verdict=verdict,
        detectable=detectable(before, metric, after),
    )


def _nothing(metric: Metric, before: float | None, after: float | None) -> MetricComparison:
    return MetricComparison(
        name=metric.name,
        better=metric.better,
        before=before,
        after=after,
        difference=None,
        verdict="cannot be told",
    )


def _slices(
    pairs: Sequence[Pair], metrics: Mapping[str, Metric], seed: int
) -> list[SliceComparison]:
    groups: dict[str, dict[str, list[Pair]]] = {}
    for one in pairs:
        for label, value in one.after.labels.items():
            groups.setdefault(label, {}).setdefault(value, []).append(one)
    large = [
        (label, value, members)
        for label, values in sorted(groups.items())
        if len(values) <= _MOST_VALUES
        for value, members in sorted(values.items())
        if FEWEST_IN_SLICE <= len(members) < len(pairs)
    ]
    return [
        SliceComparison(
            label=label,
            value=value,
            cases=len(members),
            metrics=_compared(members, metrics, seed, among=len(large)),
        )
        for label, value, members in large
    ]


def _most_changed(pairs: Sequence[Pair], metrics: Mapping[str, Metric]) -> list[CaseChange]:
    spans = {name: _span(pairs, name, metric) for name, metric in metrics.items()}
    changed = [one for one in (_case_change(pair, metrics, spans) for pair in pairs) if one]
    most = sorted(changed, key=lambda one: -abs(one.change))[:MOST_CASES]
    return sorted(most, key=lambda one: (one.change, one.id))


def _case_change(
    pair: Pair, metrics: Mapping[str, Metric], spans: Mapping[str, float]
) -> CaseChange | None:
    before = {name: pair.before.scores.get(name) for name in metrics}
    after = {name: pair.after.scores.get(name) for name in metrics}
    if before == after:
        return None
    gains = []
    for name, metric in metrics.items():
        first, second = before[name], after[name]
        if first is not None and second is not None:
            sign = 1 if metric.better == "higher" else -1
            gains.append(sign * (second - first) / spans[name])
    return CaseChange(
        id=pair.after.id,
        labels=pair.after.labels,
        change=sum(gains) / len(gains) if gains else 0.0,
        before=before,
        after=after,
        error=pair.after.error,
    )


def _span(pairs: Sequence[Pair], name: str, metric: Metric) -> float:
    """A metric's range; without a bound, the largest change of a case."""
    if metric.high is not None:
        return metric.high - metric.low
    return max((_distance(one.before, one.after, name) for one in pairs), default=0.0) or 1.0


def _distance(before: CaseResult, after: CaseResult, name: str) -> float:
    first, second = before.scores.get(name), after.scores.get(name)
    return abs(second - first) if first is not None and second is not None else 0.0


def _titled(run: Run) -> str:
    return f"{run.name} of {run.started_at:%Y-%m-%d %H:%M}"


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
