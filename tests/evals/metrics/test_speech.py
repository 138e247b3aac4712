import math

import jiwer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.evals.case import Case
from copilot.evals.metric import Answered
from copilot.evals.metrics.catalog import metric
from copilot.evals.metrics.spoken_words import normalised
from tests.evals.metrics.examples import value


def heard(
    text: str, said: str, language: str | None = None, *, took: float = 1.0, duration: float = 2.0
) -> Answered:
    given = {"audio": "a.wav", "language": language}
    case = Case(id="1", input=given, expected={"text": said})
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


SENTENCES = st.lists(st.sampled_from(["hei", "tilaus", "ei", "vielä", "öljy"]), max_size=9)


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
        ("It’s 39,90 €, or 1 234.50", "its 39.90 euro or 1234.50"),
        ("klo 14:30.", "klo 14.30"),
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


@pytest.mark.parametrize(
    ("language", "said", "written"),
    [
        ("en", "It's sixty four pounds ninety.", "its £64.90"),
        ("en", "my order is K K two zero seven three one", "My order is KK-20731."),
        ("en", "by the thirty first of March", "by March 31st"),
        ("en", "Tuesday, the thirty first of March", "tuesday 31 March"),
        ("en", "uh I have three, fifteen percent", "I have 3, 15%"),
        ("fi", "kuusikymmentäneljä euroa yhdeksänkymmentä senttiä", "64,90 €"),
        ("fi", "kahdestoista maaliskuuta", "12. maaliskuuta"),
        ("fi", "koo koo, kaksi nolla seitsemän viisi viisi", "KK-20755"),
        ("fi-FI", "öö niitä oli kolme", "Niitä oli 3"),
    ],
)
def test_numbers_in_words_and_in_digits_count_the_same(language: str, said: str, written: str):
    for one, other in ((said, written), (written, said)):
        assert score("wer", heard(one, other, language)) == 0
        assert score("cer", heard(one, other, language)) == 0
        assert score("digit_accuracy", heard(one, other, language)) == 1


def test_a_wrong_figure_is_still_an_error_in_words_or_digits():
    wrong = heard("it costs £64.80", "it costs sixty four pounds ninety", "en")
    assert score("wer", wrong) == pytest.approx(1 / 8)
    assert score("digit_accuracy", wrong) == 0.75
    assert score("wer", heard("order KK 20731", "order K J two zero seven three one", "en")) > 0


def test_writing_makes_no_error_and_without_a_language_numbers_stay_as_written():
    assert score("wer", heard("HEI, paketti ei tullut!", "hei paketti ei tullut")) == 0
    assert score("wer", heard("kaksi", "2")) == 1


def test_long_references_weigh_more():
    several = [
        heard("aa bb cc dd ee ff gg hh ii jj", "aa bb cc dd ee ff gg hh ii jj"),
        heard("xx yy", "kk ll"),
    ]
    assert score("wer", *several) == pytest.approx(2 / 12, abs=1e-9)


def test_invented_words_can_go_above_one():
    assert score("wer", heard("one two three", "one")) == 2
    assert score("wer", heard("two words", ""), heard("aa bb", "aa bb")) == 1
    assert math.isnan(score("wer", heard("two words", "")))


def test_a_failed_recording_is_all_wrong():
    said = "Tilaus 20418 maksoi 39,90 euroa."
    for name, worst in (("wer", 1), ("cer", 1), ("digit_accuracy", 0)):
        assert score(name, broken(said)) == worst
    assert score("wer", broken("aa bb"), heard("aa bb cc dd", "aa bb cc dd")) == pytest.approx(
        2 / 6
    )
    assert math.isnan(score("real_time_factor", broken(said)))


def test_digits_count_in_their_order_however_they_are_grouped():
    said = "numero 040 123 4567, tilaus 20418, summa 39,90"
    assert score("digit_accuracy", heard("numero 0401234567 tilaus 20418 summa 39.90", said)) == 1
    assert score("digit_accuracy", heard("numero 0401234567 tilaus 20419 summa 39.90", said)) == (
        pytest.approx(18 / 19)
    )
    assert score("digit_accuracy", heard("tilaus 81402", "tilaus 20418")) < 1
    assert score("digit_accuracy", heard("numero tilaus summa", said)) == 0
    assert math.isnan(score("digit_accuracy", heard("7", "ei mitään")))


def test_time_is_summed_over_recordings():
    several = [heard("a", "a", took=1, duration=10), heard("a", "a", took=5, duration=2)]
    assert score("real_time_factor", *several) == 0.5
