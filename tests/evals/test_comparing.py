import numpy as np
import pytest

from copilot.evals.comparing import Change, compare
from copilot.evals.lab import Identity
from copilot.evals.metric import Array
from copilot.kernel.errors import ConfigurationError
from tests.evals.recorded import cases_of, mean_metric, run_of, scored

METRICS = {
    "recall@5": mean_metric("recall@5"),
    "mrr@10": mean_metric("mrr@10"),
    "seconds": mean_metric("seconds", better="lower", high=None),
}
NAMES = ["recall@5"]


def lost(count: int, cases: int = 60) -> dict[str, Array]:
    return {"recall@5": scored([0.0] * count + [1.0] * (cases - count))}


def identity(**changes: object) -> Identity:
    fields: dict[str, object] = {
        "engine": "small",
        "prompt_hash": "p1",
        "settings": {"A": "1"},
        "code": "c1",
    }
    return Identity.model_validate(fields | changes)


@pytest.mark.parametrize(
    ("made_by", "expected"),
    [
        (identity(), []),
        (identity(prompt_hash="p2"), [Change(what="prompt", before="p1", after="p2")]),
        (identity(prompt_hash=None), [Change(what="prompt", before="p1", after=None)]),
        (identity(settings={"A": "2"}), [Change(what="A", before="1", after="2")]),
        (
            identity(settings={"B": "2"}),
            [Change(what="A", before="1", after=None), Change(what="B", before=None, after="2")],
        ),
        (identity(engine="large"), [Change(what="engine", before="small", after="large")]),
        (identity(code="c2"), [Change(what="code", before="c1", after="c2")]),
    ],
)
def test_what_made_the_outputs_and_changed_is_shown(
    made_by: Identity, expected: list[Change]
) -> None:
    before = run_of(cases_of(lost(0)), NAMES)
    after = run_of(cases_of(lost(0)), NAMES, identity=made_by)
    assert compare(before, after, METRICS).changes == expected


def test_another_dataset_seed_suite_or_version_is_shown() -> None:
    before = run_of(cases_of(lost(0)), NAMES)
    after = run_of(cases_of(lost(0)), NAMES, dataset_hash="d2", seed=7, name="kb2", version="0.2.0")
    assert [one.what for one in compare(before, after, METRICS).changes] == [
        "suite",
        "dataset",
        "version",
        "seed",
    ]


@pytest.mark.parametrize(
    ("first", "second", "verdict", "p"),
    [
        (0, 6, "worse", 1 / 32),
        (6, 0, "better", 1 / 32),
        (0, 5, "no significant difference", 1 / 16),
        (3, 3, "no significant difference", 1),
    ],
)
def test_a_metric_is_judged(first: int, second: int, verdict: str, p: float) -> None:
    comparison = compare(
        run_of(cases_of(lost(first)), NAMES), run_of(cases_of(lost(second)), NAMES), METRICS
    )
    [one] = comparison.metrics
    assert (one.name, one.verdict, one.p, one.adjusted) == ("recall@5", verdict, p, p)
    assert one.before == pytest.approx(1 - first / 60)
    assert one.after == pytest.approx(1 - second / 60)
    assert one.difference == pytest.approx((first - second) / 60)
    assert one.low is not None
    assert one.high is not None
    assert one.low <= one.difference <= one.high
    assert (not one.low <= 0 <= one.high) is (p < 0.05)


def test_less_time_is_better() -> None:
    slow = {"seconds": scored([2.0] * 30)}
    fast = {"seconds": scored(np.linspace(0.5, 1.5, 30))}
    before, after = (run_of(cases_of(sums), ["seconds"]) for sums in (slow, fast))
    [there] = compare(before, after, METRICS).metrics
    [back] = compare(after, before, METRICS).metrics
    assert (there.verdict, back.verdict) == ("better", "worse")
    assert there.detectable is not None
    assert there.detectable < 0.5


def test_metrics_that_one_run_lacks_are_told() -> None:
    both = {**lost(0), "mrr@10": scored([1.0] * 60)}
    comparison = compare(
        run_of(cases_of(both), [*NAMES, "mrr@10"]), run_of(cases_of(lost(2)), NAMES), METRICS
    )
    assert [one.name for one in comparison.metrics] == NAMES
    assert (comparison.only_before, comparison.only_after) == (["mrr@10"], [])


