import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.evals.case import Case
from copilot.evals.metric import Answered
from copilot.evals.metrics.catalog import metric
from tests.evals.metrics.examples import value


def score(
    name: str, found: dict | None, reply: str | None, scope: str = "", signature: str | None = None
) -> float:
    case = Case(
        id="1",
        input={"raw": "…"},
        expected={"reply": reply, "scope": scope, "signature": signature},
    )
    output = {"quoted_text": None, "signature": None, **found} if found is not None else None
    return value(metric("email_parsing", name), [Answered(case, output)])


def test_white_space_and_composition_make_no_difference():
    assert score("exact", {"text": "Hei\n\n a\u0308iti "}, "Hei äiti") == 1
    assert score("exact", {"text": "Hei äiti"}, "hei äiti") == 0


@pytest.mark.parametrize(
    ("scope", "kept"),
    [
        ("text/plain part, quotes removed", True),
        ("HTML body, quotes removed, compare without whitespace", True),
        ("reply with signature", True),
        ("reply_with_quotes_removed", False),
        ("first_fragment", False),
        ("signature removed", False),
        ("thread_split(replies[0]=newest; body excludes headers and signatures)", False),
        ("", False),
    ],
)
def test_the_scope_says_whether_the_signature_is_part_of_the_reply(scope: str, kept: bool):
    found = {"text": "Hello", "signature": "-- \nAnna"}
    assert score("exact", found, "Hello\n\n-- Anna", scope) == kept
    assert score("exact", found, "Hello", scope) == (not kept)
    assert score("exact", {"text": "Hello"}, "Hello", scope) == 1


def test_a_scope_can_leave_white_space_out():
    scope = "HTML body, quotes removed, compare without whitespace"
    assert score("exact", {"text": "Hi.I am\tfine."}, "Hi. I am fine.", scope) == 1
    assert score("exact", {"text": "Hi.I am fine."}, "Hi. I am fine.", "first_fragment") == 0


def test_similarity_by_hand():
    assert score("similarity", {"text": "kitten"}, "sitting") == pytest.approx(4 / 7, abs=1e-9)
    assert score("similarity", {"text": ""}, "") == 1


def test_signatures():
    assert score("signature_exact", {"text": "", "signature": "--\nAnna "}, "", "", "-- Anna") == 1
    assert score("signature_exact", {"text": ""}, "", "", "-- Anna") == 0
    assert score("signature_exact", {"text": ""}, "", "", "") == 1
    assert score("signature_exact", {"text": "", "signature": "x"}, "", "", "") == 0
    assert math.isnan(score("signature_exact", {"text": "", "signature": "x"}, ""))


def test_what_is_not_expected_is_not_judged():
    for found in ({"text": "x"}, None):
        assert math.isnan(score("exact", found, None))
        assert math.isnan(score("similarity", found, None))
    assert score("exact", None, "") == score("similarity", None, "") == 0
    assert score("signature_exact", None, "", "", "") == 0


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_exact_is_a_similarity_of_one(text: str, reply: str):
    found = score("similarity", {"text": text}, reply)
    assert 0 <= found <= 1
    assert (score("exact", {"text": text}, reply) == 1) == (found == 1)
