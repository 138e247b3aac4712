"""Exact scores of every passage for every search of a set: what an index approximates.

The vectors, weights and the fusion are the service's own; only the index is left out, so that one
ingredient after the other can be taken away and the rest is measured as it is.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as ss
from numpy.typing import NDArray

from benchmarks.retrieval_sets import Search, Set
from copilot.context.query import build_query
from copilot.knowledge.passages import embedded_text, name_of
from copilot.knowledge.query import SearchQuery
from copilot.search import analysis, sparse
from copilot.search.fusion import dense_weight, fuse
from copilot.search.index import Hit
from copilot.search.sparse import SparseVector

Matrix = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Matrix]
# Passages by each score that are fused: as the service does, only more.
_DEPTH = 100


class Recipe(NamedTuple):
    """What goes in; everything by default.

    Attributes:
        conversation: Whether searches are built from the conversation; else from its last turns.
        names: Whether passages are found by their names.
        little: Whether function words weigh less in long searches.
        places: Whether beginnings weigh more and endings less in long searches.
        grams: Whether words are also cut into 4-grams.
        context: Whether the vector of the search has what was said before in it.
        adaptive: Whether the dense half's weight follows the model's knowledge of the language.
        ranks: Fuse ranks (RRF, k = 60) instead of scores.
        only: ``dense`` or ``sparse`` uses one half alone.
    """

    conversation: bool = True
    names: bool = True
    little: bool = True
    places: bool = True
    grams: bool = True
    context: bool = True
    adaptive: bool = True
    ranks: bool = False
    only: str = ""


class Scorer:
    """The scores of a set.

    Args:
        data: The set.
        embed: Texts to unit-length vectors, by the service's model.
        fertility: Word pieces per word of a text.
        read: How much of a text the model reads, from 0 to 1.
        unrelated: The model's inner product of unrelated texts.
    """

    def __init__(
        self,
        data: Set,
        embed: Embed,
        fertility: Callable[[str], float | None],
        read: Callable[[str], float],
        *,
        unrelated: float = 0.0,
    ) -> None:
        self.data = data
        self._embed, self._fertility, self._read = embed, fertility, read
        self.unrelated = unrelated
        self._texts = [embedded_text(cut) for _, cut in data.passages]
        self._dense = embed(self._texts)
        named = [sparse.passage_names(name_of(cut)) for _, cut in data.passages]
        self._names = _Terms(named, idf=False)
        self._bodies: dict[bool, _Terms] = {}
        self._owners = np.array([owner for owner, _ in data.passages])

    def documents(self, recipe: Recipe) -> Iterator[Matrix]:
        """Each search's score of every document: that of its best passage."""
        with _without(recipe):
            for search in self.data.searches:
                yield _per_document(self._passages(search, recipe), self._owners, self.data)

    def vectors(self, search: Search) -> tuple[Matrix, SparseVector, SparseVector, float]:
        """The vectors of a search as the service makes them, and the dense half's weight."""
        query = self._query(search, Recipe())
        dense = self._mean(query.meant)
        weight = dense_weight(self._fertility(query.text), self._read(query.text))
        terms = sparse.query_vector(query.asked, self.data.language)
        return dense, terms, sparse.query_names(query.named), weight

    def passage(self, n: int) -> tuple[Matrix, SparseVector, SparseVector]:
        """The vectors of a passage as the service makes them."""
        terms = sparse.passage_vector(self._texts[n], self.data.language)
        return self._dense[n], terms, sparse.passage_names(name_of(self.data.passages[n][1]))

    def plain_rrf(self) -> Iterator[Matrix]:
        """Plain BM25 and the dense half by their ranks: what most hybrid searches do."""
        dense = self.documents(Recipe(conversation=False, only="dense"))
        for lexical, meant in zip(plain_bm25(self.data), dense, strict=True):
            yield np.asarray(1 / (60 + _ranks(lexical)) + 1 / (60 + _ranks(meant)), np.float32)

    def _passages(self, search: Search, recipe: Recipe) -> Matrix:
        query = self._query(search, recipe)
        meant = query.meant if recipe.context else query.meant[:1]
        dense = self._dense @ self._mean(meant)
        if recipe.only == "dense":
            return dense
        terms = sparse.query_vector(query.asked, self.data.language)
        lexical = self._body(recipe.grams).scores(terms)
        if recipe.only == "sparse":
            return lexical
        if recipe.ranks:
            return np.asarray(1 / (60 + _ranks(dense)) + 1 / (60 + _ranks(lexical)), np.float32)
        weight = 0.5
        if recipe.adaptive:
            weight = dense_weight(self._fertility(query.text), self._read(query.text))
        named = np.zeros_like(dense)
        if recipe.names:
            named = self._names.scores(sparse.query_names(query.named))
        near = np.unique(np.concatenate([_best(one) for one in (dense, lexical, named)]))
        hits = [Hit(str(n), float(dense[n]), float(lexical[n]), float(named[n])) for n in near]
        found = np.full_like(dense, -1.0)
        for one in fuse(hits, weight=weight, unrelated=self.unrelated):
            found[int(one.id)] = one.score
        return found

    def _query(self, search: Search, recipe: Recipe) -> SearchQuery:
        if recipe.conversation and len(search.turns) > 1:
            return build_query(search.conversation(self.data.language))
        return SearchQuery.of(search.last(self.data.turns))

    def _mean(self, texts: Sequence[str]) -> Matrix:
        mean = self._embed(texts).sum(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)

    def _body(self, grams: bool) -> "_Terms":
        if grams not in self._bodies:
            language = self.data.language
            vectors = [sparse.passage_vector(text, language) for text in self._texts]
            self._bodies[grams] = _Terms(vectors, idf=True)
        return self._bodies[grams]


