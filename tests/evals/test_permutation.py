import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from copilot.evals.metric import Array, Metric
from copilot.evals.permutation import Sides, paired_test
from tests.evals.recorded import f1_metric, mean_metric, scored

RECALL = mean_metric("recall@5")
WER = mean_metric("wer", better="lower", high=None)


def flipped(lost: int, found: int, cases: int = 60) -> tuple[Array, Array]:
    before = [1.0] * lost + [0.0] * found + [1.0] * (cases - lost - found)
    after = [0.0] * lost + [1.0] * found + [1.0] * (cases - lost - found)
    return scored(before), scored(after)


def one(before: Array, after: Array, metric: Metric = RECALL) -> Sides:
    [sides] = paired_test([before], [after], [metric], seed=0)
    return sides


@pytest.mark.parametrize(("lost", "found"), [(6, 0), (0, 6), (5, 0), (9, 3), (3, 3), (13, 0)])
def test_flips_have_the_exact_p_of_the_sign_test(lost: int, found: int) -> None:
    sides = one(*flipped(lost, found))
    sign = stats.binomtest(lost, lost + found)
    assert sides.p == pytest.approx(sign.pvalue, abs=1e-12)
    assert sides.adjusted == sides.p
    assert sides.worse == pytest.approx(mid_p(lost, found), abs=1e-12)


def mid_p(lost: int, found: int) -> float:
    """Of the one-sided sign test: what was observed counts by half."""
    as_large = stats.binomtest(lost, lost + found, alternative="greater").pvalue
    return float(as_large) - float(stats.binom.pmf(lost, lost + found, 0.5)) / 2


def test_six_flips_by_hand() -> None:
    # All six ways round: one exchange of 64 is as bad, and it counts by half.
    assert one(*flipped(6, 0)) == Sides(1 / 32, 1 / 32, 1 / 128)
    assert one(*flipped(0, 6)).worse == 1 - 1 / 128
    # One of the nine with at most one won counts whole, the eight with one won by half.
    assert one(*flipped(7, 1)).worse == (1 + 8 / 2) / 256


def test_many_flips_have_nearly_the_exact_p() -> None:
    lost, found = 22, 10
    sides = one(*flipped(lost, found, 100))
    assert sides.worse == pytest.approx(mid_p(lost, found), abs=0.005)
    assert sides.p == pytest.approx(stats.binomtest(lost, lost + found).pvalue, abs=0.01)


def test_a_rate_of_errors_agrees_with_scipy() -> None:
    generator = np.random.default_rng(3)
    words = generator.integers(5, 30, 12)
    before = np.stack([generator.binomial(words, 0.2), words], axis=1).astype(float)
    after = np.stack([generator.binomial(words, 0.35), words], axis=1).astype(float)

    def difference(first: Array, second: Array) -> float:
        return float(second.sum() / words.sum() - first.sum() / words.sum())

    reference = stats.permutation_test(
        (before[:, 0], after[:, 0]),
        difference,
        permutation_type="samples",
        alternative="greater",
        n_resamples=np.inf,
    )
    ties = np.mean(np.abs(reference.null_distribution - reference.statistic) < 1e-12)
    expected = reference.pvalue - ties / 2
    assert one(before, after, WER).worse == pytest.approx(expected, abs=1e-12)


def test_nothing_differs() -> None:
    same = scored([1.0, 0.5, 0.0])
    assert one(same, same) == Sides(1, 1, 0.5)


def test_without_metrics_or_values_there_is_nothing_to_test() -> None:
    assert paired_test([], [], [], seed=0) == []
    nothing = np.zeros((4, 2))
    assert one(nothing, nothing) == Sides(1, 1, 1)


def test_a_metric_without_a_value_does_not_weigh_on_the_others() -> None:
    before, after = flipped(6, 0)
    nothing = np.zeros((60, 2))
    empty, full = paired_test(
        [nothing, before], [nothing, after], [mean_metric("precision"), RECALL], seed=0
    )
    assert empty == Sides(1, 1, 1)
    assert full == Sides(1 / 32, 1 / 32, 1 / 128)


