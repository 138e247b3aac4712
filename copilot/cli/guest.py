"""A web server in an event loop that has more to close when it ends."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from uvicorn import Server


class GuestServer(Server):
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
