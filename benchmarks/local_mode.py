"""What others would take instead: ``qdrant-client``'s local mode, bare and under LangChain.

LangChain is no dependency of ours: ``pip install langchain-qdrant`` to compare with it.
"""

from collections.abc import Callable
from typing import Any

from benchmarks.made_passages import DIMENSION, Made
from copilot.kernel.ids import TenantId
from copilot.search.sparse import SparseVector

Search = Callable[[TenantId, list[float], SparseVector, int], int]
"""Tenant, both vectors of the query, limit; how many were found."""

_COLLECTION, _DENSE, _SPARSE = "made", "dense", "sparse"


def filled(made: Made, points: int, tenants: int) -> Any:
    """A client in local mode that holds the points, as LangChain would have written them."""
    from qdrant_client import QdrantClient
    from qdrant_client import models as m

    client = QdrantClient(":memory:")
    client.create_collection(
        _COLLECTION,
        vectors_config={_DENSE: m.VectorParams(size=DIMENSION, distance=m.Distance.DOT)},
        sparse_vectors_config={_SPARSE: m.SparseVectorParams(modifier=m.Modifier.IDF)},
    )
    for tenant, batch in made.batches(points, tenants):
        client.upsert(
            _COLLECTION,
            [
                m.PointStruct(
                    id=one.id,
                    vector={
                        _DENSE: list(one.dense),
                        _SPARSE: m.SparseVector(
                            indices=one.sparse.indices, values=one.sparse.values
                        ),
                    },
                    payload={
                        "page_content": "",
                        "metadata": {"tenant": tenant, "visibility": one.fields.visibility},
                    },
                )
                for one in batch
            ],
        )
    return client


def bare(client: Any) -> Search:
    """Hybrid search as its documentation shows it: two prefetches and their fusion by rank."""
    from qdrant_client import models as m

    def search(tenant: TenantId, dense: list[float], sparse: SparseVector, limit: int) -> int:
        wanted = _filter(tenant)
        terms = m.SparseVector(indices=sparse.indices, values=sparse.values)
        found = client.query_points(
            _COLLECTION,
            prefetch=[
                m.Prefetch(query=dense, using=_DENSE, filter=wanted, limit=limit),
                m.Prefetch(query=terms, using=_SPARSE, filter=wanted, limit=limit),
            ],
            query=m.FusionQuery(fusion=m.Fusion.RRF),
            limit=limit,
        )
        return len(found.points)

    return search


def langchain(client: Any) -> Search:
    """The same through LangChain's vector store; its embedders give the vectors they are handed.

    Raises:
        ImportError: LangChain is not installed.
    """
    from langchain_core.embeddings import Embeddings
    from langchain_qdrant import QdrantVectorStore, RetrievalMode, SparseEmbeddings
    from langchain_qdrant import SparseVector as Terms

    handed: dict[str, Any] = {}

    class Dense(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [self.embed_query(text) for text in texts]

        def embed_query(self, text: str) -> list[float]:  # noqa: ARG002 - its interface
            vector: list[float] = handed["dense"]
            return vector

    class Sparse(SparseEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[Terms]:
            return [self.embed_query(text) for text in texts]

        def embed_query(self, text: str) -> Terms:  # noqa: ARG002 - its interface
            return Terms(indices=handed["sparse"].indices, values=handed["sparse"].values)

    store = QdrantVectorStore(
        client=client,
        collection_name=_COLLECTION,
        embedding=Dense(),
        sparse_embedding=Sparse(),
        retrieval_mode=RetrievalMode.HYBRID,
        vector_name=_DENSE,
        sparse_vector_name=_SPARSE,
        validate_collection_config=False,
    )

    def search(tenant: TenantId, dense: list[float], sparse: SparseVector, limit: int) -> int:
        handed.update(dense=dense, sparse=sparse)
        return len(store.similarity_search("made", k=limit, filter=_filter(tenant)))

    return search


def _filter(tenant: TenantId) -> Any:
    from qdrant_client import models as m

    return m.Filter(
        must=[
            m.FieldCondition(key="metadata.tenant", match=m.MatchValue(value=tenant)),
            m.FieldCondition(key="metadata.visibility", match=m.MatchValue(value="public")),
        ]
    )
