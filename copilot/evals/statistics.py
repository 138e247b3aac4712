"""Intervals: how far a suite's value may be from the value on all cases of its kind.

Every metric is a function of sums over cases (``metric.py``), so a resample of the cases is a row
of counts times the table of sums. Counts are drawn once and serve every metric of a run. Why
these methods, with the coverage measured, is in ``docs/decisions/0007-eval-statistics.md``.
"""

import math
from collections.abc import Callable, Iterator
from functools import cached_property
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from copilot.evals.metric import Array, Metric
from copilot.evals.run import RESAMPLES

LEVEL = 0.95
POWER = 0.80

_FEWEST_RESAMPLES = 2_000
_DRAWS = 2_000_000
_BLOCK = 1_000_000
_STEP = 1e-6
# The part of the suite's own variance in that of each resample. Without it a resample that
# happens to hold hardly any spread has a statistic without bound, and intervals grow far too wide.
_SHRINKAGE = 0.125
_FEW = 20

Value = Callable[[Array], Array]


class Interval(NamedTuple):
    """The ends of a confidence interval."""

    low: float
    high: float


class Resamples:
    """Draws of ``size`` cases out of ``size`` with replacement, shared by all metrics of a run.

    The same seed and size give the same draws on every machine.

    Args:
        size: Cases.
        resamples: How many draws; None: 10,000, and fewer from 200 cases on (2,000 from 1,000
            cases), where an interval moves less with the draws.
        seed: Of the generator (PCG64).
    """

    def __init__(self, size: int, *, resamples: int | None = None, seed: int) -> None:
        self.size = size
        enough = max(_FEWEST_RESAMPLES, min(RESAMPLES, _DRAWS // max(size, 1)))
        self.resamples = enough if resamples is None else resamples
        self.seed = seed

    @cached_property
    def counts(self) -> npt.NDArray[np.uint8]:
        """How often each case was drawn: ``(resamples, size)``."""
        blocks = list(self._blocks())
        return np.concatenate(blocks) if blocks else np.zeros((0, self.size), np.uint8)

    def means(self, sums: Array) -> Array:
        """The mean of ``sums`` ``(size, k)`` in every resample: ``(resamples, k)``."""
        rows = max(1, _BLOCK // max(self.size, 1))
        parts = (self.counts[at : at + rows] for at in range(0, self.resamples, rows))
        return np.concatenate([part.astype(np.float64) @ sums for part in parts]) / self.size

    def _blocks(self) -> Iterator[npt.NDArray[np.uint8]]:
        generator = np.random.Generator(np.random.PCG64(self.seed))
        rows = max(1, _BLOCK // max(self.size, 1))
        for at in range(0, self.resamples, rows):
            count = min(rows, self.resamples - at)
            drawn = generator.integers(0, self.size, (count, self.size))
            drawn += np.arange(count)[:, None] * self.size
            counted = np.bincount(drawn.ravel(), minlength=count * self.size)
            yield counted.reshape(count, self.size).astype(np.uint8)


def interval(sums: Array, metric: Metric, drawn: Resamples, *, level: float = LEVEL) -> Interval:
    """The confidence interval of a metric.

    A share of yes-or-no cases gets Wilson's score interval: its resamples are a binomial, which
    needs no drawing. Where no case differs from another, resamples say nothing, and the interval
    is what the cases not seen could make of it (see :func:`_unseen`). Everything else gets the
    bootstrap-t interval (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter
    12.5) with the standard errors of the infinitesimal jackknife.

    Args:
        sums: Of each case, ``(n, k)``.
        metric: Its value and bounds.
        drawn: Resamples of ``n`` cases.
        level: The share of suites whose interval should hold the true value.

    Returns:
        Its ends, within the metric's bounds and around its value; NaN where nothing was counted.
    """
    total = sums.sum(axis=0)
    value = float(metric.value(total))
    if math.isnan(value):
        return Interval(math.nan, math.nan)
    if _is_share(sums, metric.value):
        found = _wilson(float(total[0]), float(total[1]), level)
    else:
        top = metric.high if metric.high is not None else max(1.0, 2 * value)
        found = _bootstrap_t(sums, metric.value, drawn, level) or _unseen(
            value, _counted(sums), metric.low, top, level
        )
    high = math.inf if metric.high is None else metric.high
    return Interval(min(value, max(metric.low, found.low)), max(value, min(high, found.high)))


def difference_interval(
    before: Array, after: Array, metric: Metric, drawn: Resamples, *, level: float = LEVEL
) -> Interval:
    """The confidence interval of ``after`` minus ``before``, cases resampled as pairs.

    Where fewer than 20 cases differ, resamples of so few are too uneven (measured: 88 % held
    instead of 95 %). Then the normal interval is taken after adding, in all, one case that
    changed as these did and one that changed the other way round, as Bonett & Price do for shares
    (J. Educ. Behav. Stat. 37, 2012); it holds the true difference too often rather than too seldom.

    Args:
        before: Sums of each case in one run, ``(n, k)``.
        after: The same cases in the other run.
        metric: Its value and bounds.
        drawn: Resamples of ``n`` cases.
        level: As in :func:`interval`.
    """
    both, value = _paired(before, after, metric.value)
    difference = float(value(both.sum(axis=0)))
    if math.isnan(difference):
        return Interval(math.nan, math.nan)
    differing = (before != after).any(axis=1)
    span = math.inf if metric.high is None else metric.high - metric.low
    if not differing.any():
        most = span if math.isfinite(span) else 1.0
        found = _unseen(difference, _counted(both), -most, most, level)
    elif differing.sum() < _FEW:
        found = _few_differ(both, differing, value, level)
    else:
        found = _bootstrap_t(both, value, drawn, level) or Interval(difference, difference)
    return Interval(min(difference, max(-span, found.low)), max(difference, min(span, found.high)))


def detectable(
    sums: Array, metric: Metric, after: Array | None = None, *, level: float = LEVEL
) -> float | None:
    """The smallest true difference between two runs that a test finds four times out of five.

    It is (z for ``level``, two-sided, + z for 80 % power) times the standard error of the
    difference (Cohen, Statistical Power Analysis, 1988). Without a second run the two are taken
    as independent, which is the worst case: the same cases in both make it smaller.

    Args:
        sums: Of each case, ``(n, k)``.
        metric: Its value.
        after: Of the same cases in a second run.
        level: One minus the level of the test.

    Returns:
        None where the cases show no spread to tell it from.
    """
    if after is None:
        error = math.sqrt(2) * standard_error(sums, metric.value)
    else:
        error = standard_error(*_paired(sums, after, metric.value))
    reach = (_z((1 + level) / 2) + _z(POWER)) * error
    return reach if reach > 0 and math.isfinite(reach) else None


def standard_error(sums: Array, value: Value) -> float:
    """The standard error of ``value`` by the infinitesimal jackknife.

    That is the spread of the metric's linear part in each case's sums (Efron, The Jackknife, the
    Bootstrap and Other Resampling Plans, 1982, chapter 6), times sqrt(n / (n - 1)); 0 for
    fewer than two cases.
    """
    size = len(sums)
    if size < 2:
        return 0.0
    mean = sums.mean(axis=0)
    influence = (sums - mean) @ _gradient(value, mean)
    error = float(np.sqrt(np.sum(influence**2) / (size * (size - 1))))
    # What is left of identical cases is rounding.
    return error if error > 1e-9 * max(1.0, abs(float(value(mean)))) else 0.0


def _bootstrap_t(sums: Array, value: Value, drawn: Resamples, level: float) -> Interval | None:
    size, columns = sums.shape
    error = standard_error(sums, value)
    if not error > 0:
        return None
    mean = sums.mean(axis=0)
    centred = sums - mean
    upper = [(i, j) for i in range(columns) for j in range(i, columns)]
    products = np.stack([centred[:, i] * centred[:, j] for i, j in upper], axis=1)
    resampled = drawn.means(np.concatenate([centred, products], axis=1))
    offset = resampled[:, :columns]
    gradient = _gradient(value, mean + offset)
    variance = -(np.sum(gradient * offset, axis=1) ** 2)
    for place, (i, j) in enumerate(upper, start=columns):
        variance += (1 + (i != j)) * gradient[:, i] * gradient[:, j] * resampled[:, place]
    variance = np.maximum(variance, 0) / (size - 1)
    centre = float(value(mean))
    spread = np.sqrt((1 - _SHRINKAGE) * variance + _SHRINKAGE * error**2)
    statistic = (value(mean + offset) - centre) / spread
    # A resample in which nothing was counted has no value.
    statistic = statistic[np.isfinite(statistic)]
    if not len(statistic):
        return None
    tail = (1 - level) / 2
    lowest, highest = np.quantile(statistic, [tail, 1 - tail])
    return Interval(centre - float(highest) * error, centre - float(lowest) * error)


def _few_differ(
    both: Array, differing: npt.NDArray[np.bool_], value: Value, level: float
) -> Interval:
    changed = both[differing]
    half = both.shape[1] // 2
    mirrored = np.concatenate([changed[:, half:], changed[:, :half]], axis=1)
    rows = np.concatenate([both, changed, mirrored])
    weights = np.ones(len(rows))
    weights[len(both) :] = 1 / len(changed)
    mean = weights @ rows / weights.sum()
    influence = (rows - mean) @ _gradient(value, mean)
    error = math.sqrt(weights @ influence**2) / float(weights.sum())
    middle, reach = float(value(mean)), _z((1 + level) / 2) * float(error)
    return Interval(middle - reach, middle + reach)


def _gradient(value: Value, means: Array) -> Array:
    """The derivative of ``value`` by each sum at ``means`` ``(…, k)``, by central differences."""
    step = _STEP * np.maximum(np.abs(means).sum(axis=-1, keepdims=True), _STEP)
    slopes = [
        (value(means + step * unit) - value(means - step * unit)) / (2 * step[..., 0])
        for unit in np.eye(means.shape[-1])
    ]
    return np.stack(slopes, axis=-1)


def _paired(before: Array, after: Array, value: Value) -> tuple[Array, Value]:
    """Two runs' sums side by side, and the difference as a function of them."""
    columns = before.shape[1]

    def difference(sums: Array) -> Array:
        return value(sums[..., columns:]) - value(sums[..., :columns])

    return np.concatenate([before, after], axis=1), difference


def _is_share(sums: Array, value: Value) -> bool:
    """Whether every case counts once or not at all, as 0 or 1, and the value is their share."""
    if sums.shape[1] != 2:
        return False
    score, count = sums[:, 0], sums[:, 1]
    if not (np.isin(count, (0, 1)).all() and ((score == 0) | ((score == 1) & (count == 1))).all()):
        return False
    return np.allclose(value(np.array([[0.0, 1], [1, 1], [1, 2]])), [0, 1, 0.5])


def _wilson(found: float, counted: float, level: float) -> Interval:
    """Wilson's score interval (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927)."""
    z2 = _z((1 + level) / 2) ** 2
    share = found / counted
    middle = (found + z2 / 2) / (counted + z2)
    half = math.sqrt(z2 * (share * (1 - share) * counted + z2 / 4)) / (counted + z2)
    return Interval(middle - half, middle + half)


def _unseen(value: float, counted: int, low: float, high: float, level: float) -> Interval:
    """What could be true where all cases agree.

    Seeing ``counted`` cases of one kind leaves a share of up to 1 - tail^(1 / counted) for cases
    of another kind (Clopper & Pearson, Biometrika 26, 1934: about 3.7 / counted at 95 %, a
    two-sided rule of three). They may be as bad, or as good, as a case can be.
    """
    seen = ((1 - level) / 2) ** (1 / max(counted, 1))
    return Interval(seen * value + (1 - seen) * low, seen * value + (1 - seen) * high)


def _counted(sums: Array) -> int:
    """How many cases say anything."""
    return int(np.count_nonzero(sums.any(axis=1)))


def _z(probability: float) -> float:
    return NormalDist().inv_cdf(probability)
