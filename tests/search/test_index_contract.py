"""Every index adapter keeps the same promises."""

import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from copilot.kernel.ids import TenantId
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.index import Fields, Filter, Index, Point
from copilot.search.qdrant_server import QdrantIndex
from copilot.search.sparse import SparseVector, passage_vector, query_vector

ANN, BOB = TenantId("ann"), TenantId("bob")
EVERYTHING = Filter(visibility="internal")


def opened(kind: str, tmp_path: Path) -> AbstractAsyncContextManager[Index]:
    if kind == "edge":
        return EdgeIndex.open(IndexConfig(), folder=tmp_path, model="made", dimension=4)
    if kind == "memory":
        return QdrantIndex.open(IndexConfig(), model="made", dimension=4, location=":memory:")
    url = os.environ.get("COPILOT_TEST_QDRANT_URL")
    if not url:
        pytest.skip("no Qdrant server: set COPILOT_TEST_QDRANT_URL to test against one")
    config = IndexConfig(kind="server", url=url)
    return QdrantIndex.open(config, model=f"made {uuid4()}", dimension=4)


@pytest.fixture(params=["edge", "memory", "server"])
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Index]:
    async with opened(request.param, tmp_path) as one:
        yield one


def name(number: int) -> str:
    return str(UUID(int=number))


def point(
    number: int,
    *,
    dense: tuple[float, float, float, float] = (1, 0, 0, 0),
    text: str = "kettle",
    kind: str = "article",
    source: str = "art_1",
    visibility: str = "public",
    language: str | None = "en",
    customer: str | None = None,
) -> Point:
    fields = Fields(kind, source, visibility, language, customer)  # type: ignore[arg-type]
    return Point(name(number), dense, passage_vector(text, language), fields)


async def found(index: Index, tenant: TenantId = ANN, where: Filter = EVERYTHING) -> set[str]:
    hits = await index.search(
        tenant, (1, 0, 0, 0), query_vector("kettle", "en"), where=where, limit=10
    )
    return {hit.id for hit in hits}


async def test_a_tenant_finds_its_own_points_only(index: Index) -> None:
    await index.upsert(ANN, [point(1)])
    await index.upsert(BOB, [point(2)])
    assert await found(index, ANN) == {name(1)}
    assert await found(index, BOB) == {name(2)}
    assert await found(index, TenantId("nobody")) == set()
    assert await index.ids(ANN) == {name(1)}


async def test_public_searches_never_find_internal_points(index: Index) -> None:
    await index.upsert(ANN, [point(1), point(2, visibility="internal")])
    assert await found(index, where=Filter(visibility="public")) == {name(1)}
    assert await found(index, where=Filter(visibility="internal")) == {name(1), name(2)}


async def test_kind_language_and_customer_filters(index: Index) -> None:
    await index.upsert(
        ANN,
        [
            point(1),
            point(2, kind="conversation", customer="cus_1"),
            point(3, kind="conversation", customer="cus_2", language="fi"),
            point(4, kind="conversation", language=None),
        ],
    )
    cases: list[tuple[Filter, set[int]]] = [
        (Filter("internal", kinds=("article",)), {1}),
        (Filter("internal", kinds=("conversation",)), {2, 3, 4}),
        (Filter("internal", customer_id="cus_1"), {2}),
        (Filter("internal", not_customer_id="cus_1"), {1, 3, 4}),
        (Filter("internal", language="fi"), {3}),
        (Filter("internal", kinds=("conversation",), not_customer_id="cus_2"), {2, 4}),
        (Filter("public", kinds=("conversation",), customer_id="cus_2", language="en"), set()),
    ]
    for where, wanted in cases:
        assert await found(index, where=where) == {name(one) for one in wanted}, where


