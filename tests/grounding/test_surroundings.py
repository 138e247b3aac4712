"""The sentence around a stretch of text, and where words stand alone."""

from hypothesis import given
from hypothesis import strategies as st

from copilot.grounding.surroundings import Sentences, sentence_around, standing

TEXTS = st.lists(
    st.sampled_from(["a", "7", ". ", ".", " ", "! ", "? ", "\n", "12,50 €", "word " * 60]),
    max_size=30,
).map("".join)


@given(TEXTS, st.integers(0, 400), st.integers(0, 40))
def test_many_questions_are_answered_like_one(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    assert Sentences(text).around(start, end) == sentence_around(text, start, end)


def test_words_stand_alone_or_not_at_all() -> None:
    assert list(standing("12", "12 a 112 x12 12x 1.12 12.5 or 12")) == [0, 30]
    assert list(standing("€ 5", "x€ 5, € 5")) == [6]


def test_a_word_inside_a_very_long_one_is_soon_given_up() -> None:
    assert list(standing("1" * 6000, "1" * 1_000_000)) == []
