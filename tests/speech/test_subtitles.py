"""Subtitles that can be read: short, in time, marked where the engine was not sure."""

import itertools
import re

import pytest

from copilot.speech.aligning import Span, retimed
from copilot.speech.formats import TranscriptFormat, render
from copilot.speech.subtitles import LINE
from copilot.speech.transcript import Segment, Speaker, Transcript, Word

LONG = (
    "I have found your order, it is a stove top espresso maker that was delivered on the twelfth of"
    " March. The lid was broken, so I can send you a new lid, or give you all of your money back"
)
_TIMES = re.compile(r"(\d\d):(\d\d):(\d\d)[.,](\d{3}) --> (\d\d):(\d\d):(\d\d)[.,](\d{3})")


def said(
    n: int,
    text: str,
    *,
    start: float,
    speaker: Speaker = "agent",
    confidence: float | None = 0.9,
    timed: bool = True,
) -> Segment:
    """A segment with a word every half second."""
    words = [
        Word(start=start + k / 2, end=start + k / 2 + 0.4, text=word, confidence=confidence)
        for k, word in enumerate(text.split())
    ]
    end = words[-1].end + 0.1
    return Segment(
        n=n, start=start, end=end, speaker=speaker, text=text, words=words if timed else []
    )


def of(*segments: Segment) -> Transcript:
    return Transcript(language="en", duration=99, engine="whisper:small", segments=list(segments))


def cues(text: str) -> list[tuple[float, float, list[str]]]:
    """Start, end and lines of each subtitle, read as a player would."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = block.split("\n")
        for place, line in enumerate(lines):
            if times := _TIMES.fullmatch(line):
                numbers = [int(one) for one in times.groups()]
                start, end = (
                    h * 3600 + m * 60 + s + ms / 1000 for h, m, s, ms in (numbers[:4], numbers[4:])
                )
                found.append((start, end, lines[place + 1 :]))
    return found


@pytest.mark.parametrize("form", ["srt", "vtt"])
@pytest.mark.parametrize("timed", [True, False])
def test_a_long_turn_becomes_subtitles_of_two_short_lines(
    form: TranscriptFormat, timed: bool
) -> None:
    shown = cues(render(of(said(1, LONG, start=10, timed=timed)), form))
    assert len(shown) >= 3
    bare = [[re.sub(r"<[^>]*>", "", one) for one in lines] for _, _, lines in shown]
    assert all(len(lines) <= 2 and all(len(one) <= LINE for one in lines) for lines in bare)
    whole = " ".join(one for lines in bare for one in lines)
    assert whole.removeprefix("Agent: ") == LONG
    assert (shown[0][0], shown[-1][1]) == (10.0, said(1, LONG, start=10).end)
    assert all(start < end for start, end, _ in shown)
    assert all(one[1] <= other[0] + 0.001 for one, other in itertools.pairwise(shown))


def test_each_is_shown_while_its_words_are_said() -> None:
    segment = said(1, LONG, start=10)
    words = iter(segment.words)
    for start, end, lines in cues(render(of(segment), "vtt")):
        own = [next(words) for _ in " ".join(lines).removeprefix("<v Agent>").split()]
        assert start <= own[0].start + 0.001
        assert own[-1].end - 0.001 <= end <= own[-1].end + 0.101


def test_they_end_with_a_clause_where_there_is_one() -> None:
    text = "The lid of the maker that you bought was broken, so I can send you a new one tomorrow"
    first, second = cues(render(of(said(1, text, start=0)), "vtt"))
    assert " ".join(first[2]).endswith("was broken,")
    assert " ".join(second[2]) == "<v Agent>so I can send you a new one tomorrow"


def test_vtt_begins_in_order_when_two_speak_at_once() -> None:
    both = of(said(1, LONG, start=0), said(2, "yes yes", start=1.2, speaker="customer"))
    for form in ("srt", "vtt"):
        starts = [start for start, _, _ in cues(render(both, form))]
        assert starts == sorted(starts)
    ids = re.findall(r"^(\S+)\n\d\d:", render(both, "vtt"), re.MULTILINE)
    assert len(ids) == len(set(ids))
    numbers = re.findall(r"^(\d+)\n\d\d:", render(both, "srt"), re.MULTILINE)
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("text", ["日本" * 200, "x" * 500, "a-->b " * 40, "🙂 " * 60])
def test_whatever_was_said_fits(text: str) -> None:
    for form in ("srt", "vtt"):
        shown = cues(render(of(said(1, text, start=0)), form))
        lines = [re.sub(r"<v [^>]*>", "", one) for _, _, lines in shown for one in lines]
        # Only a word that needs the room itself pushes the name out of a line.
        assert all(len(one) <= LINE + len("Agent: ") for one in lines)
        assert all(len(lines) <= 2 and start < end for start, end, lines in shown)


def test_marks_show_unsure_words_and_what_was_heard() -> None:
    segment = said(1, "the lid was <broken>", start=0)
    segment.words[1].confidence = 0.3
    segment.words[3].confidence = 0.2
    corrected = said(2, "It is KK-20731.", start=5, speaker="customer")
    corrected.original_text = "it is k k two\n\n--> one"
    transcript = of(segment, corrected)
    assert render(transcript, "txt", marks=True) == (
        "[0:00:00] Agent: the lid[?] was <broken>[?]\n"
        "[0:00:05] Customer: It is KK-20731. [heard: it is k k two → one]\n"
    )
    vtt = render(transcript, "vtt", marks=True)
    assert "<v Agent>the <c.unsure>lid</c> was <c.unsure>&lt;broken&gt;</c>\n" in vtt
    assert "\n\nNOTE heard: it is k k two → one\n\n2\n00:00:05.000 -->" in vtt
    assert "Agent: the lid[?] was <broken>[?]\n" in render(transcript, "srt", marks=True)


@pytest.mark.parametrize("form", ["txt", "srt", "vtt"])
def test_without_marks_there_are_none(form: TranscriptFormat) -> None:
    unsure = of(said(1, "the lid was broken", start=0, confidence=0.1))
    assert "the lid was broken" in render(unsure, form)


def test_a_word_that_a_person_put_in_is_not_marked() -> None:
    heard = said(1, "the lit was broken", start=0, confidence=0.1)
    right = "the lid was broken"
    words = retimed(heard.words, right, Span(heard.start, heard.end))
    segment = heard.model_copy(update={"text": right, "words": words, "original_text": heard.text})
    assert render(of(segment), "txt", marks=True) == (
        "[0:00:00] Agent: the[?] lid was[?] broken[?] [heard: the lit was broken]\n"
    )
