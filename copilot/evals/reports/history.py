"""A suite's runs in a row: their values, and what changed from one to the next."""

from collections.abc import Sequence
from typing import NamedTuple

from copilot.evals.comparing import list_changes
from copilot.evals.reports.wording import moment
from copilot.evals.run import MetricResult, Run

MOST_RUNS = 20


class HistoryRow(NamedTuple):
    """One run of a history.

    Attributes:
        changed: What is other than in the run before, in words.
        scores: By the last run's metrics; None where this run has not got one.
    """

    when: str
    engine: str
    changed: str
    cases: int
    scores: list[MetricResult | None]


def history_rows(runs: Sequence[Run]) -> list[HistoryRow]:
    """A row for each run.

    Args:
        runs: Oldest first; the last is the one reported.
    """
    rows = []
    for place, run in enumerate(runs):
        values = {one.name: one for one in run.metrics}
        rows.append(
            HistoryRow(
                when=moment(run.started_at),
                engine=run.identity.engine,
                changed=_changed(runs[place - 1], run) if place else "",
                cases=len(run.cases),
                scores=[values.get(one.name) for one in runs[-1].metrics],
            )
        )
    return rows


def _changed(before: Run, after: Run) -> str:
    return ", ".join(change.what for change in list_changes(before, after))
