"""A job context that kills its process at one place, for the workers of the crash tests.

It wraps the real context from outside, so that what is tested is what runs in production. A place
is ``before:N`` (step N not begun), ``inside:N`` (its effect committed, its result not yet stored),
``after:N`` (result stored), ``thread`` (at the first progress report above zero), or ``never``.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable

from copilot.jobs import store
from copilot.jobs.queue import Job, JobContext, Result
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId

_NEVER_ENDING_S = 300.0
"""No place takes so long to reach, on whatever machine."""


def places(steps: int) -> list[str]:
    """Every boundary of a job of so many steps."""
    found = [f"{when}:{n}" for n in range(1, steps + 1) for when in ("before", "inside")]
    return [*found, f"after:{steps}"]


class Doomed:
    """See the module.

    Args:
        context: The real one.
        place: Where to die.
    """

    def __init__(self, context: JobContext, place: str) -> None:
        self.job_id = context.job_id
        self.tenant = context.tenant
        self.subject_id = context.subject_id
        self._context = context
        self._when, _, number = place.partition(":")
        self._at = int(number or 0)
        self._done = 0

    async def step(self, name: str, work: Callable[[], Awaitable[Result]]) -> Result:
        self._done += 1
        here = self._done == self._at

        async def watched() -> Result:
            result = await work()
            if here and self._when == "inside":
                die()
            return result

        if here and self._when == "before":
            die()
        result = await self._context.step(name, watched)
        if here and self._when == "after":
            die()
        return result

    async def progress(self, share: float) -> None:
        if self._when == "thread" and share > 0:
            die()
        await self._context.progress(share)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def until_ended(db: Database, tenant: TenantId, job_id: str) -> Job:
    """The job, once it has ended."""
    while True:
        async with db.read() as session:
            job = await store.get(session, tenant, job_id)
        if job.status not in {"queued", "running"}:
            return job
        await asyncio.sleep(0.05)


async def run_worker(module: str, *arguments: str) -> tuple[int, list[str]]:
    """Run a crash worker to its end: its exit code and the words it wrote."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(_NEVER_ENDING_S):
            out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode is not None
    return process.returncode, out.decode().split()
