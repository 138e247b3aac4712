"""Dropping what left once it has been kept long enough: the rest of its row stays."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.ledger import store
from copilot.ledger.config import LedgerConfig

_FIRST_S = 90.0
_EVERY_S = 1800.0
_AGAIN_S = 5.0
_MOST = 500

_log = logging.getLogger(__name__)


class LedgerKeeper:
    """Keeps the text in the ledger as long as the settings say, tenant by tenant.

    Args:
        db: The database.
        config: How many days.
    """

    def __init__(self, db: Database, config: LedgerConfig) -> None:
        self._db = db
        self._config = config

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look after what is due, in the background until exit."""
        task = asyncio.create_task(self._run(), name="retention of the ledger")
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def look(self) -> int:
        """Drop texts that are due, up to a bound for each tenant; returns how many."""
        config = self._config
        kept = [
            config.text_days,
            *(config.limits_of(TenantId(one)).text_days for one in config.tenants),
        ]
        shortest = min((days for days in kept if days is not None), default=None)
        if shortest is None:
            return 0
        async with self._db.read() as session:
            owners = await store.owners_of_texts(session, now() - timedelta(days=shortest))
        done = 0
        for tenant in owners:
            days = config.limits_of(tenant).text_days
            if days is None:
                continue
            older = now() - timedelta(days=days)
            async with self._db.write() as session:
                done += await store.drop_texts(session, tenant, older, most=_MOST)
        if done:
            _log.info("ledger: dropped the text of %d calls of models", done)
            await self._db.settle()
        return done

    async def _run(self) -> None:
        wait_s = _FIRST_S
        while True:
            await asyncio.sleep(wait_s)
            try:
                wait_s = _AGAIN_S if await self.look() else _EVERY_S
            except Exception:  # noqa: BLE001 - the database may be away: tell, try again
                _log.exception("the ledger could not be looked after, which will be tried again")
                wait_s = _EVERY_S
