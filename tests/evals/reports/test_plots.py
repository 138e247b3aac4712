"""Where the marks of the drawings stand."""

import pytest

from copilot.evals.reports.plots import dots, histories
from tests.evals.reports import made


def test_shares_are_drawn_from_zero_to_one_with_gate_and_baseline() -> None:
    run, baseline = made.retrieval(60, lost=12), made.retrieval(60)
    recall, rank = dots(run, baseline)
    assert tuple(recall.scale) == (0, 1)
    assert (recall.value, recall.gate, recall.before) == (78.8, 83.6, 98.0)
    assert recall.missed
    assert recall.low is not None
    assert recall.high is not None
    assert recall.low < recall.value < recall.high
    assert "gate >= 0.85 missed, baseline 1.000" in recall.said
    assert rank.gate is None


def test_values_above_one_get_a_scale_that_holds_them() -> None:
    slow = made.metric("real_time_factor", 3.4, low=2.9, high=4.2, better="lower")
    (drawn,) = dots(made.run("transcription", [], metrics=[slow]), None)
    assert drawn.scale.low == 0
    assert drawn.scale.high >= 4.2
    assert drawn.high is not None
    assert 2 <= drawn.value < drawn.high <= 98


def test_a_metric_without_value_is_not_drawn() -> None:
    assert dots(made.run("figures", [], metrics=[made.metric("f1", None)]), None) == []


def test_a_history_keeps_order_marks_the_last_and_another_dataset() -> None:
    runs = [*made.earlier(6), made.retrieval(60, lost=3)]
    recall = histories(runs)[0]
    assert recall.metric == "recall@5"
    assert [point.x for point in recall.points] == sorted(point.x for point in recall.points)
    assert [point.latest for point in recall.points] == [False] * 6 + [True]
    assert [place for place, point in enumerate(recall.points) if point.other_data] == [3]
    # Upwards is better, and y counts from the top.
    assert all(point.high <= point.y <= point.low for point in recall.points)
    assert recall.points[0].y > recall.points[-1].y
    assert (recall.first, recall.last) == ("2026-11-14", "2026-11-20")


def test_one_run_is_no_history() -> None:
    assert histories([made.retrieval(4)]) == []
    assert histories([]) == []


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0, 250.0])
def test_equal_values_can_be_drawn(value: float) -> None:
    same = made.metric("wer", value, low=value, high=value)
    runs = [made.run("transcription", [], metrics=[same]) for _ in range(3)]
    drawn = histories(runs)[0]
    assert len({point.y for point in drawn.points}) == 1
    assert 2 <= drawn.points[0].y <= 98
