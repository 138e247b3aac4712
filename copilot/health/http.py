"""``/health``: the process is alive. ``/ready``: each engine's state. ``/metrics``: numbers."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from copilot import __version__
from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.health.metrics import render_metrics
from copilot.kernel.http import problems
from copilot.knowledge.degraded import Degraded, told
from copilot.knowledge.index_state import Progress

router = APIRouter(tags=["health"])
# What the embedded index serves well: it has a shard per tenant and one process for all of them
# (docs/decisions/0010).
COMFORTABLE_OF_ONE_TENANT = 20_000
COMFORTABLE_IN_ALL = 200_000
_CHECK_S = 3.0
# Probes often allow a second, and counting the index can take longer.
_COUNT_S = 0.8


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"
    version: str = __version__


class EngineState(BaseModel):
    """One engine: whether it can be used, which one it is, and what to know about it."""

    ready: bool
    engine: str
    detail: str | None = None


class Readiness(BaseModel):
    """Whether requests can be served, how well, and engine by engine.

    A node that is degraded is ready: its answers are worse and not wrong, and the others of its
    kind may be no better off. Only one that is still starting, or without its database, is not.
    """

    ready: bool
    degraded: list[Degraded] = Field(
        default=[], description="What searches, cards and drafts do without"
    )
    detail: str | None = Field(default=None, description="The same for people")
    engines: dict[str, EngineState]


@router.head("/health", include_in_schema=False)
@router.get("/health")
async def health() -> Health:
    """Alive. Touches nothing, so a full disk or a slow model does not restart the process."""
    return Health()


@router.get("/ready", responses={503: {"model": Readiness, "description": "Not ready yet"}})
async def ready(request: Request, response: Response) -> Readiness:
    """Each engine's state; 503 while the service is starting or the database does not answer.

    A service whose index is being rebuilt or whose embedding model has failed is ready: it
    answers by words, and `degraded` says so.
    """
    future = request.state.starting.deps
    if not future.done() or future.exception() is not None:
        response.status_code = 503
        failed = future.done()
        state = EngineState(
            ready=False,
            engine="service",
            detail="could not start: see the log" if failed else "starting",
        )
        return Readiness(ready=False, engines={"service": state})
    deps = future.result()
    checks = {
        "database": _database,
        "index": _index,
        "embedder": _embedder,
        "speech": _speech,
        "llm": _llm,
    }
    if deps.reranking is not None:
        checks["reranker"] = _reranker
    states = await asyncio.gather(*(_guarded(name, check(deps)) for name, check in checks.items()))
    engines = dict(zip(checks, states, strict=True))
    loading = not engines["embedder"].ready and deps.embedding.error is None
    can_serve = engines["database"].ready and not loading
    response.status_code = 200 if can_serve else 503
    degraded = _degraded(deps, engines)
    return Readiness(ready=can_serve, degraded=degraded, detail=told(degraded), engines=engines)


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {
            "description": "Prometheus' text format",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
        **problems(*AUTH_ERRORS),
    },
)
async def metrics(
    _admin: Annotated[Principal, Depends(require("admin"))], request: Request
) -> Response:
    """Prometheus metrics of this process (scope ``admin``)."""
    deps = request.state.deps
    content, media_type = await render_metrics(deps.db, deps.searcher.answered)
    return Response(content, media_type=media_type)


def _degraded(deps: Any, engines: dict[str, EngineState]) -> list[Degraded]:
    degraded: list[Degraded] = []
    if not engines["embedder"].ready:
        degraded.append("no_embedding")
    if not engines["index"].ready:
        degraded.append("full_text_only")
    elif deps.searcher.state.was_counted and not deps.searcher.state.was_whole:
        degraded.append("index_rebuilding")
    if "reranker" in engines and not engines["reranker"].ready:
        degraded.append("no_reranking")
    return degraded


async def _guarded(name: str, check: Any) -> EngineState:
    try:
        async with asyncio.timeout(_CHECK_S):
            state: EngineState = await check
            return state
    except Exception as error:  # noqa: BLE001 - whatever an engine raises, it is not ready
        return EngineState(ready=False, engine=name, detail=type(error).__name__)


async def _database(deps: Any) -> EngineState:
    await deps.db.ping()
    return EngineState(ready=True, engine=deps.db.engine.dialect.name)


async def _index(deps: Any) -> EngineState:
    kind = deps.settings.index.kind
    counts = await deps.searcher.state.latest(_COUNT_S)
    if counts is None:
        return EngineState(ready=True, engine=kind, detail="loading: not counted yet")
    detail = f"{counts.indexed} passages"
    if not deps.searcher.state.was_whole:
        detail = f"rebuilding: {counts.indexed} of {counts.total} passages are in the index"
    elif kind == "edge" and (much := _too_much(counts)):
        detail += f": {much} the embedded index serves fast, set COPILOT_INDEX__KIND=server"
    return EngineState(ready=True, engine=kind, detail=detail)


def _too_much(counts: Progress) -> str | None:
    if counts.indexed > COMFORTABLE_IN_ALL:
        return "more than"
    if counts.largest > COMFORTABLE_OF_ONE_TENANT:
        return f"one tenant has over {COMFORTABLE_OF_ONE_TENANT}, more than"
    return None


async def _embedder(deps: Any) -> EngineState:
    embedding = deps.embedding
    return EngineState(ready=embedding.ready, engine=embedding.name, detail=embedding.error)


async def _reranker(deps: Any) -> EngineState:
    reranking = deps.reranking
    well = reranking.ready and reranking.error is None
    return EngineState(ready=well, engine=reranking.name, detail=reranking.error)


async def _speech(deps: Any) -> EngineState:
    state = deps.speech.describe()
    # Loaded on first use, so that a service without calls does without its memory.
    engine = state["engine"] or "loads on first use"
    detail = state["problem"] or ("low accuracy, English only" if state["low_accuracy"] else None)
    if detail is None and state["sent_to"] is not None:
        detail = f"recordings are sent to {state['sent_to']}"
    return EngineState(ready=not state["problem"], engine=engine, detail=detail)


async def _llm(deps: Any) -> EngineState:
    if deps.chat is None:
        return EngineState(ready=True, engine="none", detail="summaries and drafts are extractive")
    refusing = deps.chat.refusing
    detail = "failing: answers are extractive for now" if refusing else None
    return EngineState(ready=not refusing, engine=deps.chat.engine, detail=detail)
