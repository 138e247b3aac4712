"""Port: the vector index. It is a cache: losing it loses nothing (see ``knowledge``)."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from copilot.kernel.ids import TenantId
from copilot.kernel.visibility import Visibility
from copilot.search.sparse import SparseVector

PassageKind = Literal["article", "conversation"]


class Fields(NamedTuple):
    """What may be filtered on; never the text.

    Attributes:
        source_id: The article's or conversation's id.
    """

    kind: PassageKind
    source_id: str
    visibility: Visibility
    language: str | None
    customer_id: str | None


class Point(NamedTuple):
    """One passage in the index.

    Attributes:
        id: The passage's id, a UUID string (Qdrant takes nothing else).
        dense: Unit-length vector of the embedder's dimension.
        sparse: BM25 term weights.
        fields: What may be filtered on.
    """

    id: str
    dense: Sequence[float]
    sparse: SparseVector
    fields: Fields


class Filter(NamedTuple):
    """What may be found. ``visibility=internal`` also finds what is public."""

    visibility: Visibility
    kinds: tuple[PassageKind, ...] = ("article", "conversation")
    customer_id: str | None = None
    not_customer_id: str | None = None
    language: str | None = None


class Hit(NamedTuple):
    """A passage id and its fused score (comparable within one answer only)."""

    id: str
    score: float


class Index(Protocol):
    """Dense and sparse vectors of passages, by tenant.

    Every method raises UnavailableError when the engine fails or does not answer.
    """

    async def upsert(self, tenant: TenantId, points: Sequence[Point]) -> None:
        """Add or replace points."""
        ...

    async def set_fields(self, tenant: TenantId, fields: Fields) -> None:
        """Replace the fields of every point of ``fields.source_id``, keeping the vectors."""
        ...

    async def delete(self, tenant: TenantId, ids: Sequence[str]) -> None:
        """Remove points; unknown ids do nothing."""
        ...

    async def delete_source(self, tenant: TenantId, source_id: str) -> None:
        """Remove every point of an article or conversation."""
        ...

    async def delete_tenant(self, tenant: TenantId) -> None:
        """Remove all of a tenant's points."""
        ...

    async def search(
        self,
        tenant: TenantId,
        dense: Sequence[float],
        sparse: SparseVector,
        *,
        where: Filter,
        limit: int,
    ) -> list[Hit]:
        """The best points by reciprocal rank fusion of both vectors, best first."""
        ...

    async def ids(self, tenant: TenantId) -> set[str]:
        """Every point id of a tenant, to compare with the database."""
        ...

    async def count(self) -> int:
        """Exact number of points of all tenants."""
        ...
