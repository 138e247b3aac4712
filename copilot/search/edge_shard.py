"""The qdrant-edge calls themselves: blocking, for one thread. The only file that imports it."""

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from copilot.kernel.errors import ConfigurationError
from copilot.kernel.ids import TenantId
from copilot.search import collection
from copilot.search.index import Fields, Filter, Hit, Point
from copilot.search.sparse import SparseVector

_log = logging.getLogger(__name__)


class EdgeShard:
    """One open shard.

    Args:
        shard: A ``qdrant_edge.EdgeShard``.
    """

    def __init__(self, shard: Any) -> None:
        import qdrant_edge

        self._shard = shard
        self._q = qdrant_edge

    @classmethod
    def open(cls, folder: Path, dimension: int) -> Self:
        """Open the shard in ``folder``, made anew when there is none or it cannot be read.

        Raises:
            ConfigurationError: Another process has it open.
        """
        import qdrant_edge as q

        if folder.exists():
            try:
                return cls(q.EdgeShard.load(str(folder)))
            # The engine panics over a file that was cut short, and a panic is no Exception.
            except BaseException as error:
                if "WouldBlock" in str(error):
                    raise ConfigurationError(
                        f"The search index in {folder} is in use by another process. The "
                        "in-process index serves one process: stop the other one, or set "
                        "COPILOT_INDEX__KIND=server and COPILOT_INDEX__URL to a Qdrant server."
                    ) from error
                _log.warning(
                    "the search index in %s cannot be read and is rebuilt: %s", folder, error
                )
                shutil.rmtree(folder)
        folder.mkdir(parents=True, mode=0o700)
        config = q.EdgeConfig(
            vectors={collection.DENSE: q.EdgeVectorParams(size=dimension, distance=q.Distance.Dot)},
            sparse_vectors={collection.SPARSE: q.EdgeSparseVectorParams(modifier=q.Modifier.Idf)},
        )
        made = cls(q.EdgeShard.create(str(folder), config))
        made._index_fields()
        return made

    def _index_fields(self) -> None:
        q = self._q
        tenant = q.KeywordIndexParams(is_tenant=True)
        self._shard.update(q.UpdateOperation.create_field_index(collection.TENANT, tenant))
        for name in collection.KEYWORDS:
            keyword = q.KeywordIndexParams()
            self._shard.update(q.UpdateOperation.create_field_index(name, keyword))
        self._shard.flush()

    def upsert(self, tenant: TenantId, points: Sequence[Point]) -> None:
        """Add or replace a few points."""
        q = self._q
        made = [
            q.Point(
                point.id,
                {
                    collection.DENSE: list(point.dense),
                    collection.SPARSE: q.SparseVector(*point.sparse),
                },
                collection.payload(tenant, point.fields),
            )
            for point in points
        ]
        self._shard.update(q.UpdateOperation.upsert_points(made))

    def set_fields(self, tenant: TenantId, fields: Fields) -> None:
        """Replace the fields of every point of one source."""
        changed = self._q.UpdateOperation.overwrite_payload_by_filter(
            self._all({collection.TENANT: tenant, collection.SOURCE: fields.source_id}),
            collection.payload(tenant, fields),
        )
        self._shard.update(changed)

    def delete(self, tenant: TenantId, ids: Sequence[str]) -> None:
        """Remove points of the tenant."""
        self._shard.update(self._q.UpdateOperation.delete_points_by_filter(self._of(tenant, ids)))

    def delete_where(self, fields: dict[str, str]) -> None:
        """Remove the points that have all these fields."""
        self._shard.update(self._q.UpdateOperation.delete_points_by_filter(self._all(fields)))

    def search(
        self,
        tenant: TenantId,
        dense: Sequence[float],
        sparse: SparseVector,
        where: Filter,
        limit: int,
    ) -> list[Hit]:
        """The best points by reciprocal rank fusion."""
        q = self._q
        wanted = self._filter(tenant, where)
        deep = collection.depth(limit)
        halves = [
            q.Prefetch(
                limit=deep,
                query=q.Query.Nearest(list(dense), using=collection.DENSE),
                filter=wanted,
            )
        ]
        if sparse.indices:
            halves.append(
                q.Prefetch(
                    limit=deep,
                    query=q.Query.Nearest(q.SparseVector(*sparse), using=collection.SPARSE),
                    filter=wanted,
                )
            )
        found = self._shard.query(
            q.QueryRequest(limit=limit, query=q.Fusion.Rrf(k=collection.RRF_K), prefetches=halves)
        )
        return [Hit(str(point.id), point.score) for point in found]

    def ids(self, tenant: TenantId, after: str | None) -> tuple[list[str], str | None]:
        """A page of the tenant's point ids and where the next one starts."""
        q = self._q
        records, following = self._shard.scroll(
            q.ScrollRequest(
                offset=after,
                limit=collection.PAGE,
                filter=self._all({collection.TENANT: tenant}),
                with_payload=False,
                with_vector=False,
            )
        )
        return [str(record.id) for record in records], None if following is None else str(following)

    def count(self) -> int:
        """Exact number of points."""
        return int(self._shard.count(self._q.CountRequest(exact=True)))

    def close(self) -> None:
        """Write everything to disk and let go of the folder."""
        self._shard.flush()
        self._shard.close()

    def _equals(self, name: str, value: str) -> Any:
        return self._q.FieldCondition(name, match=self._q.MatchValue(value))

    def _all(self, fields: dict[str, str]) -> Any:
        conditions = [self._equals(name, value) for name, value in fields.items()]
        return self._q.Filter(must=conditions)

    def _of(self, tenant: TenantId, ids: Sequence[str]) -> Any:
        q = self._q
        return q.Filter(must=[self._equals(collection.TENANT, tenant), q.HasIdCondition(set(ids))])

    def _filter(self, tenant: TenantId, where: Filter) -> Any:
        q = self._q
        must = [
            self._equals(collection.TENANT, tenant),
            q.FieldCondition("kind", match=q.MatchAny(list(where.kinds))),
        ]
        must_not = []
        if where.visibility == "public":
            must.append(self._equals("visibility", "public"))
        if where.customer_id is not None:
            must.append(self._equals(collection.CUSTOMER, where.customer_id))
        if where.language is not None:
            must.append(self._equals("language", where.language))
        if where.not_customer_id is not None:
            must_not.append(self._equals(collection.CUSTOMER, where.not_customer_id))
        return q.Filter(must=must, must_not=must_not or None)
