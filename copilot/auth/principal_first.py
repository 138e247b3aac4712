"""Refusing who may not send a body before any of it is read.

FastAPI reads and parses a whole body before it asks a route's dependencies who sent it, and for an
``Idempotency-Key`` it is read even earlier. Without this, anyone at all could make the service
take in recordings and imports up to the upload limit.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from copilot.auth import principal
from copilot.auth.access import Require, admit, caller, identify
from copilot.kernel.errors import CopilotError
from copilot.kernel.http import problem_response


class _Guarded(NamedTuple):
    route: APIRoute
    scopes: frozenset[principal.Scope]


class PrincipalFirstMiddleware:
    """Answers 401, 403 and 429 for routes that take a body, as the route itself would.

    Needs ``deps.auth`` in the request's state. The route's own dependencies stay: they find the
    caller already known.

    Args:
        app: The application inside.
        routes: All routes; those with a principal and a body are picked out.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._guarded = [
            _Guarded(route, frozenset(_scopes(route.dependant)))
            for route in routes
            if isinstance(route, APIRoute) and route.body_field and _has_caller(route.dependant)
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        may_have_body = scope["type"] == "http" and scope["method"] not in {"GET", "HEAD"}
        found = self._find(scope) if may_have_body else None
        if found is not None:
            request = Request(scope)
            try:
                known = await identify(request)
                admit(request, known)
                for needed in found.scopes:
                    known.principal.require(needed)
            except CopilotError as error:
                await problem_response(error, request)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _find(self, scope: Scope) -> _Guarded | None:
        for one in self._guarded:
            if one.route.matches(scope)[0] == Match.FULL:
                return one
        return None


def _all(dependant: Dependant) -> Iterator[Dependant]:
    for one in dependant.dependencies:
        yield one
        yield from _all(one)


def _has_caller(dependant: Dependant) -> bool:
    return any(one.call is caller for one in _all(dependant))


def _scopes(dependant: Dependant) -> Iterator[principal.Scope]:
    for one in _all(dependant):
        if isinstance(one.call, Require):
            yield one.call.scope
