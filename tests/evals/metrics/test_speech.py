import math

import jiwer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.evals.case import Case
from copilot.evals.metric import Answered
from copilot.evals.metrics.catalog import metric
from copilot.evals.metrics.speech import digit_sequences, normalised
from tests.evals.metrics.examples import value


def heard(text: str, said: str, took: float = 1.0, duration: float = 2.0) -> Answered:
    case = Case(id="1", input={"audio": "a.wav"}, expected={"text": said})
    return Answered(case, {"text": text, "took": took, "duration": duration, "damaged": False})


def broken(said: str) -> Answered:
    return Answered(heard("", said).case, None)


def score(name: str, *answered: Answered) -> float:
    return value(metric("transcription", name), list(answered))


def test_the_example_of_jiwer():
    # From its README: "hello world" heard as "hello duck" has a word error rate of 0.5.
    assert score("wer", heard("hello duck", "hello world")) == 0.5
    assert score("cer", heard("hello duck", "hello world")) == pytest.approx(
        jiwer.cer("hello world", "hello duck"), abs=1e-9
    )


SENTENCES = st.lists(
    st.sampled_from(["hei", "tilaus", "ei", "tullut", "39,90", "öljy"]), max_size=9
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SENTENCES.filter(bool), SENTENCES), min_size=1, max_size=4))
def test_agrees_with_jiwer_over_all_cases(pairs: list[tuple[list[str], list[str]]]):
    said, written = ([" ".join(one) for one in side] for side in zip(*pairs, strict=True))
    answered = [heard(two, one) for one, two in zip(said, written, strict=True)]
    assert score("wer", *answered) == pytest.approx(jiwer.wer(said, written), abs=1e-9)
    assert score("cer", *answered) == pytest.approx(jiwer.cer(said, written), abs=1e-9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hei! Mitä kuuluu?", "hei mitä kuuluu"),
        ("It’s 39,90 €, or 1 234.50", "its 39,90 € or 1 234.50"),
        ("klo 14:30.", "klo 14:30"),
        ("e-mail – order/return_slip", "e mail order return slip"),
        ("KK-20418", "kk 20418"),
        ("pa\u00adket\u200bti", "paketti"),
        ("A\u0308iti ﬁve \u00a0 Straße", "äiti five strasse"),
        ("…", ""),
    ],
)
def test_normalisation(text: str, expected: str):
    assert normalised(text) == expected


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str):
    assert normalised(normalised(text)) == normalised(text)


def test_writing_makes_no_error_and_numbers_are_left_as_they_are():
    assert score("wer", heard("HEI, paketti ei tullut!", "hei paketti ei tullut")) == 0
    assert score("wer", heard("kaksi", "2")) == 1


def test_long_references_weigh_more():
    several = [heard("a b c d e f g h i j", "a b c d e f g h i j"), heard("x y", "k l")]
    assert score("wer", *several) == pytest.approx(2 / 12, abs=1e-9)


def test_invented_words_can_go_above_one():
    assert score("wer", heard("one two three", "one")) == 2
    assert score("wer", heard("two words", ""), heard("a b", "a b")) == 1
    assert math.isnan(score("wer", heard("two words", "")))


def test_a_failed_recording_is_all_wrong():
    said = "Tilaus 20418 maksoi 39,90 euroa."
    for name, worst in (("wer", 1), ("cer", 1), ("digit_accuracy", 0)):
        assert score(name, broken(said)) == worst
    assert score("wer", broken("a b"), heard("a b c d", "a b c d")) == pytest.approx(2 / 6)
    assert math.isnan(score("real_time_factor", broken(said)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("soita 040 123-4567 heti", ["0401234567"]),
        ("13.3.2026 klo 14:30", ["1332026", "1430"]),
        ("39,90, 12 kpl", ["3990", "12"]),
        ("９ and none", ["9"]),
        ("ei numeroita", []),
    ],
)
def test_digit_sequences(text: str, expected: list[str]):
    assert digit_sequences(text) == expected


def test_a_number_counts_when_all_its_digits_were_heard_in_order():
    said = "numero 040 123 4567, tilaus 20418, summa 39,90"
    assert score("digit_accuracy", heard("0401234567 a 20418 b 39.90", said)) == 1
    assert score("digit_accuracy", heard("0401234567 a 20419 b 39.90", said)) == (
        pytest.approx(2 / 3)
    )
    assert score("digit_accuracy", heard("39,90 a 20418 b 0401234567", said)) == (
        pytest.approx(1 / 3)
    )
    assert math.isnan(score("digit_accuracy", heard("7", "ei mitään")))


def test_time_is_summed_over_recordings():
    several = [heard("a", "a", took=1, duration=10), heard("a", "a", took=5, duration=2)]
    assert score("real_time_factor", *several) == 0.5
