"""Blocking work in a thread that tells the job how far it is and stops when the job does."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from copilot.jobs.errors import JobCancelledError
from copilot.jobs.queue import JobContext

Result = TypeVar("Result")
_TELL_EVERY_S = 0.25
_LOOK_UP_S = 0.25


class Relay:
    """Carries the share done out of the thread, and the wish to stop into it.

    Args:
        loop: Where the job runs.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.share = 0.0
        self.cancelled = False
        self._loop = loop

    def __call__(self, share: float) -> None:
        """Tell the share done.

        Raises:
            JobCancelledError: The work is no longer wanted.
        """
        if self.cancelled:
            raise JobCancelledError("The job was cancelled.")
        self.share = share

    def wait_for(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Have the job's loop do ``work``, in the thread; what it raises is let through.

        Raises:
            JobCancelledError: Nobody waits for this thread any more.
        """
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        while True:
            try:
                return future.result(_LOOK_UP_S)
            except TimeoutError:
                if future.done():
                    raise
                self(self.share)


async def in_thread(
    ctx: JobContext, work: Callable[[Relay], Result], *, up_to: float = 1.0
) -> Result:
    """Run ``work`` in a thread, reporting its progress to ``ctx`` several times a second.

    When the job is cancelled this raises at once; the thread ends at its next progress report.

    Args:
        ctx: The job.
        work: Gets the relay, to call with the share done.
        up_to: The share of the job that this work is.
    """
    relay = Relay(asyncio.get_running_loop())
    task = asyncio.create_task(asyncio.to_thread(work, relay))
    try:
        while not (await asyncio.wait({task}, timeout=_TELL_EVERY_S))[0]:
            await ctx.progress(relay.share * up_to)
        return task.result()
    finally:
        relay.cancelled = True
        # Nobody waits for a thread that was told to stop: what it ends with is of no interest.
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
