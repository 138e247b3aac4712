"""The index inside this process: qdrant-edge. One folder, one process, one handle.

The engine blocks and holds the GIL, so every call runs in one thread of its own, in small pieces;
it is never optimised while serving (that froze every thread for seconds).
"""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId
from copilot.search import collection
from copilot.search.config import IndexConfig
from copilot.search.edge_shard import EdgeShard
from copilot.search.index import Fields, Filter, Hit, Point
from copilot.search.sparse import SparseVector

_log = logging.getLogger(__name__)
Result = TypeVar("Result")


class EdgeIndex:
    """The Index port on a qdrant-edge shard.

    Args:
        shard: An open shard.
        thread: The only thread that touches it.
    """

    def __init__(self, shard: EdgeShard, thread: ThreadPoolExecutor) -> None:
        self._shard = shard
        self._thread = thread

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        config: IndexConfig,  # noqa: ARG003 - every adapter opens alike
        *,
        folder: Path,
        model: str,
        dimension: int,
    ) -> AsyncIterator[Self]:
        """Open the index of ``model`` in ``folder`` until exit; indexes of other models go.

        Args:
            config: The index settings.
            folder: Where indexes are kept.
            model: The embedder's name: vectors of two models cannot be compared.
            dimension: Length of its vectors.

        Raises:
            ConfigurationError: Another process has it open.
        """
        name = collection.collection_name(model, dimension)
        thread = ThreadPoolExecutor(1, thread_name_prefix="index")
        loop = asyncio.get_running_loop()
        try:
            shard = await loop.run_in_executor(thread, EdgeShard.open, folder / name, dimension)
            # An index that is no longer kept up would keep what was erased.
            await loop.run_in_executor(thread, _drop_others, folder, name)
            try:
                yield cls(shard, thread)
            finally:
                await loop.run_in_executor(thread, shard.close)
        finally:
            thread.shutdown()

    async def _run(self, call: Callable[..., Result], *args: Any) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, call, *args)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # the engine's panics are no Exceptions
            _log.exception("the search index failed")
            raise UnavailableError(
                "The search index failed: try again in a moment. If it stays so, the log says why.",
                retry_after_s=5,
            ) from error

    async def upsert(self, tenant: TenantId, points: Sequence[Point]) -> None:
        """See :meth:`Index.upsert`."""
        for some in collection.chunks(points):
            await self._run(self._shard.upsert, tenant, some)

    async def set_fields(self, tenant: TenantId, fields: Fields) -> None:
        """See :meth:`Index.set_fields`."""
        await self._run(self._shard.set_fields, tenant, fields)

    async def delete(self, tenant: TenantId, ids: Sequence[str]) -> None:
        """See :meth:`Index.delete`."""
        for some in collection.chunks(ids):
            await self._run(self._shard.delete, tenant, some)

    async def delete_source(self, tenant: TenantId, source_id: str) -> None:
        """See :meth:`Index.delete_source`."""
        await self._run(
            self._shard.delete_where, {collection.TENANT: tenant, collection.SOURCE: source_id}
        )

    async def delete_tenant(self, tenant: TenantId) -> None:
        """See :meth:`Index.delete_tenant`."""
        await self._run(self._shard.delete_where, {collection.TENANT: tenant})

    async def search(
        self,
        tenant: TenantId,
        dense: Sequence[float],
        sparse: SparseVector,
        *,
        where: Filter,
        limit: int,
    ) -> list[Hit]:
        """See :meth:`Index.search`."""
        return await self._run(self._shard.search, tenant, dense, sparse, where, limit)

    async def ids(self, tenant: TenantId) -> set[str]:
        """See :meth:`Index.ids`."""
        found: set[str] = set()
        after = None
        while True:
            page, after = await self._run(self._shard.ids, tenant, after)
            found.update(page)
            if after is None:
                return found

    async def count(self) -> int:
        """See :meth:`Index.count`."""
        return await self._run(self._shard.count)


def _drop_others(folder: Path, kept: str) -> None:
    for other in folder.glob("copilot-*"):
        if other.name != kept and other.is_dir():
            shutil.rmtree(other, ignore_errors=True)
