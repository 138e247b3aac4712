"""Watching stored summaries for those who follow them: one look for all, however many follow."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from sqlalchemy import select

from copilot.conversations.tables import ConversationRow
from copilot.kernel.db import Database, ReadSession
from copilot.kernel.ids import TenantId
from copilot.summaries import refreshes
from copilot.summaries.tables import SummaryRow

_LOOK_EVERY_S = 1.0
_LOOK_EMBEDDED_S = 2.0
_IN_ONE_QUERY = 500
_log = logging.getLogger(__name__)


class Made(NamedTuple):
    """A stored summary by its id, and the version of the conversation that it knows."""

    id: str
    version: int


class Standing(NamedTuple):
    """How a conversation and its summaries stand.

    Attributes:
        version: Of the conversation.
        made: Its stored summaries by the hash of their options.
        on_its_way: Whether they are about to be renewed.
    """

    version: int
    made: dict[str, Made]
    on_its_way: bool


class Followed:
    """A conversation that somebody follows.

    Attributes:
        standing: As last seen; None when the conversation is gone.
        changed: Set, and replaced by a new one, at every change.
    """

    def __init__(self, standing: Standing | None) -> None:
        self.standing = standing
        self.changed = asyncio.Event()
        self.followers = 0

    def see(self, standing: Standing | None) -> None:
        """Keep what was seen, and wake the followers if it is something else."""
        if standing != self.standing:
            self.standing = standing
            self.changed.set()
            self.changed = asyncio.Event()


class SummaryWatch:
    """Follows summaries for all streams of this process; the database is asked once for all.

    Args:
        db: The database: summaries may be made in other processes.
        look_every_s: How often it is asked, in seconds, while anybody follows anything; None: every
            second, every two in embedded mode.
    """

    def __init__(self, db: Database, *, look_every_s: float | None = None) -> None:
        self._db = db
        usual = _LOOK_EMBEDDED_S if db.is_sqlite else _LOOK_EVERY_S
        self._look_every_s = usual if look_every_s is None else look_every_s
        self._followed: dict[tuple[TenantId, str], Followed] = {}
        self._looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def follow(self, tenant: TenantId, conversation_id: str) -> AsyncIterator[Followed]:
        """The conversation as it is and as it changes, until exit."""
        key = tenant, conversation_id
        async with self._db.read() as session:
            standing = (await standings(session, tenant, [conversation_id])).get(conversation_id)
        found = self._followed.setdefault(key, Followed(standing))
        found.followers += 1
        found.see(standing)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_on(), name="summary watch")
        try:
            yield found
        finally:
            found.followers -= 1
            if not found.followers:
                self._followed.pop(key, None)
            if not self._followed and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def close(self) -> None:
        """Look no more."""
        looking, self._looking = self._looking, None
        if looking is not None:
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await looking

    async def look(self) -> None:
        """Ask the database once for everything that is followed."""
        by_tenant: dict[TenantId, list[str]] = {}
        for tenant, conversation_id in self._followed:
            by_tenant.setdefault(tenant, []).append(conversation_id)
        for tenant, wanted in by_tenant.items():
            for start in range(0, len(wanted), _IN_ONE_QUERY):
                some = wanted[start : start + _IN_ONE_QUERY]
                async with self._db.read() as session:
                    found = await standings(session, tenant, some)
                for one in some:
                    followed = self._followed.get((tenant, one))
                    if followed is not None:
                        followed.see(found.get(one))

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(self._look_every_s)
            try:
                await self.look()
            except Exception:  # noqa: BLE001 - the database may be away: tell, try again
                _log.exception("summaries that are followed could not be looked at")


async def standings(
    session: ReadSession, tenant: TenantId, conversation_ids: Sequence[str]
) -> dict[str, Standing]:
    """How those of the conversations stand that there are, by their ids."""
    rows = await session.execute(
        select(
            ConversationRow.id,
            ConversationRow.version,
            SummaryRow.options_hash,
            SummaryRow.id.label("summary_id"),
            SummaryRow.version.label("known"),
        )
        .outerjoin(SummaryRow, SummaryRow.conversation_id == ConversationRow.id)
        .where(ConversationRow.tenant_id == tenant, ConversationRow.id.in_(conversation_ids))
    )
    on_their_way = await refreshes.on_their_way(session, tenant, conversation_ids)
    found: dict[str, Standing] = {}
    for row in rows:
        one = found.setdefault(row.id, Standing(row.version, {}, row.id in on_their_way))
        if row.summary_id is not None:
            one.made[row.options_hash] = Made(row.summary_id, row.known)
    return found
