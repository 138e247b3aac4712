"""Routes that tell of summaries: as they are renewed, and how webhooks went."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from copilot.auth.access import still_may
from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.conversations import store as conversations
from copilot.conversations.errors import ConversationNotFoundError
from copilot.kernel.db import Database
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.http import Reads, database, problems, stopping
from copilot.kernel.ids import TenantId
from copilot.kernel.openapi import events_content
from copilot.kernel.paging import Page
from copilot.kernel.text import StorableText
from copilot.summaries import notices, store
from copilot.summaries.notice import NoticeOptions, WebhookDelivery
from copilot.summaries.refreshing import Refresher
from copilot.summaries.storing_http import refresher
from copilot.summaries.summary import SummaryOptions
from copilot.summaries.watching import Followed, Made, Standing, SummaryWatch

router = APIRouter(prefix="/v1", tags=["summaries"])

MayRead = Annotated[Principal, Depends(require("conversations:read"))]
Admin = Annotated[Principal, Depends(require("admin"))]
_HEARTBEAT_S = 15.0


class EventsQuery(NoticeOptions):
    """Which summary is followed, and for how long."""

    seconds: float | None = Field(
        default=None,
        gt=0,
        le=86_400,
        allow_inf_nan=False,
        description="End the stream after so long; without it, it goes on",
    )


class StaleNews(BaseModel):
    """The ``data`` of an event ``stale``: messages came that the stored summary does not know.

    Attributes:
        version: Of the conversation.
        summary_version: What the stored summary knows; null if there is none yet.
        on_its_way: Whether a new one is about to be made.
    """

    version: int
    summary_version: int | None
    on_its_way: bool


def summary_watch(request: Request) -> SummaryWatch:
    """What watches summaries for all streams."""
    found: SummaryWatch = request.state.deps.summary_watch
    return found


@router.get(
    "/conversations/{conversation_id}/summary/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events: `summary` with the whole Summary as JSON, at once "
            "if one is stored that knows all messages, and whenever a newer one is stored; `stale` "
            "(`version`, `summary_version`, `on_its_way`) when messages came that it does not "
            "know; `gone` when the conversation is deleted, which ends it. Comments keep the "
            "connection open. It also ends when the key is revoked or the session over",
            "content": events_content("summary", "stale", "gone"),
        },
        **problems(*AUTH_ERRORS, InvalidInputError, ConversationNotFoundError),
    },
)
async def summary_events(
    conversation_id: StorableText,
    wanted: Annotated[EventsQuery, Query()],
    db: Annotated[Database, Depends(database)],
    watch: Annotated[SummaryWatch, Depends(summary_watch)],
    refreshing: Annotated[Refresher, Depends(refresher)],
    stop: Annotated[asyncio.Event, Depends(stopping)],
    principal: MayRead,
    request: Request,
) -> StreamingResponse:
    """Follow the summary of a conversation that is made with these options."""
    async with db.read() as session:
        await conversations.head(session, principal.tenant, conversation_id)
    may_read = partial(still_may, request, "conversations:read")
    news = SummaryNews(db, watch, refreshing, stop, may_read)
    return StreamingResponse(
        news.of(principal.tenant, conversation_id, wanted.as_options(), seconds=wanted.seconds),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"},
    )


@router.get("/webhook-deliveries", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def list_webhook_deliveries(
    session: Reads,
    admin: Admin,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Page[WebhookDelivery]:
    """Webhooks that were asked for and how they went, latest first; kept for a week after."""
    return await notices.find(session, admin.tenant, limit=limit, cursor=cursor)


class SummaryNews:
    """Tells of one conversation's summary as server-sent events.

    Args:
        db: Where summaries are.
        watch: What notices that one is new.
        refreshing: Has those renewed that are followed.
        stop: Ends every stream.
        may_read: Whether the one who follows may go on doing so.
        heartbeat_s: Seconds of silence after which a comment is sent.
    """

    def __init__(
        self,
        db: Database,
        watch: SummaryWatch,
        refreshing: Refresher,
        stop: asyncio.Event,
        may_read: Callable[[], Awaitable[bool]],
        *,
        heartbeat_s: float = _HEARTBEAT_S,
    ) -> None:
        self._db = db
        self._watch = watch
        self._refreshing = refreshing
        self._stop = stop
        self._may_read = may_read
        self._heartbeat_s = heartbeat_s

    async def of(
        self,
        tenant: TenantId,
        conversation_id: str,
        options: SummaryOptions,
        *,
        seconds: float | None = None,
    ) -> AsyncIterator[str]:
        """The events, until the conversation is gone, the time is up, or the process is to end."""
        until = math.inf if seconds is None else time.monotonic() + seconds
        # Something at once: some readers take a connection for open at its first byte only.
        yield ": following\n\n"
        hashed = store.options_hash(options)
        spoke_at = time.monotonic()
        async with self._watch.follow(tenant, conversation_id) as followed:
            told = _Told(None if followed.standing is None else followed.standing.made.get(hashed))
            while not self._over(until) and (standing := followed.standing) is not None:
                changed = followed.changed
                made = standing.made.get(hashed)
                fresh = made is not None and made.version >= standing.version
                text = ""
                if made is not None and told.is_news(made, fresh=fresh):
                    text = await self._summary(tenant, conversation_id, options)
                if not fresh and (made is not None or standing.on_its_way):
                    text += await self._stale(tenant, conversation_id, standing, made, told)
                if not text and time.monotonic() - spoke_at >= self._heartbeat_s:
                    text = ": still here\n\n"
                if text:
                    if not await self._may_read():
                        return
                    spoke_at = time.monotonic()
                    yield text
                await self._anything(followed, changed, until)
            if followed.standing is None and await self._may_read():
                yield "event: gone\ndata: {}\n\n"

    def _over(self, until: float) -> bool:
        return self._stop.is_set() or time.monotonic() >= until

    async def _summary(
        self, tenant: TenantId, conversation_id: str, options: SummaryOptions
    ) -> str:
        async with self._db.read() as session:
            found = await store.find(session, tenant, conversation_id, options)
        return _event("summary", found) if found is not None else ""

    async def _stale(
        self,
        tenant: TenantId,
        conversation_id: str,
        standing: Standing,
        made: Made | None,
        told: "_Told",
    ) -> str:
        on_its_way = standing.on_its_way
        # Once for what came: a refresh that fails is not asked for again and again.
        if not on_its_way and told.asked_for < standing.version:
            told.asked_for = standing.version
            on_its_way = await self._refreshing.stale_was_read(tenant, conversation_id)
        news = StaleNews(
            version=standing.version,
            summary_version=made.version if made is not None else None,
            on_its_way=on_its_way,
        )
        if news == told.stale:
            return ""
        told.stale = news
        return _event("stale", news)

    async def _anything(self, followed: Followed, changed: asyncio.Event, until: float) -> None:
        """Wait until there is something new, it is time for a heartbeat, or to end."""
        if followed.changed is not changed:
            return
        waits = [asyncio.ensure_future(one.wait()) for one in (changed, self._stop)]
        try:
            left_s = max(0.0, min(self._heartbeat_s, until - time.monotonic()))
            await asyncio.wait(waits, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*waits, return_exceptions=True)


class _Told:
    """What a stream has told already, or need not tell: what was old news when it began."""

    def __init__(self, at_first: Made | None) -> None:
        self.summary: str | None = None
        self.stale: StaleNews | None = None
        self.asked_for = 0
        self._at_first = at_first

    def is_news(self, made: Made, *, fresh: bool) -> bool:
        if made.id == self.summary or not (fresh or made != self._at_first):
            return False
        self.summary = made.id
        return True


def _event(kind: str, data: BaseModel) -> str:
    return f"event: {kind}\ndata: {data.model_dump_json()}\n\n"
