"""The suite files of an export."""

import json
from collections.abc import Mapping

from copilot.evals.export.splitting import Split

CASES = "cases.jsonl"
DATASETS: Mapping[str, str] = {"draft": "{split}", "transcription": "{split}/transcription"}
"""The folder of each task's dataset in the export."""

_METRICS: Mapping[str, tuple[str, ...]] = {
    "draft": (
        "similarity",
        "must_mention",
        "must_not_mention",
        "citation_precision",
        "citation_recall",
        "unsupported_figures",
    ),
    "transcription": ("wer", "cer"),
}
_WHAT: Mapping[str, str] = {
    "draft": "Drafts that people reviewed, pseudonymised",
    "transcription": "Segments of calls that people corrected; the voices of real people",
}
_USE: Mapping[Split, str] = {
    "train": "for finding what to change",
    "held_back": "for telling whether it helped; do not tune on it",
}


def suite_file(task: str, split: Split) -> str:
    """A suite without gates: the next export writes it anew, so gates belong in one's own."""
    lines = [
        "# Written by copilot eval export. Gates belong in a suite of your own with this dataset.",
        f"name: reviews-{task}-{split}",
        f"task: {task}",
        f"description: {json.dumps(f'{_WHAT[task]}: {_USE[split]}.')}",
        f"dataset: {DATASETS[task].format(split=split)}",
        f"metrics: [{', '.join(_METRICS[task])}]",
    ]
    return "\n".join(lines) + "\n"
