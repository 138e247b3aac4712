"""What both Qdrant adapters agree on: names, fields, and how scores by vector become hits."""

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, TypeVar

from copilot.kernel.ids import TenantId
from copilot.search.analysis import ANALYSIS_VERSION
from copilot.search.index import Fields, Hit

Item = TypeVar("Item")
Id = TypeVar("Id", bound=Hashable)

DENSE, SPARSE, NAMES = "dense", "bm25", "names"
TENANT, SOURCE, CUSTOMER = "tenant", "source_id", "customer_id"
KEYWORDS = (SOURCE, CUSTOMER, "kind", "visibility", "language")
"""Fields with a keyword index, beside the tenant's."""

CHUNK = 256
"""Most points per write to a server, and most ids per call of the index process."""

PAGE = 2000
"""Points per page when every id is read."""

PREFIX = "copilot-"
_NAME = re.compile(PREFIX + r".*-a(\d+)-[0-9a-f]{8}")


def collection_name(model: str, dimension: int) -> str:
    """A name of letters, digits and dashes; another model, length or analysis has another name."""
    readable = re.sub(r"[^a-z0-9]+", "-", model.lower()).strip("-")[-40:]
    exact = blake2b(f"{model}|{dimension}|{ANALYSIS_VERSION}".encode(), digest_size=4).hexdigest()
    return f"{PREFIX}{readable}-{dimension}-a{ANALYSIS_VERSION}-{exact}"


def same_terms(name: str) -> bool:
    """Whether the sparse vectors of the collection so named have the terms of today's analysis."""
    named = _NAME.fullmatch(name)
    return named is not None and int(named[1]) == ANALYSIS_VERSION


def payload(tenant: TenantId, fields: Fields) -> dict[str, Any]:
    """What is stored beside a point's vectors where tenants share a collection."""
    return {TENANT: tenant, **filled_in(fields)}


def filled_in(fields: Fields) -> dict[str, Any]:
    """The fields that have a value."""
    return {name: value for name, value in fields._asdict().items() if value is not None}


def fields_of(stored: Mapping[str, Any] | None) -> Fields:
    """The fields that :func:`payload` stored; what is missing is empty, and so differs."""
    found = stored or {}
    return Fields(
        found.get("kind", "article"),
        found.get(SOURCE, ""),
        found.get("visibility", "internal"),
        found.get("language"),
        found.get(CUSTOMER),
    )


def lacking(scores: Mapping[str, Mapping[Id, float]]) -> dict[str, set[Id]]:
    """The ids that only another vector found, for each vector that lacks any."""
    found = set().union(*scores.values())
    missing = {half: found - of_half.keys() for half, of_half in scores.items()}
    return {half: ids for half, ids in missing.items() if ids}


def hits(scores: Mapping[str, Mapping[Id, float]]) -> list[Hit]:
    """Each vector's scores by id, put together; what a vector has no score for is 0."""
    dense, sparse, names = (scores.get(half, {}) for half in (DENSE, SPARSE, NAMES))
    return [
        Hit(str(one), dense.get(one, 0.0), sparse.get(one, 0.0), names.get(one, 0.0))
        for one in {**dense, **sparse, **names}
    ]


def chunks(items: Sequence[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    """``items`` in pieces small enough for one write."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
