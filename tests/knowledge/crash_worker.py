"""A process that indexes whatever is marked and then ends, to be killed on its way.

Run by the crash tests. Arguments: database URL, index folder, and the file to which each pass of
the embedder is written, before it runs, as one line with the words that tell its texts apart.
"""

import asyncio
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from copilot.kernel.db import Database
from copilot.knowledge.indexing import Indexer
from copilot.search import outbox
from copilot.search.batching import EmbeddingService
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.embedder import Vectors
from tests.search.embedders import CARD, BagOfWords

# A pass takes longer than writing what it made, as with every real model.
PASS_S = 0.03


class Logged(BagOfWords):
    """Tells a file of each pass.

    Args:
        log: A file open for appending.
    """

    def __init__(self, log: int) -> None:
        super().__init__()
        self._log = log

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        told = " ".join(found[0] for one in texts if (found := re.search(r"\bitem\d+\b", one)))
        os.write(self._log, f"{told}\n".encode())
        time.sleep(PASS_S)
        return super().embed_passages(texts)


async def main(url: str, folder: str, log: str) -> None:
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    async with (
        Database.open(url) as db,
        EmbeddingService.open(lambda: Logged(file), CARD) as embedding,
        EdgeIndex.open(
            IndexConfig(), folder=Path(folder), model=CARD.name, dimension=CARD.dimension
        ) as index,
        Indexer(db, embedding, index).running(),
    ):
        waiting = True
        while waiting:
            await asyncio.sleep(0.05)
            async with db.read() as session:
                waiting = await outbox.waiting(session)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