async def test_both_halves_are_fused(index: Index) -> None:
    await index.upsert(
        ANN,
        [
            point(1, dense=(1, 0, 0, 0), text="a toaster"),
            point(2, dense=(0, 1, 0, 0), text="a long tale about the order KK-20418"),
            point(3, dense=(0.9, 0.1, 0, 0), text="KK-20418"),
            point(4, dense=(0, 0, 1, 0), text="gardening"),
        ],
    )
    query = query_vector("KK-20418", "en")
    hits = await index.search(ANN, (1, 0, 0, 0), query, where=EVERYTHING, limit=4)
    # First is what both halves rank high; what only one of them finds comes after it.
    assert hits[0].id == name(3)
    assert {hit.id for hit in hits[:3]} == {name(1), name(2), name(3)}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    # Second in the dense half, first in the sparse one, k = 60, places counted from 0.
    assert hits[0].score == pytest.approx(1 / 61 + 1 / 60)


async def test_rare_terms_weigh_more(index: Index) -> None:
    await index.upsert(ANN, [point(one, text="a parcel") for one in range(1, 30)])
    await index.upsert(ANN, [point(30, text="a fridge", dense=(0, 0, 0, 1))])
    query = query_vector("parcel fridge", "en")
    hits = await index.search(ANN, (0, 0, 0, 1), query, where=EVERYTHING, limit=1)
    assert hits[0].id == name(30)
    # First in both halves, and not by its dense rank alone.
    assert hits[0].score > 2 / 62


async def test_a_query_without_terms_is_dense_alone(index: Index) -> None:
    await index.upsert(ANN, [point(1), point(2, dense=(0, 1, 0, 0))])
    hits = await index.search(ANN, (0, 1, 0, 0), SparseVector([], []), where=EVERYTHING, limit=1)
    assert [hit.id for hit in hits] == [name(2)]


async def test_upserting_again_changes_nothing_and_replaces(index: Index) -> None:
    await index.upsert(ANN, [point(1)])
    await index.upsert(ANN, [point(1)])
    assert await index.count() == 1
    await index.upsert(ANN, [point(1, visibility="internal")])
    assert await index.count() == 1
    assert await found(index, where=Filter("public")) == set()


async def test_fields_of_a_source_change_without_vectors(index: Index) -> None:
    await index.upsert(
        ANN, [point(1, customer="cus_1"), point(2, source="art_2"), point(3, customer="cus_1")]
    )
    await index.upsert(BOB, [point(4, source="art_2")])
    await index.set_fields(ANN, Fields("article", "art_1", "internal", "fi", None))
    assert await found(index, where=Filter("public")) == {name(2)}
    assert await found(index, where=Filter("internal", language="fi")) == {name(1), name(3)}
    assert await found(index, where=Filter("internal", customer_id="cus_1")) == set()
    await index.set_fields(BOB, Fields("article", "art_1", "internal", "en", None))
    await index.set_fields(BOB, Fields("article", "art_2", "internal", "en", None))
    await index.set_fields(ANN, Fields("article", "art_9", "public", "en", None))
    assert await found(index, where=Filter("public")) == {name(2)}
    assert await index.count() == 4


async def test_deleting(index: Index) -> None:
    await index.upsert(ANN, [point(one, source=f"art_{one % 2}") for one in range(1, 7)])
    await index.upsert(BOB, [point(20, source="art_1")])
    await index.delete(ANN, [name(1), name(99)])
    await index.delete(BOB, [name(2)])
    assert await index.ids(ANN) == {name(one) for one in range(2, 7)}
    await index.delete_source(ANN, "art_1")
    assert await index.ids(ANN) == {name(2), name(4), name(6)}
    assert await index.ids(BOB) == {name(20)}
    await index.delete_tenant(ANN)
    assert await index.ids(ANN) == set()
    assert await index.count() == 1


async def test_counts_and_ids_are_exact_over_many_chunks(index: Index) -> None:
    await index.upsert(ANN, [point(one) for one in range(1, 2502)])
    await index.upsert(ANN, [point(one) for one in range(1, 601)])
    assert await index.count() == 2501
    assert len(await index.ids(ANN)) == 2501
