"""Trying each engine once, as who sets one up does: does it answer, and what is to be mended."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Literal, NamedTuple

from copilot.kernel.errors import CopilotError, UnavailableError
from copilot.kernel.ids import TenantId, new_id
from copilot.llm.chat import ChatMessage, ModelCall
from copilot.speech.engines import Checked, SpeechEngines

_log = logging.getLogger(__name__)
EngineKind = Literal["embedder", "reranker", "speech", "llm"]
_ASKED = [ChatMessage("user", "Say yes.")]
_LONGEST_S = 60.0


class Tried(NamedTuple):
    """How an engine did.

    Attributes:
        ok: Whether it works, or is not needed.
        engine: Which one it is.
        detail: What to know or to mend; no secrets.
    """

    ok: bool
    engine: str
    detail: str | None = None


async def try_engine(
    deps: Any, kind: EngineKind, tenant: TenantId, principal_id: str | None = None
) -> tuple[Tried, float]:
    """Try one engine; the answer and how many milliseconds it took.

    Args:
        deps: The open parts (``wiring.Deps``).
        kind: Which.
        tenant: Whose ledger tells of what goes to a language model.
        principal_id: Who asks.
    """
    begun = time.monotonic()
    tries: dict[EngineKind, Callable[[], Awaitable[Tried]]] = {
        "embedder": lambda: try_embedder(deps),
        "reranker": lambda: try_reranker(deps.reranking),
        "speech": lambda: try_speech(deps.speech),
        "llm": lambda: try_model(deps.models, tenant, principal_id),
    }
    try:
        async with asyncio.timeout(_LONGEST_S):
            found = await tries[kind]()
    except TimeoutError:
        found = Tried(ok=False, engine=kind, detail=f"no answer within {_LONGEST_S:.0f} seconds")
    except Exception as error:  # noqa: BLE001 - whatever breaks it, that is the answer
        _log.exception("trying the engine %s", kind)
        found = Tried(ok=False, engine=kind, detail=f"{type(error).__name__}: see the log")
    return found, (time.monotonic() - begun) * 1000


async def try_embedder(deps: Any) -> Tried:
    """Whether texts become vectors."""
    try:
        # A text that nobody asked before: known ones are answered from memory.
        vector = await deps.embedding.query(f"does it work? {new_id('try')}")
    except UnavailableError as error:
        return Tried(ok=False, engine=deps.embedding.name, detail=error.detail)
    return Tried(ok=True, engine=deps.embedding.name, detail=f"{len(vector)} dimensions")


async def try_reranker(reranking: Any) -> Tried:
    """Whether a second look at search results answers in time; it is fine to have none."""
    if reranking is None:
        return Tried(ok=True, engine="none")
    await reranking.settled()
    texts = {"a": "It works.", "b": "It does not."}
    found = await reranking.rerank("does it work?", [("a", 1.0), ("b", 0.9)], texts)
    detail = reranking.error
    if found.problem is not None and detail is None:
        detail = "it failed, or took longer than COPILOT_RERANKER__DEADLINE_S allows: see the log"
    return Tried(ok=found.problem is None, engine=reranking.name, detail=detail)


async def try_speech(engines: SpeechEngines) -> Tried:
    """Whether speech can be heard; loads what is loaded on first use."""
    name = "none"
    try:
        engine = await asyncio.to_thread(engines.get, None)
        name = engine.engine
        if isinstance(engine, Checked):
            await asyncio.to_thread(engine.check)
    except CopilotError as error:
        return Tried(ok=False, engine=name, detail=error.detail)
    problem = engines.describe()["problem"]
    detail = f"{problem} {engine.engine} is used instead." if problem else None
    if detail is None and engines.sent_to is not None:
        detail = f"recordings are sent to {engines.sent_to}"
    if detail is None and engine.low_accuracy:
        detail = "low accuracy, English only: set COPILOT_SPEECH__MODEL to Whisper weights"
    return Tried(ok=not problem, engine=engine.engine, detail=detail)


async def try_model(models: Any, tenant: TenantId, principal_id: str | None = None) -> Tried:
    """Whether the language model answers; the prompt stands in the tenant's ledger."""
    if models is None:
        return Tried(ok=True, engine="none", detail="summaries and drafts are extractive")
    try:
        chat = models.chat_for(ModelCall(tenant, "check", None, None, principal_id))
        await chat.complete(_ASKED, max_tokens=5)
    except CopilotError as error:
        return Tried(ok=False, engine=models.engine, detail=error.detail)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is no answer
        return Tried(ok=False, engine=models.engine, detail=type(error).__name__)
    detail = None if chat.local else f"prompts are sent to {models.host}, masked"
    return Tried(ok=True, engine=chat.engine, detail=detail)
