"""A run by its labels: how it fares in each language, channel and so on."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from copilot.evals.metric import Metric
from copilot.evals.reports.known import known_metrics
from copilot.evals.run import CaseResult, Run
from copilot.evals.scoring import score_suite
from copilot.evals.statistics import Resamples

MOST_VALUES = 30
"""A label with more values is rather a name; it neither slices nor filters."""

_RESAMPLES = 2000


class Score(NamedTuple):
    """A metric over some cases; without ``low`` and ``high``, the mean of their scores."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Slice(NamedTuple):
    """The cases with one value of a label.

    Attributes:
        value: The label's value.
        cases: How many cases have it.
        scores: By the run's metrics, in order.
    """

    value: str
    cases: int
    scores: list[Score]


def label_values(cases: Sequence[CaseResult]) -> dict[str, list[str]]:
    """The labels that tell cases apart, with their values in order."""
    values: dict[str, set[str]] = {}
    for case in cases:
        for name, value in case.labels.items():
            values.setdefault(name, set()).add(value)
    return {
        name: sorted(found)
        for name, found in sorted(values.items())
        if 1 < len(found) <= MOST_VALUES
    }


def slices(run: Run) -> dict[str, list[Slice]]:
    """By label, the scores of each of its values.

    They have intervals when this version knows all metrics of the run; else the mean over a
    slice's cases stands for each metric, also for one that is not a mean.
    """
    metrics = known_metrics(run)
    found = {}
    for label, values in label_values(run.cases).items():
        groups = {
            value: [case for case in run.cases if case.labels.get(label) == value]
            for value in values
        }
        found[label] = [
            Slice(value, len(group), _scores(run, group, metrics))
            for value, group in groups.items()
        ]
    return found


def has_intervals(found: Mapping[str, Sequence[Slice]]) -> bool:
    """Whether any score in ``found`` has an interval."""
    scores = (score for values in found.values() for one in values for score in one.scores)
    return any(score.low is not None for score in scores)


def _scores(run: Run, cases: Sequence[CaseResult], metrics: Mapping[str, Metric]) -> list[Score]:
    names = [metric.name for metric in run.metrics]
    if any(name not in metrics or name not in case.sums for name in names for case in cases):
        return [_mean([case.scores.get(name) for case in cases]) for name in names]
    wanted = {name: metrics[name] for name in names}
    drawn = Resamples(len(cases), resamples=_RESAMPLES, seed=run.seed)
    results = score_suite(cases, wanted, drawn)
    return [Score(one.value, one.low, one.high) for one in results]


def _mean(scores: Sequence[float | None]) -> Score:
    told = [score for score in scores if score is not None]
    return Score(sum(told) / len(told) if told else None)
