"""Two indexes during the time in which one takes the other's place.

Another model's vectors cannot be compared with this one's, but its terms can: until everything is
embedded again, what the new index does not have yet is still found by its words in the old one.
"""

import asyncio
from collections.abc import Sequence

from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId
from copilot.search.index import Fields, Filter, Hit, Index, Point
from copilot.search.sparse import NO_TERMS, SparseVector


class SwappingIndex:
    """The Index port on a new index that is being filled and the old one that it replaces.

    Args:
        new: Gets every new point; what it holds is what there is.
        old: Still searched by terms until the new one is filled; None: it cannot be.
        others: Indexes that stay when the new one is filled (other processes may serve them): what
            is deleted is deleted there too, always.
    """

    def __init__(self, new: Index, old: Index | None, *, others: Sequence[Index]) -> None:
        self._new = new
        self._old = old
        self._others = others

    @property
    def fresh(self) -> bool:
        """See :meth:`Index.fresh`."""
        return self._new.fresh

    async def filled(self) -> None:
        """See :meth:`Index.filled`."""
        old, self._old = self._old, None
        try:
            await self._new.filled()
        except BaseException:
            self._old = old
            raise

    async def upsert(self, tenant: TenantId, points: Sequence[Point]) -> None:
        """See :meth:`Index.upsert`."""
        await self._new.upsert(tenant, points)

    async def set_fields(self, tenant: TenantId, fields: Fields) -> None:
        """See :meth:`Index.set_fields`."""
        for index in self._all():
            await index.set_fields(tenant, fields)

    async def delete(self, tenant: TenantId, ids: Sequence[str]) -> None:
        """See :meth:`Index.delete`."""
        for index in self._all():
            await index.delete(tenant, ids)

    async def delete_source(self, tenant: TenantId, source_id: str) -> None:
        """See :meth:`Index.delete_source`."""
        for index in self._all():
            await index.delete_source(tenant, source_id)

    async def delete_tenant(self, tenant: TenantId) -> None:
        """See :meth:`Index.delete_tenant`."""
        for index in self._all():
            await index.delete_tenant(tenant)

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
        """See :meth:`Index.search`.

        Sparse scores are the old index's where it has the passage: it has (nearly) everything, so
        its term statistics are the right ones, and scores of one answer can be compared.
        """
        new = self._new.search(tenant, dense, sparse, names=names, where=where, limit=limit)
        if self._old is None:
            return await new
        found, older = await asyncio.gather(
            new, self._by_terms(self._old, tenant, sparse, names, where, limit)
        )
        hits = {hit.id: hit for hit in found}
        for one, hit in older.items():
            dense_score = hits[one].dense if one in hits else 0.0
            hits[one] = hit._replace(dense=dense_score)
        return list(hits.values())

    async def held(self, tenant: TenantId, ids: Sequence[str]) -> set[str]:
        """See :meth:`Index.held`."""
        return await self._new.held(tenant, ids)

    async def ids(self, tenant: TenantId) -> set[str]:
        """See :meth:`Index.ids`."""
        return await self._new.ids(tenant)

    async def contents(self, tenant: TenantId) -> dict[str, Fields]:
        """See :meth:`Index.contents`."""
        return await self._new.contents(tenant)

    async def count(self) -> int:
        """See :meth:`Index.count`."""
        return await self._new.count()

    def _all(self) -> list[Index]:
        return [self._new, *([self._old] if self._old else []), *self._others]

    async def _by_terms(
        self,
        old: Index,
        tenant: TenantId,
        sparse: SparseVector,
        names: SparseVector,
        where: Filter,
        limit: int,
    ) -> dict[str, Hit]:
        try:
            hits = await old.search(tenant, None, sparse, names=names, where=where, limit=limit)
        except UnavailableError:
            return {}  # it was dropped meanwhile, or fails: the new one answers alone
        return {hit.id: hit for hit in hits}
