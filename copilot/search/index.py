"""Port: the vector index. It is a cache: losing it loses nothing (see ``knowledge``)."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol, get_args

from copilot.kernel.errors import ConfigurationError
from copilot.kernel.ids import TenantId
from copilot.kernel.visibility import Visibility
from copilot.search.sparse import NO_TERMS, SparseVector

PassageKind = Literal["article", "conversation"]
KINDS: frozenset[PassageKind] = frozenset(get_args(PassageKind))


class IndexInUseError(ConfigurationError):
    """Another process holds the index folder, which serves one process only."""


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
        names: What the passage is called, its weights adding up to 1.
    """

    id: str
    dense: Sequence[float]
    sparse: SparseVector
    fields: Fields
    names: SparseVector = NO_TERMS


class Filter(NamedTuple):
    """What may be found. ``visibility=internal`` also finds what is public."""

    visibility: Visibility
    kinds: tuple[PassageKind, ...] = ("article", "conversation")
    customer_id: str | None = None
    not_customer_id: str | None = None
    language: str | None = None


class Hit(NamedTuple):
    """A passage id and all three of its scores, whichever of them it was found by.

    Attributes:
        dense: Inner product with the searched vector; 0.0 when none was given.
        sparse: BM25 sum over the searched terms; 0.0 when the passage has none of them.
        names: How much of the passage's name the search names, from 0 to 1.
    """

    id: str
    dense: float
    sparse: float
    names: float = 0.0


class Index(Protocol):
    """Dense and sparse vectors of passages, by tenant.

    Every method raises UnavailableError when the engine fails or does not answer.
    """

    @property
    def fresh(self) -> bool:
        """Whether it may still lack passages: made empty or repaired, and not ``filled`` since."""
        ...

    async def filled(self) -> None:
        """Told once every passage is in: what this index replaces is no longer asked, or goes."""
        ...

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
        dense: Sequence[float] | None,
        sparse: SparseVector,
        *,
        names: SparseVector = NO_TERMS,
        where: Filter,
        limit: int,
    ) -> list[Hit]:
        """The best ``limit`` points by each vector, in no order: fusing them is the caller's.

        Args:
            tenant: Whose points.
            dense: Unit-length vector; None searches by terms alone.
            sparse: Searched terms; without any, the search is by the dense vector alone.
            names: What the search names; without any, no names are compared.
            where: What may be found.
            limit: Most points by each vector, so at most three times as many hits.
        """
        ...

    async def held(self, tenant: TenantId, ids: Sequence[str]) -> set[str]:
        """Which of ``ids`` are points of the tenant."""
        ...

    async def ids(self, tenant: TenantId) -> set[str]:
        """Every point id of a tenant, to compare with the database."""
        ...

    async def contents(self, tenant: TenantId) -> dict[str, Fields]:
        """The fields of every point of a tenant by its id, to compare with the database."""
        ...

    async def count(self) -> int:
        """Exact number of points of all tenants."""
        ...