@contextmanager
def _without(recipe: Recipe) -> Iterator[None]:
    """Take ingredients away that have no switch in the service."""
    kept: list[tuple[Any, str, Any]] = []

    def put(module: Any, name: str, value: Any) -> None:
        kept.append((module, name, getattr(module, name)))
        setattr(module, name, value)

    if not recipe.little:
        put(sparse, "SPOKEN_LITTLE", frozenset())
    if not recipe.places:
        put(sparse, "_OPENING", 1.0)
        put(sparse, "_ENDING", 1.0)
    if not recipe.grams:
        put(analysis, "grams", lambda _word: iter(()))
    try:
        yield
    finally:
        for module, name, value in kept:
            setattr(module, name, value)


class _Terms:
    """Sparse vectors of many passages, to be multiplied with those of searches.

    Args:
        vectors: One per passage.
        idf: Whether to multiply by Qdrant's idf, ln(1 + (N - n + 0.5) / (n + 0.5)).
    """

    def __init__(self, vectors: Sequence[SparseVector], *, idf: bool) -> None:
        hashed = np.concatenate([np.asarray(one.indices, dtype=np.int64) for one in vectors])
        values = np.concatenate([np.asarray(one.values, dtype=np.float32) for one in vectors])
        ends = np.cumsum([0, *(len(one.indices) for one in vectors)])
        self._terms, columns, counts = np.unique(hashed, return_inverse=True, return_counts=True)
        if idf:
            rare = np.log(1 + (len(vectors) - counts + 0.5) / (counts + 0.5)).astype(np.float32)
            values = values * rare[columns]
        self._matrix = ss.csr_matrix((values, columns, ends), shape=(len(vectors), len(counts)))

    def scores(self, terms: SparseVector) -> Matrix:
        """The inner product of every passage with a search."""
        weights = np.zeros(len(self._terms), dtype=np.float32)
        if len(self._terms) and terms.indices:
            hashed = np.asarray(terms.indices, dtype=np.int64)
            place = np.minimum(np.searchsorted(self._terms, hashed), len(self._terms) - 1)
            known = self._terms[place] == hashed
            weights[place[known]] = np.asarray(terms.values, dtype=np.float32)[known]
        return np.asarray(self._matrix @ weights, np.float32)


def _ranks(scores: Matrix) -> Matrix:
    ranks = np.empty(len(scores), dtype=np.float32)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def _best(scores: Matrix) -> Matrix:
    return np.asarray(np.argpartition(-scores, min(_DEPTH, len(scores) - 1))[:_DEPTH])


def plain_bm25(data: Set) -> Iterator[Matrix]:
    """BM25 over stemmed words (Snowball), k1 = 1.2, b = 0.75: what a search engine does."""

    def stems(text: str) -> list[int]:
        found = analysis.stems(analysis.words_of(text), data.language)
        return [zlib.crc32(stem.encode()) for stem in found]

    passages = [stems(embedded_text(cut)) for _, cut in data.passages]
    average = sum(map(len, passages)) / len(passages)
    rows: list[SparseVector] = []
    for words in passages:
        counts = Counter(words)
        longing = 1.2 * (0.25 + 0.75 * len(words) / average)
        rows.append(SparseVector(list(counts), [n * 2.2 / (n + longing) for n in counts.values()]))
    terms = _Terms(rows, idf=True)
    owners = np.array([owner for owner, _ in data.passages])
    for search in data.searches:
        asked = sorted(set(stems(search.last(data.turns))))
        yield _per_document(terms.scores(SparseVector(asked, [1.0] * len(asked))), owners, data)


def _per_document(scores: Matrix, owners: NDArray[np.int64], data: Set) -> Matrix:
    found = np.full(data.documents, -np.inf, dtype=np.float32)
    np.maximum.at(found, owners, scores)
    return found
