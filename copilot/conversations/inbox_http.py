"""Routes of the inbox: the list of conversations, its live news, and what an agent has read."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from copilot.auth.access import still_may
from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.conversations import inbox, store
from copilot.conversations.conversation import Channel, ListedConversation, ReadMark
from copilot.conversations.errors import ConversationNotFoundError
from copilot.conversations.inbox import Wanted
from copilot.conversations.inbox_watch import MOST_NEWS, OVERLAP, Follower, InboxWatch
from copilot.kernel.clock import UtcTime, as_utc, now
from copilot.kernel.db import Database
from copilot.kernel.errors import ForbiddenError, InvalidInputError
from copilot.kernel.http import Reads, Writes, database, problems, stopping
from copilot.kernel.openapi import events_content
from copilot.kernel.paging import Page
from copilot.kernel.text import StorableText

router = APIRouter(prefix="/v1", tags=["conversations"])

MayRead = Annotated[Principal, Depends(require("conversations:read"))]
_HEARTBEAT_S = 15.0
_REMEMBERED = timedelta(days=1)


class ReadIn(BaseModel):
    """The body of ``POST /v1/conversations/{id}/read``."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(
        default=None, ge=0, le=2**31 - 1, description="What was seen; without it, all that is there"
    )


def inbox_watch(request: Request) -> InboxWatch:
    """What watches conversations for all streams."""
    found: InboxWatch = request.state.deps.inbox_watch
    return found


