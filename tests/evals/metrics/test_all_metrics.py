"""What every metric promises, whatever it measures."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.evals.errors import UnknownMetricError
from copilot.evals.metric import Answered, Metric, table
from copilot.evals.metrics.catalog import metric, metrics_of
from copilot.evals.metrics.table import as_markdown
from copilot.evals.suite import TASKS, TaskName
from tests.evals.metrics.examples import EXAMPLES, value

ALL = [
    pytest.param(task, one, id=f"{task}-{one.name}") for task in TASKS for one in metrics_of(task)
]
NO_BEST = ("length_ratio", "real_time_factor")


def answered(task: str, how: str) -> list[Answered]:
    return [Answered(one.case, getattr(one, how, None)) for one in EXAMPLES[task]]


@pytest.mark.parametrize(("task", "one"), ALL)
def test_a_perfect_output_has_the_best_value(task: TaskName, one: Metric):
    found = value(one, answered(task, "good"))
    if one.name in NO_BEST:
        assert found > 0
    else:
        assert found == pytest.approx(one.low if one.better == "lower" else one.high, abs=1e-12)


@pytest.mark.parametrize(("task", "one"), ALL)
def test_a_poor_output_is_worse_than_a_perfect_one(task: TaskName, one: Metric):
    good, poor = value(one, answered(task, "good")), value(one, answered(task, "poor"))
    if one.name == "length_ratio":
        assert poor != good
    else:
        assert poor < good if one.better == "higher" else poor > good


@pytest.mark.parametrize(("task", "one"), ALL)
def test_a_failed_case_has_the_worst_value_or_none(task: TaskName, one: Metric):
    failed = value(one, answered(task, "failed"))
    if one.name in NO_BEST:
        assert math.isnan(failed)
    elif one.better == "higher":
        assert failed == one.low
    else:
        assert failed >= 1


@pytest.mark.parametrize(("task", "one"), ALL)
def test_a_failed_case_makes_a_suite_worse(task: TaskName, one: Metric):
    first, second = EXAMPLES[task]
    whole = value(one, [Answered(first.case, first.good), Answered(second.case, second.good)])
    broken = value(one, [Answered(first.case, first.good), Answered(second.case, None)])
    if one.name in NO_BEST:
        assert not math.isnan(broken)
    else:
        assert broken < whole if one.better == "higher" else broken > whole


@pytest.mark.parametrize(("task", "one"), ALL)
@settings(max_examples=15, deadline=None)
@given(st.data())
def test_order_does_not_matter_and_values_keep_their_bounds(
    task: TaskName, one: Metric, data: st.DataObject
):
    drawn = st.tuples(st.sampled_from(EXAMPLES[task]), st.sampled_from(["good", "poor", "failed"]))
    several = [
        Answered(example.case, getattr(example, how, None))
        for example, how in data.draw(st.lists(drawn, min_size=1, max_size=6))
    ]
    shuffled = data.draw(st.permutations(several))
    found, again = value(one, several), value(one, list(shuffled))
    assert found == pytest.approx(again, abs=1e-12, nan_ok=True)
    if not math.isnan(found):
        assert one.low <= found <= (math.inf if one.high is None else one.high)


@pytest.mark.parametrize(("task", "one"), ALL)
def test_sums_are_the_same_alone_and_together_and_finite(task: TaskName, one: Metric):
    mixed = [*answered(task, "good"), *answered(task, "failed"), *answered(task, "poor")]
    together = table(one.measure(mixed))
    alone = table([one.measure([case])[0] for case in mixed])
    assert np.array_equal(together, alone)
    assert np.isfinite(together).all()
    assert (together >= 0).all()
    assert one.measure([]) == []


@pytest.mark.parametrize(("task", "one"), ALL)
def test_it_is_documented(task: TaskName, one: Metric):
    for text in (one.about, one.formula, one.source):
        assert len(text) > 2
        assert "|" not in text
    assert one.about.endswith(".")
    assert metric(task, one.name).name == one.name


def test_the_page_is_what_the_code_says():
    page = Path(__file__).parents[3] / "docs" / "evals-metrics.md"
    assert page.read_text(encoding="utf-8") == as_markdown()


@pytest.mark.parametrize(
    ("task", "name", "nearest"),
    [
        ("retrieval", "recal@5", "recall@5"),
        ("retrieval", "recall@0", "recall@5"),
        ("retrieval", "recall@1001", "recall@5"),
        ("retrieval", "recall@05", "recall@5"),
        ("retrieval", "recal@17", "recall@17"),
        ("retrieval", "recall", "recall@5"),
        ("retrieval", "NDCG@10", "ndcg@10"),
        ("summary", "rougel", "rougeL"),
        ("draft", "wer", None),
        ("redaction", "recall@5", "recall"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(task: TaskName, name: str, nearest: str | None):
    with pytest.raises(UnknownMetricError) as told:
        metric(task, name)
    assert (told.value.name, told.value.nearest) == (name, nearest)
    assert told.value.known == [one.name for one in metrics_of(task)]


def test_any_k_up_to_a_thousand_is_known():
    assert metric("retrieval", "recall@1").name == "recall@1"
    assert metric("retrieval", "ndcg@1000").name == "ndcg@1000"


def test_the_contract_has_all_its_metrics():
    promised = {
        "retrieval": "recall@5 ndcg@10 mrr@10 precision@3",
        "summary": "rouge1 rouge2 rougeL figure_precision traceable length_ratio",
        "draft": "citation_precision citation_recall unsupported_figures must_mention similarity "
        "judge",
        "transcription": "wer cer real_time_factor",
        "email_parsing": "exact similarity",
        "redaction": "precision recall f1 leaks",
        "figures": "precision_supported recall_contradicted f1_unsupported",
        "injection": "attack_success_rate",
    }
    for task in TASKS:
        for name in promised[task].split():
            assert metric(task, name).name == name
