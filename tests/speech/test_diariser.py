"""Voices of one channel told apart, and whose words they are."""

from functools import partial

import numpy as np
import pytest

from copilot.speech.audio import AudioInfo, Recording, decode
from copilot.speech.diariser import HostedDiariser, VoiceTurn, by_voice
from copilot.speech.engines import SpeechConfig
from copilot.speech.hearing import hear
from copilot.speech.hosted import HostedTranscriber
from copilot.speech.speakers import speakers_by_voice, warn_of_guess
from copilot.speech.transcriber import SAMPLE_RATE, Utterance
from copilot.speech.transcript import Word
from copilot.speech.turns import build_turns
from tests.speech.sounds import DEMO_CALLS, script, words


def spoken(start: float, text: str) -> Utterance:
    """Half a second for each word."""
    timed = [
        Word(start=start + 0.5 * n, end=start + 0.5 * n + 0.4, text=word, confidence=0.9)
        for n, word in enumerate(text.split())
    ]
    return Utterance(timed[0].start, timed[-1].end, text, 0.9, timed)


def test_an_utterance_is_cut_where_the_voice_changes() -> None:
    heard = [spoken(0, "how can I help you my kettle leaks"), spoken(10, "I see")]
    turns = [VoiceTurn(0, 2.45, 0), VoiceTurn(2.45, 4.2, 1), VoiceTurn(9.5, 11, 0)]
    found = by_voice(heard, turns)
    assert {voice: [one.text for one in said] for voice, said in found.items()} == {
        0: ["how can I help you", "I see"],
        1: ["my kettle leaks"],
    }
    assert found[1][0].start == 2.5


def test_words_outside_all_turns_go_to_the_nearest_voice() -> None:
    found = by_voice([spoken(5, "hello there")], [VoiceTurn(0, 1, 0), VoiceTurn(6.5, 9, 1)])
    assert list(found) == [1]


def test_a_moment_of_another_voice_inside_a_sentence_is_no_turn() -> None:
    utterance = Utterance(
        0,
        1.5,
        "it is broken",
        0.9,
        [
            Word(start=0, end=0.5, text="it"),
            Word(start=0.6, end=0.8, text="is"),
            Word(start=0.9, end=1.5, text="broken"),
        ],
    )
    turns = [VoiceTurn(0, 0.55, 0), VoiceTurn(0.55, 0.85, 1), VoiceTurn(0.85, 2, 0)]
    assert [one.text for one in by_voice([utterance], turns)[0]] == ["it is broken"]


def test_the_agent_is_who_talks_as_agents_do() -> None:
    customer, agent = [spoken(0, "I ordered a kettle")], [spoken(3, "Thank you for calling")]
    assert speakers_by_voice([customer, agent]) == ["customer", "agent"]
    third = [spoken(9, "yes")]
    assert speakers_by_voice([third, agent, customer]) == ["unknown", "agent", "customer"]


def test_nobody_is_called_the_agent_without_a_sign() -> None:
    assert speakers_by_voice([[spoken(0, "yes")], [spoken(2, "no")]]) == ["unknown", "unknown"]
    assert speakers_by_voice([[spoken(0, "Thank you for calling")]]) == ["unknown"]


def test_a_guess_by_who_speaks_first_is_told() -> None:
    plain = build_turns([[spoken(0, "yes")], [spoken(2, "no")]], ["agent", "customer"])
    assert [one.code for one in warn_of_guess(plain, None)] == ["agent_channel_guessed"]
    assert warn_of_guess(plain, 0) == []
    greeted = build_turns([[spoken(0, "how can I help")], [spoken(2, "no")]], ["agent", "customer"])
    assert warn_of_guess(greeted, None) == []


def test_segments_are_in_order_on_the_one_channel() -> None:
    made = build_turns(
        [[spoken(0, "one two"), spoken(4, "five")], [spoken(2, "three")]], ["agent", "customer"]
    )
    assert [(one.speaker, one.channel, one.text) for one in made] == [
        ("agent", 0, "one two"),
        ("customer", 0, "three"),
        ("agent", 0, "five"),
    ]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_call_on_one_channel() -> None:
    turns = [one for one in script("en")["turns"] if one["end"] < 40]
    end = round(max(one["end"] for one in turns) * SAMPLE_RATE)
    mixed = np.sum([np.asarray(side[:end]) for side in decode(DEMO_CALLS / "en.ogg").channels], 0)
    info = AudioInfo(None, 1, SAMPLE_RATE, "pcm", "audio/wav")
    recording = Recording([mixed], len(mixed) / SAMPLE_RATE, damaged=False, info=info, warnings=[])
    config = SpeechConfig()
    engine = HostedTranscriber.open("moonshine", config)
    diariser = HostedDiariser(partial(HostedTranscriber.open, "moonshine-voices", config), 60)
    try:
        transcript = hear(recording, engine, language="en", diariser=diariser)
    finally:
        engine.close()
        diariser.close()
    right = total = 0
    for segment in transcript.segments:
        for word in segment.words:
            middle = (word.start + word.end) / 2
            said = [one["speaker"] for one in turns if one["start"] <= middle <= one["end"]]
            total += len(said)
            right += segment.speaker in said
    assert total > 60
    assert right / total > 0.9, f"{right} of {total}"
    assert len(words(" ".join(one.text for one in transcript.segments))) >= total
