"""Every index adapter keeps the same promises."""

import math
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from copilot.kernel.ids import TenantId
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.index import Fields, Filter, Hit, Index, Point
from copilot.search.qdrant_server import QdrantIndex
from copilot.search.sparse import (
    NO_TERMS,
    Part,
    SparseVector,
    passage_names,
    passage_vector,
    query_names,
    query_vector,
)

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


def asked(text: str) -> SparseVector:
    return query_vector([Part(text)], "en")


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
    called: str = "",
) -> Point:
    fields = Fields(kind, source, visibility, language, customer)  # type: ignore[arg-type]
    vector = passage_vector(text, language)
    return Point(name(number), dense, vector, fields, passage_names(called))


async def found(index: Index, tenant: TenantId = ANN, where: Filter = EVERYTHING) -> set[str]:
    hits = await index.search(tenant, (1, 0, 0, 0), asked("kettle"), where=where, limit=10)
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
        (Filter("internal", kinds=("conversation", "article")), {1, 2, 3, 4}),
        (Filter("internal", customer_id="cus_1"), {2}),
        (Filter("internal", not_customer_id="cus_1"), {1, 3, 4}),
        (Filter("internal", language="fi"), {3}),
        (Filter("internal", kinds=("conversation",), not_customer_id="cus_2"), {2, 4}),
        (Filter("public", kinds=("conversation",), customer_id="cus_2", language="en"), set()),
    ]
    for where, wanted in cases:
        assert await found(index, where=where) == {name(one) for one in wanted}, where


async def scores(
    index: Index,
    dense: tuple[float, ...] | None,
    text: str,
    *,
    limit: int = 10,
    where: Filter = EVERYTHING,
) -> dict[str, tuple[float, float]]:
    query = asked(text) if text else SparseVector([], [])
    hits = await index.search(ANN, dense, query, where=where, limit=limit)
    assert len({hit.id for hit in hits}) == len(hits)
    return {hit.id: (hit.dense, hit.sparse) for hit in hits}


async def test_the_best_of_each_half_have_both_scores(index: Index) -> None:
    await index.upsert(
        ANN,
        [
            point(1, dense=(1, 0, 0, 0), text="a toaster"),
            point(2, dense=(0.6, 0.8, 0, 0), text="KK-20418"),
            point(3, dense=(0.8, 0, 0.6, 0), text="a long tale about the order KK-20418"),
            point(4, dense=(-1, 0, 0, 0), text="gardening"),
        ],
    )
    everything = await scores(index, (1, 0, 0, 0), "KK-20418", limit=4)
    assert {one: round(dense, 5) for one, (dense, _) in everything.items()} == {
        name(1): 1,
        name(2): 0.6,
        name(3): 0.8,
        name(4): -1,
    }
    assert everything[name(2)][1] > everything[name(3)][1] > 0
    assert everything[name(1)][1] == everything[name(4)][1] == 0
    # The best by one half is not the best by the other: each has the score of the half it lost.
    best = await scores(index, (1, 0, 0, 0), "KK-20418", limit=1)
    assert best.keys() == {name(1), name(2)}
    for one, pair in best.items():
        assert pair == pytest.approx(everything[one])
    two = await scores(index, (1, 0, 0, 0), "KK-20418", limit=2)
    assert two == {one: pytest.approx(everything[one]) for one in (name(1), name(2), name(3))}


async def test_sparse_scores_are_bm25_sums(index: Index) -> None:
    texts = ["a parcel for a fridge", "a parcel", "the fridge", "gardening", "an order"]
    await index.upsert(ANN, [point(at + 1, text=text) for at, text in enumerate(texts)])
    terms = dict(zip(*asked("parcel fridge"), strict=True))
    vectors = [dict(zip(*passage_vector(text, "en"), strict=True)) for text in texts]

    def idf(term: int) -> float:
        having = sum(term in vector for vector in vectors)
        return math.log((len(texts) - having + 0.5) / (having + 0.5) + 1)

    found = await scores(index, None, "parcel fridge", limit=5)
    assert found == {
        name(at + 1): (0.0, pytest.approx(wanted, rel=1e-4))
        for at, vector in enumerate(vectors)
        if (wanted := sum(idf(term) * vector[term] * terms[term] for term in terms.keys() & vector))
    }


async def test_a_half_that_is_not_asked_says_nothing(index: Index) -> None:
    await index.upsert(ANN, [point(1), point(2, dense=(0, 1, 0, 0), text="gardening")])
    assert await scores(index, (0, 1, 0, 0), "", limit=1) == {name(2): (1, 0)}
    by_terms = await scores(index, None, "kettle")
    assert by_terms.keys() == {name(1)}
    assert by_terms[name(1)][0] == 0
    assert by_terms[name(1)][1] > 0
    assert await scores(index, None, "") == {}
    assert await scores(index, None, "unheard") == {}


async def test_scores_that_are_filled_in_respect_the_filter(index: Index) -> None:
    await index.upsert(
        ANN,
        [
            point(1, dense=(0, 1, 0, 0)),
            point(2, text="gardening"),
            point(3, visibility="internal"),
        ],
    )
    await index.upsert(BOB, [point(4)])
    public = await scores(index, (1, 0, 0, 0), "kettle", limit=1, where=Filter("public"))
    assert public.keys() == {name(1), name(2)}


