"""The ``JobContext`` that handlers get: steps that are done once, progress, cancellation."""

import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from sqlalchemy.exc import OperationalError

from copilot.jobs import run_store
from copilot.jobs.errors import JobCancelledError
from copilot.jobs.queue import Json, Result
from copilot.jobs.run_store import Run
from copilot.kernel.db import Database

LONGEST_TEXT = 200
LONGEST_RESULT = 20_000

_log = logging.getLogger(__name__)


class StoppingError(BaseException):
    """The process is ending: leave the job to the next one. Not for handlers to catch."""


class StepFailedError(BaseException):
    """Carries a step's error past the job engine, which would store it with its text.

    Args:
        error: What the step raised.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class RecordStep(Protocol):
    """The engine's way to run something once and remember its result."""

    async def __call__(self, name: str, work: Callable[[], Awaitable[Result]]) -> Result:
        """Run ``work``, or give the result remembered under this place in the job."""
        ...


class DurableContext:
    """See ``JobContext``.

    Args:
        db: Where the job's row is.
        record: The engine's steps.
        run: The attempt this is the context of.
        subject_id: What the job works on.
        stopping: Whether the process has been asked to end.
        progress_interval_s: Least time between two stored reports.
    """

    def __init__(
        self,
        db: Database,
        record: RecordStep,
        run: Run,
        subject_id: str,
        *,
        stopping: Callable[[], bool],
        progress_interval_s: float,
    ) -> None:
        self.job_id = run.job_id
        self.tenant = run.tenant
        self.subject_id = subject_id
        self._db = db
        self._record = record
        self._run = run
        self._stopping = stopping
        self._interval_s = progress_interval_s
        self._reported_at = 0.0

    async def step(self, name: str, work: Callable[[], Awaitable[Result]]) -> Result:
        """See ``JobContext.step``."""
        if self._stopping():
            raise StoppingError
        async with self._db.read() as session:
            current = await run_store.is_current(session, self.tenant, self._run)
        if not current:
            raise _cancelled()

        async def body() -> Result:
            try:
                result = await work()
                _check(name, result)
            except Exception as error:
                raise StepFailedError(error) from error
            return result

        try:
            return await self._record(name, body)
        except StepFailedError as failed:
            raise failed.error from None

    async def progress(self, share: float) -> None:
        """See ``JobContext.progress``."""
        at = time.monotonic()
        if at - self._reported_at < self._interval_s:
            return
        self._reported_at = at
        try:
            async with self._db.write() as session:
                current = await run_store.progress(
                    session, self.tenant, self._run, min(max(share, 0.0), 1.0)
                )
        except OperationalError:
            # An hour's work is not thrown away because the database was busy for a moment.
            _log.warning("the progress of job %s could not be stored", self.job_id)
            return
        if not current:
            raise _cancelled()


def _cancelled() -> JobCancelledError:
    return JobCancelledError("The job was cancelled or given to another process.")


def _check(name: str, result: Json) -> None:
    if len(json.dumps(result)) > LONGEST_RESULT or _holds_text(result):
        raise ValueError(
            f"the step {name!r} returned text or too much of anything: the job engine keeps "
            "results, so they must be ids and counts; store the rest in the database"
        )


def _holds_text(value: Json) -> bool:
    if isinstance(value, str):
        return len(value) > LONGEST_TEXT
    if isinstance(value, dict):
        return any(len(key) > LONGEST_TEXT or _holds_text(one) for key, one in value.items())
    return isinstance(value, list) and any(_holds_text(one) for one in value)
