"""A connection of a service of several processes, which holds nothing back."""

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

_Connection: Any = AutoHTTPProtocol


class PromptConnection(_Connection):  # type: ignore[misc]
    """Sends each piece of an answer at once (TCP_NODELAY).

    asyncio does that only where a socket says that it is TCP. The one that uvicorn's processes
    share does not, and every piece of a stream would wait for the receipt of the last.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:
        """See :class:`asyncio.Protocol`."""
        shared = transport.get_extra_info("socket")
        if shared is not None and shared.family in {socket.AF_INET, socket.AF_INET6}:
            shared.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
