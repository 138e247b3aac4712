"""Small suites on the rules alone: mails and figures, for the tests of whole runs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copilot.evals.metrics.catalog import metric
from copilot.evals.suite import Suite
from copilot.evals.suite_file import load_suite
from tests.evals.tasks.datasets import write_lines


def mails(count: int, *, lost: int = 0) -> list[dict[str, Any]]:
    """Mails with a quoted one below; of the first ``lost`` something else is expected."""
    return [
        {
            "id": f"m{number:02}",
            "raw": f"Kiitos, tilaus {number} tuli perille.\n\n> Onko tilaus {number} tullut?\n",
            "expected_reply": "Jotain muuta"
            if number < lost
            else f"Kiitos, tilaus {number} tuli perille.",
            "language": "fi" if number % 2 else "en",
        }
        for number in range(count)
    ]


def write_suite(
    folder: Path,
    *,
    name: str = "mail",
    task: str = "email_parsing",
    rows: list[Any] | None = None,
    metrics: str = "[exact, similarity]",
    more: Mapping[str, Any] | None = None,
) -> Path:
    """A suite file with its cases beside it; ``more`` are further keys."""
    cases = write_lines(folder / f"{name}.jsonl", mails(12) if rows is None else rows)
    lines = [f"name: {name}", f"task: {task}", f"dataset: {cases.name}", f"metrics: {metrics}"]
    lines += [f"{key}: {json.dumps(value)}" for key, value in (more or {}).items()]
    file = folder / f"{name}.yaml"
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return file


def read(file: Path) -> Suite:
    """The suite in ``file``."""
    return load_suite(file, check_metric=metric)
