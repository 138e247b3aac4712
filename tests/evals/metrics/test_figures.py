import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from copilot.evals.case import Case
from copilot.evals.metric import Answered
from copilot.evals.metrics.catalog import metric
from tests.evals.metrics.examples import value

VERDICTS = ("supported", "contradicted", "unsupported")


def listed(*figures: tuple[str, str]) -> list[dict]:
    return [{"text": text, "verdict": verdict} for text, verdict in figures]


def score(name: str, wanted: list[dict], found: list[dict] | None) -> float:
    case = Case(id="1", input={"text": "…", "sources": []}, expected={"figures": wanted})
    output = {"figures": found} if found is not None else None
    return value(metric("figures", name), [Answered(case, output)])


WANTED = listed(("39,90 €", "supported"), ("5 days", "contradicted"), ("KK-1", "supported"))


def test_counts_by_hand():
    found = listed(("39,90  €", "supported"), ("5 days", "supported"), ("9 kg", "unsupported"))
    assert score("precision_supported", WANTED, found) == 1 / 2
    assert score("recall_supported", WANTED, found) == 1 / 2
    assert score("f1_supported", WANTED, found) == 1 / 2
    assert score("recall_contradicted", WANTED, found) == 0
    assert math.isnan(score("precision_contradicted", WANTED, found))
    assert score("precision_unsupported", WANTED, found) == 0
    assert math.isnan(score("recall_unsupported", WANTED, found))
    assert score("precision", WANTED, found) == pytest.approx(1 / 3)
    assert score("f1", WANTED, found) == pytest.approx(1 / 3)


def test_figures_with_the_same_text_pair_off_in_order():
    wanted = listed(("5 days", "supported"), ("5 days", "contradicted"))
    assert score("recall", wanted, wanted) == 1
    assert score("recall", wanted, wanted[::-1]) == 0
    assert score("recall", wanted, wanted[:1]) == 1 / 2


def test_failed_cases():
    for name in ("precision", "recall", "f1", "precision_unsupported", "f1_contradicted"):
        assert score(name, WANTED, None) == 0
    assert math.isnan(score("recall_unsupported", WANTED, None))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from(VERDICTS)] * 2), min_size=1, max_size=12))
def test_agrees_with_scikit_learn_where_every_figure_is_found(pairs: list[tuple[str, str]]):
    wanted = listed(*((str(number), one) for number, (one, _) in enumerate(pairs)))
    found = listed(*((str(number), one) for number, (_, one) in enumerate(pairs)))
    expected = precision_recall_fscore_support(
        [one for one, _ in pairs],
        [one for _, one in pairs],
        labels=VERDICTS,
        zero_division=math.nan,
    )
    for kind, values in zip(("precision", "recall", "f1"), expected, strict=False):
        for verdict, one in zip(VERDICTS, values, strict=True):
            ours = score(f"{kind}_{verdict}", wanted, found)
            assert ours == pytest.approx(one, abs=1e-9, nan_ok=True)
