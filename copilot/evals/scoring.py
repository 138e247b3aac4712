"""From outputs to scores: per case, per metric, with intervals."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from copilot.evals.case import Case
from copilot.evals.metric import Answered, Array, Metric, table
from copilot.evals.run import CaseResult, MetricResult
from copilot.evals.statistics import Resamples, detectable, interval
from copilot.evals.working import Worked, degraded, made_by

# Characters of an article's text in the record of a run; the dataset holds the whole.
_ARTICLE_KEPT = 200


def score_cases(
    cases: Sequence[Case],
    worked: Sequence[Worked],
    metrics: Mapping[str, Metric],
    engine: str,
) -> list[CaseResult]:
    """Each case with its output and what every metric makes of it.

    Args:
        cases: In order.
        worked: What became of each.
        metrics: By name.
        engine: What made an output that does not say so itself.
    """
    answered = [Answered(case, one.output) for case, one in zip(cases, worked, strict=True)]
    sums = {name: metric.measure(answered) for name, metric in metrics.items()}
    alone = {name: _values(metric, table(sums[name])) for name, metric in metrics.items()}
    engines = made_by([one.output for one in worked], engine)
    return [
        CaseResult(
            id=case.id,
            labels=dict(case.labels),
            input_hash=one.input_hash,
            input=_recorded(case.input),
            expected=dict(case.expected),
            output=one.output,
            error=one.error,
            sums={name: list(rows[place]) for name, rows in sums.items()},
            scores={name: values[place] for name, values in alone.items()},
            engine=engines[place],
            degraded=one.output is not None and degraded(one.output),
            seconds=round(one.seconds, 6),
            cached=one.cached,
        )
        for place, (case, one) in enumerate(zip(cases, worked, strict=True))
    ]


def _recorded(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a record keeps of an input: cases may share one long list of articles."""
    articles = given.get("articles")
    if not isinstance(articles, list):
        return dict(given)
    return {**given, "articles": [_begun(article) for article in articles]}


def _begun(article: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value[:_ARTICLE_KEPT] + "…"
        if isinstance(value, str) and len(value) > _ARTICLE_KEPT
        else value
        for name, value in article.items()
    }


def score_suite(
    cases: Sequence[CaseResult], metrics: Mapping[str, Metric], drawn: Resamples
) -> list[MetricResult]:
    """Every metric over all cases, with its interval from ``drawn`` resamples of them."""
    return [
        _result(metric, table([tuple(case.sums[name]) for case in cases]), drawn)
        for name, metric in metrics.items()
    ]


def _result(metric: Metric, sums: Array, drawn: Resamples) -> MetricResult:
    value = float(metric.value(sums.sum(axis=0)))
    counted = int(np.count_nonzero(~np.isnan(metric.value(sums))))
    if math.isnan(value):
        return MetricResult(
            name=metric.name, better=metric.better, value=None, low=None, high=None, cases=counted
        )
    low, high = interval(sums, metric, drawn)
    return MetricResult(
        name=metric.name,
        better=metric.better,
        value=value,
        low=low,
        high=high,
        cases=counted,
        detectable=_detectable(sums, metric),
    )


def _detectable(sums: Array, metric: Metric) -> float | None:
    """None also where even the largest difference there can be would not be found."""
    found = detectable(sums, metric)
    if found is None or metric.high is None or found <= metric.high - metric.low:
        return found
    return None


def _values(metric: Metric, sums: Array) -> list[float | None]:
    return [None if math.isnan(one) else float(one) for one in metric.value(sums).tolist()]
