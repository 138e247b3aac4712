"""Made passages: words as often as words are in language (Zipf), random unit vectors."""

import random
from collections.abc import Iterator
from uuid import UUID

import numpy as np

from copilot.kernel.ids import TenantId
from copilot.search.index import Fields, Point
from copilot.search.sparse import Part, SparseVector, passage_vector, query_vector

DIMENSION = 384
PASSAGE_WORDS = 150
QUERY_WORDS = (6, 40, 200)
_TEXTS = 3000
_BATCH = 256


class Made:
    """Points and queries of made texts.

    Args:
        seed: Two of one seed make the same.
    """

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._vectors = np.random.default_rng(seed)
        letters = "aeioukstnlmrpvh"
        self._words = [
            "".join(self._random.choices(letters, k=self._random.randint(2, 11)))
            for _ in range(20_000)
        ]
        self._weights = [1 / rank for rank in range(1, len(self._words) + 1)]
        # Terms of a few thousand texts are used again and again: making them takes long.
        self._pool = [passage_vector(self._text(PASSAGE_WORDS), "en") for _ in range(_TEXTS)]

    @property
    def terms_per_passage(self) -> float:
        """How many different terms a passage has, on average."""
        return sum(len(one.indices) for one in self._pool) / len(self._pool)

    def queries(self, words: int, count: int) -> list[tuple[list[float], SparseVector]]:
        """So many queries of so many words."""
        vectors = self._unit(count)
        return [(vector, query_vector([Part(self._text(words))], "en")) for vector in vectors]

    def batches(
        self, points: int, tenants: int, *, start: int = 0
    ) -> Iterator[tuple[TenantId, list[Point]]]:
        """``points`` points in batches, each of one tenant, the tenants in turn.

        Args:
            points: How many.
            tenants: Of how many tenants.
            start: The first point's number; a point of the same number has the same id.
        """
        batch = max(1, min(_BATCH, points // tenants))
        for first in range(start, start + points, batch):
            size = min(batch, start + points - first)
            made = [
                Point(
                    str(UUID(int=first + n)),
                    vector,
                    self._pool[(first + n) * 7 % _TEXTS],
                    Fields("article", f"art_{(first + n) // 4}", "public", "en", None),
                )
                for n, vector in enumerate(self._unit(size))
            ]
            yield tenant_name(first // batch % tenants), made

    def _text(self, words: int) -> str:
        return " ".join(self._random.choices(self._words, self._weights, k=words))

    def _unit(self, count: int) -> list[list[float]]:
        made = self._vectors.standard_normal((count, DIMENSION), dtype=np.float32)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        rows: list[list[float]] = made.tolist()
        return rows


def tenant_name(number: int) -> TenantId:
    """A tenant's id."""
    return TenantId(f"tenant-{number}")
