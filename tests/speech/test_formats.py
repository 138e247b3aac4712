"""Transcripts as text, subtitles and JSON."""

from copilot.speech.formats import LOW_ACCURACY, render
from copilot.speech.transcript import Segment, Transcript

TRANSCRIPT = Transcript(
    language="en",
    duration=3700.5,
    engine="pocketsphinx",
    low_accuracy=True,
    segments=[
        Segment(n=1, start=0.5, end=2.25, speaker="agent", channel=0, text="Good morning."),
        Segment(
            n=2, start=3661.0, end=3662.9996, speaker="customer", text="a < b\n\n--> & so\non 🙂"
        ),
    ],
)


def test_text() -> None:
    assert render(TRANSCRIPT, "txt") == (
        f"[{LOW_ACCURACY}]\n[0:00:00] Agent: Good morning.\n"
        "[1:01:01] Customer: a < b → & so on 🙂\n"
    )


def test_srt() -> None:
    assert render(TRANSCRIPT, "srt") == (
        "1\n00:00:00,500 --> 00:00:02,250\nAgent: Good morning.\n\n"
        "2\n01:01:01,000 --> 01:01:03,000\nCustomer: a < b → & so on 🙂\n"
    )


def test_vtt() -> None:
    assert render(TRANSCRIPT, "vtt") == (
        f"WEBVTT\n\nNOTE {LOW_ACCURACY}\n\n"
        "1\n00:00:00.500 --> 00:00:02.250\n<v Agent>Good morning.\n\n"
        "2\n01:01:01.000 --> 01:01:03.000\n<v Customer>a &lt; b → &amp; so on 🙂\n"
    )


def test_json_comes_back_the_same() -> None:
    assert Transcript.model_validate_json(render(TRANSCRIPT, "json")) == TRANSCRIPT


def test_nothing_said() -> None:
    empty = Transcript(language=None, duration=1, engine="whisper:small", segments=[])
    assert (render(empty, "txt"), render(empty, "srt")) == ("", "")
    assert render(empty, "vtt") == "WEBVTT\n"
