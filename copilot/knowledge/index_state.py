"""Whether the index holds what it should: it may be new, half filled, or gone while serving."""

import asyncio
from time import monotonic
from typing import NamedTuple

from sqlalchemy import func, select

from copilot.kernel.db import Database
from copilot.knowledge.tables import PassageRow
from copilot.search.index import Index

_AGAIN_WHILE_FILLING_S = 2.0
_AGAIN_WHEN_WHOLE_S = 30.0
_PATIENCE_S = 0.3
# Points go before their rows, so a whole index may lack a few for a moment; half of it is lost.
_LOST = 0.5


class Progress(NamedTuple):
    """Points in the index and passages in the database, of all tenants.

    Attributes:
        largest: Passages of the tenant that has the most.
    """

    indexed: int
    total: int
    largest: int


class IndexState:
    """Compares the size of the index with the database's now and then.

    Counts tell more than whether the index was made anew: a restart in the middle of filling it
    opens an index that is old and not whole.

    Args:
        db: The database.
        index: The index.
    """

    def __init__(self, db: Database, index: Index) -> None:
        self._db = db
        self._index = index
        self._whole = False
        self._fresh = False
        self._checked_at: float | None = None
        self._checking: asyncio.Task[Progress] | None = None
        self._last: Progress | None = None
        self._error: Exception | None = None

    @property
    def was_whole(self) -> bool:
        """Whether the index held every passage when it was last looked at."""
        return self._whole

    @property
    def was_counted(self) -> bool:
        """Whether the index was looked at since the start."""
        return self._last is not None

    async def whole(self) -> bool:
        """Whether the index holds every passage, as of some seconds ago at most.

        Raises:
            UnavailableError: The index does not answer.
        """
        if self._index.fresh and not self._fresh:
            self._whole, self._checked_at = False, None
        self._fresh = self._index.fresh
        again_s = _AGAIN_WHEN_WHOLE_S if self._whole else _AGAIN_WHILE_FILLING_S
        if self._checked_at is not None and monotonic() - self._checked_at < again_s:
            return self._whole
        checking = self._check()
        if self._whole:
            return True  # until the count says otherwise: no search waits for it
        await asyncio.wait({checking}, timeout=_PATIENCE_S)
        if checking.done():
            checking.result()
            return self._whole
        # Counting loads every tenant's part after a restart. One that was not filled says so.
        return not self._index.fresh if self._last is None else self._whole

    async def latest(self, wait_s: float) -> Progress | None:
        """The counts now, or the last ones where counting takes long; None before the first.

        An index of many shards is counted by loading them, which takes seconds after a restart.

        Args:
            wait_s: Longest to wait, in seconds; the count goes on after that.

        Raises:
            UnavailableError: The index does not answer, or did not when it was last asked.
        """
        checking = self._check()
        await asyncio.wait({checking}, timeout=wait_s)
        if checking.done():
            return checking.result()
        if self._error is not None:
            raise self._error
        return self._last

    async def progress(self) -> Progress:
        """Count both now.

        Raises:
            UnavailableError: The index does not answer.
        """
        async with self._db.read() as session:
            size = func.count(PassageRow.id).label("size")
            sizes = select(size).group_by(PassageRow.tenant_id).subquery()
            found = await session.execute(select(func.sum(sizes.c.size), func.max(sizes.c.size)))
            total, largest = (int(one or 0) for one in found.one())
        # Counted after the rows: what was indexed between the two is not taken for missing.
        counted = Progress(await self._index.count(), total, largest)
        self._whole = counted.indexed >= (total * _LOST if self._whole else total)
        self._checked_at = monotonic()
        self._last = counted
        return counted

    def _check(self) -> "asyncio.Task[Progress]":
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self.progress(), name="index state")
            self._checking.add_done_callback(self._noted)
        return self._checking

    def _noted(self, check: "asyncio.Task[Progress]") -> None:
        if not check.cancelled():
            # Whoever waits is told; when nobody does, the next search asks again.
            error = check.exception()
            self._error = error if isinstance(error, Exception) else None
