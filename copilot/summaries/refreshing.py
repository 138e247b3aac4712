"""Keeping stored summaries fresh: what is marked becomes jobs, and jobs renew summaries.

Every process that runs jobs looks for marks that are due. A mark goes, and its job comes, in one
transaction, so that each is done once however many processes look, and by the next if one dies.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from sqlalchemy import or_, select

from copilot.conversations import store as conversations
from copilot.conversations.conversation import ConversationHead
from copilot.conversations.errors import ConversationNotFoundError
from copilot.jobs import store as jobs
from copilot.jobs.queue import JobContext, Json, Queue
from copilot.kernel.db import Database, WriteSession
from copilot.kernel.ids import TenantId
from copilot.summaries import delivering, notices, refreshes
from copilot.summaries.config import SummariesConfig
from copilot.summaries.flow import Summariser
from copilot.summaries.store import options_hash
from copilot.summaries.summary import SummaryOptions

_LOOK_EVERY_S = 1.0
_LOOK_EMBEDDED_S = 2.0
_AGAIN_S = 0.2
_RETRY_S = 5.0
_UPKEEP_EVERY_S = 600.0
_MODEL_MAY_TAKE_S = 120.0
_SENDING_AT_ONCE = 2
_log = logging.getLogger(__name__)


class Refresher:
    """Marks conversations for a refresh and does what is marked.

    Args:
        db: The database.
        queue: Where the jobs go.
        summariser: Makes the summaries.
        config: When they are renewed.
    """

    def __init__(
        self, db: Database, queue: Queue, summariser: Summariser, config: SummariesConfig
    ) -> None:
        self._db = db
        self._queue = queue
        self._summariser = summariser
        self._config = config
        # Whose turn was last.
        self._renewed = ""
        self._told = ""

    async def messages_came(
        self, session: WriteSession, tenant: TenantId, conversation_id: str
    ) -> None:
        """Have the conversation's summaries renewed, if it has any; part of the transaction."""
        if self._config.auto_refresh and await refreshes.stale_options(
            session, tenant, conversation_id
        ):
            await refreshes.mark(session, tenant, conversation_id, self._config)

    async def wish(
        self,
        session: WriteSession,
        tenant: TenantId,
        conversation: ConversationHead,
        options: SummaryOptions,
        url: str | None,
    ) -> None:
        """Have a summary made and told of; part of the transaction that stored the conversation.

        Raises:
            TooManyNoticesError: The conversation has too many different wishes open.
        """
        await notices.wish(session, tenant, conversation, options, url)
        await refreshes.mark(session, tenant, conversation.id, self._config)

    async def stale_was_read(self, tenant: TenantId, conversation_id: str) -> bool:
        """Have stale summaries renewed that somebody looks at; False where that is not to be.

        What an import or a mailbox brought is not renewed before: nobody may ever read it.
        """
        if not self._config.auto_refresh:
            return False
        async with self._db.read() as session:
            if await refreshes.on_their_way(session, tenant, [conversation_id]):
                return True
            if not await refreshes.stale_options(session, tenant, conversation_id):
                return False
        async with self._db.write() as session:
            await refreshes.mark(session, tenant, conversation_id, self._config)
        return True

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Make jobs of what is due, in the background until exit."""
        task = asyncio.create_task(self._run(), name="summary refreshes")
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def look(self) -> int:
        """Make jobs of what is due by now, as far as there is room; returns how many."""
        async with self._db.read_statement() as connection:
            if not await connection.scalar(select(or_(refreshes.any_due(), notices.any_due()))):
                return 0
        started: list[tuple[TenantId, str, str, str]] = []
        async with self._db.write() as session:
            if not await refreshes.alone(session):
                return 0
            at_once = self._config.at_once
            for tenant, one in await refreshes.take(session, at_once=at_once, after=self._renewed):
                self._renewed = tenant
                job_id = await jobs.add(session, tenant, refreshes.KIND, one)
                started.append((tenant, refreshes.KIND, one, job_id))
            for tenant, one in await notices.take(
                session, at_once=_SENDING_AT_ONCE, after=self._told
            ):
                self._told = tenant
                job_id = await jobs.add(session, tenant, delivering.KIND, one)
                started.append((tenant, delivering.KIND, one, job_id))
        for tenant, kind, subject_id, job_id in started:
            await self._queue.enqueue(tenant, kind, subject_id, job_id=job_id)
        return len(started)

    async def upkeep(self) -> None:
        """Take up what lost its job, and forget what is over."""
        async with self._db.write() as session:
            if not await refreshes.alone(session):
                return
            await refreshes.mark_lost(session, self._config)
            await notices.forget_old(session)
            await refreshes.forget_jobs(session, (refreshes.KIND, delivering.KIND))

    async def handle(self, ctx: JobContext) -> None:
        """The job kind ``refresh_summary``: one step for each set of options, told by its hash."""

        async def plan() -> list[Json]:
            return [options_hash(one) for one in await self._wanted(ctx.tenant, ctx.subject_id)]

        for hashed in map(str, await ctx.step("plan", plan)):
            work = partial(self._renew, ctx.tenant, ctx.subject_id, hashed)
            await ctx.step(f"renew-{hashed[:12]}", work)

    async def _wanted(self, tenant: TenantId, conversation_id: str) -> list[SummaryOptions]:
        async with self._db.read() as session:
            stale = await refreshes.stale_options(session, tenant, conversation_id)
            waited_for = await notices.wanted_options(session, tenant, conversation_id)
        return list({options_hash(one): one for one in [*waited_for, *stale]}.values())

    async def _renew(self, tenant: TenantId, conversation_id: str, hashed: str) -> str | None:
        """The id of the summary, or None if there is nothing to do any more."""
        wanted = await self._wanted(tenant, conversation_id)
        options = next((one for one in wanted if options_hash(one) == hashed), None)
        if options is None:
            return None
        try:
            # Nobody sits and waits for it.
            summary = await self._summariser.for_conversation(
                tenant, conversation_id, options, deadline_s=_MODEL_MAY_TAKE_S
            )
            async with self._db.write() as session:
                head = await conversations.head(session, tenant, conversation_id)
                await notices.fulfil(session, tenant, head, summary, options)
        except ConversationNotFoundError:
            return None
        return summary.id

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        upkeep_at = loop.time()
        while True:
            wait_s = _LOOK_EMBEDDED_S if self._db.is_sqlite else _LOOK_EVERY_S
            try:
                if await self.look():
                    wait_s = _AGAIN_S
                if loop.time() >= upkeep_at:
                    upkeep_at = loop.time() + _UPKEEP_EVERY_S
                    await self.upkeep()
            except Exception:  # noqa: BLE001 - the database may be away: tell, try again
                _log.exception("summaries could not be looked after, which will be tried again")
                wait_s = _RETRY_S
            await asyncio.sleep(wait_s)
