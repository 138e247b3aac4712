"""A draft in the making as server-sent events."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress

from fastapi.responses import StreamingResponse

from copilot.drafts.draft import DraftEvent
from copilot.kernel.errors import CopilotError

_KEEP_ALIVE_S = 10.0
_HEADERS = {
    "Cache-Control": "no-cache, no-transform",
    # Proxies that collect an answer before passing it on would undo the streaming.
    "X-Accel-Buffering": "no",
}
_log = logging.getLogger(__name__)


async def stream_events(
    events: AsyncGenerator[DraftEvent, None], *, keep_alive_s: float = _KEEP_ALIVE_S
) -> StreamingResponse:
    """The answer that tells ``events`` as they come, with comments in quiet moments.

    The first event is waited for, so that errors before it are answered as errors.

    Args:
        events: What to tell.
        keep_alive_s: Seconds of silence after which a comment is sent.
    """
    first = await anext(events)
    return StreamingResponse(
        _lines(first, events, keep_alive_s), media_type="text/event-stream", headers=_HEADERS
    )


async def _lines(
    first: DraftEvent, events: AsyncGenerator[DraftEvent, None], keep_alive_s: float
) -> AsyncIterator[str]:
    queue: asyncio.Queue[DraftEvent | None] = asyncio.Queue()
    yield _written(first)
    # One task reads all events: the deadlines inside belong to the task that set them.
    pump = asyncio.create_task(_pump(events, queue))
    try:
        while True:
            try:
                async with asyncio.timeout(keep_alive_s):
                    event = await queue.get()
            except TimeoutError:
                yield ": still at work\n\n"
                continue
            if event is None:
                return
            yield _written(event)
    finally:
        pump.cancel()
        with suppress(asyncio.CancelledError):
            await pump


async def _pump(
    events: AsyncGenerator[DraftEvent, None], queue: "asyncio.Queue[DraftEvent | None]"
) -> None:
    try:
        async for event in events:
            queue.put_nowait(event)
    except CopilotError as error:
        queue.put_nowait(DraftEvent("error", {"code": error.code, "detail": error.detail}))
    except Exception:  # noqa: BLE001 - logged, and told to the reader: the answer has begun
        _log.exception("a draft broke off while it was streamed")
        detail = "This is a fault of ours; the log has it under the request id."
        queue.put_nowait(DraftEvent("error", {"code": CopilotError.code, "detail": detail}))
    finally:
        await events.aclose()
        queue.put_nowait(None)


def _written(event: DraftEvent) -> str:
    return f"event: {event.kind}\ndata: {json.dumps(event.data, ensure_ascii=False)}\n\n"
