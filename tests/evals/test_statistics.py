import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from copilot.evals.metric import Array
from copilot.evals.statistics import (
    Resamples,
    detectable,
    difference_interval,
    interval,
    standard_error,
)
from tests.evals.recorded import f1_metric, mean_metric, scored

SHARE = mean_metric("recall@5")
STREAM = [1, 2, 2, 0, 1, 2, 1, 0, 1, 1, 3, 1, 0, 0, 2, 2]
WER = mean_metric("wer", better="lower", high=None)


def drawn(size: int, resamples: int | None = 2_000, seed: int = 0) -> Resamples:
    return Resamples(size, resamples=resamples, seed=seed)


@pytest.mark.parametrize(("found", "cases"), [(30, 60), (51, 60), (60, 60), (0, 25), (1, 1)])
def test_a_share_has_wilsons_interval(found: int, cases: int) -> None:
    reference = stats.binomtest(found, cases).proportion_ci(0.95, method="wilson")
    sums = scored([1.0] * found + [0.0] * (cases - found))
    assert interval(sums, SHARE, drawn(cases)) == pytest.approx(tuple(reference), abs=1e-12)


def test_cases_that_say_nothing_do_not_count_in_a_share() -> None:
    sums = scored([1.0] * 20 + [0.0] * 10)
    padded = np.concatenate([sums, np.zeros((15, 2))])
    assert interval(padded, SHARE, drawn(45)) == interval(sums, SHARE, drawn(30))


def test_cases_that_all_agree_leave_room_for_those_not_seen() -> None:
    exact = stats.binomtest(60, 60).proportion_ci(0.95, method="exact")
    unseen = 1 - exact.low
    half = interval(scored([0.5] * 60), SHARE, drawn(60))
    assert half == pytest.approx((0.5 * (1 - unseen), 0.5 + 0.5 * unseen))
    assert half.high - half.low == pytest.approx(0.0596, abs=1e-4)
    # Six words each, none wrong: a share of cases not seen may be all wrong.
    spotless = np.tile([0.0, 6.0], (60, 1))
    assert interval(spotless, WER, drawn(60)) == pytest.approx((0, unseen))


def test_one_case_says_next_to_nothing() -> None:
    low, high = interval(scored([0.4]), SHARE, drawn(1))
    assert low < 0.02
    assert high > 0.98


def test_nothing_counted_has_no_interval() -> None:
    low, high = interval(np.zeros((5, 2)), SHARE, drawn(5))
    assert math.isnan(low)
    assert math.isnan(high)
    assert detectable(np.zeros((5, 2)), SHARE) is None


def test_resamples_without_a_value_are_left_out() -> None:
    # Of 40 cases three found something: one resample in twenty holds none of them.
    sums = np.zeros((40, 2))
    sums[:3] = [[2, 3], [1, 4], [3, 3]]
    low, high = interval(sums, mean_metric("precision"), drawn(40))
    assert 0 <= low < 0.6 < high <= 1


def test_the_bootstrap_t_interval_is_the_textbooks_for_a_mean() -> None:
    values = np.random.default_rng(4).gamma(2.0, size=80)
    shares = drawn(80, 20_000)
    low, high = interval(scored(values), WER, shares)
    picked = np.random.default_rng(9).choice(values, (40_000, 80))
    error = values.std(ddof=1) / math.sqrt(80)
    spread = np.sqrt(0.875 * picked.var(axis=1, ddof=1) / 80 + 0.125 * error**2)
    statistic = (picked.mean(axis=1) - values.mean()) / spread
    lowest, highest = np.quantile(statistic, [0.025, 0.975])
    expected = values.mean() - highest * error, values.mean() - lowest * error
    assert (low, high) == pytest.approx(expected, abs=0.1 * error)


def test_the_bootstrap_t_interval_agrees_with_bca_on_many_cases() -> None:
    generator = np.random.default_rng(5)
    words = generator.integers(5, 40, 2_000).astype(float)
    sums = np.stack([generator.binomial(words.astype(int), 0.2), words], axis=1).astype(float)
    reference = stats.bootstrap(
        (sums[:, 0], sums[:, 1]),
        lambda errors, count, axis=-1: errors.sum(axis=axis) / count.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=4_000,
        method="BCa",
        rng=np.random.default_rng(1),
    )
    found = interval(sums, WER, drawn(2_000))
    expected = reference.confidence_interval
    assert found == pytest.approx(
        (expected.low, expected.high), abs=0.15 * reference.standard_error
    )
    assert standard_error(sums, WER.value) == pytest.approx(reference.standard_error, rel=0.05)


def test_the_standard_error_of_a_mean_is_the_usual_one() -> None:
    values = np.random.default_rng(1).random(50)
    usual = values.std(ddof=1) / math.sqrt(50)
    assert standard_error(scored(values), SHARE.value) == pytest.approx(usual, rel=1e-6)


def test_the_standard_error_of_f1_is_that_of_its_resamples() -> None:
    generator = np.random.default_rng(2)
    sums = generator.poisson([3.0, 0.5, 0.7], (400, 3)).astype(float)
    f1 = f1_metric()
    resampled = f1.value(drawn(400, 5_000).means(sums))
    assert standard_error(sums, f1.value) == pytest.approx(resampled.std(), rel=0.05)


