import math
import random

import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.evals.case import Case
from copilot.evals.metric import Answered
from copilot.evals.metrics.catalog import metric
from tests.evals.metrics.examples import value


def query(relevant: dict[str, int], ranked: list[str] | None) -> Answered:
    case = Case(id="q", input={"text": "?"}, expected={"relevant": relevant})
    if ranked is None:
        return Answered(case, None)
    # Engines may give the same score to all: what counts is the order they give.
    return Answered(case, {"ranked": [{"id": one, "title": "", "score": 1.0} for one in ranked]})


def score(name: str, *queries: Answered) -> float:
    return value(metric("retrieval", name), list(queries))


def test_the_example_of_pytrec_eval():
    # From its README: map 1/3 and 0.58333333333333326, ndcg 0.5 and 0.69342640361727081.
    first = query({"d2": 1}, ["d3", "d1", "d2"])
    second = query({"d2": 1, "d3": 1}, ["d1", "d3", "d2"])
    assert score("map@10", first) == pytest.approx(1 / 3, abs=1e-9)
    assert score("ndcg@10", first) == pytest.approx(0.5, abs=1e-9)
    assert score("map@10", second) == pytest.approx(0.58333333333333326, abs=1e-9)
    assert score("ndcg@10", second) == pytest.approx(0.69342640361727081, abs=1e-9)
    assert score("map@10", first, second) == pytest.approx((1 / 3 + 7 / 12) / 2, abs=1e-9)


def test_graded_ndcg_by_hand():
    found = query({"a": 3, "b": 2, "c": 1}, ["c", "x", "a", "b"])
    gained = 1 / math.log2(2) + 3 / math.log2(4)
    best = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert score("ndcg@3", found) == pytest.approx(gained / best, abs=1e-9)


def test_recall_precision_and_first_place_by_hand():
    found = query({"a": 1, "b": 1, "c": 2}, ["x", "a", "y", "b"])
    assert score("recall@2", found) == pytest.approx(1 / 3, abs=1e-9)
    assert score("recall@1000", found) == pytest.approx(2 / 3, abs=1e-9)
    assert score("precision@4", found) == pytest.approx(1 / 2, abs=1e-9)
    assert score("precision@10", found) == pytest.approx(2 / 10, abs=1e-9)
    assert score("mrr@10", found) == pytest.approx(1 / 2, abs=1e-9)
    assert score("mrr@1", found) == 0
    assert (score("hit@1", found), score("hit@2", found)) == (0, 1)


def test_the_given_order_counts_and_not_names_or_scores():
    for names in (["a", "b"], ["b", "a"]):
        assert score("mrr@10", query({names[0]: 1}, names)) == 1
        assert score("mrr@10", query({names[1]: 1}, names)) == 0.5


def test_a_document_that_comes_twice_counts_once():
    twice = query({"a": 1, "b": 1}, ["a", "a", "b"])
    assert score("recall@2", twice) == 1
    assert score("precision@2", twice) == 1


def test_names_may_hold_anything():
    assert score("recall@1", query({"a\x00b": 1}, ["a\x00c"])) == 0
    assert score("recall@1", query({"ä \ud800": 1}, ["ä \ud800"])) == 1


def test_queries_may_share_an_id():
    assert score("recall@1", query({"a": 1}, ["a"]), query({"a": 1}, ["b"])) == 0.5


def test_nothing_relevant_says_nothing_and_nothing_found_is_none():
    assert math.isnan(score("recall@5", query({}, ["a"])))
    assert math.isnan(score("recall@5", query({"a": 0}, None)))
    assert score("recall@5", query({"a": 1}, [])) == 0
    assert score("recall@5", query({"a": 1}, None), query({"a": 1}, ["a"])) == 0.5


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("recall@5", "recall_5"),
        ("ndcg@10", "ndcg_cut_10"),
        ("precision@5", "P_5"),
        ("map@10", "map_cut_10"),
        ("hit@5", "success_5"),
        ("mrr@1000", "recip_rank"),
    ],
)
def test_agrees_with_trec_eval(ours: str, theirs: str):
    draw = random.Random(3)
    documents = [f"d{number}" for number in range(60)]
    relevant = {
        str(n): {one: draw.randint(1, 3) for one in draw.sample(documents, 4)} for n in range(200)
    }
    ranked = {query: draw.sample(documents, 30) for query in relevant}
    name, _, cut = theirs.rpartition("_")
    evaluator = pytrec_eval.RelevanceEvaluator(
        relevant, {f"{name}.{cut}" if cut.isdigit() else theirs}
    )
    expected = evaluator.evaluate(
        {
            query: {one: float(-rank) for rank, one in enumerate(found)}
            for query, found in ranked.items()
        }
    )
    sums = metric("retrieval", ours).measure(
        [query(relevant[one], ranked[one]) for one in relevant]
    )
    for one, (total, count) in zip(relevant, sums, strict=True):
        assert count == 1
        assert total == pytest.approx(expected[one][theirs], abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    relevant=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 4), min_size=1),
    ranked=st.permutations("abcdefghxyz"),
    kind=st.sampled_from(["recall", "ndcg", "mrr", "precision", "map", "hit"]),
    k=st.integers(1, 12),
)
def test_no_answer_is_worse_than_none_and_moving_up_never_harms(relevant, ranked, kind, k):
    name = f"{kind}@{k}"
    found = score(name, query(relevant, ranked))
    assert score(name, query(relevant, None)) <= found <= 1
    best = max(relevant, key=relevant.__getitem__)
    raised = [best, *(one for one in ranked if one != best)]
    assert score(name, query(relevant, raised)) >= found - 1e-12
