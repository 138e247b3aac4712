"""Headers that keep browsers from doing more with an answer than was meant."""

import re
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from copilot.kernel.errors import ConfigurationError

_ORIGIN = re.compile(r"(https?://)?[A-Za-z0-9*.\-]+(:\d{1,5})?")

_OURS = (
    "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'"
)
# Swagger UI comes from a CDN and starts itself with an inline script. The page shows our own
# OpenAPI document and nothing that anyone else wrote.
_SWAGGER = (
    "default-src 'self'; script-src 'unsafe-inline' https://cdn.jsdelivr.net; "
    "style-src 'unsafe-inline' https://cdn.jsdelivr.net; "
    "img-src 'self' data: https://fastapi.tiangolo.com; object-src 'none'; base-uri 'none'; "
    "form-action 'self'"
)


class SecurityHeadersMiddleware:
    """Adds the headers to every answer; one that a route set itself is left alone.

    Answers under ``/v1`` hold personal data and are marked ``Cache-Control: no-store``.

    Args:
        app: The application inside.
        frame_ancestors: Origins that may show our pages in a frame, such as a helpdesk's
            (``https://acme.zendesk.com``). None may by default.
        docs_path: Where the interactive API documentation is.

    Raises:
        ConfigurationError: An origin is none.
    """

    def __init__(
        self, app: ASGIApp, *, frame_ancestors: Sequence[str] = (), docs_path: str = "/docs"
    ) -> None:
        for origin in frame_ancestors:
            if not _ORIGIN.fullmatch(origin):
                raise ConfigurationError(
                    f"{origin!r} is not an origin: write it like https://acme.example."
                )
        self._app = app
        self._docs_path = docs_path
        allowed = " ".join(frame_ancestors) or "'none'"
        self._ours = f"{_OURS}; frame-ancestors {allowed}"
        self._swagger = f"{_SWAGGER}; frame-ancestors 'none'"
        self._common = {
            "X-Content-Type-Options": "nosniff",
            # The full address stays with us: it can hold a sign-in link or a search.
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        }
        if not frame_ancestors:
            self._common["X-Frame-Options"] = "DENY"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        is_docs = path == self._docs_path or path.startswith(f"{self._docs_path}/")
        added = {
            **self._common,
            "Content-Security-Policy": self._swagger if is_docs else self._ours,
        }
        if path.startswith("/v1/"):
            added["Cache-Control"] = "no-store"

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, answer)
