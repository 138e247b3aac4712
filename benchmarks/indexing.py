"""How fast articles are indexed, against the embedding model by itself over the same texts.

Both in one process and by turns, because machines drift while ratios hold. Then articles are put
and deleted while a bulk import goes on: how soon search knows, and how long the event loop
stood still. Made texts: the figures are about speed, not about what is found.

    python -m benchmarks.indexing --articles 2000
"""

import argparse
import asyncio
import itertools
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from copilot.auth.config import AuthConfig
from copilot.kernel.ids import TenantId
from copilot.knowledge.article import Article, ArticleIn
from copilot.knowledge.flow import delete_article, prepare, put_article
from copilot.knowledge.passages import cut_article, embedded_text
from copilot.search import outbox
from copilot.settings import Settings
from copilot.wiring import Deps, open_deps

TENANT = TenantId("ten_benchmark")
SHARES = 4
"""Pieces of the work; after each import of one, the model embeds its texts alone."""
BETWEEN_S = 0.5
_STEP_S = 0.002
_NEVER_FOUND_S = 60.0


class Fresh(NamedTuple):
    """Seconds from the end of a change to the first search that knows it."""

    put: float
    deleted: float


def made_articles(count: int, seed: int) -> list[ArticleIn]:
    """Pages of one to five sections of 10 to 150 words over a made vocabulary."""
    dice = random.Random(seed)
    syllables = ["ka", "lo", "mi", "ter", "sun", "dra", "vel", "o", "pin", "gar", "ets", "ri"]
    words = ["".join(dice.choices(syllables, k=dice.randint(1, 4))) for _ in range(8000)]
    pages = []
    for n in range(count):
        parts = []
        for part in range(dice.randint(1, 5)):
            text = " ".join(dice.choices(words, k=dice.randint(10, 150)))
            parts.append(f"# Section {part}\n\n{text}.")
        pages.append(ArticleIn(title=f"Page {n}", body="\n\n".join(parts), language="en"))
    return pages


async def store(deps: Deps, pages: Sequence[ArticleIn], first: int) -> list[str]:
    """Store the pages as an import does, and tell the texts that will be embedded."""
    texts: list[str] = []
    for n, page in enumerate(pages, first):
        prepared = await asyncio.to_thread(prepare, page)
        async with deps.db.write() as session:
            with outbox.bulk():
                article, _ = await put_article(
                    session, TENANT, "kb", str(n), page, prepared=prepared
                )
        texts += map(embedded_text, cut_article(article))
    return texts


async def longest_stall(stop: asyncio.Event) -> float:
    """The longest time, in seconds, that this loop did not get to run."""
    longest = 0.0
    while not stop.is_set():
        started = time.perf_counter()
        await asyncio.sleep(_STEP_S)
        longest = max(longest, time.perf_counter() - started - _STEP_S)
    return longest


async def rates(deps: Deps, articles: int) -> tuple[float, float, int]:
    """Texts per second of the model alone and of the import, and how many texts."""
    alone = imported = 0.0
    texts: list[str] = []
    pages = made_articles(articles, seed=1)
    step = -(-articles // SHARES)
    for start in range(0, articles, step):
        some = await store(deps, pages[start : start + step], start)
        started = time.perf_counter()
        await deps.indexer.drain()
        imported += time.perf_counter() - started
        started = time.perf_counter()
        # Other texts for the batcher, which remembers some, and the same work for the model.
        await deps.embedding.passages([f"{one} again" for one in some])
        alone += time.perf_counter() - started
        texts += some
    if await deps.index.count() != len(texts):
        raise RuntimeError("the index does not hold what was imported")
    return len(texts) / alone, len(texts) / imported, len(texts)


async def freshness(deps: Deps, articles: int) -> tuple[list[Fresh], float]:
    """Changes while ``articles`` more are imported, and the longest stall, in seconds."""
    await store(deps, made_articles(articles, seed=2), articles * 10)
    stop = asyncio.Event()
    watch = asyncio.create_task(longest_stall(stop))
    drain = asyncio.create_task(deps.indexer.drain())
    seen: list[Fresh] = []
    for n in itertools.count():
        await asyncio.sleep(BETWEEN_S)
        if drain.done():
            break
        seen.append(await change(deps, f"xylo{n}phone"))
    await drain
    stop.set()
    return seen, await watch


async def change(deps: Deps, word: str) -> Fresh:
    """Put an article with a word of its own, then delete it."""
    page = ArticleIn(title="News", body=f"All about {word}.", language="en")
    async with deps.db.write() as session:
        article, _ = await put_article(session, TENANT, "news", word, page)
    deps.indexer.wake()
    put = await until(deps, word, article, found=True)
    async with deps.db.write() as session:
        await delete_article(session, TENANT, "news", word)
    deps.indexer.wake()
    return Fresh(put, await until(deps, word, article, found=False))


async def until(deps: Deps, word: str, article: Article, *, found: bool) -> float:
    """Seconds until search finds the article, or no longer does."""
    started = time.perf_counter()
    while True:
        hits = await deps.searcher.search(TENANT, word, visibility="internal", limit=5)
        took = time.perf_counter() - started
        if any(one.article_id == article.id for one in hits) is found:
            return took
        if took > _NEVER_FOUND_S:
            raise RuntimeError("a change was never seen by search")
        await asyncio.sleep(0.02)


async def measure(articles: int, folder: Path) -> Table:
    """All of it on a new data folder."""
    settings = Settings(_env_file=None, data_dir=folder, auth=AuthConfig())  # type: ignore[call-arg]
    async with open_deps(settings, run_jobs=False, model_wait_s=None) as deps:
        await deps.embedding.passages(["warm"] * 32)
        alone, imported, texts = await rates(deps, articles)
        seen, stall = await freshness(deps, articles // 2)
    table = Table("what", "figure", title=f"{articles} articles, {texts} passages")
    table.add_row("the model alone, texts/s", f"{alone:.1f}")
    table.add_row("import, texts/s", f"{imported:.1f}")
    table.add_row("import / model alone", f"{imported / alone:.3f}")
    table.add_row("changes during an import", str(len(seen)))
    if seen:
        table.add_row("put → found, longest, s", f"{max(one.put for one in seen):.2f}")
        table.add_row("deleted → gone, longest, s", f"{max(one.deleted for one in seen):.2f}")
    table.add_row("longest stall of the event loop, ms", f"{stall * 1000:.0f}")
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    articles = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        Console().print(asyncio.run(measure(articles, Path(folder))))


if __name__ == "__main__":
    main()
