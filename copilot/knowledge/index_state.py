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
# Points go before their rows, so a whole index may lack a few for a moment; half of it is lost.
_LOST = 0.5


class Progress(NamedTuple):
    """Points in the index and passages in the database, of all tenants."""

    indexed: int
    total: int


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

    @property
    def was_whole(self) -> bool:
        """Whether the index held every passage when it was last looked at."""
        return self._whole

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
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self.progress(), name="index state")
            self._checking.add_done_callback(_noted)
        if not self._whole:
            await asyncio.shield(self._checking)
        # Whole until the count says otherwise: no search waits for it.
        return self._whole

    async def progress(self) -> Progress:
        """Count both now.

        Raises:
            UnavailableError: The index does not answer.
        """
        async with self._db.read() as session:
            total = await session.scalar(select(func.count()).select_from(PassageRow)) or 0
        # Counted after the rows: what was indexed between the two is not taken for missing.
        found = Progress(await self._index.count(), total)
        self._whole = found.indexed >= (total * _LOST if self._whole else total)
        self._checked_at = monotonic()
        return found


def _noted(check: "asyncio.Task[Progress]") -> None:
    if not check.cancelled():
        check.exception()  # whoever waits is told; when nobody does, the next search asks again