async def naming(
    index: Index,
    said: str,
    *,
    tenant: TenantId = ANN,
    dense: tuple[float, ...] | None = None,
    terms: SparseVector = NO_TERMS,
    where: Filter = EVERYTHING,
    limit: int = 10,
) -> dict[str, Hit]:
    names = query_names([Part(said)])
    hits = await index.search(tenant, dense, terms, names=names, where=where, limit=limit)
    assert len({hit.id for hit in hits}) == len(hits)
    return {hit.id: hit for hit in hits}


async def test_names_are_found_as_shares_of_the_name(index: Index) -> None:
    await index.upsert(
        ANN,
        [
            point(1, called="Gamma Bistro"),
            point(2, called="zebra lemon"),
            point(3, called="Opening hours"),
            point(4),
        ],
    )
    found = await naming(index, "does the gamma bistro take a zebra?")
    assert {one: hit.names for one, hit in found.items()} == {
        name(1): pytest.approx(1, abs=1e-5),
        name(2): pytest.approx(0.5, abs=1e-5),
    }
    assert all(hit.dense == hit.sparse == 0 for hit in found.values())
    assert await naming(index, "umbrella") == {}
    assert await naming(index, "") == {}
    # However often a gram occurs among the points: shares, not BM25.
    await index.upsert(ANN, [point(one, called="Gamma Bistro") for one in range(10, 30)])
    again = await naming(index, "gamma bistro", limit=50)
    assert len(again) == 21
    assert {round(hit.names, 5) for hit in again.values()} == {1}


async def test_every_hit_has_all_three_scores_whichever_it_was_found_by(index: Index) -> None:
    await index.upsert(
        ANN,
        [
            point(1, dense=(1, 0, 0, 0), text="gardening", called="Tools"),
            point(2, dense=(0, 1, 0, 0), text="kettle", called="zebra"),
            point(3, dense=(0.6, 0.8, 0, 0), text="teapots", called="Gamma Bistro"),
            point(4, dense=(0, 0, 1, 0), text="nothing", called="Else"),
        ],
    )
    said, dense, terms = "gamma bistro zebr", (1.0, 0.0, 0.0, 0.0), asked("kettle")
    found = await naming(index, said, dense=dense, terms=terms, limit=1)
    assert found.keys() == {name(1), name(2), name(3)}
    whole = await naming(index, said, dense=dense, terms=terms, limit=4)
    for one, hit in found.items():
        assert tuple(hit)[1:] == pytest.approx(tuple(whole[one])[1:], abs=1e-5)
    assert [round(found[name(n)].names, 5) for n in (1, 2, 3)] == [0, 0.5, 1]
    assert found[name(3)].dense == pytest.approx(0.6, abs=1e-5)
    assert found[name(3)].sparse == found[name(1)].sparse == 0 < found[name(2)].sparse
    # Not asked for, it says nothing and finds nothing.
    hits = await index.search(ANN, dense, terms, where=EVERYTHING, limit=1)
    assert {hit.id: hit.names for hit in hits} == {name(1): 0, name(2): 0}


async def test_what_was_named_earlier_counts_by_its_weight(index: Index) -> None:
    await index.upsert(ANN, [point(1, called="Gamma Bistro")])
    names = query_names([Part("do they have parking?"), Part("the gamma bistro", 0.7)])
    (hit,) = await index.search(ANN, None, NO_TERMS, names=names, where=EVERYTHING, limit=5)
    assert hit.names == pytest.approx(0.7, abs=1e-5)


async def test_names_respect_the_tenant_the_filter_and_what_changed(index: Index) -> None:
    await index.upsert(
        ANN,
        [
            point(1, called="zebra"),
            point(2, called="zebra", visibility="internal"),
            point(3, called="zebra", kind="conversation", customer="cus_1"),
        ],
    )
    await index.upsert(BOB, [point(9, called="zebra")])
    assert (await naming(index, "zebra")).keys() == {name(1), name(2), name(3)}
    assert (await naming(index, "zebra", tenant=BOB)).keys() == {name(9)}
    assert (await naming(index, "zebra", where=Filter("public"))).keys() == {name(1), name(3)}
    articles = Filter("internal", kinds=("article",))
    assert (await naming(index, "zebra", where=articles)).keys() == {name(1), name(2)}
    theirs = Filter("internal", customer_id="cus_1")
    assert (await naming(index, "zebra", where=theirs)).keys() == {name(3)}
    # New fields leave the name, a new point replaces it.
    await index.set_fields(ANN, Fields("article", "art_1", "internal", "en", None))
    assert (await naming(index, "zebra", where=Filter("public"))).keys() == set()
    assert (await naming(index, "zebra")).keys() == {name(1), name(2), name(3)}
    await index.upsert(ANN, [point(1, called="lemon"), point(2)])
    assert (await naming(index, "zebra")).keys() == {name(3)}
    await index.delete(ANN, [name(3)])
    assert await naming(index, "zebra") == {}
    assert (await naming(index, "lemon")).keys() == {name(1)}


async def test_which_ids_are_held(index: Index) -> None:
    await index.upsert(ANN, [point(one) for one in range(1, 601)])
    await index.upsert(BOB, [point(700)])
    asked = [name(one) for one in (*range(1, 801), 999)]
    assert await index.held(ANN, asked) == {name(one) for one in range(1, 601)}
    assert await index.held(BOB, asked) == {name(700)}
    assert await index.held(ANN, [name(999)]) == set()
    assert await index.held(ANN, []) == set()
    await index.delete(ANN, [name(2)])
    assert await index.held(ANN, [name(1), name(2)]) == {name(1)}


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
