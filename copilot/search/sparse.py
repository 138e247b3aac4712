"""BM25 as sparse vectors, made here so that every index adapter ranks alike.

A passage's weight for a term is the term-frequency part of BM25, a query's says how much the term
matters, and the index multiplies by the inverse document frequency (Qdrant's IDF modifier), so that
their dot product is

    sum over terms t of  w(t) · idf(t) · tf·(k1+1) / (tf + k1·(1 − b + b·(length/average)^p))

as in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
Foundations and Trends in Information Retrieval 3(4), 2009, section 3.1, where p is 1.

A second pair of vectors tells how much of a passage's name (its article's title) a query names:
the share of the title's 4-grams that stand in it, from 0 to 1. A conversation seldom repeats what
it is about ("do *they* have parking?"), so what was named earlier in it still counts there in full.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from copilot.kernel.little_words import SPOKEN_LITTLE
from copilot.search.analysis import Place, codes, grams, placed_terms, terms, words_of

_K1 = 1.2
_B = 0.75
# Terms, not words. The true average is unknown while passages come and go, and a fixed one is wrong
# for somebody; lengths below their first power make that cost little, whatever the passages are.
_AVERAGE_LENGTH = 60.0
_LENGTH_POWER = 0.7
# Words like "how" and "my" tell short questions apart and drown in long ones: up to so many letters
# they count in full, then less with the square of the length, and soon not at all. Letters, for
# where endings say what "in" and "from" say elsewhere, five words are as much as eight.
_FULL_UP_TO = 40
_TOO_LITTLE = 0.05
# Endings are such words in all but spelling, and words begin with what they mean: so much their
# 4-grams come to weigh as a search grows.
_OPENING, _ENDING = 2.0, 0.3
# Every term costs time: a pasted page is searched by so many different words, its first ones.
_MOST_WORDS = 200
_MOST_NAMING_WORDS = 400


class SparseVector(NamedTuple):
    """Term weights: ``values[i]`` is the weight of the term hashed to ``indices[i]``."""

    indices: list[int]
    values: list[float]


NO_TERMS = SparseVector([], [])
"""Of a text without words."""


class Part(NamedTuple):
    """A piece of what is searched for, and how much it matters (1: in full)."""

    text: str
    weight: float = 1.0


def passage_vector(text: str, language: str | None) -> SparseVector:
    """The BM25 term weights of a text to be found."""
    counts = Counter(terms(text, language))
    longing = _K1 * (1 - _B + _B * (counts.total() / _AVERAGE_LENGTH) ** _LENGTH_POWER)
    weights: dict[int, float] = {}
    for term, count in counts.items():
        index = _index(term)
        weights[index] = weights.get(index, 0.0) + count * (_K1 + 1) / (count + longing)
    return _vector(weights)


def query_vector(parts: Sequence[Part], language: str | None) -> SparseVector:
    """How much each term of a search matters: as much as the part where it matters most.

    Args:
        parts: What is searched for, the most telling first.
        language: The language of all parts.
    """
    words = [words_of(part.text) for part in parts]
    brief = _brevity(sum(len(word) for said in words for word in said))
    weights: dict[int, float] = {}
    room = _MOST_WORDS
    for part, said in zip(parts, words, strict=True):
        distinct = dict.fromkeys(said)
        telling = [word for word in distinct if word not in SPOKEN_LITTLE]
        # Where nothing else is said, "how is it" is all there is to go by.
        rest = [word for word in distinct if word in SPOKEN_LITTLE]
        share = brief if telling else 1.0
        telling = telling[:room]
        room -= len(telling)
        _add(weights, _weighed(telling, language, brief), part.weight)
        _add(weights, _alike(codes(part.text)), part.weight)
        if share >= _TOO_LITTLE:
            _add(weights, _weighed(rest[:_MOST_WORDS], language, brief), part.weight * share)
    return _vector(weights)


def passage_names(name: str) -> SparseVector:
    """The 4-grams of a passage's name, which together weigh 1."""
    found = dict.fromkeys(_index(gram) for word in words_of(name) for gram in grams(word))
    return _vector(dict.fromkeys(found, 1 / len(found)) if found else {})


def query_names(parts: Sequence[Part]) -> SparseVector:
    """The 4-grams of what a search says, each as much as the part where it matters most."""
    weights: dict[int, float] = {}
    known: dict[str, float] = {}
    for part in parts:
        for word in words_of(part.text):
            if part.weight <= known.get(word, 0.0) or len(known) >= _MOST_NAMING_WORDS:
                continue
            known[word] = part.weight
            _add(weights, _alike(grams(word)), part.weight)
    return _vector(weights)


def _brevity(letters: int) -> float:
    return min(1.0, (_FULL_UP_TO / max(1, letters)) ** 2)


def _weighed(
    words: Sequence[str], language: str | None, brief: float
) -> Iterator[tuple[str, float]]:
    share = {
        Place.OPENING: _OPENING + (1 - _OPENING) * brief,
        Place.INSIDE: 1.0,
        Place.ENDING: _ENDING + (1 - _ENDING) * brief,
    }
    for term, place in placed_terms(words, language):
        yield term, share[place]


def _alike(found: Iterable[str]) -> Iterator[tuple[str, float]]:
    return ((term, 1.0) for term in found)


def _add(weights: dict[int, float], found: Iterable[tuple[str, float]], weight: float) -> None:
    for term, share in found:
        index = _index(term)
        weights[index] = max(weights.get(index, 0.0), weight * share)


@lru_cache(maxsize=65536)
def _index(term: str) -> int:
    # Stable over processes and machines, unlike hash().
    return int.from_bytes(blake2b(term.encode(), digest_size=4).digest(), "big")


def _vector(weights: dict[int, float]) -> SparseVector:
    ordered = sorted(weights)
    return SparseVector(ordered, [weights[index] for index in ordered])
