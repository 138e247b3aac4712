"""Killed with SIGKILL anywhere in an import, the indexer ends with everything indexed once."""

import asyncio
import random
import signal
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge.article import ArticleIn
from copilot.knowledge.desired import wanted_passages
from copilot.knowledge.flow import put_article
from copilot.knowledge.indexing import Indexer
from copilot.knowledge.pipeline import WINDOW
from copilot.knowledge.reconciling import Reconciled
from copilot.knowledge.store import as_article
from copilot.knowledge.tables import ArticleRow, PassageRow
from copilot.search import outbox
from copilot.search.batching import EmbeddingService
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.index import Filter
from copilot.search.sparse import passage_vector
from copilot.search.tables import OutboxRow
from tests.search.embedders import CARD, BagOfWords

FILLER = "This part tells what to do, whom to ask and how long it takes, step by step. " * 3
_NEVER_ENDING_S = 1200.0


class Import:
    """An import of articles that is killed now and then.

    Args:
        db: The database.
        tenant: Whose articles.
        folder: Where the index and the embedder's log are.
    """

    def __init__(self, db: Database, tenant: TenantId, folder: Path) -> None:
        self.db = db
        self.tenant = tenant
        self.folder = folder
        self.log = folder / "passes"
        self.log.touch()
        self.held: set[str] = set()
        self.names: dict[str, str] = {}

    async def store(self, passages: int, *, each: int) -> None:
        """Store articles of ``each`` passages and mark them."""
        for start in range(0, passages, each):
            parts = [f"# Part item{n}\n\nitem{n}. {FILLER}" for n in range(start, start + each)]
            body = ArticleIn(title="Page", body="\n\n".join(parts), language="en")
            async with self.db.write() as session:
                with outbox.bulk():
                    await put_article(session, self.tenant, "kb", f"page{start}", body)
        async with self.db.read() as session:
            for row in await session.scalars(select(ArticleRow)):
                for one in wanted_passages(self.tenant, as_article(row)):
                    self.names[one.id] = one.cut.text.split(".")[0]
        assert len(self.names) == passages

    def passes(self) -> list[list[str]]:
        """What the embedder was given, by pass."""
        return [line.split() for line in self.log.read_text().splitlines()]

    async def run(self, *, kill_after: int | None) -> None:
        """Index until nothing waits, or until so many more passages were given to the model."""
        before = sum(map(len, self.passes()))
        url = self.db.engine.url.render_as_string(hide_password=False)
        arguments = (url, str(self.folder / "index"), str(self.log))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.knowledge.crash_worker", *arguments
        )
        try:
            async with asyncio.timeout(_NEVER_ENDING_S):
                while kill_after is not None and process.returncode is None:
                    if sum(map(len, self.passes())) - before >= kill_after:
                        process.kill()
                        break
                    await asyncio.sleep(0.01)
                code = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
        assert code == (0 if kill_after is None else -signal.SIGKILL)
        async with self.db.write() as session:
            # The lease of the dead, where others must wait for its end.
            past = datetime.now(UTC) - timedelta(seconds=1)
            claimed = OutboxRow.claimed_until.is_not(None)
            await session.execute(update(OutboxRow).where(claimed).values(claimed_until=past))

    async def look(self) -> set[str]:
        """The passages that the index holds now."""
        async with EdgeIndex.open(
            IndexConfig(),
            folder=self.folder / "index",
            model=CARD.name,
            dimension=CARD.dimension,
        ) as index:
            return await index.ids(self.tenant)

    async def check(self) -> None:
        """The index equals the database, and search finds what only one passage says."""
        embedder = BagOfWords()
        async with (
            EmbeddingService.open(lambda: embedder, CARD) as embedding,
            EdgeIndex.open(
                IndexConfig(),
                folder=self.folder / "index",
                model=CARD.name,
                dimension=CARD.dimension,
            ) as index,
        ):
            assert await index.ids(self.tenant) == self.names.keys()
            assert await index.count() == len(self.names)
            assert await Indexer(self.db, embedding, index).reconcile(self.tenant) == Reconciled()
            every = sorted(self.names.items())
            for id_, name in every[:: max(1, len(every) // 40)]:
                # By terms alone: the cheap embedder's vectors tell these texts hardly apart.
                terms, where = passage_vector(name, "en"), Filter("public")
                found = await index.search(self.tenant, None, terms, where=where, limit=5)
                assert max(found, key=lambda hit: hit.sparse).id == id_
        assert embedder.embedded == []
        async with self.db.read() as session:
            rows = select(func.count()).select_from(PassageRow)
            assert await session.scalar(rows) == len(self.names)


async def import_and_kill(work: Import, kills: int, dice: random.Random) -> None:
    passages = len(work.names)
    for _ in range(kills):
        given = len({name for one in work.passes() for name in one})
        held = {work.names[id_] for id_ in await work.look()} if given else set()
        before = len(work.passes())
        await work.run(kill_after=dice.randint(1, max(1, (passages - given) // 2)))
        again = {name for one in work.passes()[before:] for name in one} & held
        assert again == set()
    held = {work.names[id_] for id_ in await work.look()}
    before = len(work.passes())
    await work.run(kill_after=None)
    assert {name for one in work.passes()[before:] for name in one} & held == set()
    given_all = Counter(name for one in work.passes() for name in one)
    assert given_all.keys() == set(work.names.values())
    # What was with the model, or came from it and was not yet written.
    lost = sum(given_all.values()) - passages
    assert lost <= kills * (WINDOW // len(FILLER) + 64)
    await work.check()


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_killed_anywhere_an_import_goes_on_and_embeds_nothing_again(
    db: Database, tenant: TenantId, tmp_path: Path
) -> None:
    work = Import(db, tenant, tmp_path)
    await work.store(1500, each=5)
    await import_and_kill(work, 4, random.Random(4))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_killed_in_an_import_of_50_000_passages(
    db: Database, tenant: TenantId, tmp_path: Path
) -> None:
    work = Import(db, tenant, tmp_path)
    await work.store(50_000, each=50)
    await import_and_kill(work, 6, random.Random(50))
