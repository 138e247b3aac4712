"""How often an interval holds the true value, over simulated suites whose true value is known."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pytest
from scipy import stats
from threadpoolctl import threadpool_limits

from copilot.evals.metric import Array, Metric
from copilot.evals.statistics import Resamples, interval
from tests.evals.recorded import f1_metric, mean_metric, scored

SUITES = 2_000
RESAMPLES = 1_000
SIZES = (30, 60, 100)


class Kind(NamedTuple):
    """Suites of one kind: ``(generator, cases)`` to sums, and what they estimate."""

    metric: Metric
    true: float
    draw: Callable[[np.random.Generator, int], Array]


def graded_recall(generator: np.random.Generator, cases: int) -> Array:
    relevant = generator.integers(1, 4, cases)
    return scored(generator.binomial(relevant, generator.beta(6, 1.5, cases)) / relevant)


def reciprocal_rank(generator: np.random.Generator, cases: int) -> Array:
    rank = generator.geometric(0.6, cases)
    found = (rank <= 10) & (generator.random(cases) >= 0.08)
    return scored(np.where(found, 1 / rank, 0))


def ndcg(generator: np.random.Generator, cases: int) -> Array:
    kind = generator.random(cases)
    return scored(np.where(kind < 0.12, 0, np.where(kind < 0.6, 1, generator.beta(4, 2, cases))))


def perfect_or_near(share: float) -> Callable[[np.random.Generator, int], Array]:
    def draw(generator: np.random.Generator, cases: int) -> Array:
        perfect = generator.random(cases) < share
        return scored(np.where(perfect, 1, generator.beta(3, 2, cases)))

    return draw


def word_errors(
    length: tuple[float, float], rate: tuple[float, float]
) -> Callable[[np.random.Generator, int], Array]:
    def draw(generator: np.random.Generator, cases: int) -> Array:
        words = np.maximum(1, np.round(generator.lognormal(*length, cases))).astype(int)
        errors = generator.binomial(words, generator.beta(*rate, cases))
        return np.stack([errors, words], axis=1).astype(float)

    return draw


def leaks(generator: np.random.Generator, cases: int) -> Array:
    leaky = generator.random(cases) < 0.25
    return scored(np.where(leaky, 1 + generator.poisson(1, cases), 0))


def precision(generator: np.random.Generator, cases: int) -> Array:
    returned = generator.poisson(1.5, cases)
    right = generator.binomial(returned, generator.beta(8, 1, cases))
    return np.stack([right, returned], axis=1).astype(float)


def entities(generator: np.random.Generator, cases: int) -> Array:
    expected = generator.poisson(3, cases)
    found = generator.binomial(expected, generator.beta(8, 1.5, cases))
    return np.stack([found, generator.poisson(0.4, cases), expected - found], axis=1).astype(float)


BOUNDED, UNBOUNDED = mean_metric("score"), mean_metric("rate", better="lower", high=None)
RANKS = np.arange(1, 11)
FOUND = 3 * 8 / 9.5
KINDS = {
    "recall of 1 to 3 documents": Kind(BOUNDED, 0.8, graded_recall),
    "reciprocal rank": Kind(
        BOUNDED, 0.92 * float(np.sum(0.6 * 0.4 ** (RANKS - 1) / RANKS)), reciprocal_rank
    ),
    "ndcg, 12 % at 0 and 48 % at 1": Kind(BOUNDED, 0.48 + 0.4 * 4 / 6, ndcg),
    "similarity, Beta(8, 2)": Kind(BOUNDED, 0.8, lambda g, n: scored(g.beta(8, 2, n))),
    "ROUGE, Beta(2, 5)": Kind(BOUNDED, 2 / 7, lambda g, n: scored(g.beta(2, 5, n))),
    "similarity, 80 % at 1": Kind(BOUNDED, 0.8 + 0.2 * 0.6, perfect_or_near(0.8)),
    "similarity, 93 % at 1": Kind(BOUNDED, 0.93 + 0.07 * 0.6, perfect_or_near(0.93)),
    "WER of 17 %": Kind(UNBOUNDED, 1.2 / 7.2, word_errors((2.7, 0.7), (1.2, 6))),
    "WER of 6 %": Kind(UNBOUNDED, 0.6 / 9.6, word_errors((2.3, 0.8), (0.6, 9))),
    "leaks, 75 % at 0": Kind(UNBOUNDED, 0.5, leaks),
    "precision, 22 % without": Kind(BOUNDED, 8 / 9, precision),
    "F1 of entities": Kind(f1_metric(), 2 * FOUND / (FOUND + 0.4 + 3), entities),
}


def coverage(kind: Kind, cases: int) -> float:
    generator = np.random.default_rng(11)
    drawn = Resamples(cases, resamples=RESAMPLES, seed=0)
    held = 0
    for _ in range(SUITES):
        low, high = interval(kind.draw(generator, cases), kind.metric, drawn)
        held += low <= kind.true <= high
    return held / SUITES


# Thirty cases, few of them with anything to count, and no upper bound: on the edge, and said so
# in the decision on statistics. In three simulations 92.1 to 93.5 % and 96.9 to 97.4 %.
TOO_FEW = {("WER of 6 %", 30), ("leaks, 75 % at 0", 30)}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """So many small products: threads of a busy machine would wait for each other."""
    with threadpool_limits(1):
        yield


@pytest.mark.slow
@pytest.mark.parametrize("cases", SIZES)
def test_intervals_hold_the_true_value_in_93_to_97_percent_of_suites(cases: int) -> None:
    found = {name: coverage(kind, cases) for name, kind in KINDS.items()}
    assert 0.94 <= sum(found.values()) / len(found) <= 0.965
    off = {
        name: held
        for name, held in found.items()
        if not 0.93 <= held <= 0.97 and (name, cases) not in TOO_FEW
    }
    assert off == {}
    assert min(found.values()) >= 0.92
    assert max(found.values()) <= 0.975


@pytest.mark.parametrize("cases", [30, 60, 100, 200, 1_000])
@pytest.mark.parametrize("share", [0.5, 0.7, 0.85, 0.9, 0.95])
def test_the_interval_of_a_share_holds_it_in_93_to_97_percent_of_suites(
    share: float, cases: int
) -> None:
    """Exact: every suite that there can be, by its probability."""
    drawn = Resamples(cases, resamples=1, seed=0)
    held = 0.0
    for found in range(cases + 1):
        low, high = interval(scored([1.0] * found + [0.0] * (cases - found)), BOUNDED, drawn)
        held += float(stats.binom.pmf(found, cases, share)) * (low <= share <= high)
    # Only 31 suites are possible with 30 cases: 97.4 % is as near as the method gets at 0.9.
    most = 0.975 if (share, cases) == (0.9, 30) else 0.97
    assert 0.93 <= round(held, 3) <= most
