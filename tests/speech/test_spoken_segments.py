"""Figures said aloud in segments, beside the words."""

import pytest

from copilot.speech.spoken.segments import figures_of, with_figures, written_of
from copilot.speech.transcript import Segment, Word


def segment(text: str, *, channel: int = 0, timed: bool = True) -> Segment:
    words = [Word(start=float(at), end=at + 0.5, text=word) for at, word in enumerate(text.split())]
    return Segment(
        n=1,
        start=0,
        end=9,
        speaker="customer",
        channel=channel,
        text=text,
        words=words if timed else [],
    )


def test_a_figure_has_its_words_and_seconds() -> None:
    said = segment("Yes, it is K. K. two, zero, seven, three, one. Thanks.")
    (heard,) = with_figures([said], lambda _: "en-GB")
    (figure,) = heard.figures
    assert (figure.kind, figure.written) == ("identifier", "KK20731")
    assert heard.text.split()[figure.first : figure.last + 1][0] == "K."
    assert (figure.start, figure.end) == (3.0, 9.5)
    assert heard.text == said.text, "the words stay"
    assert written_of(heard) == "Yes, it is KK20731. Thanks."


def test_each_channel_in_its_language() -> None:
    english, finnish = segment("it is sixty four pounds ninety"), segment("kaksi euroa", channel=1)
    heard = with_figures([english, finnish], lambda one: ("en", "fi")[one.channel or 0])
    assert [figure.written for one in heard for figure in one.figures] == ["£64.90", "2 €"]
    nobody_knows = with_figures([english], lambda _: None)
    assert nobody_knows[0].figures == []
    assert written_of(nobody_knows[0]) is None


def test_without_times_of_the_words() -> None:
    (figure,) = figures_of("by the thirty first of March", "en")
    assert (figure.written, figure.start, figure.end) == ("31 March", None, None)
    (heard,) = with_figures([segment("by the thirty first of March", timed=False)], lambda _: "en")
    assert heard.figures[0].start is None


def test_an_amount_half_in_digits_is_whole() -> None:
    (heard,) = with_figures([segment("It would be 64 pounds 90 with shipping.")], lambda _: "en")
    assert written_of(heard) == "It would be £64.90 with shipping."


def written_over(*said: str, pause: float = 1.0) -> list[list[str]]:
    """The figures of each segment; those that say only "Yes." are the other side's."""
    segments, at = [], 0.0
    for text in said:
        one = segment(text, channel=int(text == "Yes."), timed=False)
        speaker = "agent" if text == "Yes." else "customer"
        segments.append(one.model_copy(update={"start": at, "end": at + 2, "speaker": speaker}))
        at += 2 + pause
    heard = with_figures(segments, lambda _: "en")
    return [[figure.written for figure in one.figures] for one in heard]


@pytest.mark.parametrize(
    "said",
    [
        ("It is K K two zero.", "Seven three one."),
        ("It is K K two zero.", "Yes.", "Seven three one."),
        ("It is K K.", "Two zero seven three one."),
        ("My phone is zero four zero.", "Yes.", "One two three four five six seven, I think."),
    ],
)
def test_half_of_a_number_is_no_number(said: tuple[str, ...]) -> None:
    assert written_over(*said) == [[] for _ in said]


def test_what_is_whole_stays_beside_what_follows() -> None:
    order = "My order is K K two zero seven three one."
    assert written_over(order, "Two of them are broken.") == [["KK20731"], []]
    assert written_over(order, "Yes.", "It was twelve pounds.") == [["KK20731"], [], ["£12"]]
    assert written_over("It is K K two zero.", "Seven three one.", pause=20) == [["KK20"], ["731"]]
