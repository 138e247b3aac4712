"""Port: durable background work. A job gets ids, never text: text stays in the database."""

from collections.abc import Awaitable, Callable
from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel, Field

from copilot.kernel.clock import UtcTime
from copilot.kernel.ids import TenantId

JobStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]
QueueName = Literal["interactive", "bulk"]
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
Result = TypeVar("Result", bound=Json)


class JobError(BaseModel):
    """Why a job failed, for a person."""

    code: str
    detail: str


class Job(BaseModel):
    """A job as ``GET /v1/jobs/{id}`` shows it."""

    id: str
    kind: str
    subject_id: str | None
    status: JobStatus
    progress: float = Field(ge=0, le=1)
    attempts: int
    error: JobError | None = None
    created_at: UtcTime
    updated_at: UtcTime


class JobContext(Protocol):
    """What a handler works with."""

    job_id: str
    tenant: TenantId
    subject_id: str

    async def step(self, name: str, work: Callable[[], Awaitable[Result]]) -> Result:
        """Run ``work`` once: after a crash, finished steps are not run again.

        The result is stored by the job engine, so it is an id or a count, never text. A step may
        run twice when the process dies inside it, so its one transaction must be idempotent. A
        step that raised has no result and runs again at the next attempt: let its error through.
        Steps are recognised by their order and name, so outside of them a handler decides only
        by what they returned.

        Raises:
            JobCancelledError: Someone cancelled the job; let it through.
            ValueError: The result holds text.
        """
        ...

    async def progress(self, share: float) -> None:
        """Tell how far the job is (0 to 1), throttled. Not inside a transaction: this writes.

        Raises:
            JobCancelledError: Someone cancelled it; let it through.
        """
        ...


Handler = Callable[[JobContext], Awaitable[None]]
"""Does one kind of job.

A CopilotError ends the job for good, with its code and detail shown; UnavailableError,
RateLimitedError and errors nobody foresaw are tried again with growing waits, then end it.
"""


class Queue(Protocol):
    """Accepts work and does it, at least once per step, whatever process dies."""

    async def enqueue(
        self,
        tenant: TenantId,
        kind: str,
        subject_id: str,
        *,
        queue: QueueName = "interactive",
        job_id: str | None = None,
    ) -> str:
        """Start or queue the handler registered for ``kind``; returns the job's id.

        Call it after the transaction that stored the subject has been committed. Give
        ``job_id`` (made and stored in that transaction with ``jobs.store.add``) to make
        acceptance and queueing one promise: rows without a started job are started at the next
        start.
        """
        ...

    async def cancel(self, tenant: TenantId, job_id: str) -> None:
        """Stop a job at its next step or progress report; once is enough.

        Raises:
            JobNotFoundError: The tenant has no such job.
            JobFinishedError: It has succeeded or failed.
        """
        ...

    async def retry(self, tenant: TenantId, job_id: str) -> None:
        """Run a failed or cancelled job again, from its first unfinished step.

        Raises:
            JobNotFoundError: The tenant has no such job.
            JobNotRetryableError: It is neither failed nor cancelled.
        """
        ...

    async def forget(self, tenant: TenantId, job_id: str) -> None:
        """Delete a job with all that the engine keeps about it; a run of it stops.

        It is no error if the tenant has no such job.
        """
        ...
