"""Real speech through the packaged recogniser."""

import time

import numpy as np
import pytest

from copilot.speech.audio import decode
from copilot.speech.errors import SpeechLanguageError
from copilot.speech.hearing import hear
from copilot.speech.pocketsphinx import PocketSphinxTranscriber
from copilot.speech.transcriber import SAMPLE_RATE
from tests.speech.sounds import DEMO_CALLS, noise, said, script, silence, word_errors, words
from tests.timing import limit


@pytest.fixture
def engine() -> PocketSphinxTranscriber:
    return PocketSphinxTranscriber.open()


@pytest.mark.slow
def test_the_english_demo_call_turn_by_turn(engine: PocketSphinxTranscriber) -> None:
    call = script("en")
    shares: list[float] = []
    transcript = hear(decode(DEMO_CALLS / "en.ogg"), engine, language="en", progress=shares.append)
    assert transcript.low_accuracy
    assert [one.n for one in transcript.segments] == list(range(1, len(transcript.segments) + 1))
    assert [one.speaker for one in transcript.segments] == [one["speaker"] for one in call["turns"]]
    for segment, turn in zip(transcript.segments, call["turns"], strict=True):
        assert segment.start == pytest.approx(turn["start"], abs=0.8)
        assert segment.end == pytest.approx(turn["end"], abs=0.8)
    for speaker in ("agent", "customer"):
        heard = words(" ".join(one.text for one in transcript.segments if one.speaker == speaker))
        reference = said(call["turns"], speaker)
        assert word_errors(reference, heard) / len(reference) < 0.2
    assert shares == sorted(shares)
    assert 0.9 < shares[-1] <= 1


@pytest.mark.slow
def test_another_language_is_not_passed_off_as_english(engine: PocketSphinxTranscriber) -> None:
    with pytest.raises(SpeechLanguageError, match="COPILOT_SPEECH__MODEL"):
        hear(decode(DEMO_CALLS / "fi.ogg"), engine)


def test_words_have_times_and_confidence(engine: PocketSphinxTranscriber) -> None:
    signal = decode(DEMO_CALLS / "en.ogg").channels[0][: 5 * SAMPLE_RATE]
    (utterance,) = engine.transcribe(signal, language="en-GB").utterances
    assert utterance.words[0].text == "good"
    assert [word.start for word in utterance.words] == sorted(
        word.start for word in utterance.words
    )
    assert all(0 <= (word.confidence or 0) <= 1 for word in utterance.words)
    assert len({word.confidence for word in utterance.words}) > 3


def test_silence_and_noise_have_no_words(engine: PocketSphinxTranscriber) -> None:
    for signal in (silence(600), noise(20), noise(20, 0.005), silence(0.01)):
        assert engine.transcribe(signal, language="en").utterances == []


def test_refuses_other_languages(engine: PocketSphinxTranscriber) -> None:
    with pytest.raises(SpeechLanguageError):
        engine.transcribe(silence(1), language="fi-FI")


@pytest.mark.timed
def test_cancels_within_two_seconds(engine: PocketSphinxTranscriber) -> None:
    signal = np.tile(decode(DEMO_CALLS / "en.ogg").channels[0][: 6 * SAMPLE_RATE], 10)
    wanted_at = 0.0

    def stop(share: float) -> None:
        nonlocal wanted_at
        if share > 0:
            wanted_at = wanted_at or time.monotonic()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        engine.transcribe(signal, language="en", progress=stop)
    assert time.monotonic() - wanted_at < limit(2)
