"""Times of corrected words, and of sentences within long segments."""

import pytest

from copilot.speech.aligning import Span, retimed, seconds_within
from copilot.speech.transcript import Word


def heard(text: str, *, start: float = 10.0) -> list[Word]:
    """A word each second, half a second long."""
    return [
        Word(start=start + n, end=start + n + 0.5, text=word, confidence=0.9)
        for n, word in enumerate(text.split())
    ]


SPAN = Span(9.0, 20.0)


def test_words_that_were_right_keep_their_times_and_confidence() -> None:
    words = heard("i would like a re fund today")
    found = retimed(words, "I would like a refund today.", SPAN)
    assert [one.text for one in found] == ["I", "would", "like", "a", "refund", "today."]
    assert [one.start for one in found] == [10, 11, 12, 13, 14, 16]
    assert (found[4].start, found[4].end) == (14.0, 15.5)
    assert [one.confidence for one in found] == [0.9, 0.9, 0.9, 0.9, None, 0.9]


def test_words_put_in_stand_between_their_neighbours() -> None:
    found = retimed(heard("tilaus rikki"), "Ostamani tilaus saapui eilen rikki nyt", SPAN)
    times = [(one.text, one.start, one.end) for one in found]
    assert times[0] == ("Ostamani", 9.0, 10.0)
    assert times[1] == ("tilaus", 10.0, 10.5)
    assert times[2][1] == 10.5
    assert times[3][2] == 11.0
    assert times[4:] == [("rikki", 11.0, 11.5), ("nyt", 11.5, 20.0)]
    starts = [one.start for one in found]
    assert starts == sorted(starts)


@pytest.mark.parametrize("text", ["completely different words now", "…", "a", "x " * 3000])
def test_whatever_is_put_right_stays_within_the_segment(text: str) -> None:
    words = heard("the lid was broken")
    found = retimed(words, text, SPAN)
    assert [one.text for one in found] == text.split()
    assert all(10.0 <= one.start <= one.end <= 13.5 for one in found)


def test_a_segment_without_timed_words_gets_none() -> None:
    assert retimed([], "anything", SPAN) == []


def test_a_sentence_is_found_in_a_long_segment() -> None:
    words = heard("so the lid was broken and then we will send you a new lid tomorrow ok")
    assert seconds_within(words, "We will send you a new lid tomorrow.") == (17.0, 24.5)
    assert seconds_within(words, "We'll refund your kettle") is None
    assert seconds_within(words, "") is None
    assert seconds_within([], "a lid") is None


def test_little_words_far_away_do_not_stretch_it() -> None:
    words = heard("a b c d e f g h i j k the lid was broken q r s t u v w x y z")
    assert seconds_within(words, "The lid was broken, a") == (21.0, 24.5)
