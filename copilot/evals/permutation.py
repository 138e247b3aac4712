"""Whether two runs differ by more than chance: a permutation test over paired cases."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from copilot.evals.metric import Array, Metric
from copilot.evals.pairing import Pair, paired_sums
from copilot.evals.run import RESAMPLES

_EXACT = 13
_BLOCK = 1_000_000
# Exchanges that are equal by arithmetic differ by rounding; in spreads.
_ROUNDING = 1e-9


class Sides(NamedTuple):
    """What a test says about one metric.

    Attributes:
        p: Two-sided, for this metric alone.
        adjusted: Two-sided, for all metrics together.
        worse: One-sided mid-p, for all metrics together: small when the second run is worse.
    """

    p: float
    adjusted: float
    worse: float


class Tested(NamedTuple):
    """A metric's sums in both runs, and what the test says of them."""

    before: Array
    after: Array
    sides: Sides


def compare_pairs(
    pairs: Sequence[Pair], metrics: Mapping[str, Metric], *, seed: int
) -> dict[str, Tested]:
    """:func:`paired_test` of every metric that both runs have in every case, by name.

    Args:
        pairs: The cases in both runs.
        metrics: Those to test together.
        seed: Of the random exchanges.
    """
    sums = {name: paired_sums(pairs, name) for name in metrics}
    told = {name: both for name, both in sums.items() if both is not None}
    sides = paired_test(
        [before for before, _ in told.values()],
        [after for _, after in told.values()],
        [metrics[name] for name in told],
        seed=seed,
    )
    return {name: Tested(*told[name], one) for name, one in zip(told, sides, strict=True)}


def paired_test(
    before: Sequence[Array],
    after: Sequence[Array],
    metrics: Sequence[Metric],
    *,
    seed: int,
    resamples: int = RESAMPLES,
) -> list[Sides]:
    """Test whether two runs over the same cases differ, on several metrics at once.

    If nothing changed, a case's two results could as well have come the other way round. So cases
    are exchanged between the runs at random, in all ways where at most 13 cases differ; p is how
    often the difference is then at least as large (Fisher, The Design of Experiments, 1935). A
    case is exchanged in all metrics at once, and the adjustment for several metrics is the
    step-down maxT of Westfall & Young (Resampling-Based Multiple Testing, 1993), which costs
    little where metrics move together. Differences are divided by their spread over the
    exchanges first, so that a metric's scale does not matter.

    Where few cases differ, p jumps: 5 lost and none won is 1 in 32, 6 is 1 in 64. The one-sided
    ``worse`` counts exchanges as large as what was observed by half (the mid-p of Lancaster, J.
    Am. Stat. Assoc. 56, 1961), which keeps the level on average and finds more.

    Args:
        before: Per metric the sums of each case in the first run, ``(n, k)``.
        after: Per metric the sums of the same cases in the second run.
        metrics: What the sums belong to.
        seed: Of the generator (PCG64).
        resamples: Random exchanges, where not all are tried.

    Returns:
        One entry per metric, in order. A metric without a value in one of the runs has 1; where
        nothing differs, ``worse`` is 0.5.
    """
    if not metrics:
        return []
    drops, observed, exact = _drops(before, after, metrics, seed, resamples)
    known = np.isfinite(observed)
    # An exchange that leaves nothing to count speaks for chance: that is the safe side.
    drops = np.where(np.isnan(drops), np.inf, drops)
    observed = np.where(known, observed, 0)
    # Where all exchanges are tried, one of them is what was observed.
    added = 0 if exact else 1
    either, seen = np.abs(drops), np.abs(observed)
    alone = (np.sum(either >= seen - _ROUNDING, axis=0) + added) / (len(drops) + added)
    adjusted = _step_down(either[:, known], seen[known], added)
    worse = _step_down(drops[:, known], observed[known], added, ties=0.5)
    sides = [Sides(1.0, 1.0, 1.0)] * len(metrics)
    for place, two, one in zip(np.flatnonzero(known), adjusted, worse, strict=True):
        sides[place] = Sides(float(alone[place]), float(two), float(one))
    return sides


def _drops(
    before: Sequence[Array], after: Sequence[Array], metrics: Sequence[Metric], seed: int, many: int
) -> tuple[Array, Array, bool]:
    """How much worse the second run is, in spreads: per exchange, as observed, whether all."""
    gains = np.concatenate([b - a for a, b in zip(before, after, strict=True)], axis=1)
    differing = gains.any(axis=1)
    exact = int(differing.sum()) <= _EXACT
    shifts = np.concatenate(
        [
            swaps.astype(np.float64) @ gains[differing]
            for swaps in _swaps(int(differing.sum()), seed, many, exact=exact)
        ]
    )
    columns, observed, at = [], [], 0
    for metric, first, second in zip(metrics, before, after, strict=True):
        shift = shifts[:, at : at + first.shape[1]]
        at += first.shape[1]
        sign = 1 if metric.better == "higher" else -1
        first_total, second_total = first.sum(axis=0), second.sum(axis=0)
        drop = sign * (metric.value(first_total + shift) - metric.value(second_total - shift))
        finite = drop[np.isfinite(drop)]
        scale = float(np.std(finite)) if len(finite) else 0.0
        scale = scale if scale > 0 else 1.0
        columns.append(drop / scale)
        observed.append(sign * (metric.value(first_total) - metric.value(second_total)) / scale)
    return np.stack(columns, axis=1), np.array(observed, dtype=np.float64), exact


def _swaps(
    cases: int, seed: int, many: int, *, exact: bool
) -> Iterator[npt.NDArray[np.integer[Any]]]:
    """Which of the differing cases are exchanged: rows of 0 and 1, in blocks."""
    if exact:
        yield np.arange(2**cases)[:, None] >> np.arange(cases) & 1
        return
    generator = np.random.Generator(np.random.PCG64(seed))
    rows = max(1, _BLOCK // cases)
    for at in range(0, many, rows):
        yield generator.integers(0, 2, (min(rows, many - at), cases), dtype=np.uint8)


def _step_down(drops: Array, observed: Array, added: int, *, ties: float = 1.0) -> Array:
    """Adjusted p values: the largest drop among this metric and all less striking ones counts.

    Args:
        drops: Per exchange and metric.
        observed: Per metric.
        added: Exchanges to count besides.
        ties: What a drop counts that is as large as the observed one.
    """
    order = np.argsort(-observed, kind="stable")
    largest = np.maximum.accumulate(drops[:, order[::-1]], axis=1)[:, ::-1]
    above = np.sum(largest > observed[order] + _ROUNDING, axis=0)
    level = np.sum(largest >= observed[order] - _ROUNDING, axis=0) - above
    reached = above + ties * level
    stepped = np.maximum.accumulate((reached + added) / (len(drops) + added))
    adjusted = np.empty_like(stepped)
    adjusted[order] = stepped
    return adjusted
