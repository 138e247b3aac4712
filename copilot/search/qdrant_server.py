"""The index on a Qdrant server or cluster, through qdrant-client."""

import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from copilot.kernel.errors import ConfigurationError, UnavailableError
from copilot.kernel.ids import TenantId
from copilot.search import collection
from copilot.search.config import IndexConfig
from copilot.search.index import Fields, Filter, Hit, Index, Point
from copilot.search.sparse import NO_TERMS, SparseVector
from copilot.search.swapping import SwappingIndex

if TYPE_CHECKING:
    from qdrant_client import AsyncQdrantClient, models

_log = logging.getLogger(__name__)
_TIMEOUT_S = 30


_FILLED = "copilot-filled"
"""An alias of the collection that was filled last, by whichever process."""


class QdrantIndex:
    """The Index port on a collection of a Qdrant server.

    Args:
        client: A connected client.
        name: The collection.
        complete: Whether everything is in it.
        may_be_gone: It is kept for others, who may drop it: then nothing is in it.
    """

    def __init__(
        self,
        client: "AsyncQdrantClient",
        name: str,
        *,
        complete: bool = False,
        may_be_gone: bool = False,
    ) -> None:
        self._client = client
        self._name = name
        self._complete = complete
        self._may_be_gone = may_be_gone

    @classmethod
    @asynccontextmanager
    async def open(
        cls, config: IndexConfig, *, model: str, dimension: int, location: str | None = None
    ) -> AsyncIterator[Index]:
        """Connect, and make the collection of ``model`` when it is not there, until exit.

        Args:
            config: The server's address and key.
            model: The embedder's name: vectors of two models cannot be compared.
            dimension: Length of its vectors.
            location: ``:memory:`` for the client's own engine, which is meant for tests.

        Raises:
            ConfigurationError: There is no address, or nobody answers there.
        """
        from qdrant_client import AsyncQdrantClient
        from qdrant_client.http.exceptions import ApiException

        if location is None and config.url is None:
            raise ConfigurationError(
                "COPILOT_INDEX__KIND=server needs COPILOT_INDEX__URL, e.g. http://localhost:6333."
            )
        key = config.api_key.get_secret_value() if config.api_key else None
        client = AsyncQdrantClient(
            location=location,
            url=None if location else config.url,
            api_key=key,
            timeout=_TIMEOUT_S,
            check_compatibility=False,
        )
        try:
            try:
                index = await cls.on(client, model, dimension, indexed=location is None)
            except (ApiException, OSError) as error:
                raise ConfigurationError(
                    f"The Qdrant server at {config.url} does not answer as expected: {error}"
                ) from error
            yield index
        finally:
            await client.close()

    @classmethod
    async def on(
        cls, client: "AsyncQdrantClient", model: str, dimension: int, *, indexed: bool = True
    ) -> Index:
        """The index of ``model`` on a connected client.

        Collections of other models stay: another process may serve them, and only a person knows
        when none does any more. What is deleted is deleted from them too.

        Args:
            client: A connected client.
            model: The embedder's name.
            dimension: Length of its vectors.
            indexed: Whether the engine has payload indexes; the client's own has none.
        """
        name = collection.collection_name(model, dimension)
        aliases = (await client.get_aliases()).aliases
        filled = {one.alias_name: one.collection_name for one in aliases}.get(_FILLED)
        index = cls(client, name, complete=filled == name)
        await index._make(dimension, indexed=indexed)
        found = [one.name for one in (await client.get_collections()).collections]
        others = {
            one: cls(client, one, may_be_gone=True)
            for one in found
            if one != name and one.startswith(collection.PREFIX)
        }
        if not others:
            return index
        old = others.get(filled) if filled and collection.same_terms(filled) else None
        return SwappingIndex(index, old, others=list(others.values()))

    @property
    def fresh(self) -> bool:
        """See :meth:`Index.fresh`."""
        return not self._complete

    async def filled(self) -> None:
        """See :meth:`Index.filled`."""
        from qdrant_client import models as m

        if self._complete:
            return
        moved = m.CreateAlias(collection_name=self._name, alias_name=_FILLED)
        with self._answering():
            await self._client.update_collection_aliases(
                [m.CreateAliasOperation(create_alias=moved)]
            )
        self._complete = True

    async def _make(self, dimension: int, *, indexed: bool) -> None:
        from qdrant_client import models as m
        from qdrant_client.http.exceptions import UnexpectedResponse

        if not await self._client.collection_exists(self._name):
            try:
                await self._client.create_collection(
                    self._name,
                    vectors_config={
                        collection.DENSE: m.VectorParams(size=dimension, distance=m.Distance.DOT)
                    },
                    sparse_vectors_config={
                        collection.SPARSE: m.SparseVectorParams(modifier=m.Modifier.IDF),
                        collection.NAMES: m.SparseVectorParams(),
                    },
                    # Graphs per tenant, none over all: every search names its tenant.
                    hnsw_config=m.HnswConfigDiff(payload_m=16, m=0),
                )
            except UnexpectedResponse as error:
                # Another process made it between the question and the order.
                if error.status_code != 409:
                    raise
        if not indexed:
            return
        tenant = m.KeywordIndexParams(type=m.KeywordIndexType.KEYWORD, is_tenant=True)
        await self._client.create_payload_index(self._name, collection.TENANT, tenant)
        for name in collection.KEYWORDS:
            await self._client.create_payload_index(self._name, name, m.PayloadSchemaType.KEYWORD)

    async def upsert(self, tenant: TenantId, points: Sequence[Point]) -> None:
        """See :meth:`Index.upsert`."""
        from qdrant_client import models as m

        for some in collection.chunks(points):
            made = [
                m.PointStruct(
                    id=point.id,
                    vector={
                        collection.DENSE: list(point.dense),
                        collection.SPARSE: _sparse(point.sparse),
                        collection.NAMES: _sparse(point.names),
                    },
                    payload=collection.payload(tenant, point.fields),
                )
                for point in some
            ]
            with self._answering():
                await self._client.upsert(self._name, made, wait=True)

    async def set_fields(self, tenant: TenantId, fields: Fields) -> None:
        """See :meth:`Index.set_fields`."""
        with self._answering():
            await self._client.overwrite_payload(
                self._name,
                payload=collection.payload(tenant, fields),
                points=_all({collection.TENANT: tenant, collection.SOURCE: fields.source_id}),
                wait=True,
            )

    async def delete(self, tenant: TenantId, ids: Sequence[str]) -> None:
        """See :meth:`Index.delete`."""
        for some in collection.chunks(ids):
            await self._delete(_of(tenant, some))

    async def delete_source(self, tenant: TenantId, source_id: str) -> None:
        """See :meth:`Index.delete_source`."""
        await self._delete(_all({collection.TENANT: tenant, collection.SOURCE: source_id}))

    async def delete_tenant(self, tenant: TenantId) -> None:
        """See :meth:`Index.delete_tenant`."""
        await self._delete(_all({collection.TENANT: tenant}))

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
        from qdrant_client import models as m

        halves: dict[str, list[float] | m.SparseVector] = {}
        if dense is not None:
            halves[collection.DENSE] = list(dense)
        for half, terms in ((collection.SPARSE, sparse), (collection.NAMES, names)):
            if terms.indices:
                halves[half] = _sparse(terms)
        wanted = _filter(tenant, where)
        scores = await self._scores(
            {half: (query, wanted, limit) for half, query in halves.items()}
        )
        lacking = collection.lacking(scores)
        more = await self._scores(
            {
                half: (halves[half], m.Filter(must=[m.HasIdCondition(has_id=list(ids))]), len(ids))
                for half, ids in lacking.items()
            }
        )
        for half, found in more.items():
            scores[half].update(found)
        return collection.hits(scores)

    async def _scores(
        self,
        asked: "Mapping[str, tuple[list[float] | models.SparseVector, models.Filter, int]]",
    ) -> dict[str, dict[str, float]]:
        """The scores of the best points by id, for each half's query, filter and limit."""
        from qdrant_client import models as m

        if not asked:
            return {}
        requests = [
            m.QueryRequest(query=query, using=half, filter=wanted, limit=limit, with_payload=False)
            for half, (query, wanted, limit) in asked.items()
        ]
        answers: list[m.QueryResponse] = []
        with self._answering():
            answers = await self._client.query_batch_points(self._name, requests)
        return {
            half: {str(point.id): point.score for point in answer.points}
            for half, answer in zip(asked, answers, strict=False)
        }

    async def held(self, tenant: TenantId, ids: Sequence[str]) -> set[str]:
        """See :meth:`Index.held`."""
        found: set[str] = set()
        for some in collection.chunks(ids):
            with self._answering():
                records, _ = await self._client.scroll(
                    self._name,
                    scroll_filter=_of(tenant, some),
                    limit=len(some),
                    with_payload=False,
                    with_vectors=False,
                )
            found.update(str(record.id) for record in records)
        return found

    async def ids(self, tenant: TenantId) -> set[str]:
        """See :meth:`Index.ids`."""
        return {str(record.id) async for record in self._records(tenant, with_payload=False)}

    async def contents(self, tenant: TenantId) -> dict[str, Fields]:
        """See :meth:`Index.contents`."""
        return {
            str(record.id): collection.fields_of(record.payload)
            async for record in self._records(tenant, with_payload=True)
        }

    async def _records(
        self, tenant: TenantId, *, with_payload: bool
    ) -> "AsyncIterator[models.Record]":
        after = None
        while True:
            records: list[models.Record] = []
            following = None
            with self._answering():
                records, following = await self._client.scroll(
                    self._name,
                    scroll_filter=_all({collection.TENANT: tenant}),
                    limit=collection.PAGE,
                    offset=after,
                    with_payload=with_payload,
                    with_vectors=False,
                )
            for record in records:
                yield record
            after = following
            if after is None:
                return

    async def count(self) -> int:
        """See :meth:`Index.count`."""
        with self._answering():
            return (await self._client.count(self._name, exact=True)).count

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """A server that is down, slow or confused is told as such, without its words or address."""
        from qdrant_client.common.client_exceptions import QdrantException
        from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

        try:
            yield
        except (ApiException, QdrantException, OSError) as error:
            gone = (
                isinstance(error, UnexpectedResponse) and error.status_code == HTTPStatus.NOT_FOUND
            )
            if self._may_be_gone and gone:
                return
            _log.warning("the Qdrant server does not answer as expected: %s", error)
            raise UnavailableError(
                "The search index does not answer: try again in a moment.", retry_after_s=5
            ) from error

    async def _delete(self, wanted: "models.Filter") -> None:
        from qdrant_client import models as m

        selector = m.FilterSelector(filter=wanted)
        with self._answering():
            await self._client.delete(self._name, selector, wait=True)


