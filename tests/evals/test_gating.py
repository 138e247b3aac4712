import itertools

import numpy as np
import pytest

from copilot.evals.gating import baseline_gates, threshold_gates
from copilot.evals.metric import Array, Metric
from copilot.evals.run import GateResult, MetricResult, Run
from copilot.evals.suite import Gate
from copilot.kernel.errors import ConfigurationError
from tests.evals.recorded import cases_of, mean_metric, run_of, scored

METRICS = {name: mean_metric(name) for name in ("recall@5", "mrr@10", "ndcg@10")}


def result(
    value: float | None, low: float | None = 0.74, high: float | None = 0.89
) -> MetricResult:
    return MetricResult(name="recall@5", better="higher", value=value, low=low, high=high, cases=60)


@pytest.mark.parametrize(
    ("gate", "value", "passed", "detail"),
    [
        (
            Gate(">=", 0.85),
            0.82,
            False,
            "0.82 < 0.85; the interval 0.74 to 0.89 includes the bound: the miss is within noise",
        ),
        (
            Gate(">=", 0.95),
            0.82,
            False,
            (
                "0.82 < 0.95; the interval 0.74 to 0.89 excludes the bound: "
                "the miss is more than noise"
            ),
        ),
        (
            Gate(">", 0.8),
            0.82,
            True,
            (
                "0.82 > 0.8; the interval 0.74 to 0.89 includes the bound: "
                "it is kept, but within noise"
            ),
        ),
        (
            Gate("<=", 0.95),
            0.82,
            True,
            "0.82 <= 0.95; the interval 0.74 to 0.89 excludes the bound: it is kept",
        ),
        (
            Gate("<", 0.82),
            0.82,
            False,
            "0.82 >= 0.82; the interval 0.74 to 0.89 includes the bound: the miss is within noise",
        ),
    ],
)
def test_a_bound_is_held_by_the_value_and_told_with_the_noise(
    gate: Gate, value: float, passed: bool, detail: str
) -> None:
    [found] = threshold_gates({"recall@5": gate}, [result(value)])
    assert (found.passed, found.detail) == (passed, f"recall@5: {detail}")
    assert (found.metric, found.kind, found.condition) == ("recall@5", "threshold", str(gate))


def test_a_miss_by_a_hair_shows_the_hair() -> None:
    [found] = threshold_gates({"recall@5": Gate(">=", 0.85)}, [result(0.849996)])
    assert found.detail.startswith("recall@5: 0.849996 < 0.85;")


def test_a_bound_is_not_missed_by_rounding() -> None:
    value = min(sum(order) / 4 for order in itertools.permutations([0.7, 0.9, 0.2, 0.4]))
    assert value < 0.55
    [kept] = threshold_gates({"recall@5": Gate(">=", 0.55)}, [result(value)])
    assert (kept.passed, kept.value) == (True, 0.55)
    [above] = threshold_gates({"recall@5": Gate(">", 0.55)}, [result(0.5500000000000002)])
    assert not above.passed


def test_a_metric_without_a_value_misses_its_bound() -> None:
    [found] = threshold_gates({"recall@5": Gate(">=", 0.0)}, [result(None, None, None)])
    assert not found.passed
    assert found.detail == "recall@5: no case says anything about it, so the bound is not kept."
    [gone] = threshold_gates({"mrr@10": Gate(">=", 0.0)}, [result(0.8)])
    assert not gone.passed


def test_a_value_without_an_interval_is_still_judged() -> None:
    [found] = threshold_gates({"recall@5": Gate(">=", 0.8)}, [result(0.85, None, None)])
    assert (found.passed, found.detail) == (True, "recall@5: 0.85 >= 0.8")


def judged(
    before: dict[str, Array], after: dict[str, Array], gated: tuple[str, ...] = ()
) -> dict[str, GateResult]:
    metrics = {name: METRICS[name] for name in after}
    baseline = run_of(cases_of(before), list(before))
    found = baseline_gates(cases_of(after), baseline, metrics, gated, seed=0)
    return {one.metric: one for one in found}


def ranked(ranks: Array) -> dict[str, Array]:
    """Recall, reciprocal rank and nDCG of one document at the given ranks; 0: not found."""
    safe = np.maximum(ranks, 1)
    return {
        "recall@5": scored((ranks > 0) & (ranks <= 5)),
        "mrr@10": scored(np.where((ranks > 0) & (ranks <= 10), 1 / safe, 0)),
        "ndcg@10": scored(np.where((ranks > 0) & (ranks <= 10), 1 / np.log2(1 + safe), 0)),
    }


