"""Imports in tests: an upload without a job engine, and a job that can die after any step."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from copilot.jobs.queue import Json, QueueName
from copilot.kernel.ids import TenantId

Result = TypeVar("Result", bound=Json)


class CrashError(Exception):
    """The process dies."""


class Context:
    """A job context that remembers finished steps and can die after one of them."""

    def __init__(self, tenant: TenantId, subject_id: str) -> None:
        self.job_id, self.tenant, self.subject_id = "job_1", tenant, subject_id
        self.done: dict[str, Json] = {}
        self.shares: list[float] = []
        self.steps_left = 1_000

    async def step(self, name: str, work: Callable[[], Awaitable[Result]]) -> Result:
        if name not in self.done:
            if self.steps_left == 0:
                raise CrashError
            self.steps_left -= 1
            self.done[name] = await work()
        return self.done[name]  # type: ignore[return-value]

    async def progress(self, share: float) -> None:
        self.shares.append(share)


class WaitingQueue:
    """A queue that only takes note."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, str, str | None]] = []

    async def enqueue(
        self,
        tenant: TenantId,
        kind: str,
        subject_id: str,
        *,
        queue: QueueName = "interactive",
        job_id: str | None = None,
    ) -> str:
        self.waiting.append((kind, subject_id, job_id))
        return job_id or ""

    async def cancel(self, tenant: TenantId, job_id: str) -> None: ...

    async def retry(self, tenant: TenantId, job_id: str) -> None: ...

    async def forget(self, tenant: TenantId, job_id: str) -> None: ...


async def in_chunks(content: bytes) -> AsyncIterator[bytes]:
    """``content`` as it arrives over a network."""
    for start in range(0, len(content), 1000):
        yield content[start : start + 1000]
