import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import DefaultTokenizer

from copilot.evals.case import Case
from copilot.evals.metric import Answered
from copilot.evals.metrics.catalog import metric
from copilot.evals.metrics.rouge import Rouge, f_measure
from tests.evals.metrics.examples import conversation, draft, summary, value

KINDS: tuple[Rouge, ...] = ("rouge1", "rouge2", "rougeL")
TARGET = "The quick brown fox jumps over the lazy dog"
WRITTEN = "The quick brown dog jumps on the log."


@pytest.mark.parametrize(
    ("rouge", "precision", "recall"),
    [("rouge1", 6 / 8, 6 / 9), ("rouge2", 2 / 7, 2 / 8), ("rougeL", 5 / 8, 5 / 9)],
)
def test_the_example_of_rouge_score(rouge: Rouge, precision: float, recall: float):
    expected = 2 * precision * recall / (precision + recall)
    assert f_measure(rouge, WRITTEN, [TARGET], DefaultTokenizer(use_stemmer=True)) == pytest.approx(
        expected, abs=1e-9
    )
    case = Case(id="1", input={}, expected={"references": [TARGET]}, labels={"language": "en"})
    ours = value(metric("summary", rouge), [Answered(case, summary((WRITTEN, [])))])
    assert ours == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("rouge", KINDS)
def test_agrees_with_rouge_score_when_given_its_tokenizer(rouge: Rouge):
    words = ["customer", "asked", "refund", "refunds", "refunded", "order", "orders", "agreed"]
    draw = random.Random(5)
    scorer = RougeScorer([rouge], use_stemmer=True)
    tokenizer = DefaultTokenizer(use_stemmer=True)
    for _ in range(50):
        text, *references = (" ".join(draw.choices(words, k=draw.randint(1, 15))) for _ in range(4))
        best = max(scorer.score(one, text)[rouge].fmeasure for one in references)
        assert f_measure(rouge, text, references, tokenizer) == pytest.approx(best, abs=1e-9)


def test_finnish_is_compared_by_its_stems():
    case = Case(
        id="1",
        input={},
        expected={"references": ["Asiakas odottaa paketin päivitystä"]},
        labels={"language": "fi"},
    )
    written = summary(("Asiakas odottaa paketti päivitys", []))
    assert value(metric("summary", "rouge1"), [Answered(case, written)]) >= 0.75
    plain = DefaultTokenizer(use_stemmer=True)
    references = case.expected["references"]
    assert f_measure("rouge1", "Asiakas odottaa paketti päivitys", references, plain) < 0.75


def test_the_best_reference_counts_and_the_headline_does_not():
    case = Case(id="1", input={}, expected={"references": ["something else", TARGET, "  "]})
    written = summary((TARGET, []), headline="Nothing of it")
    assert value(metric("summary", "rougeL"), [Answered(case, written)]) == 1


def test_all_sections_make_the_text():
    written = summary(("The quick brown fox", []))
    written["sections"] += summary(("jumps over the lazy dog", []))["sections"]
    case = Case(id="1", input={}, expected={"references": [TARGET]})
    assert value(metric("summary", "rougeL"), [Answered(case, written)]) == 1


def test_without_a_reference_nothing_is_said():
    for expected in ({}, {"references": []}, {"references": [" "]}):
        case = Case(id="1", input={}, expected=expected)
        for output in (summary(("x", [])), None):
            assert math.isnan(value(metric("summary", "rouge1"), [Answered(case, output)]))
    case = Case(id="1", input={"conversation": conversation("Hi")}, expected={"reference": ""})
    for name in (*KINDS, "similarity"):
        assert math.isnan(value(metric("draft", name), [Answered(case, draft(("x", [])))]))
        assert math.isnan(value(metric("draft", name), [Answered(case, None)]))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.text(min_size=1, max_size=80), st.sampled_from(KINDS))
def test_any_text_has_a_value_between_none_and_all(text: str, reference: str, rouge: Rouge):
    case = Case(
        id="1", input={}, expected={"references": [f"a {reference}"]}, labels={"language": "fi"}
    )
    one = metric("summary", rouge)
    assert 0 <= value(one, [Answered(case, summary((text, [])))]) <= 1
    assert value(one, [Answered(case, None)]) == 0
