"""BM25 as sparse vectors, made here so that every index adapter ranks alike.

A passage's weight for a term is the term-frequency part of BM25, a query's is 1, and the index
multiplies by the inverse document frequency (Qdrant's IDF modifier, over the whole collection:
counting within the tenant made searches up to eight times slower), so that their dot product is

    sum over terms t of  idf(t) · tf·(k1+1) / (tf + k1·(1 − b + b·length/average))

as in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
Foundations and Trends in Information Retrieval 3(4), 2009, section 3.1.
"""

from collections import Counter
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from copilot.search.analysis import terms

_K1 = 1.2
_B = 0.75
# Terms, not words. The true average is unknown while passages come and go; 100 ranked within
# 0.01 MRR of the true one on short texts and better on long ones.
_AVERAGE_LENGTH = 100.0
# Every term costs time: a pasted page is searched by its stems, and 4-grams of its beginning.
_QUERY_WORDS_IN_GRAMS = 100


class SparseVector(NamedTuple):
    """Term weights: ``values[i]`` is the weight of the term hashed to ``indices[i]``."""

    indices: list[int]
    values: list[float]


def passage_vector(text: str, language: str | None) -> SparseVector:
    """The BM25 term weights of a text to be found."""
    counts = Counter(terms(text, language))
    longing = _K1 * (1 - _B + _B * counts.total() / _AVERAGE_LENGTH)
    weights: dict[int, float] = {}
    for term, count in counts.items():
        index = _index(term)
        weights[index] = weights.get(index, 0.0) + count * (_K1 + 1) / (count + longing)
    return _vector(weights)


def query_vector(text: str, language: str | None) -> SparseVector:
    """Weight 1 for each term of a search text."""
    found = terms(text, language, most_words_in_grams=_QUERY_WORDS_IN_GRAMS)
    return _vector(dict.fromkeys(map(_index, found), 1.0))


@lru_cache(maxsize=65536)
def _index(term: str) -> int:
    # Stable over processes and machines, unlike hash().
    return int.from_bytes(blake2b(term.encode(), digest_size=4).digest(), "big")


def _vector(weights: dict[int, float]) -> SparseVector:
    ordered = sorted(weights)
    return SparseVector(ordered, [weights[index] for index in ordered])
