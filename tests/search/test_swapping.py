"""Another model: the old index answers by its terms until the new one is filled."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from qdrant_client import AsyncQdrantClient

from copilot.search import collection
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.index import Fields, Filter, Index
from copilot.search.qdrant_server import QdrantIndex
from tests.search.test_index_contract import (
    ANN,
    BOB,
    EVERYTHING,
    asked,
    found,
    name,
    naming,
    point,
)

Opened = Callable[[str], AbstractAsyncContextManager[Index]]


@pytest.fixture(params=["edge", "memory"])
async def opened(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opened]:
    """Opens the index of a model; all of one test in the same place."""
    client = AsyncQdrantClient(location=":memory:")

    @asynccontextmanager
    async def on_client(model: str) -> AsyncIterator[Index]:
        yield await QdrantIndex.on(client, model, 4, indexed=False)

    def in_folder(model: str) -> AbstractAsyncContextManager[Index]:
        return EdgeIndex.open(IndexConfig(), folder=tmp_path, model=model, dimension=4)

    yield in_folder if request.param == "edge" else on_client
    await client.close()


async def fill(opened: Opened, model: str = "old") -> None:
    async with opened(model) as index:
        await index.upsert(ANN, [point(1), point(2, text="a toaster"), point(3, source="art_3")])
        await index.upsert(BOB, [point(4)])
        await index.filled()


async def test_the_old_one_answers_until_the_new_one_is_filled(opened: Opened) -> None:
    await fill(opened)
    async with opened("new") as index:
        assert index.fresh
        assert await index.ids(ANN) == set()
        assert await index.held(ANN, [name(1)]) == set()
        assert await index.contents(ANN) == {}
        assert await index.count() == 0
        terms = asked("kettle")
        hits = await index.search(ANN, (1, 0, 0, 0), terms, where=EVERYTHING, limit=10)
        assert {hit.id for hit in hits} == {name(1), name(3)}
        assert all(hit.dense == 0 and hit.sparse > 0 for hit in hits)
        assert await found(index, BOB) == {name(4)}

        await index.upsert(ANN, [point(2, text="a toaster"), point(3, source="art_3")])
        hits = await index.search(ANN, (1, 0, 0, 0), terms, where=EVERYTHING, limit=10)
        dense = {hit.id: hit.dense for hit in hits}
        assert dense == {name(1): 0, name(2): 1, name(3): 1}
        # Both have the term as often: their scores are of one kind.
        sparse = {hit.id: hit.sparse for hit in hits}
        assert sparse[name(1)] == pytest.approx(sparse[name(3)])
        assert sparse[name(2)] == 0

        await index.filled()
        assert not index.fresh
        assert await found(index) == {name(2), name(3)}
        assert await found(index, BOB) == set()


async def test_names_are_compared_in_both(opened: Opened) -> None:
    async with opened("old") as index:
        await index.upsert(ANN, [point(1, called="zebra"), point(2, called="zebra lemon")])
        await index.filled()
    async with opened("new") as index:
        # The old one's points have no vector to compare, and their names all the same.
        found = await naming(index, "zebra", dense=(1.0, 0.0, 0.0, 0.0))
        assert {one: (hit.dense, round(hit.names, 5)) for one, hit in found.items()} == {
            name(1): (0, 1),
            name(2): (0, 0.5),
        }
        await index.upsert(ANN, [point(2, called="zebra lemon")])
        found = await naming(index, "zebra", dense=(1.0, 0.0, 0.0, 0.0))
        assert {one: (hit.dense, round(hit.names, 5)) for one, hit in found.items()} == {
            name(1): (0, 1),
            name(2): (1, 0.5),
        }
        await index.filled()
        assert (await naming(index, "zebra")).keys() == {name(2)}


async def test_what_is_deleted_is_deleted_from_both(opened: Opened) -> None:
    await fill(opened)
    async with opened("new") as index:
        await index.upsert(ANN, [point(1)])
        await index.delete(ANN, [name(1)])
        assert await found(index) == {name(3)}
        await index.delete_source(ANN, "art_3")
        assert await found(index) == set()
        await index.delete_tenant(BOB)
        assert await found(index, BOB) == set()
        assert await index.count() == 0


async def test_fields_change_in_both(opened: Opened) -> None:
    await fill(opened)
    async with opened("new") as index:
        await index.set_fields(ANN, Fields("article", "art_3", "internal", "en", None))
        assert await found(index, where=Filter("public")) == {name(1)}
        assert await found(index, where=Filter("internal")) == {name(1), name(3)}


async def test_swapping_goes_on_after_a_restart(opened: Opened) -> None:
    await fill(opened)
    async with opened("new") as index:
        await index.upsert(ANN, [point(3, source="art_3")])
    async with opened("new") as index:
        assert index.fresh
        assert await found(index) == {name(1), name(3)}
        await index.filled()
    async with opened("new") as index:
        assert not index.fresh
        assert await found(index) == {name(3)}


async def test_one_that_was_never_filled_does_not_answer(opened: Opened) -> None:
    await fill(opened)
    async with opened("half") as index:
        await index.upsert(ANN, [point(3, source="art_3")])
    # The one that was filled does, past it.
    async with opened("new") as index:
        assert await found(index) == {name(1), name(3)}


async def test_terms_of_another_analysis_do_not_answer(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(collection, "ANALYSIS_VERSION", 1_000_000)
        name_then = collection.collection_name("old", 4)
        assert collection.same_terms(name_then)
    assert not collection.same_terms(name_then)
    await fill(opened)
    assert collection.same_terms(collection.collection_name("old", 4))


async def test_an_index_of_another_analysis_goes_at_once(tmp_path: Path) -> None:
    async with EdgeIndex.open(IndexConfig(), folder=tmp_path, model="old", dimension=4) as index:
        await index.upsert(ANN, [point(1)])
        await index.filled()
    (folder,) = tmp_path.glob("copilot-*")
    folder.rename(tmp_path / "copilot-old-4-a0-12345678")
    (tmp_path / "copilot-of-older-days").mkdir()
    async with EdgeIndex.open(IndexConfig(), folder=tmp_path, model="new", dimension=4) as index:
        assert await found(index) == set()
        assert len(list(tmp_path.glob("copilot-*"))) == 1


async def test_in_a_folder_the_old_one_goes_when_the_new_one_is_filled(tmp_path: Path) -> None:
    async with EdgeIndex.open(IndexConfig(), folder=tmp_path, model="old", dimension=4) as index:
        await index.upsert(ANN, [point(1)])
        await index.filled()
    async with EdgeIndex.open(IndexConfig(), folder=tmp_path, model="new", dimension=8) as index:
        assert len(list(tmp_path.glob("copilot-*"))) == 2
        await index.filled()
        assert len(list(tmp_path.glob("copilot-*"))) == 1


async def test_on_a_server_the_old_one_stays_and_what_is_deleted_is_deleted_there() -> None:
    client = AsyncQdrantClient(location=":memory:")
    try:
        old = await QdrantIndex.on(client, "old", 4, indexed=False)
        await old.upsert(ANN, [point(1), point(3, source="art_3")])
        await old.filled()
        new = await QdrantIndex.on(client, "new", 4, indexed=False)
        await new.filled()
        assert await found(new) == set()
        assert await found(old) == {name(1), name(3)}
        await new.delete_source(ANN, "art_3")
        assert await found(old) == {name(1)}
    finally:
        await client.close()
