"""What a suite is: a task, a dataset, the metrics to print and the gates to hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, get_args

TaskName = Literal[
    "retrieval",
    "summary",
    "draft",
    "transcription",
    "email_parsing",
    "redaction",
    "figures",
    "injection",
]
TASKS: tuple[TaskName, ...] = get_args(TaskName)
Operator = Literal[">=", ">", "<=", "<"]


class Gate(NamedTuple):
    """A bound that a metric has to keep."""

    operator: Operator
    threshold: float

    def holds(self, value: float) -> bool:
        """Whether ``value`` keeps the bound; NaN does not."""
        match self.operator:
            case ">=":
                return value >= self.threshold
            case ">":
                return value > self.threshold
            case "<=":
                return value <= self.threshold
            case "<":
                return value < self.threshold

    def __str__(self) -> str:
        return f"{self.operator} {self.threshold:g}"


@dataclass(frozen=True, kw_only=True)
class Suite:
    """A suite file, read and checked; see ``suite_file.py``.

    Attributes:
        name: Names the runs.
        task: What is run for each case.
        dataset: Folder or file, absolute.
        metrics: Names as in ``docs/evals-metrics.md``, e.g. ``recall@5``.
        gates: By metric.
        baseline: A run to hold against, absolute; None: none.
        settings: Overrides, by the name of the environment variable (``COPILOT_LLM__MODEL``).
        description: For people.
        file: Where it stands.
        lines: The line of each key, e.g. ``gates.recall@5``, counted from 1.
    """

    name: str
    task: TaskName
    dataset: Path
    metrics: tuple[str, ...]
    gates: Mapping[str, Gate] = field(default_factory=dict)
    baseline: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    file: Path = Path()
    lines: Mapping[str, int] = field(default_factory=dict)
