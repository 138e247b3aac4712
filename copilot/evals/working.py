"""Putting cases to an engine, several at once, keeping each output as it comes."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import NamedTuple

from copilot.evals.cache import Made, OutputCache
from copilot.evals.case import Case, Dataset, Output, digest
from copilot.evals.lab import Lab
from copilot.evals.suite import Suite
from copilot.evals.task import Task, Work
from copilot.kernel.errors import ConfigurationError, CopilotError, UnavailableError
from copilot.kernel.text import storable

_log = logging.getLogger(__name__)

Tell = Callable[[int, int, int], None]
"""Told cases done, cases in all, and failures, as they come."""


class Worked(NamedTuple):
    """What became of a case.

    Attributes:
        output: None when it failed.
        error: Why it failed.
        seconds: How long the engine worked on it, now or when the output was made.
        cached: Whether the output is from an earlier run.
    """

    input_hash: str
    output: Output | None
    error: str | None
    seconds: float
    cached: bool


async def work_all(
    suite: Suite,
    task: Task,
    dataset: Dataset,
    lab: Lab,
    cache: OutputCache,
    *,
    fresh: bool = False,
    concurrency: int | None = None,
    tell: Tell | None = None,
) -> list[Worked]:
    """The outputs of all cases, in order: from the cache where they are there, else made now.

    Args:
        suite: For its name.
        task: What to do with a case.
        dataset: The cases.
        lab: Opens the engines; only when an output is missing.
        cache: Outputs of earlier runs; gets the new ones.
        fresh: Make every output anew.
        concurrency: Cases at once; None: as the task says.
        tell: Told of progress.

    Raises:
        CopilotError: The engine cannot be opened at all, or is there for none of the cases. A
            single case that fails is a result.
    """
    fingerprint = lab.identity(suite.task).fingerprint()
    inputs = [digest(dict(case.input)) for case in dataset.cases]
    keys = [digest([suite.task, one, dataset.shared_digest, fingerprint]) for one in inputs]
    kept = {} if fresh else cache.get(keys)
    done: list[Worked | None] = [
        Worked(one, kept[key].output, None, kept[key].seconds, cached=True) if key in kept else None
        for one, key in zip(inputs, keys, strict=True)
    ]
    missing = [place for place, worked in enumerate(done) if worked is None]
    progress = _Progress(len(done), len(done) - len(missing), tell)
    if missing:
        async with task.open(lab, dataset) as work:
            todo = iter(missing)
            absent: list[UnavailableError] = []

            async def take() -> None:
                for place in todo:
                    worked = await _worked(work, dataset.cases[place], inputs[place], absent)
                    if worked.output is not None and not degraded(worked.output):
                        made = Made(worked.output, worked.seconds)
                        cache.put(keys[place], suite.name, made)
                    done[place] = worked
                    progress.one(failed=worked.output is None)

            workers = min(concurrency or task.concurrency, len(missing))
            await _together([take] * workers)
            if len(absent) == len(missing):
                # That says nothing about the cases: the engine is not there.
                raise ConfigurationError(absent[0].detail) from absent[0]
    return [worked for worked in done if worked is not None]


async def _together(workers: Sequence[Callable[[], Coroutine[None, None, None]]]) -> None:
    """Run all; the first error of one stops the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            for worker in workers:
                group.create_task(worker())
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from errors


async def _worked(
    work: Work, case: Case, input_hash: str, absent: list[UnavailableError]
) -> Worked:
    started = time.perf_counter()
    try:
        output = await work(case)
    except ConfigurationError:
        # Every case would fail alike: the settings have to be mended, not the engine.
        raise
    except Exception as error:  # noqa: BLE001 - a case that fails is a result
        if isinstance(error, UnavailableError):
            absent.append(error)
        told = storable(error.detail if isinstance(error, CopilotError) else f"{error}")
        _log.debug("case %r failed", case.id, exc_info=True)
        return Worked(
            input_hash,
            None,
            f"{type(error).__name__}: {told}",
            time.perf_counter() - started,
            cached=False,
        )
    return Worked(input_hash, output, None, time.perf_counter() - started, cached=False)


def degraded(output: Output) -> bool:
    """Whether another engine than the one wanted made it, because that one failed.

    Such an output counts, for the service answers like that too, but it is not kept: the next
    run asks the engine again.
    """
    return any(
        isinstance(one, dict) and one.get("degraded") is True for one in (output, *output.values())
    )


def made_by(outputs: Sequence[Output | None], otherwise: str) -> list[str]:
    """The engine named in each output, or ``otherwise``."""
    return [_engine(output) or otherwise for output in outputs]


def _engine(output: Output | None) -> str | None:
    for one in (output, *(output or {}).values()):
        if isinstance(one, dict) and isinstance(one.get("engine"), str):
            return str(one["engine"])
    return None


class _Progress:
    def __init__(self, total: int, done: int, tell: Tell | None) -> None:
        self._total, self._done, self._failed, self._tell = total, done, 0, tell
        self._say()

    def one(self, *, failed: bool) -> None:
        self._done += 1
        self._failed += failed
        self._say()

    def _say(self) -> None:
        if self._tell is not None:
            self._tell(self._done, self._total, self._failed)