def _equals(name: str, value: str) -> "models.FieldCondition":
    from qdrant_client import models as m

    return m.FieldCondition(key=name, match=m.MatchValue(value=value))


def _all(fields: dict[str, str]) -> "models.Filter":
    from qdrant_client import models as m

    return m.Filter(must=[_equals(name, value) for name, value in fields.items()])


def _of(tenant: TenantId, ids: Sequence[str]) -> "models.Filter":
    from qdrant_client import models as m

    return m.Filter(must=[_equals(collection.TENANT, tenant), m.HasIdCondition(has_id=list(ids))])


def _filter(tenant: TenantId, where: Filter) -> "models.Filter":
    from qdrant_client import models as m

    must: list[models.Condition] = [
        _equals(collection.TENANT, tenant),
        m.FieldCondition(key="kind", match=m.MatchAny(any=[str(kind) for kind in where.kinds])),
    ]
    must_not: list[models.Condition] = []
    if where.visibility == "public":
        must.append(_equals("visibility", "public"))
    if where.customer_id is not None:
        must.append(_equals(collection.CUSTOMER, where.customer_id))
    if where.language is not None:
        must.append(_equals("language", where.language))
    if where.not_customer_id is not None:
        must_not.append(_equals(collection.CUSTOMER, where.not_customer_id))
    return m.Filter(must=must, must_not=must_not or None)


def _sparse(vector: SparseVector) -> "models.SparseVector":
    from qdrant_client.models import SparseVector as Sparse

    return Sparse(indices=vector.indices, values=vector.values)
