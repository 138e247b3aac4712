"""The application: routers, middleware and error handlers. Importing it does no work."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from copilot import __version__
from copilot.auth import http as auth
from copilot.auth import people_http as people
from copilot.auth.idempotency import KEY_HEADER, IdempotencyMiddleware
from copilot.auth.principal_first import PrincipalFirstMiddleware
from copilot.calls import http as calls
from copilot.calls import notes_http as call_notes
from copilot.calls import privacy_http as call_privacy
from copilot.context import http as context
from copilot.conversations import http as conversations
from copilot.conversations import inbox_http as inbox
from copilot.customers import http as customers
from copilot.drafts import http as drafts
from copilot.drafts import inserting_http as inserting
from copilot.drafts import reviews_http as reviews
from copilot.erasure import http as erasure
from copilot.evals.export import http as eval_cases
from copilot.feedback import http as feedback
from copilot.feedback import links_http as feedback_links
from copilot.guidance import http as guidance
from copilot.health import checking_http as engine_checks
from copilot.health import http as health
from copilot.jobs import http as jobs
from copilot.kernel.body_limit import BodyLimitMiddleware
from copilot.kernel.errors import UnavailableError
from copilot.kernel.http import (
    Problem,
    UnforeseenErrorMiddleware,
    install_error_handlers,
    problem_response,
)
from copilot.kernel.openapi import complete_openapi
from copilot.kernel.request_id import RequestIdMiddleware
from copilot.kernel.security_headers import SecurityHeadersMiddleware
from copilot.kernel.stopping import told_to_stop
from copilot.knowledge import http as knowledge
from copilot.ledger import http as ledger
from copilot.portability import http as portability
from copilot.settings import Settings
from copilot.summaries import http as summaries
from copilot.summaries import news_http as summary_news
from copilot.summaries import storing_http as storing
from copilot.web import feedback_http, panel_api, panel_http
from copilot.web import http as web
from copilot.web.api_page import install_api_page
from copilot.web.error_pages import ErrorPagesMiddleware
from copilot.wiring import Deps, open_deps

_log = logging.getLogger(__name__)
OpenDeps = Callable[[Settings], AbstractAsyncContextManager[Deps]]

FEATURES = (
    health,
    engine_checks,
    auth,
    people,
    jobs,
    customers,
    erasure,
    portability,
    # Before the rest: /conversations/events is no conversation's id.
    inbox,
    conversations,
    storing,
    knowledge,
    guidance,
    summaries,
    summary_news,
    context,
    calls,
    call_privacy,
    call_notes,
    drafts,
    inserting,
    reviews,
    eval_cases,
    feedback,
    feedback_links,
    ledger,
    panel_api,
    panel_http,
    feedback_http,
    web,
)

DESCRIPTION = """Agent assist for customer support: call notes, traceable summaries, the
customer's context and cited reply drafts. Nothing is ever sent by itself."""


class Starting:
    """The parts of a starting application: there, still coming, or failed.

    ``/health`` answers while models, migrations and the job engine come up; everything else
    waits for them here.
    """

    def __init__(self) -> None:
        self.deps: asyncio.Future[Deps] = asyncio.get_running_loop().create_future()

    async def wait(self, seconds: float) -> Deps:
        """The parts, waiting for at most ``seconds``.

        Raises:
            UnavailableError: They are not up yet, or could not be opened.
        """
        try:
            return await asyncio.wait_for(asyncio.shield(self.deps), seconds)
        except TimeoutError as error:
            raise UnavailableError(
                "The service is still starting: try again.", retry_after_s=2
            ) from error


class DepsMiddleware:
    """Puts the opened parts on ``request.state.deps``; requests before that wait a little."""

    def __init__(self, app: ASGIApp, *, wait_s: float = 20.0) -> None:
        self._app = app
        self._wait_s = wait_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] == "http" and scope["path"] not in {"/health", "/ready"}:
            starting: Starting = scope["state"]["starting"]
            try:
                scope["state"]["deps"] = await starting.wait(self._wait_s)
            except UnavailableError as error:
                # The error handlers are further inside.
                await problem_response(error, Request(scope))(scope, receive, send)
                return
        await self._app(scope, receive, send)


def create_app(
    settings: Settings | None = None,
    *,
    open_deps: OpenDeps = open_deps,
    on_failure: Callable[[BaseException], None] | None = None,
) -> FastAPI:
    """The application for ``settings`` (read from the environment when not given).

    Args:
        settings: All settings.
        open_deps: What opens the parts; tests may pass their own.
        on_failure: Told when the parts could not be opened, so that the server can stop.
    """
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        starting = Starting()
        stop = asyncio.Event()
        # One task opens and closes: context managers must end where they began.
        task = asyncio.create_task(_hold(chosen, open_deps, starting, stop, on_failure))
        asked_to_stop = asyncio.Event()
        with told_to_stop(asked_to_stop):
            yield {"starting": starting, "settings": chosen, "stopping": asked_to_stop}
        stop.set()
        if not starting.deps.done():
            # A part that cannot be reached may take for ever to open.
            task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    app = FastAPI(
        title="Copilot",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        # FastAPI's own pages load their scripts from a CDN.
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if chosen.server.docs else None,
        responses={"default": {"model": Problem, "description": "Any error, as problem+json"}},
    )
    for feature in FEATURES:
        app.include_router(feature.router)
    app.webhooks.include_router(storing.webhooks)
    complete_openapi(app, idempotency_header=KEY_HEADER)
    if chosen.server.docs:
        install_api_page(app, "/docs")
    install_error_handlers(app)
    app.add_middleware(IdempotencyMiddleware)
    routes = [route for feature in FEATURES for route in feature.router.routes]
    app.add_middleware(PrincipalFirstMiddleware, routes=routes)
    # Once more, for what fails in those two: a database that does not answer, above all.
    app.add_middleware(UnforeseenErrorMiddleware)
    app.add_middleware(DepsMiddleware)
    app.add_middleware(
        BodyLimitMiddleware,
        body_bytes=int(chosen.limits.body_mb * 1_000_000),
        upload_bytes=int(chosen.limits.upload_mb * 1_000_000),
    )
    app.add_middleware(ErrorPagesMiddleware)
    app.add_middleware(SecurityHeadersMiddleware)
    app.add_middleware(RequestIdMiddleware)
    return app


async def _hold(
    settings: Settings,
    open_deps: OpenDeps,
    starting: Starting,
    stop: asyncio.Event,
    on_failure: Callable[[BaseException], None] | None,
) -> None:
    try:
        async with open_deps(settings) as deps:
            starting.deps.set_result(deps)
            await stop.wait()
    except Exception as error:
        if starting.deps.done():
            raise
        _log.exception("the service could not start")
        starting.deps.set_exception(UnavailableError("The service could not start: see its log."))
        starting.deps.exception()  # read once, so that asyncio does not complain at exit
        if on_failure is not None:
            on_failure(error)
