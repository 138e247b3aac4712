"""Deleting recordings and calls that have been kept long enough.

Every process that runs jobs looks for them regularly. Each call goes in transactions of its own,
and all of them may be done twice: processes may die, or do the same at once.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import update

from copilot.calls import recordings, retention, store
from copilot.calls.errors import CallNotFoundError
from copilot.calls.flow import CallFlow
from copilot.calls.redaction_store import ForgetQuoting
from copilot.calls.retention import Expiring, Retention, RetentionIn, Rule
from copilot.calls.tables import CallRow
from copilot.conversations import redaction
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.summaries import forgetting

_FIRST_S = 60.0
_EVERY_S = 1800.0
_AGAIN_S = 5.0
_RULES = 500
_CALLS_OF_A_TENANT = 20
_CALLS = 200
_OF_CALLS = ("segment-", "call-notes")
"""What the external ids of messages begin with that a call made."""

_log = logging.getLogger(__name__)


class Retainer:
    """Keeps calls as long as their tenants want, and no longer.

    Args:
        db: The database.
        calls: Deletes calls.
        forget: Delete what parts above calls made of a conversation.
    """

    def __init__(self, db: Database, calls: CallFlow, forget: Sequence[ForgetQuoting] = ()) -> None:
        self._db = db
        self._calls = calls
        self._forget = forget
        self._after = ""

    async def show(self, tenant: TenantId) -> Retention:
        """The tenant's rule with what is due by it."""
        async with self._db.read() as session:
            rule = await retention.rule_of(session, tenant)
            return await retention.told(session, tenant, rule)

    async def set(self, tenant: TenantId, asked: RetentionIn) -> Retention:
        """Keep ``asked`` as the tenant's rule."""
        async with self._db.write() as session:
            await retention.save(session, tenant, asked)
        return await self.show(tenant)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look after what is due, in the background until exit."""
        task = asyncio.create_task(self._run(), name="retention of calls")
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def look(self) -> int:
        """Delete what is due, up to a bound; tenants take turns. Returns how many were deleted.

        What is left is for the next time.
        """
        await recordings.remove_discarded(self._db, self._calls.blobs)
        async with self._db.read() as session:
            found = await retention.rules(session, after=self._after, limit=_RULES)
            if len(found) < _RULES:
                found += await retention.rules(session, after="", limit=_RULES)
        done = 0
        for rule in found:
            if done >= _CALLS:
                break
            self._after = rule.tenant
            done += await self.apply(rule.tenant, rule)
        return done

    async def apply(self, tenant: TenantId, rule: Rule) -> int:
        """Delete some of what ``rule`` no longer keeps; returns how many."""
        done: dict[Expiring, int] = {"text": 0, "audio": 0}
        # Whole calls first: their recordings go with them.
        for kind in done:
            async with self._db.read() as session:
                ids = await retention.due(session, tenant, rule, kind, limit=_CALLS_OF_A_TENANT)
            for call_id in ids:
                # Somebody else, or another process, may be deleting the same.
                with contextlib.suppress(CallNotFoundError):
                    await (self._expire_audio if kind == "audio" else self._delete)(tenant, call_id)
                    done[kind] += 1
        if any(done.values()):
            _log.info(
                "retention of tenant %s: deleted %d recordings and %d calls",
                tenant,
                done["audio"],
                done["text"],
            )
        return sum(done.values())

    async def _expire_audio(self, tenant: TenantId, call_id: str) -> None:
        async with self._db.write() as session:
            call = await store.row(session, tenant, call_id)
            await session.execute(
                update(CallRow)
                .where(CallRow.tenant_id == tenant, CallRow.id == call_id)
                .values(audio_expired_at=now(), size=0, updated_at=now())
            )
            await recordings.note_discarded(session, tenant, call.blob)
        await recordings.remove_discarded(self._db, self._calls.blobs, tenant)

    async def _delete(self, tenant: TenantId, call_id: str) -> None:
        """Delete a call; of its conversation, only its own messages where it has others too."""
        async with self._db.write() as session:
            call = await store.row(session, tenant, call_id)
            shared = call.conversation_id
            if shared is not None and await redaction.has_others(
                session, tenant, shared, _OF_CALLS
            ):
                await redaction.remove_messages(session, tenant, shared, _OF_CALLS)
                await forgetting.drop(session, tenant, shared)
                for one in self._forget:
                    await one(session, tenant, shared, None)
                # From here on the conversation is not the call's, and stays when that goes.
                await store.change(session, tenant, call_id, conversation_id=None)
        await self._calls.delete(tenant, call_id)

    async def _run(self) -> None:
        wait_s = _FIRST_S
        while True:
            await asyncio.sleep(wait_s)
            try:
                wait_s = _AGAIN_S if await self.look() else _EVERY_S
            except Exception:  # noqa: BLE001 - the database may be away: tell, try again
                _log.exception("calls could not be looked after, which will be tried again")
                wait_s = _EVERY_S
