"""One score of three: whatever the scores are."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.search.fusion import Fused, dense_weight, fuse
from copilot.search.index import Hit

_ROUNDING = 1e-9
# What an index says: inner products of unit vectors, BM25 sums, shares.
inner = st.floats(-1, 1)
sums = st.floats(0, 100)
shares = st.floats(0, 1)
weights = st.floats(0, 1)
floors = st.floats(0, 0.9)


@st.composite
def some_hits(
    draw: st.DrawFn, least: int = 0, dense: st.SearchStrategy[float] = inner
) -> list[Hit]:
    ids = draw(st.lists(st.integers(0, 999), unique=True, min_size=least, max_size=20))
    return [Hit(f"p{one}", draw(dense), draw(sums), draw(shares)) for one in ids]


def scores(fused: list[Fused]) -> dict[str, float]:
    return {one.id: one.score for one in fused}


@given(some_hits(), weights, floors, st.randoms())
def test_the_order_of_the_hits_does_not_matter(
    hits: list[Hit], weight: float, unrelated: float, random: Random
) -> None:
    fused = fuse(hits, weight=weight, unrelated=unrelated)
    random.shuffle(hits)
    assert fuse(hits, weight=weight, unrelated=unrelated) == fused
    assert {one.id for one in fused} == {hit.id for hit in hits}
    assert fused == sorted(fused, key=lambda one: (-one.score, one.id))


@given(some_hits(), weights, floors)
def test_scores_are_within_bounds(hits: list[Hit], weight: float, unrelated: float) -> None:
    fused = scores(fuse(hits, weight=weight, unrelated=unrelated))
    for hit in hits:
        # Both halves together are at most 1; the name comes on top, at most 0.4.
        of_name = 0.4 * hit.names
        assert of_name - _ROUNDING <= fused[hit.id] <= 1 + of_name + _ROUNDING


@given(some_hits(least=2), weights, floors, st.data())
def test_a_better_score_never_makes_it_worse(
    hits: list[Hit], weight: float, unrelated: float, data: st.DataObject
) -> None:
    """Compared with any other hit: halves are divided by their best, which this may change."""
    place = data.draw(st.integers(0, len(hits) - 1), label="which")
    other = data.draw(st.integers(0, len(hits) - 1).filter(lambda n: n != place), label="than")
    old = hits[place]
    more = data.draw(
        st.sampled_from([("dense", 1.0), ("sparse", 100.0), ("names", 1.0)]), label="what"
    )
    value = data.draw(st.floats(getattr(old, more[0]), more[1]), label="to")
    better = [*hits]
    better[place] = old._replace(**{more[0]: value})

    def ahead(some: list[Hit]) -> float:
        fused = scores(fuse(some, weight=weight, unrelated=unrelated))
        return fused[old.id] - fused[hits[other].id]

    # Where nothing was near by meaning, words decide alone until something is.
    if max(hit.dense for hit in hits) > unrelated or more[0] != "dense":
        assert_no_worse(ahead(hits), ahead(better))


def assert_no_worse(before: float, after: float) -> None:
    # Who was ahead stays ahead, and who was equal is not behind.
    assert after >= min(before, 0.0) - 1e-6


@given(some_hits(dense=st.just(0.0)), weights)
def test_without_a_vector_words_and_names_decide(hits: list[Hit], weight: float) -> None:
    best = max((hit.sparse for hit in hits), default=0.0)
    expected = {
        hit.id: pytest.approx((hit.sparse / best if best else 0) + 0.4 * hit.names) for hit in hits
    }
    fused = fuse(hits, weight=weight)
    assert scores(fused) == expected
    # A share too small for a float is 0, and so equal to one that found nothing.
    nameless = [hit._replace(names=0.0) for hit in hits]
    order = [one.id for one in fuse(nameless, weight=weight)]
    shares = {hit.id: hit.sparse / best if best else 0.0 for hit in hits}
    assert order == sorted(shares, key=lambda id_: (-shares[id_], id_))


@given(some_hits(), floors)
def test_what_is_no_nearer_than_unrelated_texts_says_nothing(
    hits: list[Hit], unrelated: float
) -> None:
    far = [hit._replace(dense=min(hit.dense, unrelated)) for hit in hits]
    assert fuse(far, unrelated=unrelated) == fuse([hit._replace(dense=0.0) for hit in far])


def test_the_floor_spreads_what_a_narrow_model_says() -> None:
    hits = [Hit("near", 0.85, 0.0), Hit("far", 0.75, 0.0)]
    narrow = scores(fuse(hits, weight=0.5, unrelated=0.7))
    wide = scores(fuse(hits, weight=0.5))
    assert narrow["far"] / narrow["near"] == pytest.approx(1 / 3)
    assert wide["far"] / wide["near"] == pytest.approx(0.75 / 0.85)


def test_nothing_found_is_nothing_fused() -> None:
    assert fuse([]) == []


@given(st.none() | st.floats(0, 50), shares)
def test_how_much_the_dense_half_says_is_bounded(fertility: float | None, read: float) -> None:
    weight = dense_weight(fertility, read)
    assert 0.5 * read - _ROUNDING <= weight <= 0.65 * read + _ROUNDING


@given(st.floats(0, 50), st.floats(0, 50), shares, shares)
def test_it_says_less_the_less_it_can_read(one: float, other: float, a: float, b: float) -> None:
    known, foreign = sorted((one, other))
    little, much = sorted((a, b))
    assert dense_weight(known, much) >= dense_weight(foreign, much) - _ROUNDING
    assert dense_weight(known, much) >= dense_weight(known, little) - _ROUNDING


def test_the_weights_of_known_and_foreign_languages() -> None:
    assert dense_weight(None) == dense_weight(1.2) == dense_weight(1.7) == 0.65
    assert dense_weight(2.5) == dense_weight(9.0) == pytest.approx(0.5)
    assert dense_weight(2.1) == pytest.approx(0.575)
    assert dense_weight(1.2, 0.25) == pytest.approx(0.65 / 4)
    assert dense_weight(1.2, 0.0) == 0.0
