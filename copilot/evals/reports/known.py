"""The metrics of runs, as far as this version still has them."""

from copilot.evals.errors import UnknownMetricError
from copilot.evals.metric import Metric
from copilot.evals.metrics.catalog import metric
from copilot.evals.run import Run


def known_metrics(*runs: Run) -> dict[str, Metric]:
    """The metrics in ``runs`` by name; without those that only another version knows."""
    found = {}
    for run in runs:
        for one in run.metrics:
            try:
                found[one.name] = metric(run.task, one.name)
            except UnknownMetricError:
                continue
    return found
