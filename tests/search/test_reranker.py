"""The order that a re-ranker and the fused score give together."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.search.reranker import reranked

FUSED = [("a", 0.8), ("b", 0.6), ("c", 0.4)]

shares = st.floats(0, 1, allow_subnormal=False)
lists = st.lists(shares, max_size=12).map(
    lambda scores: [(str(n), score) for n, score in enumerate(sorted(scores, reverse=True))]
)


def ids(order: list[tuple[str, float]]) -> list[str]:
    return [one for one, _ in order]


def test_a_sure_reranker_overrules_the_fused_order() -> None:
    order = reranked(FUSED, {"a": 0.0, "b": 0.0, "c": 1.0}, 0.7)
    assert ids(order) == ["c", "a", "b"]
    assert [score for _, score in order] == pytest.approx([0.3 * 0.5 + 0.7, 0.3, 0.3 * 0.75])


def test_one_that_sees_no_difference_changes_nothing() -> None:
    for same in (0.0, 0.0001, 0.5, 1.0):
        assert ids(reranked(FUSED, dict.fromkeys("abc", same), 0.7)) == ["a", "b", "c"]


def test_a_small_difference_does_not_overrule_a_large_one() -> None:
    assert ids(reranked(FUSED, {"a": 0.02, "b": 0.03, "c": 0.04}, 0.7)) == ["a", "b", "c"]


def test_at_full_weight_equals_stay_in_the_fused_order() -> None:
    assert ids(reranked(FUSED, {"a": 0.1, "b": 0.9, "c": 0.9}, 1.0)) == ["b", "c", "a"]


def test_at_no_weight_nothing_changes() -> None:
    assert ids(reranked(FUSED, {"a": 0.0, "b": 0.5, "c": 1.0}, 0.0)) == ["a", "b", "c"]


def test_fused_scores_that_are_all_nothing_leave_the_order_to_the_reranker() -> None:
    assert ids(reranked([("a", 0.0), ("b", 0.0)], {"a": 0.2, "b": 0.4}, 0.7)) == ["b", "a"]
    assert reranked([], {}, 0.7) == []


@given(fused=lists, said=st.lists(shares, max_size=12), weight=shares)
def test_what_was_not_read_never_overtakes(
    fused: list[tuple[str, float]], said: list[float], weight: float
) -> None:
    read = dict(zip(ids(fused), said, strict=False))
    order = reranked(fused, read, weight)
    assert sorted(ids(order)) == sorted(ids(fused))
    assert ids(order)[len(read) :] == ids(fused)[len(read) :]
    scores = [score for _, score in order]
    assert scores == sorted(scores, reverse=True)
    assert all(math.isfinite(score) and 0 <= score <= 1 + 1e-9 for score in scores)


@given(fused=lists, said=st.lists(shares, min_size=12, max_size=12), weight=shares)
def test_better_by_both_is_better(
    fused: list[tuple[str, float]], said: list[float], weight: float
) -> None:
    read = dict(zip(ids(fused), said, strict=False))
    place = {one: n for n, one in enumerate(ids(reranked(fused, read, weight)))}
    for n, (one, _) in enumerate(fused):
        for other, _ in fused[n + 1 :]:
            if read[one] >= read[other]:
                assert place[one] < place[other]
