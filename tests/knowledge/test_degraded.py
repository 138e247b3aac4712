"""Searches while the model or the index is not there: answered, told, and as private as ever."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import update

from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId
from copilot.knowledge.degraded import merged, told
from copilot.knowledge.index_state import IndexState
from copilot.knowledge.indexing import Indexer
from copilot.knowledge.passage import Passage
from copilot.knowledge.searching import Found, Searcher
from copilot.knowledge.tables import ArticleRow
from copilot.search.batching import EmbeddingService
from copilot.search.embedder import Embedder
from copilot.search.index import Hit, Index
from tests.knowledge.conftest import Parts
from tests.search.embedders import CARD, BagOfWords
from tests.timing import limit

PAGES = {
    "returns": "Kettles may be returned within 30 days.",
    "lids": "The lid of a kettle is sold as a spare part.",
    "pans": "A pan is guaranteed for ten years.",
}


class Broken:
    """An index that fails where it is told to."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.failing = False
        self.counted = 0

    @property
    def fresh(self) -> bool:
        return self._index.fresh

    async def search(self, *args: object, **named: object) -> list[Hit]:
        self._check()
        return await self._index.search(*args, **named)  # type: ignore[arg-type]

    async def count(self) -> int:
        self._check()
        self.counted += 1
        return await self._index.count()

    def _check(self) -> None:
        if self.failing:
            raise UnavailableError("The search index failed.")


@pytest.fixture
async def filled(parts: Parts, tenant: TenantId) -> Parts:
    for name, body in PAGES.items():
        await parts.put(tenant, name, body, language="en")
    await parts.put(tenant, "secret", "Our kettle margin is 40 %.", visibility="internal")
    await parts.put(TenantId("ten_other"), "theirs", "A kettle of another shop.", language="en")
    await parts.indexer.drain()
    return parts


def broken(parts: Parts) -> tuple[Broken, Searcher]:
    index = Broken(parts.index)
    return index, Searcher(parts.db, parts.embedding, index)  # type: ignore[arg-type]


async def find(searcher: Searcher, tenant: TenantId, query: str, **options: object) -> Found:
    asked = {"visibility": "internal", "language": "en", **options}
    return await searcher.find(tenant, query, **asked)  # type: ignore[arg-type]


def titles(found: Found) -> set[str]:
    return {one.title for one in found.passages}


async def test_nothing_is_degraded_when_all_is_there(filled: Parts, tenant: TenantId) -> None:
    found = await find(filled.searcher, tenant, "kettles returned")
    assert found.passages[0].title == "returns"
    assert found.degraded == ()
    assert told(found.degraded) is None
    assert filled.searcher.answered == {"": 1}


async def test_an_index_that_fails_is_stood_in_for_by_sql(filled: Parts, tenant: TenantId) -> None:
    index, searcher = broken(filled)
    index.failing = True
    found = await find(searcher, tenant, "How do I return my kettle?")
    assert found.passages[0].title == "returns"
    assert titles(found) == {"returns", "lids", "secret"}
    assert found.degraded == ("full_text_only",)
    assert "not available" in str(told(found.degraded))
    public = await find(searcher, tenant, "kettle", visibility="public")
    assert titles(public) == {"returns", "lids"}
    assert len((await find(searcher, tenant, "kettle", limit=1)).passages) == 1
    assert (await find(searcher, tenant, "?!")).passages == []
    index.failing = False
    again = await find(searcher, tenant, "How do I return my kettle?")
    assert again.degraded == ()
    assert searcher.answered == {"": 5, "full_text_only": 4}