def test_a_seed_gives_the_same_draws_again() -> None:
    first, again, other = drawn(60, seed=3), drawn(60, seed=3), drawn(60, seed=4)
    assert np.array_equal(first.counts, again.counts)
    assert not np.array_equal(first.counts, other.counts)
    assert (first.counts.sum(axis=1) == 60).all()
    # Kept from the first version: a change of the stream changes every interval ever reported.
    assert first.counts[0, :16].tolist() == STREAM


@pytest.mark.parametrize(
    ("size", "resamples"), [(1, 10_000), (60, 10_000), (200, 10_000), (500, 4_000), (5_000, 2_000)]
)
def test_large_suites_need_fewer_resamples(size: int, resamples: int) -> None:
    assert Resamples(size, seed=0).resamples == resamples


def test_draws_in_blocks_are_draws_of_cases() -> None:
    large = drawn(3_000, 1_000)
    assert large.counts.shape == (1_000, 3_000)
    assert (large.counts.sum(axis=1, dtype=int) == 3_000).all()
    sums = np.random.default_rng(0).random((3_000, 2))
    assert large.means(sums) == pytest.approx(large.counts.astype(float) @ sums / 3_000)


def test_what_can_be_detected_by_hand() -> None:
    sums = scored([1.0] * 51 + [0.0] * 9)
    error = math.sqrt(0.85 * 0.15 / 59)
    expected = (1.959964 + 0.841621) * math.sqrt(2) * error
    assert detectable(sums, SHARE) == pytest.approx(expected, rel=1e-5)


def test_pairs_detect_more() -> None:
    generator = np.random.default_rng(0)
    before = generator.random(60)
    after = np.clip(before + generator.normal(0, 0.05, 60), 0, 1)
    alone = detectable(scored(before), SHARE)
    paired = detectable(scored(before), SHARE, scored(after))
    assert alone is not None
    assert paired is not None
    assert paired < alone / 3
    assert detectable(scored(before), SHARE, scored(before)) is None


@pytest.mark.parametrize(("lost", "significant"), [(3, False), (5, False), (6, True), (12, True)])
def test_the_interval_of_a_few_flips_agrees_with_the_exact_test(
    lost: int, significant: bool
) -> None:
    before, after = scored([1.0] * 60), scored([0.0] * lost + [1.0] * (60 - lost))
    low, high = difference_interval(before, after, SHARE, drawn(60))
    assert low < -lost / 60 < high
    assert (high < 0) is significant
    assert (2 * 0.5**lost < 0.05) is significant


def test_a_difference_without_a_bound_is_not_cut_off() -> None:
    generator = np.random.default_rng(0)
    before, after = generator.poisson(10, 60), generator.poisson(8, 60)
    found = difference_interval(scored(before), scored(after), WER, drawn(60))
    reference = stats.ttest_rel(after, before).confidence_interval()
    assert found == pytest.approx((reference.low, reference.high), abs=0.15)
    assert found.low < -2.5
    # Nor where few cases differ.
    before[5:] = after[5:] = 7
    low, high = difference_interval(scored(before), scored(after), WER, drawn(60))
    assert low < (after - before).mean() < high


def test_a_few_flips_by_hand() -> None:
    # Bonett & Price: (1 - 7) / 62 with 6 lost, 0 found and one of each added.
    before, after = scored([1.0] * 60), scored([0.0] * 6 + [1.0] * 54)
    middle, reach = -6 / 62, 1.959964 * math.sqrt((8 / 62 - (6 / 62) ** 2) / 62)
    found = difference_interval(before, after, SHARE, drawn(60))
    assert found == pytest.approx((middle - reach, middle + reach), abs=1e-6)


def test_runs_that_agree_may_differ_on_cases_not_seen() -> None:
    same = scored(np.linspace(0, 1, 60))
    low, high = difference_interval(same, same, SHARE, drawn(60))
    assert (low, high) == pytest.approx((-0.0596, 0.0596), abs=1e-4)


def test_the_difference_of_many_changes_is_the_paired_t_interval_or_nearly() -> None:
    generator = np.random.default_rng(3)
    before = generator.beta(4, 2, 300)
    after = np.clip(before + generator.normal(0.02, 0.1, 300), 0, 1)
    found = difference_interval(scored(before), scored(after), SHARE, drawn(300, 10_000))
    reference = stats.ttest_rel(after, before).confidence_interval()
    assert found == pytest.approx((reference.low, reference.high), abs=0.001)


tables = st.integers(1, 40).flatmap(
    lambda size: st.lists(
        st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.sampled_from([0.0, 1.0])),
        min_size=size,
        max_size=size,
    )
)


@settings(max_examples=60, deadline=None)
@given(rows=tables)
def test_an_interval_is_around_its_value_and_within_bounds(rows: list[tuple[float, float]]) -> None:
    sums: Array = np.array([(score * count, count) for score, count in rows])
    value = float(SHARE.value(sums.sum(axis=0)))
    low, high = interval(sums, SHARE, drawn(len(rows), 200))
    if math.isnan(value):
        assert math.isnan(low)
    else:
        assert 0 <= low <= value <= high <= 1


@settings(max_examples=30, deadline=None)
@given(rows=tables, seed=st.integers(0, 2**32))
def test_a_wider_level_holds_a_narrower_one(rows: list[tuple[float, float]], seed: int) -> None:
    sums: Array = np.array([(score, 1.0) for score, _ in rows])
    draws = drawn(len(rows), 200, seed)
    narrow, wide = (interval(sums, SHARE, draws, level=level) for level in (0.8, 0.95))
    assert wide.low <= narrow.low + 1e-12
    assert wide.high >= narrow.high - 1e-12