def test_cases_that_do_not_pair_are_listed_and_left_out() -> None:
    before = run_of(cases_of(lost(0), hashes={"case-001": "other"}), NAMES)
    after = run_of(cases_of(lost(2, 61))[1:], NAMES)
    comparison = compare(before, after, METRICS)
    assert comparison.paired == 58
    assert comparison.changed_cases == ["case-001"]
    assert comparison.cases_only_before == ["case-000"]
    assert comparison.cases_only_after == ["case-060"]
    assert (
        comparison.told
        == "58 of 60 cases pair (1 with another input, 1 new, 1 gone). Each scores as before."
    )
    # Both cases that were lost are among those left out.
    assert comparison.metrics[0].difference == 0


def test_runs_without_a_common_case_cannot_be_told_apart() -> None:
    before = run_of(cases_of(lost(0))[:30], NAMES)
    after = run_of(cases_of(lost(0))[30:], NAMES)
    [one] = compare(before, after, METRICS).metrics
    assert one.verdict == "cannot be told"
    assert (one.before, one.difference, one.p) == (None, None, None)


def test_a_metric_without_a_value_cannot_be_told() -> None:
    nothing = {"recall@5": np.zeros((60, 2))}
    before, after = run_of(cases_of(nothing), NAMES), run_of(cases_of(lost(0)), NAMES)
    [one] = compare(before, after, METRICS).metrics
    assert (one.verdict, one.before, one.after) == ("cannot be told", None, 1.0)


def test_labels_slice_where_there_are_ten_cases() -> None:
    languages = [{"language": "fi"}] * 20 + [{"language": "en"}] * 31 + [{"language": "sv"}] * 9
    before = run_of(cases_of(lost(0), labels=languages), NAMES)
    after = run_of(cases_of(lost(8), labels=languages), NAMES)
    english, finnish = compare(before, after, METRICS).slices
    assert (english.label, english.value, english.cases) == ("language", "en", 31)
    assert english.metrics[0].verdict == "no significant difference"
    assert (finnish.value, finnish.cases) == ("fi", 20)
    assert finnish.metrics[0].p == 2 / 2**8
    assert finnish.metrics[0].adjusted == 2 * 2 / 2**8
    assert finnish.metrics[0].verdict == "worse"


def test_a_label_that_all_cases_share_is_no_slice() -> None:
    labels = [{"channel": "email"}] * 60
    runs = [run_of(cases_of(lost(count), labels=labels), NAMES) for count in (0, 3)]
    assert compare(*runs, METRICS).slices == []


def test_the_cases_that_changed_most_come_worst_first() -> None:
    before = {"recall@5": scored([1, 1, 0, 0.5, 1]), "seconds": scored([1, 1, 1, 1, 1])}
    after = {"recall@5": scored([0.5, 0, 1, 0.5, 1]), "seconds": scored([1, 3, 1, 1, 2])}
    names = list(before)
    comparison = compare(run_of(cases_of(before), names), run_of(cases_of(after), names), METRICS)
    assert [(one.id, one.change) for one in comparison.cases] == [
        # Half of recall's range lost, and the largest slow-down of all.
        ("case-001", -1.0),
        ("case-000", -0.25),
        ("case-004", -0.25),
        ("case-002", 0.5),
    ]
    worst = comparison.cases[0]
    assert worst.before == {"recall@5": 1, "seconds": 1}
    assert worst.after == {"recall@5": 0, "seconds": 3}


def test_at_most_50_cases_are_listed() -> None:
    comparison = compare(
        run_of(cases_of(lost(0, 90)), NAMES), run_of(cases_of(lost(80, 90)), NAMES), METRICS
    )
    assert len(comparison.cases) == 50


def test_a_case_that_failed_says_why() -> None:
    before, after = cases_of(lost(0)), cases_of(lost(1))
    after[0] = after[0].model_copy(update={"output": None, "error": "The engine broke down."})
    [changed] = compare(run_of(before, NAMES), run_of(after, NAMES), METRICS).cases
    assert changed.error == "The engine broke down."


def test_runs_of_two_tasks_are_not_compared() -> None:
    before, after = run_of(cases_of(lost(0)), NAMES), run_of([], [], task="summary")
    with pytest.raises(ConfigurationError, match="Compare two runs of one task"):
        compare(before, after, METRICS)


def test_a_comparison_can_be_written_and_read() -> None:
    comparison = compare(
        run_of(cases_of(lost(0)), NAMES), run_of(cases_of(lost(6)), NAMES), METRICS
    )
    text = comparison.model_dump_json()
    assert type(comparison).model_validate_json(text) == comparison