@router.get("/conversations", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def list_conversations(
    session: Reads,
    principal: MayRead,
    customer_id: StorableText | None = None,
    status: Annotated[StorableText | None, Query(max_length=32)] = None,
    channel: Channel | None = None,
    language: Annotated[
        StorableText | None, Query(max_length=35, description="Also with a region: fi finds fi-FI")
    ] = None,
    waiting: Annotated[
        bool | None, Query(description="Whether the customer waits for an answer")
    ] = None,
    unread: Annotated[
        bool | None, Query(description="Whether the signed-in agent has news to read")
    ] = None,
    updated_since: UtcTime | None = None,
    sort: Annotated[
        Literal["newest", "waiting"],
        Query(description="`waiting`: only those whose customer waits, the longest first"),
    ] = "newest",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Page[ListedConversation]:
    """Conversations without their messages, latest message first."""
    wanted = Wanted(
        customer_id=customer_id,
        status=status,
        channel=channel,
        language=language,
        waiting=waiting,
        unread=unread,
        updated_since=updated_since,
        longest_waiting=sort == "waiting",
    )
    return await inbox.find(
        session,
        principal.tenant,
        wanted,
        agent_id=_agent(principal),
        limit=limit,
        cursor=cursor,
    )


@router.get(
    "/conversations/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events: `following` once the stream is there: read the "
            "list then, later changes are told; `conversation` with a conversation as the list "
            "shows it, whenever one is stored, changed or scored; `many` when so much changed "
            "at once that the list is better read again. A deleted conversation is not told of. "
            "Comments keep the connection open. `Last-Event-ID` tells what changed since. It ends "
            "when the key is revoked or the session over",
            "content": events_content("following", "conversation", "many"),
        },
        **problems(*AUTH_ERRORS, InvalidInputError),
    },
)
async def inbox_events(
    db: Annotated[Database, Depends(database)],
    watch: Annotated[InboxWatch, Depends(inbox_watch)],
    stop: Annotated[asyncio.Event, Depends(stopping)],
    principal: MayRead,
    request: Request,
    seconds: Annotated[
        float | None,
        Query(
            gt=0,
            le=86_400,
            allow_inf_nan=False,
            description="End the stream after so long; without it, it goes on",
        ),
    ] = None,
    since: Annotated[
        str | None,
        Query(max_length=100, description="The id of an event, for who cannot send Last-Event-ID"),
    ] = None,
    last_event_id: Annotated[str | None, Header(max_length=100)] = None,
) -> StreamingResponse:
    """Follow all conversations of the tenant as they change."""
    news = InboxNews(db, watch, stop, partial(still_may, request, "conversations:read"))
    return StreamingResponse(
        news.of(principal, seconds=seconds, since=_moment(last_event_id or since)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"},
    )


@router.post(
    "/conversations/{conversation_id}/read",
    responses=problems(*AUTH_ERRORS, ConversationNotFoundError, InvalidInputError),
)
async def mark_read(
    conversation_id: StorableText,
    session: Writes,
    principal: MayRead,
    body: ReadIn | None = None,
) -> ReadMark:
    """Tell that the signed-in agent has seen a conversation; it is unread when news come."""
    agent = _agent(principal)
    if agent is None:
        await store.head(session, principal.tenant, conversation_id)
        raise ForbiddenError("An API key reads for nobody: only who is signed in has unread ones.")
    version = body.version if body is not None else None
    return await inbox.mark_read(session, principal.tenant, conversation_id, agent, version)


class InboxNews:
    """Tells of a tenant's conversations as server-sent events.

    Args:
        db: Where they are.
        watch: What notices that one has changed.
        stop: Ends every stream.
        may_read: Whether the one who follows may go on doing so.
        heartbeat_s: Seconds of silence after which a comment is sent.
    """

    def __init__(
        self,
        db: Database,
        watch: InboxWatch,
        stop: asyncio.Event,
        may_read: Callable[[], Awaitable[bool]],
        *,
        heartbeat_s: float = _HEARTBEAT_S,
    ) -> None:
        self._db = db
        self._watch = watch
        self._stop = stop
        self._may_read = may_read
        self._heartbeat_s = heartbeat_s

    async def of(
        self, principal: Principal, *, seconds: float | None = None, since: datetime | None = None
    ) -> AsyncIterator[str]:
        """The events, until the time is up, the principal may not read, or the process is to end.

        Args:
            principal: Who follows.
            seconds: For how long; None is without end.
            since: What changed after this is told first.
        """
        until = math.inf if seconds is None else time.monotonic() + seconds
        async with self._watch.follow(principal.tenant) as follower:
            # The time of an event is from before it was looked for: what is told twice is harmless.
            yield _place() + "event: following\ndata: {}\n\n"
            if since is not None:
                await self._catch_up(principal, follower, since)
            while not self._stop.is_set() and time.monotonic() < until:
                place, (changed, many) = _place(), follower.take()
                text = ""
                if many:
                    text = f"{place}event: many\ndata: {{}}\n\n"
                elif changed:
                    text = await self._changed(principal, place, changed)
                if not await self._may_read():
                    return
                if text:
                    yield text
                if not await self._anything(follower, until):
                    yield f"{_place()}: still here\n\n"

    async def _catch_up(self, principal: Principal, follower: Follower, since: datetime) -> None:
        oldest = now() - _REMEMBERED
        async with self._db.read() as session:
            missed = await inbox.changed_since(
                session, principal.tenant, max(since, oldest) - OVERLAP, limit=MOST_NEWS + 1
            )
        follower.tell(set(missed), many=since < oldest or len(missed) > MOST_NEWS)

    async def _changed(self, principal: Principal, place: str, changed: set[str]) -> str:
        async with self._db.read() as session:
            found = await inbox.listed(
                session, principal.tenant, sorted(changed), agent_id=_agent(principal)
            )
        return "".join(
            f"{place}event: conversation\ndata: {one.model_dump_json()}\n\n" for one in found
        )

    async def _anything(self, follower: Follower, until: float) -> bool:
        """Wait until there is news or it is time to end; False when a heartbeat is due."""
        waits = [asyncio.ensure_future(one.wait()) for one in (follower.news, self._stop)]
        left_s = max(0.0, min(self._heartbeat_s, until - time.monotonic()))
        try:
            done, _ = await asyncio.wait(waits, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
            return bool(done) or time.monotonic() >= until
        finally:
            for one in waits:
                one.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*waits, return_exceptions=True)


def _agent(principal: Principal) -> str | None:
    return principal.id if principal.kind == "agent" else None


def _place() -> str:
    return f"id: {now().isoformat()}\n"


def _moment(event_id: str | None) -> datetime | None:
    """The time in the id of an event of ours; None when there is none: all is told anew then."""
    try:
        return None if not event_id else as_utc(datetime.fromisoformat(event_id))
    except (ValueError, OverflowError):
        return None