def test_metrics_that_move_together_cost_nothing() -> None:
    before, after = flipped(6, 0)
    ranks = np.array([1, 0.5, 1, 1 / 3, 1, 0.25])
    reciprocal = before.copy(), after.copy()
    reciprocal[0][:6, 0] = ranks
    sides = paired_test(
        [before, reciprocal[0]], [after, reciprocal[1]], [RECALL, mean_metric("mrr@10")], seed=0
    )
    assert [each.worse for each in sides] == [1 / 128, 1 / 128]


def test_an_unrelated_metric_costs_less_than_bonferroni() -> None:
    generator = np.random.default_rng(1)
    before = generator.random((2, 60))
    after = before + generator.normal([[-0.1], [0.0]], 0.3, (2, 60))
    names = [mean_metric("a", high=None), mean_metric("b", high=None)]
    sides = paired_test(
        [scored(row) for row in before], [scored(row) for row in after], names, seed=0
    )
    alone = one(scored(before[0]), scored(after[0]), names[0])
    assert alone.p <= sides[0].adjusted <= 2 * alone.p + 0.002
    # The least striking metric is not adjusted beyond the order of the others.
    assert sides[1].adjusted == pytest.approx(max(sides[0].adjusted, sides[1].p))


def test_step_down_by_hand() -> None:
    generator = np.random.default_rng(6)
    before, after = generator.random((3, 8)), generator.random((3, 8))
    metrics = [mean_metric(name, high=None) for name in "abc"]
    found = paired_test([scored(r) for r in before], [scored(r) for r in after], metrics, seed=0)
    gains = after - before
    signs = np.array(list(itertools.product([1, -1], repeat=8)))
    spread = np.abs(signs @ gains.T) / np.sqrt((gains**2).sum(axis=1))
    seen = np.abs(gains.sum(axis=1)) / np.sqrt((gains**2).sum(axis=1))
    order = np.argsort(-seen)
    expected, floor = {}, 0.0
    for place in range(3):
        left = order[place:]
        reached = (spread[:, left].max(axis=1) >= seen[order[place]] - 1e-9).mean()
        floor = max(floor, float(reached))
        expected[order[place]] = floor
    assert [each.adjusted for each in found] == pytest.approx([expected[i] for i in range(3)])


def test_an_exchange_that_leaves_nothing_to_count_speaks_for_chance() -> None:
    # Each run counts one case, not the same: exchanging one of them leaves a run with none.
    before, after = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [1.0, 1.0]])
    assert one(before, after).p == 1


def test_a_seed_gives_the_same_p_again() -> None:
    generator = np.random.default_rng(0)
    before, after = scored(generator.random(50)), scored(generator.random(50))
    first, again = one(before, after), one(before, after)
    assert first == again


cells = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=10
)


@settings(max_examples=50, deadline=None)
@given(first=cells, second=cells)
def test_p_values_are_ordered_and_turn_with_the_runs(
    first: list[tuple[int, int, int]], second: list[tuple[int, int, int]]
) -> None:
    size = min(len(first), len(second))
    before, after = (np.array(rows[:size], dtype=float) for rows in (first, second))
    metrics = [f1_metric(), f1_metric("precision")]
    halves = [before * [1, 1, 0], after * [1, 1, 0]]
    there = paired_test([before, halves[0]], [after, halves[1]], metrics, seed=0)
    back = paired_test([after, halves[1]], [before, halves[0]], metrics, seed=0)
    for forth, other in zip(there, back, strict=True):
        assert 0 < forth.p <= forth.adjusted <= 1
        assert forth.p == pytest.approx(other.p)
        assert forth.adjusted == pytest.approx(other.adjusted)
        assert 0 < forth.worse <= 1
