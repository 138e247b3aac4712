"""A draft in the making as server-sent events."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from copilot.drafts.draft import DraftEvent
from copilot.kernel.errors import CopilotError

_KEEP_ALIVE_S = 10.0
_HEADERS = {
    "Cache-Control": "no-cache, no-transform",
    # Proxies that collect an answer before passing it on would undo the streaming.
    "X-Accel-Buffering": "no",
}
_log = logging.getLogger(__name__)


class _Events(StreamingResponse):
    """An answer that stops the work behind it when it ends, also when it never began."""

    def __init__(self, content: AsyncIterator[str], work: "asyncio.Task[None]") -> None:
        super().__init__(content, media_type="text/event-stream", headers=_HEADERS)
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await _stopped(self._work)


_Told = DraftEvent | Exception | None
"""An event, what went wrong before the first of them, or the end."""


async def stream_events(
    events: AsyncGenerator[DraftEvent, None], *, keep_alive_s: float = _KEEP_ALIVE_S
) -> StreamingResponse:
    """The answer that tells ``events`` as they come, with comments in quiet moments.

    The first event is waited for, so that errors before it are answered as errors. The work goes
    on while it is sent.

    Args:
        events: What to tell.
        keep_alive_s: Seconds of silence after which a comment is sent.
    """
    queue: asyncio.Queue[_Told] = asyncio.Queue()
    # One task reads all events: the deadlines inside belong to the task that set them.
    work = asyncio.create_task(_pump(events, queue))
    try:
        first = await queue.get()
    except asyncio.CancelledError:
        await _stopped(work)
        raise
    if not isinstance(first, DraftEvent):
        await work
        raise first or RuntimeError("a draft without any event")
    return _Events(_lines(first, queue, work, keep_alive_s), work)


async def _lines(
    first: DraftEvent,
    queue: "asyncio.Queue[_Told]",
    work: "asyncio.Task[None]",
    keep_alive_s: float,
) -> AsyncIterator[str]:
    try:
        yield _written(first)
        while True:
            try:
                async with asyncio.timeout(keep_alive_s):
                    event = await queue.get()
            except TimeoutError:
                yield ": still at work\n\n"
                continue
            if not isinstance(event, DraftEvent):
                return
            yield _written(event)
    finally:
        await _stopped(work)


async def _stopped(work: "asyncio.Task[None]") -> None:
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work


async def _pump(events: AsyncGenerator[DraftEvent, None], queue: "asyncio.Queue[_Told]") -> None:
    begun = False
    try:
        async for event in events:
            queue.put_nowait(event)
            begun = True
            # A model's pieces often come many at once: each is sent before the next is read.
            await asyncio.sleep(0)
    except Exception as error:  # noqa: BLE001 - raised by who waits, or told to the reader
        queue.put_nowait(_told(error) if begun else error)
    finally:
        await events.aclose()
        queue.put_nowait(None)


def _told(error: Exception) -> DraftEvent:
    if isinstance(error, CopilotError):
        return DraftEvent("error", {"code": error.code, "detail": error.detail})
    _log.error("a draft broke off while it was streamed", exc_info=error)
    detail = "This is a fault of ours; the log has it under the request id."
    return DraftEvent("error", {"code": CopilotError.code, "detail": detail})


def _written(event: DraftEvent) -> str:
    return f"event: {event.kind}\ndata: {json.dumps(event.data, ensure_ascii=False)}\n\n"
