"""One tenant's points in qdrant-edge: its blocking calls. The only file that imports it.

A tenant has a shard of its own: a search costs what the tenant has, not what all have, rare terms
are those that are rare at this tenant, and a file that breaks takes nobody else with it.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from copilot.search import collection
from copilot.search.folders import wait_until_free
from copilot.search.index import KINDS, Fields, Filter, Hit
from copilot.search.sparse import SparseVector

PlainPoint = tuple[str, list[float], SparseVector, SparseVector, Fields]
"""Id, dense vector, sparse vector, names, fields."""

_LOCKED, _LOCK_WAIT_S = "wal", 5.0


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
    def create(cls, folder: Path, dimension: int) -> Self:
        """Make an empty shard in ``folder``, which is empty or not there."""
        import qdrant_edge as q

        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = cls(q.EdgeShard.create(str(folder), _config(dimension)))
        for name in collection.KEYWORDS:
            keyword = q.KeywordIndexParams()
            made._shard.update(q.UpdateOperation.create_field_index(name, keyword))
        return made

    @classmethod
    def load(cls, folder: Path, dimension: int | None) -> Self:
        """Open the shard in ``folder``.

        Args:
            folder: Where it is.
            dimension: Length of its vectors; None takes it as it is.

        Raises:
            FolderInUseError: A process that has it open does not end.
            BaseException: It cannot be read: the engine also panics, which is no Exception.
        """
        import qdrant_edge as q

        # The engine tells a held lock as it tells a broken file. A process that was killed may
        # hold it until all its memory is given back.
        wait_until_free(folder / _LOCKED, limit_s=_LOCK_WAIT_S)
        config = None if dimension is None else _config(dimension)
        return cls(q.EdgeShard.load(str(folder), config))

    def upsert(self, points: Sequence[PlainPoint]) -> None:
        """Add or replace a few points."""
        q = self._q
        made = [
            q.Point(
                one,
                {
                    collection.DENSE: dense,
                    collection.SPARSE: q.SparseVector(*sparse),
                    collection.NAMES: q.SparseVector(*names),
                },
                collection.filled_in(fields),
            )
            for one, dense, sparse, names, fields in points
        ]
        self._shard.update(q.UpdateOperation.upsert_points(made))

    def set_fields(self, fields: Fields) -> None:
        """Replace the fields of every point of one source."""
        changed = self._q.UpdateOperation.overwrite_payload_by_filter(
            self._q.Filter(must=[self._equals(collection.SOURCE, fields.source_id)]),
            collection.filled_in(fields),
        )
        self._shard.update(changed)

    def delete(self, ids: Sequence[str]) -> None:
        """Remove points."""
        self._shard.update(self._q.UpdateOperation.delete_points_by_filter(self._among(ids)))

    def delete_source(self, source_id: str) -> None:
        """Remove every point of one source."""
        of_it = self._q.Filter(must=[self._equals(collection.SOURCE, source_id)])
        self._shard.update(self._q.UpdateOperation.delete_points_by_filter(of_it))

    def search(
        self,
        dense: list[float] | None,
        sparse: SparseVector,
        names: SparseVector,
        where: Filter,
        limit: int,
    ) -> list[Hit]:
        """The best points by each vector, with all their scores."""
        q = self._q
        halves = {}
        if dense is not None:
            halves[collection.DENSE] = q.Query.Nearest(dense, using=collection.DENSE)
        for half, terms in ((collection.SPARSE, sparse), (collection.NAMES, names)):
            if terms.indices:
                halves[half] = q.Query.Nearest(q.SparseVector(*terms), using=half)
        wanted = self._filter(where)
        scores = self._scores({half: (query, wanted, limit) for half, query in halves.items()})
        lacking = collection.lacking(scores)
        more = self._scores(
            {half: (halves[half], self._among(ids), len(ids)) for half, ids in lacking.items()}
        )
        for half, found in more.items():
            scores[half].update(found)
        return collection.hits(scores)

    def _scores(self, asked: dict[str, tuple[Any, Any, int]]) -> dict[str, dict[UUID, float]]:
        """The scores of the best points by id, for each half's query, filter and limit."""
        if not asked:
            return {}
        q = self._q
        requests = [
            q.QueryRequest(limit=limit, query=query, filter=wanted)
            for query, wanted, limit in asked.values()
        ]
        answers = self._shard.query_batch(q.QueryBatchRequest(requests))
        return {
            half: {point.id: point.score for point in answer}
            for half, answer in zip(asked, answers, strict=True)
        }

    def held(self, ids: Sequence[str]) -> list[str]:
        """Which of a few ids are points."""
        records = self._shard.retrieve(list(ids), with_payload=False, with_vector=False)
        return [str(record.id) for record in records]

    def ids(self, after: str | None) -> tuple[list[str], str | None]:
        """A page of point ids and where the next one starts."""
        records, following = self._page(after, fields=False)
        return [str(record.id) for record in records], following

    def contents(self, after: str | None) -> tuple[dict[str, Fields], str | None]:
        """The same with the fields of each point."""
        records, following = self._page(after, fields=True)
        found = {str(record.id): collection.fields_of(record.payload) for record in records}
        return found, following

    def _page(self, after: str | None, *, fields: bool) -> tuple[list[Any], str | None]:
        records, following = self._shard.scroll(
            self._q.ScrollRequest(
                offset=after, limit=collection.PAGE, with_payload=fields, with_vector=False
            )
        )
        return records, None if following is None else str(following)

    def count(self) -> int:
        """Exact number of points."""
        return int(self._shard.count(self._q.CountRequest(exact=True)))

    def flush(self) -> None:
        """Write everything to disk; until then it is in the write-ahead log."""
        self._shard.flush()

    def close(self) -> None:
        """Let go of the folder."""
        self._shard.close()

    def _equals(self, name: str, value: str) -> Any:
        return self._q.FieldCondition(name, match=self._q.MatchValue(value))

    def _any_of(self, name: str, values: Sequence[str]) -> Any:
        if len(values) == 1:
            return self._equals(name, values[0])
        return self._q.FieldCondition(name, match=self._q.MatchAny(list(values)))

    def _among(self, ids: Iterable[str | UUID]) -> Any:
        return self._q.Filter(must=[self._q.HasIdCondition(set(ids))])

    def _filter(self, where: Filter) -> Any:
        q = self._q
        must, must_not = [], []
        # A condition that every point meets is still looked up for each: half of the dense search.
        if set(where.kinds) != KINDS:
            must.append(self._any_of("kind", where.kinds))
        if where.visibility == "public":
            must.append(self._equals("visibility", "public"))
        if where.customer_id is not None:
            must.append(self._equals(collection.CUSTOMER, where.customer_id))
        if where.language is not None:
            must.append(self._equals("language", where.language))
        if where.not_customer_id is not None:
            must_not.append(self._equals(collection.CUSTOMER, where.not_customer_id))
        return q.Filter(must=must, must_not=must_not) if must or must_not else None


def _config(dimension: int) -> Any:
    import qdrant_edge as q

    return q.EdgeConfig(
        vectors={collection.DENSE: q.EdgeVectorParams(size=dimension, distance=q.Distance.Dot)},
        sparse_vectors={
            # Through the posting lists always: reading every vector of the tenant instead, as is
            # done below 5,000 points otherwise, took ten times as long.
            collection.SPARSE: q.EdgeSparseVectorParams(
                modifier=q.Modifier.Idf, full_scan_threshold=1
            ),
            collection.NAMES: q.EdgeSparseVectorParams(full_scan_threshold=1),
        },
        max_search_threads=1,
    )