async def test_an_index_that_lost_everything_is_told_until_it_is_filled(
    filled: Parts, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copilot.knowledge.index_state._AGAIN_WHILE_FILLING_S", 0.0)
    for one in (tenant, TenantId("ten_other")):
        await filled.index.delete_tenant(one)
    searcher = Searcher(filled.db, filled.embedding, filled.index)
    found = await find(searcher, tenant, "kettle returns")
    assert found.degraded == ("index_rebuilding",)
    assert found.passages[0].title == "returns"
    assert await searcher.state.progress() == (0, 5, 4)
    public = await find(searcher, tenant, "kettle", visibility="public")
    assert titles(public) == {"returns", "lids"}

    await Indexer(filled.db, filled.embedding, filled.index).reindex(tenant)
    half = await find(searcher, tenant, "kettle returns")
    assert half.degraded == ("index_rebuilding",)
    assert len(half.passages) == len({one.id for one in half.passages})
    await Indexer(filled.db, filled.embedding, filled.index).reindex(TenantId("ten_other"))
    whole = await find(searcher, tenant, "kettle returns")
    assert whole.degraded == ()
    assert await searcher.state.progress() == (5, 5, 4)


async def test_an_index_that_is_lost_while_serving_is_noticed(
    filled: Parts, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copilot.knowledge.index_state._AGAIN_WHEN_WHOLE_S", 0.0)
    assert (await find(filled.searcher, tenant, "kettle")).degraded == ()
    for one in (tenant, TenantId("ten_other")):
        await filled.index.delete_tenant(one)
    async with asyncio.timeout(limit(30)):
        while not (found := await find(filled.searcher, tenant, "kettle")).degraded:
            await asyncio.sleep(0.01)
    assert found.degraded == ("index_rebuilding",)
    assert "returns" in titles(await find(filled.searcher, tenant, "returning"))


async def test_a_whole_index_is_counted_once_for_many_searches(
    filled: Parts, tenant: TenantId
) -> None:
    index, searcher = broken(filled)
    await asyncio.gather(*(find(searcher, tenant, f"kettle {n}") for n in range(20)))
    assert index.counted == 1
    state = IndexState(filled.db, index)  # type: ignore[arg-type]
    index.failing = True
    with pytest.raises(UnavailableError):
        await state.whole()


@pytest.fixture
async def embedding_of() -> AsyncIterator[Callable[[Callable[[], Embedder]], EmbeddingService]]:
    opened: list[EmbeddingService] = []

    def make(load: Callable[[], Embedder]) -> EmbeddingService:
        opened.append(EmbeddingService(load, CARD, wait_s=60))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


def no_weights() -> Embedder:
    raise OSError("the weights are cut short")


async def test_a_model_that_cannot_be_loaded(
    filled: Parts,
    tenant: TenantId,
    embedding_of: Callable[[Callable[[], Embedder]], EmbeddingService],
) -> None:
    embedding = embedding_of(no_weights)
    await embedding.start()
    searcher = Searcher(filled.db, embedding, filled.index)
    found = await find(searcher, tenant, "returned kettles")
    assert found.passages[0].title == "returns"
    assert found.degraded == ("no_embedding",)
    # Put while there is no model: in no index, and found all the same.
    await filled.put(tenant, "new", "Kettles are descaled with vinegar.", language="en")
    await filled.put(tenant, "plan", "Descaling is outsourced.", visibility="internal")
    found = await find(searcher, tenant, "descaling")
    assert titles(found) == {"new", "plan"}
    assert titles(await find(searcher, tenant, "descaling", visibility="public")) == {"new"}
    assert titles(await find(searcher, TenantId("ten_other"), "descaling")) == set()
    async with filled.db.write() as session:
        await session.execute(
            update(ArticleRow).where(ArticleRow.title == "new").values(visibility="internal")
        )
    assert titles(await find(searcher, tenant, "descaling", visibility="public")) == set()


async def test_a_model_that_is_loading_is_not_waited_for(
    filled: Parts,
    tenant: TenantId,
    embedding_of: Callable[[Callable[[], Embedder]], EmbeddingService],
) -> None:
    embedder = BagOfWords()
    loaded = asyncio.Event()
    loop = asyncio.get_running_loop()

    def load() -> Embedder:
        asyncio.run_coroutine_threadsafe(loaded.wait(), loop).result(60)
        return embedder

    embedding = embedding_of(load)
    await embedding.start()
    at_once = Searcher(filled.db, embedding, filled.index, model_wait_s=0.0)
    assert (await find(at_once, tenant, "kettle")).degraded == ("no_embedding",)
    soon = Searcher(filled.db, embedding, filled.index, model_wait_s=0.05)
    assert (await find(soon, tenant, "kettle")).degraded == ("no_embedding",)
    patient = asyncio.create_task(
        find(Searcher(filled.db, embedding, filled.index), tenant, "kettle")
    )
    await asyncio.sleep(0)
    loaded.set()
    assert (await patient).degraded == ()
    assert (await find(at_once, tenant, "kettle")).degraded == ()


async def test_a_model_that_fails_or_takes_too_long(
    filled: Parts, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.embedder.failure = RuntimeError("out of memory")
    found = await find(filled.searcher, tenant, "lid of my kettle")
    assert found.passages[0].title == "lids"
    assert found.degraded == ("no_embedding",)
    filled.embedder.failure = None
    monkeypatch.setattr("copilot.knowledge.searching._EMBED_S", 0.05)
    filled.embedder.may_run.clear()
    try:
        found = await find(filled.searcher, tenant, "lid of a kettle")
    finally:
        filled.embedder.may_run.set()
    assert found.passages[0].title == "lids"
    assert found.degraded == ("no_embedding",)


async def test_without_model_and_index(
    filled: Parts,
    tenant: TenantId,
    embedding_of: Callable[[Callable[[], Embedder]], EmbeddingService],
) -> None:
    embedding = embedding_of(no_weights)
    await embedding.start()
    index = Broken(filled.index)
    index.failing = True
    searcher = Searcher(filled.db, embedding, index)  # type: ignore[arg-type]
    found = await find(searcher, tenant, "return a kettle")
    assert found.passages[0].title == "returns"
    assert found.degraded == ("no_embedding", "full_text_only")
    assert len(str(told(found.degraded)).split(". ")) == 2


def test_lists_of_two_kinds_become_one() -> None:
    def passage(name: str, source: str) -> Passage:
        return Passage.model_validate(
            {
                "id": name,
                "kind": "article",
                "article_id": source,
                "title": "",
                "text": name,
                "visibility": "public",
                "language": None,
                "updated_at": "2026-03-01T08:00:00Z",
                "score": 5.0,
            }
        )

    a, b, c, d, e = (passage(name, "s" if name in "abc" else name) for name in "abcde")
    both = merged([[a, b, d], [b, e, c]], 10)
    assert [one.id for one in both] == ["b", "a", "e", "d"], "c is a third of its source"
    assert [one.score for one in both] == sorted((one.score for one in both), reverse=True)
    assert [one.id for one in merged([[a, b, d], [b, e, c]], 2)] == ["b", "a"]
    assert merged([[], [a, b, c]], 2) == [a, b], "alone, a list keeps its scores"
    assert merged([[], []], 2) == []
