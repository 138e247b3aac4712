"""Blocking work in a thread that tells the job how far it is and stops when the job does."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from copilot.jobs.errors import JobCancelledError
from copilot.jobs.queue import JobContext
from copilot.speech.transcriber import Progress

Result = TypeVar("Result")
_TELL_EVERY_S = 0.5


async def in_thread(
    ctx: JobContext, work: Callable[[Progress], Result], *, up_to: float = 1.0
) -> Result:
    """Run ``work`` in a thread, reporting its progress to ``ctx`` twice a second.

    When the job is cancelled this raises at once; the thread ends at its next progress report.

    Args:
        ctx: The job.
        work: Gets the function to call with the share done.
        up_to: The share of the job that this work is.
    """
    relay = _Relay()
    task = asyncio.create_task(asyncio.to_thread(work, relay))
    try:
        while not (await asyncio.wait({task}, timeout=_TELL_EVERY_S))[0]:
            await ctx.progress(relay.share * up_to)
        return task.result()
    finally:
        relay.cancelled = True
        # Nobody waits for a thread that was told to stop: what it ends with is of no interest.
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())


class _Relay:
    """Carries the share done out of the thread, and the wish to stop into it."""

    def __init__(self) -> None:
        self.share = 0.0
        self.cancelled = False

    def __call__(self, share: float) -> None:
        if self.cancelled:
            raise JobCancelledError("The job was cancelled.")
        self.share = share
