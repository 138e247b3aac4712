"""Real speech through the packaged recogniser."""

import pytest

from copilot.speech.audio import decode
from copilot.speech.errors import SpeechLanguageError
from copilot.speech.hearing import hear
from copilot.speech.hosted import HostedTranscriber
from copilot.speech.transcriber import SAMPLE_RATE
from tests.speech.sounds import DEMO_CALLS, alone, noise, said, script, silence, word_errors, words


def go_on() -> None:
    """Nobody cancels."""


@pytest.mark.slow
def test_the_english_demo_call_turn_by_turn(pocketsphinx: HostedTranscriber) -> None:
    call = script("en")
    shares: list[float] = []
    transcript = hear(
        decode(DEMO_CALLS / "en.ogg"), pocketsphinx, language="en", progress=shares.append
    )
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
def test_another_language_is_not_passed_off_as_english(pocketsphinx: HostedTranscriber) -> None:
    with pytest.raises(SpeechLanguageError, match="COPILOT_SPEECH__MODEL"):
        hear(decode(DEMO_CALLS / "fi.ogg"), pocketsphinx)


def test_words_have_times_and_confidence(pocketsphinx: HostedTranscriber) -> None:
    signal = decode(DEMO_CALLS / "en.ogg").channels[0][: 5 * SAMPLE_RATE]
    (heard,) = pocketsphinx.hear([signal], language="en-GB", go_on=go_on)
    (utterance,) = heard.utterances
    assert utterance.words[0].text == "good"
    assert [word.start for word in utterance.words] == sorted(
        word.start for word in utterance.words
    )
    assert all(0 <= (word.confidence or 0) <= 1 for word in utterance.words)
    assert len({word.confidence for word in utterance.words}) > 3


def test_silence_and_noise_have_no_words(pocketsphinx: HostedTranscriber) -> None:
    for signal in (silence(600), noise(20), noise(20, 0.005), silence(0.01)):
        assert hear(alone(signal), pocketsphinx, language="en").segments == []


def test_refuses_other_languages(pocketsphinx: HostedTranscriber) -> None:
    with pytest.raises(SpeechLanguageError):
        pocketsphinx.hear([silence(1)], language="fi-FI", go_on=go_on)
