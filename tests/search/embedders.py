"""An embedder for tests: words hashed into a few dimensions. Counts what it is asked."""

import re
import threading
import zlib
from collections.abc import Sequence

import numpy as np

from copilot.search.embedder import ModelCard, Vectors

CARD = ModelCard("bag-of-words", 64)


class BagOfWords:
    """Texts that share words are near each other; nothing is downloaded or loaded."""

    name, dimension = CARD
    longest = 512
    unrelated = 0.0

    def __init__(self) -> None:
        self.passes: list[tuple[str, list[str]]] = []
        self.embedded: list[str] = []
        self.may_run = threading.Event()
        self.may_run.set()
        self.running = threading.Event()
        self.failure: BaseException | None = None

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed("query", texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self._embed("passage", texts)

    def pieces(self, text: str) -> int:
        return len(re.findall(r"\w{1,4}", text))

    def _embed(self, kind: str, texts: Sequence[str]) -> Vectors:
        self.passes.append((kind, list(texts)))
        self.running.set()
        assert self.may_run.wait(60)
        if self.failure is not None:
            raise self.failure
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[zlib.crc32(word.encode()) % self.dimension] += 1
            row /= max(float(np.linalg.norm(row)), 1e-9)
        return vectors
