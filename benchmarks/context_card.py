"""How long a whole context card takes beside the bare embedding of its query, in one run.

Customers with long histories, threads of many messages, a full index of many tenants. Texts are
made of English and Finnish support sentences, vectors of passages are random: the figures are
about time, not about what is found. The queries are embedded by the packaged model.

    python -m benchmarks.context_card --passages 100000 --tenants 50

``embedding`` is the query's vectors alone: of the ask, and of the ask with what was said before.
``first`` is the first card of a customer since the start (nothing of them is remembered),
``again`` another thread of theirs, ``no search`` the same card with a search that finds nothing.
"""

import argparse
import asyncio
import cProfile
import pstats
import random
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, select

from benchmarks.made_contacts import Made, MadePassage, history, other_passages
from copilot.context.flow import ContextBuilder
from copilot.context.query import build_query
from copilot.conversations import store as conversations
from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.customers.tables import CustomerRow, OrderRow
from copilot.kernel.db import Database, sqlite_url
from copilot.kernel.ids import TenantId
from copilot.knowledge.searching import Found, Searcher
from copilot.knowledge.tables import PassageRow
from copilot.migrations.run import upgrade
from copilot.search.batching import EmbeddingService
from copilot.search.config import EmbedderConfig, IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.index import Fields, Point
from copilot.search.model_card import model_card
from copilot.search.sparse import passage_names, passage_vector
from copilot.wiring import open_embedder

BATCH = 256
TENANT = TenantId("tenant-0")


class NoSearch(Searcher):
    """Finds nothing, at once."""

    def __init__(self) -> None:
        """Needs nothing."""

    async def find(self, *_: object, **__: object) -> Found:
        """Nothing."""
        return Found([], {})


class World(NamedTuple):
    """What a run works on."""

    db: Database
    embedding: EmbeddingService
    searcher: Searcher


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    """An empty database and index in ``folder``, and the packaged model."""
    url = sqlite_url(folder / "bench.db")
    await asyncio.to_thread(upgrade, url)
    card = model_card(None)
    async with (
        Database.open(url) as db,
        EmbeddingService.open(
            lambda: open_embedder(EmbedderConfig()), card, wait_s=None
        ) as embedding,
        EdgeIndex.open(
            IndexConfig(), folder=folder / "index", model=card.name, dimension=card.dimension
        ) as index,
    ):
        yield World(db, embedding, Searcher(db, embedding, index))


async def fill(at: World, asked: argparse.Namespace) -> list[list[str]]:
    """Store everything; returns the ids of each customer's open threads."""
    chance = random.Random(1)
    threads: list[list[str]] = []
    passages: list[MadePassage] = []
    for number in range(asked.customers):
        made = history(
            chance, TENANT, number, past=asked.past, messages=asked.messages, threads=asked.threads
        )
        await _store(at.db, made)
        passages += made.passages
        threads.append(made.threads)
    tenants = [TenantId(f"tenant-{number}") for number in range(asked.tenants)]
    missing = max(0, asked.passages - len(passages))
    passages += other_passages(chance, tenants, missing)
    await _index(at, passages)
    return threads


async def _store(db: Database, made: Made) -> None:
    async with db.write() as session:
        for table, rows in (
            (CustomerRow, made.customers),
            (OrderRow, made.orders),
            (ConversationRow, made.conversations),
            (MessageRow, made.messages),
        ):
            await session.execute(insert(table), rows)


async def _index(at: World, passages: Sequence[MadePassage]) -> None:
    index, dimension = at.searcher._index, at.embedding.dimension
    chance = random.Random(2)
    pool = [_unit(chance, dimension) for _ in range(2000)]
    remaining = iter(passages)
    while some := list(islice(remaining, BATCH)):
        rows = [one.row(f"{at.embedding.name}") for one in some]
        async with at.db.write() as session:
            await session.execute(insert(PassageRow), rows)
        for tenant in dict.fromkeys(one.tenant for one in some):
            points = [
                Point(
                    one.id,
                    chance.choice(pool),
                    passage_vector(one.text, one.language),
                    Fields(one.kind, one.source_id, "internal", one.language, one.customer_id),
                    passage_names(one.text[:40]),
                )
                for one in some
                if one.tenant == tenant
            ]
            await index.upsert(tenant, points)


def _unit(chance: random.Random, dimension: int) -> list[float]:
    values = [chance.gauss(0, 1) for _ in range(dimension)]
    length = sum(value * value for value in values) ** 0.5
    return [value / length for value in values]


async def measure(at: World, threads: Sequence[Sequence[str]]) -> dict[str, list[float]]:
    """Times in milliseconds of each kind of run, one kind after the other for every thread."""
    builder = ContextBuilder(at.db, at.searcher)
    plain = ContextBuilder(at.db, NoSearch())
    took: dict[str, list[float]] = {
        name: [] for name in ("embedding", "card", "first", "again", "no search")
    }
    for theirs in threads:
        for place, thread in enumerate(theirs):
            async with at.db.read() as session:
                query = build_query(await conversations.get(session, TENANT, thread))
            # Other words at the end, so that the card's own are not remembered.
            meant = [at.embedding.query(f"{text} {thread}") for text in query.meant]
            took["embedding"].append(await _timed(asyncio.gather(*meant)))
            card = await _timed(builder.for_conversation(TENANT, thread))
            took["card"].append(card)
            took["again" if place else "first"].append(card)
            took["no search"].append(await _timed(plain.for_conversation(TENANT, thread)))
    return took


async def _timed(work: object) -> float:
    started = perf_counter()
    await work  # type: ignore[misc]
    return (perf_counter() - started) * 1000


def report(took: dict[str, list[float]]) -> None:
    """Print the table and whether the bound holds."""
    table = Table("what", "runs", "p50 ms", "p95 ms")
    for name, times in took.items():
        table.add_row(name, f"{len(times)}", f"{_at(times, 50):.1f}", f"{_at(times, 95):.1f}")
    console = Console()
    console.print(table)
    bare, whole = _at(took["embedding"], 50), _at(took["card"], 95)
    bound = 2 * bare + 20
    console.print(
        f"card p95 {whole:.1f} ms, bound 2 x {bare:.1f} + 20 = {bound:.1f} ms: "
        f"{whole / bound:.2f} of it"
    )


def _at(times: Sequence[float], percent: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


async def main() -> None:
    """Fill, warm up, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--tenants", type=int, default=50)
    parser.add_argument("--customers", type=int, default=30)
    parser.add_argument("--past", type=int, default=200, help="conversations of each customer")
    parser.add_argument("--messages", type=int, default=200, help="messages of an open thread")
    parser.add_argument("--threads", type=int, default=4, help="open threads of each customer")
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        async with world(Path(folder)) as at:
            threads = await fill(at, asked)
            await at.embedding.query("Where is my parcel?")
            await measure(at, threads[:2])
            async with at.db.read() as session:
                rows = len((await session.scalars(select(PassageRow.id))).all())
            print(f"{rows:,} passages of {asked.tenants} tenants")
            profile = cProfile.Profile()
            if asked.profile:
                profile.enable()
            took = await measure(at, threads[2:])
            profile.disable()
            report(took)
            if asked.profile:
                pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    asyncio.run(main())
