"""Port: how well each text answers a query, by a model that reads both together."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
"""One number from 0 (does not answer) to 1 (answers) per text, shape ``(texts,)``."""


class Reranker(Protocol):
    """A re-ranking model. Blocking: its service calls it in a thread of its own."""

    @property
    def name(self) -> str:
        """Model name, for people."""
        ...

    def scores(self, query: str, texts: Sequence[str]) -> Scores:
        """How probably each of ``texts`` answers ``query``, in their order."""
        ...


def reranked(
    fused: Sequence[tuple[str, float]], scores: Mapping[str, float], weight: float
) -> list[tuple[str, float]]:
    """``fused`` ordered anew by a convex combination of both scores, best first.

    The fused score is divided by the best one, 0 being the least it can be, as theoretical
    min-max normalisation does (Bruch et al. 2023, An Analysis of Fusion Functions for Hybrid
    Retrieval); the re-ranker's is a probability and is taken as it is. So one that sees no
    difference changes nothing, which stretching its scores to a full range would not ensure.

    Args:
        fused: Ids with their fused scores, best first.
        scores: What the re-ranker said, from 0 to 1, of the first of them. What it has not
            read counts as 0, and so never overtakes what it has.
        weight: How much it says, from 0 to 1. Above one half, its certainty (1 against 0)
            overrules any difference in the fused score.
    """
    best = max((score for _, score in fused), default=0.0)
    combined = [
        (
            one,
            (1 - weight) * (max(0.0, score) / best if best > 0 else 0.0)
            + weight * scores.get(one, 0.0),
        )
        for one, score in fused
    ]
    # Stable: equals stay in the fused order.
    return sorted(combined, key=lambda item: -item[1])