@pytest.mark.parametrize("gated", [(), ("recall@5",)])
@pytest.mark.parametrize("seed", range(50))
def test_ten_points_of_recall_lost_on_60_cases_fail_the_gate(
    seed: int, gated: tuple[str, ...]
) -> None:
    generator = np.random.default_rng(seed)
    base = generator.uniform(0.3, 1.0)
    found = generator.random(60) < base
    found[:6] = True
    ranks = np.where(found, generator.integers(1, 6, 60), 0)
    worse = ranks.copy()
    worse[generator.choice(np.flatnonzero(found), 6, replace=False)] = 0
    gates = judged(ranked(ranks), ranked(worse), gated)
    assert not gates["recall@5"].passed
    assert "significantly worse." in gates["recall@5"].detail
    assert "p for worse 0.008" in gates["recall@5"].detail


@pytest.mark.parametrize(
    ("lost", "won", "passed"),
    [(4, 0, True), (5, 0, False), (6, 0, False), (7, 1, False), (8, 2, True), (9, 2, False)],
)
@pytest.mark.parametrize("gated", [(), ("recall@5",)])
def test_few_cases_lost_fail_the_gate_unless_chance_does_that(
    lost: int, won: int, passed: bool, gated: tuple[str, ...]
) -> None:
    """Of six queries damaged at random one may have been a miss before."""
    before = np.r_[np.ones(lost), np.zeros(won), np.ones(60 - lost - won)]
    after = np.r_[np.zeros(lost), np.ones(won), np.ones(60 - lost - won)]
    assert judged(ranked(before), ranked(after), gated)["recall@5"].passed is passed


@pytest.mark.parametrize("seed", range(20))
def test_ten_points_lost_in_parts_of_many_cases_fail_the_gate(seed: int) -> None:
    """Three documents a query: where one goes missing a case loses a third of its recall."""
    generator = np.random.default_rng(seed)
    found = generator.random((60, 3)) < 0.9
    places = np.argwhere(found)
    gone = places[generator.choice(len(places), 18, replace=False)]
    kept = found.copy()
    kept[tuple(gone.T)] = False
    [gate] = judged(
        {"recall@5": scored(found.mean(axis=1))}, {"recall@5": scored(kept.mean(axis=1))}
    ).values()
    assert not gate.passed


def test_ten_points_gained_pass() -> None:
    ranks = np.array([0] * 6 + [1] * 54)
    assert all(one.passed for one in judged(ranked(ranks), ranked(np.ones(60))).values())


def noisy(generator: np.random.Generator, ability: Array) -> dict[str, Array]:
    """One run over cases whose relevant document is found early with these probabilities."""
    ranks = generator.geometric(ability)
    return ranked(np.where(ranks <= 20, ranks, 0))


def unchanged_passes(seed: int) -> bool:
    generator = np.random.default_rng(seed)
    ability = generator.beta(2, 1.5, 60)
    before, after = noisy(generator, ability), noisy(generator, ability)
    return all(one.passed for one in judged(before, after).values())


def test_runs_that_differ_by_noise_alone_pass() -> None:
    assert sum(unchanged_passes(seed) for seed in range(100)) >= 95


@pytest.mark.parametrize("share", [0.02, 0.1, 0.2])
def test_runs_of_which_some_cases_flip_either_way_pass(share: float) -> None:
    def passes(seed: int) -> bool:
        generator = np.random.default_rng(seed)
        ranks = np.where(generator.random(60) < 0.85, generator.integers(1, 6, 60), 0)
        others = np.where(ranks > 0, 0, 1)
        flips, way = generator.random((2, 60))
        before = np.where((flips < share) & (way < 0.5), others, ranks)
        after = np.where((flips < share) & (way >= 0.5), others, ranks)
        return judged(ranked(before), ranked(after), ("recall@5",))["recall@5"].passed

    assert sum(passes(seed) for seed in range(100)) >= 95


