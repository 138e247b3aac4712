"""Made passages: words as often as words are in language (Zipf), random unit vectors.

One in three is of a past conversation, one in ten is internal.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

import numpy as np

from copilot.kernel.ids import TenantId
from copilot.kernel.visibility import Visibility
from copilot.search.index import Fields, Point
from copilot.search.sparse import (
    Part,
    SparseVector,
    passage_names,
    passage_vector,
    query_names,
    query_vector,
)

DIMENSION = 384
PASSAGE_WORDS = 150
QUERY_WORDS = (6, 40, 200)
NAME_WORDS = 5
_TEXTS, _NAMES = 3000, 1000
_BATCH = 256


class Query(NamedTuple):
    """What is searched for.

    Attributes:
        dense: Unit-length vector.
        sparse: BM25 terms.
        names: The 4-grams of its words.
    """

    dense: list[float]
    sparse: SparseVector
    names: SparseVector


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
        self._names = [passage_names(self._text(NAME_WORDS)) for _ in range(_NAMES)]

    @property
    def terms_per_passage(self) -> float:
        """How many different terms a passage has, on average."""
        return sum(len(one.indices) for one in self._pool) / len(self._pool)

    def queries(self, words: int, count: int) -> list[Query]:
        """So many queries of so many words."""
        texts = [[Part(self._text(words))] for _ in range(count)]
        return [
            Query(vector, query_vector(parts, "en"), query_names(parts))
            for vector, parts in zip(self._unit(count), texts, strict=True)
        ]

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
                    _fields((first + n) // 4),
                    self._names[(first + n) // 4 % _NAMES],
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


def _fields(source: int) -> Fields:
    visibility: Visibility = "internal" if source % 10 == 0 else "public"
    if source % 3:
        return Fields("article", f"art_{source}", visibility, "en", None)
    return Fields("conversation", f"cnv_{source}", visibility, "en", f"cus_{source % 500}")


def tenant_name(number: int) -> TenantId:
    """A tenant's id."""
    return TenantId(f"tenant-{number}")
