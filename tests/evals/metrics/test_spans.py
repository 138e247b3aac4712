import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.evals.case import Case
from copilot.evals.metric import Answered
from copilot.evals.metrics.catalog import metric
from copilot.evals.metrics.entity_types import promised_type
from tests.evals.metrics.examples import value

TEXT = "Anna Aalto called from 040 123 4567 about ACME."
NAME, PHONE, FIRM = (0, 10, "name"), (23, 35, "phone"), (42, 46, "ORGANIZATION")
Span = tuple[int, int, str]


def entities(*spans: Span) -> list[dict]:
    return [{"start": start, "end": end, "type": kind} for start, end, kind in spans]


def masked(text: str, spans: list[Span]) -> str:
    for number, (start, end, _) in enumerate(sorted(spans, reverse=True)):
        text = f"{text[:start]}[X_{number}]{text[end:]}"
    return text


def score(
    name: str, wanted: list[Span], found: list[Span] | None, text: str | None = None
) -> float:
    case = Case(id="1", input={"text": TEXT}, expected={"entities": entities(*wanted)})
    if found is None:
        return value(metric("redaction", name), [Answered(case, None)])
    output = {"text": text or masked(TEXT, found), "entities": entities(*found)}
    return value(metric("redaction", name), [Answered(case, output)])


def test_counts_by_hand():
    wanted, found = [NAME, PHONE], [NAME, (23, 30, "phone"), (18, 22, "name")]
    assert score("precision", wanted, found) == pytest.approx(1 / 3)
    assert score("recall", wanted, found) == 1 / 2
    assert score("f1", wanted, found) == pytest.approx(2 / 5)
    assert score("leaks", wanted, found) == 1


def test_white_space_at_the_ends_is_no_part_of_a_span():
    assert score("f1", [NAME], [(0, 11, "name")]) == 1
    assert score("f1", [(22, 36, "phone")], [PHONE]) == 1


def test_the_type_has_to_be_right_except_for_leaks():
    assert score("recall", [NAME], [(0, 10, "handle")]) == 0
    assert score("leaks", [NAME], [(0, 10, "handle")]) == 0


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("PERSON", "name"),
        ("B-PER", "name"),
        ("EMAIL_ADDRESS", "email"),
        ("Phone Number", "phone"),
        ("CREDIT_CARD", "card"),
        ("IBAN_CODE", "iban"),
        ("US_SSN", "national_id"),
        ("IP_ADDRESS", "ip"),
        ("DOMAIN_NAME", "url"),
        ("STREET_ADDRESS", "address"),
        ("name", "name"),
        ("placeholder", None),
        ("ORG", None),
        ("DATE_TIME", None),
        ("", None),
    ],
)
def test_types_of_other_datasets(theirs: str, ours: str | None):
    assert promised_type(theirs) == ours


def test_what_is_not_promised_is_neither_missed_nor_wrong():
    assert score("recall", [NAME, FIRM], [NAME]) == 1
    assert score("leaks", [NAME, FIRM], [NAME]) == 0
    assert score("precision", [NAME, FIRM], [NAME, (42, 46, "name")]) == 1
    assert score("precision", [NAME], [NAME, (42, 46, "name")]) == 0.5
    assert math.isnan(score("recall", [FIRM], []))


def test_a_leak_is_any_letter_or_digit_that_stays():
    assert score("leaks", [NAME], [(0, 9, "name")]) == 1
    assert score("leaks", [NAME], [(0, 4, "name"), (5, 10, "name")]) == 0
    assert score("leaks", [NAME, PHONE], []) == 2


def test_an_engine_is_not_believed_about_what_it_masked():
    assert score("leaks", [NAME], [NAME], text=TEXT) == 1
    assert score("leaks", [NAME], [NAME], text=masked(TEXT, [NAME])) == 0


def test_nothing_expected_and_nothing_found_says_nothing():
    for name in ("precision", "recall", "f1"):
        assert math.isnan(score(name, [], []))
    assert score("leaks", [], []) == 0
    assert score("precision", [], [NAME]) == score("f1", [], [NAME]) == 0


def test_failed_cases():
    assert score("precision", [], None) == score("f1", [], None) == 0
    assert score("recall", [NAME], None) == 0
    assert score("leaks", [NAME, PHONE], None) == 2


SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 9), st.sampled_from(["name", "phone", "ORG"])).map(
        lambda one: (one[0], one[0] + one[1], one[2])
    ),
    max_size=5,
)


@settings(max_examples=80, deadline=None)
@given(SPANS, SPANS)
def test_bounds_and_failure(wanted: list[Span], found: list[Span]):
    for name in ("precision", "recall", "f1"):
        one = score(name, wanted, found)
        assert math.isnan(one) or 0 <= one <= 1
    assert score("leaks", wanted, found, text="[X]") <= score("leaks", wanted, None)
    precision, recall, f1 = (score(name, wanted, found) for name in ("precision", "recall", "f1"))
    if precision > 0 and recall > 0:
        assert f1 == pytest.approx(2 * precision * recall / (precision + recall))