def test_the_same_run_passes_with_a_sentence() -> None:
    ranks = np.array([1, 2, 0, 4] * 15)
    gate = judged(ranked(ranks), ranked(ranks), ("recall@5",))["recall@5"]
    assert gate.passed
    assert gate.condition == "not worse than kb of 2026-01-02 03:04"
    assert gate.value == 0.75
    assert gate.detail == (
        "recall@5: 0.75 after 0.75 on 60 cases: a difference of +0.000 "
        "(95 % interval -0.060 to +0.060), p for worse 0.500: not significantly worse."
    )


def test_only_gated_metrics_are_held() -> None:
    ranks, worse = np.ones(60), np.r_[np.zeros(6), np.ones(54)]
    assert list(judged(ranked(ranks), ranked(worse), ("mrr@10",))) == ["mrr@10"]
    assert list(judged(ranked(ranks), ranked(worse))) == ["recall@5", "mrr@10", "ndcg@10"]


def test_a_rising_error_rate_fails() -> None:
    wer = mean_metric("wer", better="lower", high=None)
    before = np.tile([1.0, 10.0], (20, 1))
    after = before.copy()
    after[:8, 0] = 3
    for first, second, passed in ((before, after, False), (after, before, True)):
        baseline = run_of(cases_of({"wer": first}), ["wer"])
        [gate] = baseline_gates(cases_of({"wer": second}), baseline, {"wer": wer}, (), seed=0)
        assert gate.passed is passed


RECALL: dict[str, Metric] = {"recall@5": METRICS["recall@5"]}
ALL_FOUND = {"recall@5": scored([1.0] * 60)}


def baseline_with_other_inputs(changed: int) -> Run:
    hashes = {f"case-{place:03}": "other" for place in range(changed)}
    return run_of(cases_of(ALL_FOUND, hashes=hashes), ["recall@5"])


def test_cases_that_do_not_pair_are_told() -> None:
    [gate] = baseline_gates(cases_of(ALL_FOUND), baseline_with_other_inputs(30), RECALL, (), seed=0)
    assert gate.passed
    assert gate.detail.endswith("30 of 60 cases pair (30 with another input).")


def test_a_baseline_of_other_cases_fails_with_what_to_do() -> None:
    [gate] = baseline_gates(cases_of(ALL_FOUND), baseline_with_other_inputs(31), RECALL, (), seed=0)
    assert not gate.passed
    assert gate.detail == (
        "recall@5: 29 of 60 cases pair (31 with another input). That is too few to compare. "
        "Make a new baseline from a run that you trust."
    )


def test_a_suite_that_grew_or_shrank_too_much_needs_a_new_baseline() -> None:
    cases = cases_of(ALL_FOUND)
    small = run_of(cases[:29], ["recall@5"])
    [grown] = baseline_gates(cases, small, RECALL, (), seed=0)
    assert not grown.passed
    assert grown.detail.startswith("recall@5: 29 of 60 cases pair (31 new).")
    [shrunk] = baseline_gates(cases[:29], run_of(cases, ["recall@5"]), RECALL, (), seed=0)
    assert not shrunk.passed
    assert shrunk.detail.startswith("recall@5: 29 of 29 cases pair (31 gone).")
    [none] = baseline_gates([], run_of(cases, ["recall@5"]), RECALL, (), seed=0)
    assert not none.passed


def test_a_metric_that_the_baseline_lacks_fails_with_what_to_do() -> None:
    baseline = run_of(cases_of({"mrr@10": scored([1.0] * 60)}), ["mrr@10"])
    [gate] = baseline_gates(cases_of(ALL_FOUND), baseline, RECALL, ("recall@5",), seed=0)
    assert not gate.passed
    assert gate.detail == (
        "recall@5: the baseline has none, so it cannot be compared. "
        "Make a new baseline from a run that you trust."
    )


def test_a_metric_that_lost_its_value_fails_and_one_that_won_it_passes() -> None:
    counted, nothing = {"recall@5": scored([1.0] * 20)}, {"recall@5": np.zeros((20, 2))}
    lost, won = judged(counted, nothing)["recall@5"], judged(nothing, counted)["recall@5"]
    assert (lost.passed, lost.value) == (False, None)
    assert lost.detail == "recall@5: no case of the run says anything about it."
    assert (won.passed, won.value) == (True, 1.0)


def test_a_baseline_of_another_task_is_told() -> None:
    cases = cases_of(ALL_FOUND)
    with pytest.raises(ConfigurationError, match="is a run of the task retrieval, this suite is"):
        baseline_gates(cases, run_of(cases, ["recall@5"]), RECALL, (), seed=0, task="summary")
