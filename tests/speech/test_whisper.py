"""The real faster-whisper path, on a model that always says one sentence."""

from pathlib import Path

import pytest

from copilot.speech.audio import decode
from copilot.speech.engines import SpeechConfig
from copilot.speech.errors import SpeechLanguageError, SpeechUnavailableError
from copilot.speech.hearing import hear
from copilot.speech.invented import is_invented
from copilot.speech.whisper import WhisperTranscriber
from tests.speech.sounds import DEMO_CALLS, noise, silence
from tests.speech.tiny_whisper import SENTENCE


def test_hears_a_call(whisper: WhisperTranscriber) -> None:
    shares: list[float] = []
    transcript = hear(decode(DEMO_CALLS / "en.ogg"), whisper, progress=shares.append)
    assert (transcript.engine, transcript.language) == ("whisper:tiny", "en")
    assert not transcript.low_accuracy
    assert {one.speaker for one in transcript.segments} == {"agent", "customer"}
    for segment in transcript.segments:
        assert 0 <= segment.start <= segment.end <= transcript.duration
        assert set(segment.text.split()) <= set(SENTENCE.split())
        assert segment.words
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_takes_a_language_and_a_vocabulary(whisper: WhisperTranscriber) -> None:
    signal = decode(DEMO_CALLS / "fi.ogg").channels[0]
    heard = whisper.transcribe(signal, language="fi-FI", vocabulary=["Rovaniemi", "Kettle 3000"])
    assert heard.language == "fi-FI"
    assert heard.utterances[0].text == SENTENCE
    assert (heard.utterances[0].confidence or 0) > 0.5


def test_silence_and_noise_have_no_words(whisper: WhisperTranscriber) -> None:
    for signal in (silence(600), noise(60), noise(60, 0.003), silence(0.01)):
        assert whisper.transcribe(signal, language="en").utterances == []


def test_progress_cancels(whisper: WhisperTranscriber) -> None:
    def stop(share: float) -> None:
        raise InterruptedError

    signal = decode(DEMO_CALLS / "en.ogg").channels[0]
    with pytest.raises(InterruptedError):
        whisper.transcribe(signal, language="en", progress=stop)
    assert whisper.transcribe(signal, language="en").utterances, "the model is free again"


def test_unknown_language(whisper: WhisperTranscriber) -> None:
    with pytest.raises(SpeechLanguageError):
        whisper.transcribe(silence(1), language="tlh")


def test_a_model_that_cannot_be_loaded(tmp_path: Path) -> None:
    for model in (str(tmp_path), "no-such-size"):
        with pytest.raises(SpeechUnavailableError, match="COPILOT_SPEECH__MODEL"):
            WhisperTranscriber.open(SpeechConfig(model=model, local_files_only=True))


SURE = {"level_db": -25.0, "no_speech": 0.01, "mean_log_probability": -0.2, "compression": 1.2}


@pytest.mark.parametrize(
    ("text", "changed", "invented"),
    [
        ("I would like a refund.", {}, False),
        ("I would like a refund.", {"level_db": -75.0}, True),
        ("I would like a refund.", {"no_speech": 0.9, "mean_log_probability": -1.4}, True),
        ("I would like a refund.", {"no_speech": 0.9}, False),
        ("I would like a refund.", {"mean_log_probability": -2.5}, True),
        ("no no no", {"compression": 2.9}, True),
        ("thank you very much " * 6, {}, True),
        ("Thank you for watching!", {"no_speech": 0.5}, True),
        ("Kiitos kun katsoit!", {"mean_log_probability": -0.8}, True),
        ("Thank you for watching over my order.", {}, False),
    ],
)
def test_invented_words(text: str, changed: dict[str, float], invented: bool) -> None:
    assert is_invented(text, **(SURE | changed)) is invented
