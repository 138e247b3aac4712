"""The index without a server: qdrant-edge in a process of its own, one per service.

``edge_process`` starts and asks it, ``edge_worker`` is what runs there. Why it is not in this
process: docs/decisions/0010-index-process.md.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from copilot.kernel.ids import TenantId
from copilot.search import collection
from copilot.search.config import IndexConfig
from copilot.search.edge_process import IndexProcess
from copilot.search.edge_shard import PlainPoint
from copilot.search.index import Fields, Filter, Hit, Index, Point
from copilot.search.sparse import NO_TERMS, SparseVector
from copilot.search.swapping import SwappingIndex

# So few that a search waits for a write for some milliseconds only.
_WRITE = 8


class EdgeIndex:
    """The Index port on the index process.

    Args:
        process: The process.
        which: The collection that is kept up, or the one that it replaces.
    """

    def __init__(self, process: IndexProcess, which: Literal["new", "old"] = "new") -> None:
        self._process = process
        self._which = which

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        config: IndexConfig,  # noqa: ARG003 - every adapter opens alike
        *,
        folder: Path,
        model: str,
        dimension: int,
    ) -> AsyncIterator[Index]:
        """Open the index of ``model`` in ``folder`` until exit.

        An index of another model answers by its terms until this one is filled, then it goes; if
        its terms are those of another analysis, it goes at once. What cannot be read goes too.

        Args:
            config: The index settings.
            folder: Where indexes are kept.
            model: The embedder's name: vectors of two models cannot be compared.
            dimension: Length of its vectors.

        Raises:
            IndexInUseError: Another process has it open.
            ConfigurationError: It cannot be written to.
        """
        name = collection.collection_name(model, dimension)
        process = IndexProcess(folder, name, dimension)
        try:
            await process.start()
            new = cls(process)
            if process.replaces:
                yield SwappingIndex(new, cls(process, "old"), others=[])
            else:
                yield new
        finally:
            await process.close()

    @property
    def fresh(self) -> bool:
        """See :meth:`Index.fresh`."""
        return not self._process.complete

    async def filled(self) -> None:
        """See :meth:`Index.filled`."""
        await self._process.call("filled", self._which)

    async def upsert(self, tenant: TenantId, points: Sequence[Point]) -> None:
        """See :meth:`Index.upsert`."""
        for some in collection.chunks(points, _WRITE):
            await self._process.call("upsert", self._which, tenant, [_plain(one) for one in some])

    async def set_fields(self, tenant: TenantId, fields: Fields) -> None:
        """See :meth:`Index.set_fields`."""
        await self._process.call("set_fields", self._which, tenant, fields)

    async def delete(self, tenant: TenantId, ids: Sequence[str]) -> None:
        """See :meth:`Index.delete`."""
        for some in collection.chunks(ids):
            await self._process.call("delete", self._which, tenant, list(some))

    async def delete_source(self, tenant: TenantId, source_id: str) -> None:
        """See :meth:`Index.delete_source`."""
        await self._process.call("delete_source", self._which, tenant, source_id)

    async def delete_tenant(self, tenant: TenantId) -> None:
        """See :meth:`Index.delete_tenant`."""
        await self._process.call("delete_tenant", self._which, tenant)

    async def search(
        self,
        tenant: TenantId,
        dense: Sequence[float] | None,
        sparse: SparseVector,
        *,
        names: SparseVector = NO_TERMS,
        where: Filter,
        limit: int,
    ) -> list[Hit]:
        """See :meth:`Index.search`."""
        vector = None if dense is None else _floats(dense)
        found: list[Hit] = await self._process.call(
            "search", self._which, tenant, vector, sparse, names, where, limit
        )
        return found

    async def held(self, tenant: TenantId, ids: Sequence[str]) -> set[str]:
        """See :meth:`Index.held`."""
        found: set[str] = set()
        for some in collection.chunks(ids):
            found.update(await self._process.call("held", self._which, tenant, list(some)))
        return found

    async def ids(self, tenant: TenantId) -> set[str]:
        """See :meth:`Index.ids`."""
        return {one async for page in self._pages("ids", tenant) for one in page}

    async def contents(self, tenant: TenantId) -> dict[str, Fields]:
        """See :meth:`Index.contents`."""
        found: dict[str, Fields] = {}
        async for page in self._pages("contents", tenant):
            found.update(page)
        return found

    async def _pages(self, operation: str, tenant: TenantId) -> AsyncIterator[Any]:
        after = None
        while True:
            page, after = await self._process.call(operation, self._which, tenant, after)
            yield page
            if after is None:
                return

    async def count(self) -> int:
        """See :meth:`Index.count`."""
        names = await self._process.call("names", self._which)
        return sum([await self._process.call("count", self._which, name) for name in names])


def _plain(point: Point) -> PlainPoint:
    return point.id, _floats(point.dense), point.sparse, point.names, point.fields


def _floats(vector: Sequence[float]) -> list[float]:
    return [float(value) for value in vector]
