"""Headers that keep browsers from doing more with an answer than was meant."""

import re
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from copilot.kernel.errors import ConfigurationError

_ORIGIN = re.compile(r"(https?://)?[A-Za-z0-9*.\-]+(:\d{1,5})?")

_POLICY = (
    "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'"
)


def policy(frame_ancestors: Sequence[str] = ()) -> str:
    """The Content-Security-Policy of a page that these origins may show in a frame."""
    allowed = " ".join(frame_ancestors) or "'none'"
    return f"{_POLICY}; frame-ancestors {allowed}"


class SecurityHeadersMiddleware:
    """Adds the headers to every answer; one that a route set itself is left alone.

    Answers hold personal data, or a session: without a ``Cache-Control`` of their own they are
    marked ``no-store``.

    Args:
        app: The application inside.
        frame_ancestors: Origins that may show our pages in a frame, such as a helpdesk's
            (``https://acme.zendesk.com``). None may by default.

    Raises:
        ConfigurationError: An origin is none.
    """

    def __init__(self, app: ASGIApp, *, frame_ancestors: Sequence[str] = ()) -> None:
        for origin in frame_ancestors:
            if not _ORIGIN.fullmatch(origin):
                raise ConfigurationError(
                    f"{origin!r} is not an origin: write it like https://acme.example."
                )
        self._app = app
        self._added = {
            "Content-Security-Policy": policy(frame_ancestors),
            "X-Content-Type-Options": "nosniff",
            # The full address stays with us: it can hold a sign-in link or a search.
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Cache-Control": "no-store",
        }
        if not frame_ancestors:
            self._added["X-Frame-Options"] = "DENY"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = dict(self._added)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                own = headers.get("Content-Security-Policy")
                if own is not None and "frame-ancestors 'none'" not in own:
                    # The older header knows no list of sites.
                    added.pop("X-Frame-Options", None)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, answer)
