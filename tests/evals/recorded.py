"""Runs with given scores, for the tests of what is computed from them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from copilot.evals.lab import Identity
from copilot.evals.metric import Array, Metric, mean, ratio
from copilot.evals.run import CaseResult, MetricResult, Run


def _unused(answered: object) -> list[tuple[float, ...]]:
    raise AssertionError("the sums are given")


def mean_metric(name: str, *, better: str = "higher", high: float | None = 1.0) -> Metric:
    return Metric(
        name=name,
        better="lower" if better == "lower" else "higher",
        high=high,
        measure=_unused,
        value=mean,
        about="Made up",
        formula="sum / count",
        source="this test",
    )


def f1_metric(name: str = "f1") -> Metric:
    return Metric(
        name=name,
        better="higher",
        measure=_unused,
        value=lambda sums: ratio(2 * sums[..., 0], 2 * sums[..., 0] + sums[..., 1] + sums[..., 2]),
        about="Made up",
        formula="2 tp / (2 tp + fp + fn)",
        source="this test",
    )


def scored(values: Sequence[float] | Array) -> Array:
    """Sums of a mean over cases that count once each."""
    return np.stack([np.asarray(values, dtype=np.float64), np.ones(len(values))], axis=1)


def cases_of(
    sums: Mapping[str, Array],
    *,
    labels: Sequence[Mapping[str, str]] = (),
    hashes: Mapping[str, str] | None = None,
) -> list[CaseResult]:
    count = len(next(iter(sums.values())))
    return [
        CaseResult(
            id=f"case-{place:03}",
            labels=dict(labels[place]) if labels else {},
            input_hash=(hashes or {}).get(f"case-{place:03}", f"hash-{place}"),
            input={"text": f"question {place}"},
            output={"ranked": []},
            sums={name: rows[place].tolist() for name, rows in sums.items()},
            scores={
                name: float(rows[place, 0] / rows[place, 1]) if rows[place, 1] else None
                for name, rows in sums.items()
            },
            engine="made-up",
            seconds=0.01,
        )
        for place in range(count)
    ]


def run_of(cases: list[CaseResult], names: Sequence[str], **changes: object) -> Run:
    fields: dict[str, object] = {
        "name": "kb",
        "task": "retrieval",
        "suite_file": "kb.yaml",
        "dataset": "kb",
        "dataset_hash": "d1",
        "identity": Identity(engine="small", prompt_hash="p1", settings={"A": "1"}, code="c1"),
        "version": "0.1.0",
        "seed": 0,
        "started_at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        "seconds": 1.0,
        "work_seconds": 1.0,
        "metrics": [
            MetricResult(name=name, better="higher", value=0.5, low=0.4, high=0.6, cases=len(cases))
            for name in names
        ],
        "cases": cases,
    }
    return Run.model_validate(fields | changes)
