"""Small datasets made on the spot, and a way to put their cases to the service's engines."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from copilot.evals.case import Dataset, Output
from copilot.evals.suite import Suite, TaskName
from copilot.evals.tasks.catalog import task
from copilot.lab import ServiceLab
from copilot.settings import Settings

CONVERSATION = {
    "channel": "email",
    "subject": "Broken kettle",
    "language": "en",
    "messages": [
        {
            "external_id": "m1",
            "author": {"role": "customer", "name": "Ada Lake"},
            "sent_at": "2026-03-02T09:00:00Z",
            "text": "My kettle K-100 arrived broken. I paid 49.90 EUR. Can I return it, and how?",
        }
    ],
}
ARTICLES = [
    {
        "id": "returns",
        "title": "Returns",
        "body": "# Returns\n\nYou can return a broken kettle within 30 days of delivery. "
        "The return is free of charge.",
    },
    {
        "id": "hours",
        "title": "Opening hours",
        "text": "The shop is open on weekdays from 9 to 17.",
    },
]


def write_lines(file: Path, rows: Sequence[Any]) -> Path:
    """``rows`` as JSON lines; a text is written as it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in rows]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def suite_for(name: TaskName, dataset: Path, metrics: tuple[str, ...] = ()) -> Suite:
    """A suite over ``dataset``, which its file names on line 3."""
    return Suite(
        name="test",
        task=name,
        dataset=dataset,
        metrics=metrics,
        file=dataset.parent / "suite.yaml",
        lines={"dataset": 3},
    )


def load(name: TaskName, dataset: Path, metrics: tuple[str, ...] = ()) -> Dataset:
    """The dataset as the task reads it."""
    return task(name).load(suite_for(name, dataset, metrics))


def lab() -> ServiceLab:
    """The service's engines as they are without any setting."""
    return ServiceLab(Settings(_env_file=None))


def work_through(name: TaskName, dataset: Dataset) -> dict[str, Output]:
    """The output of each case, made by the service's engines, all cases at once."""

    async def work() -> dict[str, Output]:
        async with task(name).open(lab(), dataset) as one:
            outputs = await asyncio.gather(*map(one, dataset.cases))
        return {case.id: output for case, output in zip(dataset.cases, outputs, strict=True)}

    return asyncio.run(work())


def write_collection(
    folder: Path,
    *,
    documents: Sequence[Any],
    queries: Sequence[Any],
    judged: str,
    qrels: str = "qrels.tsv",
) -> Path:
    """A retrieval dataset."""
    write_lines(folder / "corpus.jsonl", documents)
    write_lines(folder / "queries.jsonl", queries)
    (folder / qrels).parent.mkdir(exist_ok=True)
    (folder / qrels).write_text(judged, encoding="utf-8")
    return folder
