"""uvicorn's server, calmer while nothing happens, and as a guest in a loop that is not its own."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from uvicorn import Server

_LOOK_EVERY_S = 0.5


class CalmServer(Server):
    """Looks twice a second whether it is to end, not ten times: idle, that was its largest cost."""

    async def main_loop(self) -> None:
        """Until a signal, or until ``should_exit`` is set."""
        # Each time as the first of uvicorn's ten, which also sets the clock of the Date header.
        while not await self.on_tick(0):  # noqa: ASYNC110 - a signal handler sets a flag
            await asyncio.sleep(_LOOK_EVERY_S)


class GuestServer(CalmServer):
    """Ends at Ctrl-C or SIGTERM and returns.

    uvicorn raises the signal anew when it has ended. Inside ``asyncio.run`` that cancels whatever
    the loop still has to close, with a traceback of each.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle the signals until exit; a second Ctrl-C ends it without waiting for requests."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for one in signals:
            loop.add_signal_handler(one, self.handle_exit, one, None)
        try:
            yield
        finally:
            for one in signals:
                loop.remove_signal_handler(one)
