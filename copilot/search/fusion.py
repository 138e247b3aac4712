"""The scores of one passage into one.

Ranks throw away what scores know: how far ahead the first is, and that one half found nothing
(Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", TOIS 42(1), 2023,
come to the same). So each half is divided by its best score, and the halves are added, the dense
one with a weight that says how well the model can read this search. How much of the passage's name
the search names comes on top, as it is: it already is a share.
"""

from collections.abc import Sequence
from typing import NamedTuple

from copilot.search.index import Hit

_NAMES = 0.4
_KNOWN_LANGUAGE, _FOREIGN_LANGUAGE = 0.65, 0.5
# Word pieces per word: below the first a language is known, above the second it is spelled out.
_KNOWN_FROM, _FOREIGN_FROM = 1.7, 2.5


class Fused(NamedTuple):
    """A passage id and its fused score (comparable within one answer only)."""

    id: str
    score: float


def dense_weight(fertility: float | None, read: float = 1.0) -> float:
    """How much the dense half says, from 0 to 1; the sparse half says the rest.

    Args:
        fertility: Word pieces per word of the search; None counts as a known language.
        read: How much of the search the model reads, from 0 to 1: a longer text is cut off.
    """
    foreign = 0.0
    if fertility is not None:
        foreign = (fertility - _KNOWN_FROM) / (_FOREIGN_FROM - _KNOWN_FROM)
        foreign = min(1.0, max(0.0, foreign))
    known = _KNOWN_LANGUAGE + foreign * (_FOREIGN_LANGUAGE - _KNOWN_LANGUAGE)
    return known * min(1.0, max(0.0, read))


def fuse(
    hits: Sequence[Hit], *, weight: float = _KNOWN_LANGUAGE, unrelated: float = 0.0
) -> list[Fused]:
    """``hits`` by their fused score, best first.

    Args:
        hits: The union of what the halves found, each with every score.
        weight: How much the dense half says (:func:`dense_weight`).
        unrelated: The model's inner product of texts that have nothing to do with each other:
            about 0.05 for many, 0.7 and more for some.
    """
    dense = [max(0.0, hit.dense - unrelated) for hit in hits]
    best_dense, best_sparse = (
        max(dense, default=0.0),
        max((hit.sparse for hit in hits), default=0.0),
    )
    if best_dense <= 0:
        weight = 0.0
    fused = [
        Fused(
            hit.id,
            weight * _share(of_dense, best_dense)
            + (1 - weight) * _share(hit.sparse, best_sparse)
            + _NAMES * hit.names,
        )
        for hit, of_dense in zip(hits, dense, strict=True)
    ]
    return sorted(fused, key=lambda one: (-one.score, one.id))


def _share(score: float, best: float) -> float:
    return score / best if best > 0 else 0.0
