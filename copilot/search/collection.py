"""What both Qdrant adapters agree on: names, fields, and how deep each half looks."""

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any, TypeVar

from copilot.kernel.ids import TenantId
from copilot.search.analysis import ANALYSIS_VERSION
from copilot.search.index import Fields

Item = TypeVar("Item")

DENSE, SPARSE = "dense", "bm25"
TENANT, SOURCE, CUSTOMER = "tenant", "source_id", "customer_id"
KEYWORDS = (SOURCE, CUSTOMER, "kind", "visibility", "language")
"""Fields with a keyword index, beside the tenant's."""

RRF_K = 60
"""The constant of Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion", SIGIR 2009."""

CHUNK = 256
"""Most points per write: the in-process engine holds the GIL for as long as one write takes."""

PAGE = 2000
"""Points per page when every id is read."""


def collection_name(model: str, dimension: int) -> str:
    """A name of letters, digits and dashes; another model, length or analysis has another name."""
    readable = re.sub(r"[^a-z0-9]+", "-", model.lower()).strip("-")[-40:]
    exact = blake2b(f"{model}|{dimension}|{ANALYSIS_VERSION}".encode(), digest_size=4).hexdigest()
    return f"copilot-{readable}-{dimension}-{exact}"


def payload(tenant: TenantId, fields: Fields) -> dict[str, Any]:
    """What is stored beside a point's vectors."""
    stored = {name: value for name, value in fields._asdict().items() if value is not None}
    return {TENANT: tenant, **stored}


def depth(limit: int) -> int:
    """How many hits each half gives to the fusion when ``limit`` are wanted."""
    return max(50, limit * 3)


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """``items`` in pieces small enough for one write."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
