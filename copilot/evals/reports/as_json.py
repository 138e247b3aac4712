"""What ``copilot eval run --json`` prints: the runs without their cases, for other programs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from copilot.evals.run import Run


def as_json(runs: Sequence[tuple[Run, Path | None]]) -> dict[str, Any]:
    """One document for all runs of a command.

    Args:
        runs: In the order they ran, each with the file it was written to (None: to none).

    Returns:
        ``{"passed", "runs": [...]}``; ``passed`` is whether every gate of every run was kept.
    """
    return {
        "passed": all(run.passed for run, _ in runs),
        "runs": [run_as_json(run, file) for run, file in runs],
    }


def run_as_json(run: Run, file: Path | None = None) -> dict[str, Any]:
    """One run: what it was, its metrics and its gates.

    Args:
        run: The run.
        file: Where its record, with every case, was written.
    """
    return {
        "name": run.name,
        "task": run.task,
        "file": str(file) if file else None,
        "passed": run.passed,
        "engine": run.identity.engine,
        "degraded": any(case.degraded for case in run.cases),
        "prompt_hash": run.identity.prompt_hash,
        "dataset_hash": run.dataset_hash,
        "seed": run.seed,
        "cases": len(run.cases),
        "failed": len(run.failed),
        "cached": sum(case.cached for case in run.cases),
        "seconds": run.seconds,
        "variant": run.variant,
        "metrics": {
            metric.name: metric.model_dump(mode="json", exclude={"name"}) for metric in run.metrics
        },
        "gates": [gate.model_dump(mode="json") for gate in run.gates],
        "left_out": run.left_out,
    }
