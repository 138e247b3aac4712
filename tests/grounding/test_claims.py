"""Which sentences are claims, and whether a source says the same."""

import pytest

from copilot.grounding.claims import is_claim, says_the_same
from tests.grounding.claim_pairs import PAIRS


def test_right_and_wrong_sentences_are_told_apart() -> None:
    right = [(one, source) for source, ones, _ in PAIRS for one in ones]
    wrong = [(one, source) for source, _, ones in PAIRS for one in ones]
    assert len(right) + len(wrong) >= 90
    kept = sum(says_the_same(*one) for one in right)
    passed = sum(says_the_same(*one) for one in wrong)
    assert kept / (kept + passed) >= 0.97
    assert kept / len(right) >= 0.95


@pytest.mark.parametrize(
    "sentence",
    [
        "Hei Anna,",
        "Hello!",
        "Kiitos viestistäsi.",
        "Kind regards",
        "Mikä on tilausnumerosi?",
        "We will look into it.",
        "Selvitän asian ja palaan pian.",
        "Could you send a photo?",
    ],
)
def test_courtesy_and_questions_are_no_claims(sentence: str) -> None:
    assert not is_claim(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Tilauksesi on matkalla.",
        "The guarantee covers the motor.",
        "Thank you, the fee is £4.50.",
        "Lahjakorttia ei voi vaihtaa rahaksi.",
    ],
)
def test_statements_are_claims(sentence: str) -> None:
    assert is_claim(sentence)


def test_a_figure_may_stand_in_another_source_that_is_named() -> None:
    source, order = "A gift card is sent by post.", "Order 4471 total 25.00 EUR"
    sentence = "The gift card of €25.00 is sent by post."
    assert not says_the_same(sentence, source)
    assert says_the_same(sentence, source, [order])


def test_what_is_near_in_meaning_may_share_fewer_words() -> None:
    source = "Purchases are refundable for a month."
    sentence = "Money comes back on purchases made lately by our buyers."
    assert not says_the_same(sentence, source)
    assert says_the_same(sentence, source, nearness=0.9)
