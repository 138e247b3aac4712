"""The values of a suite file, each checked where it stands."""

import re
import unicodedata
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import yaml

from copilot.evals.errors import UnknownMetricError
from copilot.evals.gate_text import read_gate
from copilot.evals.metric import Metric
from copilot.evals.nearest import did_you_mean
from copilot.evals.suite import TASKS, Gate, TaskName
from copilot.evals.suite_paths import existing_baseline, existing_dataset
from copilot.evals.suite_settings import CheckSettings, Override, read_settings
from copilot.evals.yaml_lines import Document, Entry, is_null, is_text, shown

CheckMetric = Callable[[TaskName, str], Metric]
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def text_of(document: Document, entry: Entry) -> str:
    """The text of a key that has to have one.

    Raises:
        SuiteError: It is none.
    """
    value = entry.value
    if is_text(value) and value.value.strip():
        return str(value.value).strip()
    if is_null(value) or is_text(value):
        raise document.error(entry.line, f"`{entry.key}` is empty.", "Write a text.")
    if isinstance(value, yaml.ScalarNode):
        fix = f'Write it in quotes: `{entry.key}: "{value.value}"`.'
    else:
        fix = f"Write one text: `{entry.key}: …`."
    raise document.error(value, f"`{entry.key}` is not a text.", fix)


class Reading:
    """The values of one suite file; each is read and checked when first asked for."""

    def __init__(
        self,
        document: Document,
        entries: dict[str, Entry],
        check_metric: CheckMetric,
        check_settings: CheckSettings | None,
    ) -> None:
        self._document = document
        self._entries = entries
        self._check_metric = check_metric
        self._check_settings = check_settings

    def _given(self, key: str) -> Entry | None:
        entry = self._entries.get(key)
        return None if entry is None or is_null(entry.value) else entry

    @cached_property
    def name(self) -> str:
        """What names the runs, and so files."""
        entry = self._entries["name"]
        name = text_of(self._document, entry)
        if not _FILE_NAME.fullmatch(name):
            folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
            plain = re.sub(r"[^A-Za-z0-9._-]+", "-", folded).strip("-._")[:100]
            raise self._document.error(
                entry.value,
                f"{shown(name)} cannot name files: letters a to z, digits, `.`, `_` and `-`, at "
                "most 100, with a letter or digit first.",
                f"Write `name: {plain or 'my-suite'}`.",
            )
        return name

    @cached_property
    def task(self) -> TaskName:
        """One of the eight."""
        entry = self._entries["task"]
        written = text_of(self._document, entry)
        for task in TASKS:
            if written == task:
                return task
        raise self._document.error(
            entry.value,
            f"There is no task {shown(written)}.",
            did_you_mean(written, TASKS, f"Tasks: {', '.join(TASKS)}."),
        )

    @cached_property
    def dataset(self) -> Path:
        """Absolute; it exists."""
        entry = self._entries["dataset"]
        return existing_dataset(self._document, entry, text_of(self._document, entry))

    @cached_property
    def baseline(self) -> Path | None:
        """Absolute; it exists."""
        entry = self._given("baseline")
        if entry is None:
            return None
        return existing_baseline(self._document, entry, text_of(self._document, entry))

    @cached_property
    def description(self) -> str:
        """Empty when there is none."""
        entry = self._given("description")
        if entry is None or (is_text(entry.value) and not entry.value.value.strip()):
            return ""
        return text_of(self._document, entry)

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """By name as written, at least one."""
        entry = self._entries["metrics"]
        if is_text(entry.value) and entry.value.value.strip():
            raise self._document.error(
                entry.value,
                "`metrics` is not a list.",
                f"Write `metrics: [{' '.join(entry.value.value.split())[:200]}]`.",
            )
        items = entry.value.value if isinstance(entry.value, yaml.SequenceNode) else []
        if not items:
            wrong = not (is_null(entry.value) or isinstance(entry.value, yaml.SequenceNode))
            raise self._document.error(
                entry.value if wrong else entry.line,
                "`metrics` is not a list." if wrong else "`metrics` is empty.",
                "Name what to measure, e.g. `metrics: [recall@5, ndcg@10]`.",
            )
        metrics: dict[str, Metric] = {}
        for item in items:
            metric = self._metric(item)
            if any(metric.name == other.name for other in metrics.values()):
                raise self._document.error(
                    item, f"The metric {shown(item.value)} is listed twice.", "Keep one of them."
                )
            metrics[item.value] = metric
        return metrics

    def _metric(self, item: yaml.Node) -> Metric:
        if not is_text(item):
            raise self._document.error(
                item, "A metric's name is a text.", "Write one such as `recall@5` per item."
            )
        try:
            return self._check_metric(self.task, item.value)
        except UnknownMetricError as error:
            known = f"It has {', '.join(error.known)}."
            fix = f"Did you mean `{error.nearest}`?" if error.nearest else known
            raise self._document.error(
                item, f"The task {self.task} has no metric {shown(item.value)}.", fix
            ) from error

    @cached_property
    def gates(self) -> dict[str, Gate]:
        """By metric."""
        entry = self._given("gates")
        if entry is None:
            return {}
        if not isinstance(entry.value, yaml.MappingNode):
            example = next(iter(self.metrics))
            raise self._document.error(
                entry.value,
                "`gates` is not a mapping of metrics to bounds.",
                f'Write `gates: {{{example}: "…"}}`.',
            )
        gates: dict[str, Gate] = {}
        for gate in self._document.entries(entry.value, " in `gates`").values():
            if gate.key not in self.metrics:
                raise self._document.error(
                    gate.line,
                    f"The gate {shown(gate.key)} is on a metric that `metrics` does not list.",
                    did_you_mean(gate.key, self.metrics, "Add it to `metrics`."),
                )
            gates[gate.key] = read_gate(self._document, self.metrics[gate.key], gate.value)
        return gates

    @cached_property
    def settings(self) -> dict[str, Override]:
        """By the name of the environment variable."""
        entry = self._given("settings")
        if entry is None:
            return {}
        return read_settings(self._document, entry.value, self._check_settings)

    def refuse_judge_alone(self) -> None:
        """A model's judgement is never the only gate."""
        for key, names in (("gates", list(self.gates)), ("baseline", list(self.metrics))):
            if self._given(key) and names and all(_judged(name) for name in names):
                raise self._document.error(
                    self._entries[key].line,
                    "Only a model's judgement would decide whether this suite passes.",
                    "Add a measured metric"
                    + (", with a gate on it." if key == "gates" else " to `metrics`."),
                )


def _judged(metric: str) -> bool:
    return metric == "judge" or metric.startswith(("judge_", "judge@", "judge."))
