"""Noticing that the process was asked to end while answers are still being sent.

A server waits for open answers before it tells the application to end, and an answer that never
ends by itself would keep it waiting until it is cut off.
"""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def told_to_stop(stop: asyncio.Event) -> Iterator[None]:
    """Until exit, set ``stop`` at SIGINT and SIGTERM, before whoever handles these now.

    Does nothing outside the main thread, where signals cannot be handled.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)
        told = before[signal.Signals(number)]
        if callable(told):
            told(number, frame)

    # Where nobody handles a signal, its own effect stays: ending the process.
    ours = [one for one, told in before.items() if callable(told)]
    for one in ours:
        signal.signal(one, handle)
    try:
        yield
    finally:
        for one in ours:
            if signal.getsignal(one) is handle:
                signal.signal(one, before[one])
