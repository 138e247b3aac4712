"""A suite from start to end: dataset, outputs, scores, gates, and the record of it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from copilot import __version__
from copilot.evals.cache import OutputCache
from copilot.evals.errors import SuiteError
from copilot.evals.gating import baseline_gates, threshold_gates
from copilot.evals.judging_runs import judge_outputs
from copilot.evals.lab import Lab
from copilot.evals.metrics.catalog import metric
from copilot.evals.run import Run
from copilot.evals.runs import read_run
from copilot.evals.scoring import score_cases, score_suite
from copilot.evals.statistics import Resamples
from copilot.evals.suite import Suite
from copilot.evals.tasks.catalog import task
from copilot.evals.working import Tell, work_all
from copilot.kernel.clock import now


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """How a suite is run.

    Attributes:
        seed: Of everything random: the resamples of intervals and tests.
        concurrency: Cases at once; None: as the task says.
        fresh: Make every output anew instead of taking it from the cache.
        variant: Settings of a matrix, by environment name.
    """

    seed: int = 0
    concurrency: int | None = None
    fresh: bool = False
    variant: Mapping[str, str] = field(default_factory=dict)


async def run_suite(
    suite: Suite, lab: Lab, cache: OutputCache, options: RunOptions, tell: Tell | None = None
) -> Run:
    """Run ``suite`` and judge it by its gates and its baseline.

    Args:
        suite: Read and checked.
        lab: The engines, as the environment sets them; the suite's and the variant's settings
            are put over that.
        cache: Outputs of earlier runs.
        options: How.
        tell: Told of progress.

    Raises:
        SuiteError: The dataset or the baseline cannot be read.
        ConfigurationError: The settings name an engine that cannot be opened.
    """
    began, started = now(), time.perf_counter()
    lab = lab.with_settings({**suite.settings, **options.variant})
    metrics = {name: metric(suite.task, name) for name in suite.metrics}
    work = task(suite.task)
    dataset = work.load(suite)
    baseline = _baseline(suite)
    if "judge" in metrics:
        # Whether there is a judge is told before anything is made for it.
        await judge_outputs(suite.task, (), (), lab, cache)
    worked = await work_all(
        suite,
        work,
        dataset,
        lab,
        cache,
        fresh=options.fresh,
        concurrency=options.concurrency,
        tell=tell,
    )
    judge = None
    if "judge" in metrics:
        worked, judge = await judge_outputs(
            suite.task, dataset.cases, worked, lab, cache, fresh=options.fresh
        )
    identity = lab.identity(suite.task)
    cases = score_cases(dataset.cases, worked, metrics, identity.engine)
    drawn = Resamples(len(cases), seed=options.seed)
    results = score_suite(cases, metrics, drawn)
    gates = threshold_gates(suite.gates, results)
    if baseline is not None:
        gates += baseline_gates(
            cases, baseline, metrics, tuple(suite.gates), seed=options.seed, task=suite.task
        )
    return Run(
        name=suite.name,
        task=suite.task,
        description=suite.description,
        suite_file=_shown(suite.file),
        dataset=_shown(suite.dataset),
        dataset_hash=dataset.digest,
        identity=identity,
        version=__version__,
        seed=options.seed,
        resamples=drawn.resamples,
        started_at=began,
        seconds=round(time.perf_counter() - started, 4),
        work_seconds=round(sum(one.seconds for one in worked if not one.cached), 4),
        variant=dict(options.variant),
        baseline=_shown(suite.baseline) if suite.baseline else None,
        metrics=results,
        gates=gates,
        judge=judge,
        left_out=list(dataset.left_out),
        cases=cases,
    )


def _baseline(suite: Suite) -> Run | None:
    if suite.baseline is None:
        return None
    baseline = read_run(suite.baseline)
    if baseline.task != suite.task:
        raise SuiteError(
            suite.file,
            suite.lines.get("baseline"),
            f"The baseline is a run of the task {baseline.task}, this suite is of {suite.task}.",
            "Name a run of this suite as its baseline.",
        )
    return baseline


def _shown(path: Path) -> str:
    """``path`` from the working folder where it is below it: a run may be read elsewhere."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
