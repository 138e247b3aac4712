"""Watching a tenant's conversations for those who follow its inbox: one look for all of them."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from copilot.conversations import inbox
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId

MOST_NEWS = 200
"""Of more changes than this at once a follower is told only that there were many."""

OVERLAP = timedelta(seconds=30)
"""How far each look goes back.

A transaction is seen once it is over, and tells the time at which it changed the row; and clocks
of several processes differ.
"""

_LOOK_EVERY_S = 1.0
_LOOK_EMBEDDED_S = 2.0
_log = logging.getLogger(__name__)


class Follower:
    """Who follows an inbox.

    Attributes:
        changed: Ids of conversations that changed and were not taken yet.
        many: Whether there were too many to name.
        news: Set when there is something to take.
    """

    def __init__(self) -> None:
        self.changed: set[str] = set()
        self.many = False
        self.news = asyncio.Event()

    def tell(self, changed: set[str], *, many: bool) -> None:
        """Add to what waits to be taken."""
        if not changed and not many:
            return
        self.changed |= changed
        self.many = self.many or many or len(self.changed) > MOST_NEWS
        self.news.set()

    def take(self) -> tuple[set[str], bool]:
        """What changed since it was last taken, and whether there was more than is named."""
        taken = self.changed, self.many
        self.changed, self.many = set(), False
        self.news.clear()
        return taken


class _Inbox:
    """A tenant whose inbox somebody follows; ``seen``: when each recent change was made."""

    def __init__(self) -> None:
        self.followers: set[Follower] = set()
        self.seen: dict[str, datetime] = {}
        self.looked_at = now()


class InboxWatch:
    """Follows inboxes for all streams of this process; the database is asked once for all.

    Args:
        db: The database: conversations may be stored by other processes.
        look_every_s: How often it is asked, in seconds, while anybody follows an inbox; None: every
            second, every two in embedded mode.
    """

    def __init__(self, db: Database, *, look_every_s: float | None = None) -> None:
        self._db = db
        usual = _LOOK_EMBEDDED_S if db.is_sqlite else _LOOK_EVERY_S
        self._look_every_s = usual if look_every_s is None else look_every_s
        self._inboxes: dict[TenantId, _Inbox] = {}
        self._looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def follow(self, tenant: TenantId) -> AsyncIterator[Follower]:
        """One who is told of every change that is made from now on, until exit."""
        follower = Follower()
        found = self._inboxes.setdefault(tenant, _Inbox())
        found.followers.add(follower)
        try:
            if len(found.followers) == 1:
                # What was changed a moment ago is nothing new to who begins to follow.
                await self._look_at(tenant, found)
                follower.take()
            if self._looking is None:
                self._looking = asyncio.create_task(self._look_on(), name="inbox watch")
            yield follower
        finally:
            found.followers.discard(follower)
            if not found.followers and self._inboxes.get(tenant) is found:
                del self._inboxes[tenant]
            if not self._inboxes and self._looking is not None:
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
        """Ask the database once for every inbox that is followed."""
        for tenant, found in list(self._inboxes.items()):
            await self._look_at(tenant, found)

    async def _look_at(self, tenant: TenantId, found: _Inbox) -> None:
        at = now()
        since = min(found.looked_at, at) - OVERLAP
        async with self._db.read() as session:
            recent = await inbox.changed_since(session, tenant, since, limit=MOST_NEWS + 1)
        changed = {one for one, when in recent.items() if found.seen.get(one) != when}
        # As many as were asked for, all of them new: there were more.
        many = len(changed) > MOST_NEWS
        found.seen, found.looked_at = recent, at
        for follower in found.followers:
            follower.tell(changed, many=many)

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(self._look_every_s)
            try:
                await self.look()
            except Exception:  # noqa: BLE001 - the database may be away: tell, try again
                _log.exception("inboxes that are followed could not be looked at")
