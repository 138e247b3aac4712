"""The real faster-whisper path, on a model that always says one sentence."""

from pathlib import Path
from typing import Any

import pytest

from copilot.speech.audio import decode
from copilot.speech.engines import SpeechConfig
from copilot.speech.errors import SpeechEngineError, SpeechLanguageError, SpeechUnavailableError
from copilot.speech.hearing import hear
from copilot.speech.hosted import HostedTranscriber
from copilot.speech.invented import is_invented
from copilot.speech.transcriber import SAMPLE_RATE
from copilot.speech.whisper import WhisperRecogniser
from tests.speech.sounds import DEMO_CALLS, alone, noise, silence
from tests.speech.tiny_whisper import SENTENCE


def go_on() -> None:
    """Nobody cancels."""


def test_hears_a_call(whisper: HostedTranscriber) -> None:
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


def test_takes_a_language_and_a_vocabulary(whisper: HostedTranscriber) -> None:
    signal = decode(DEMO_CALLS / "fi.ogg").channels[0][: 6 * SAMPLE_RATE]
    names = ["Rovaniemi", "Kettle 3000"]
    (heard,) = whisper.hear([signal], language="fi-FI", vocabulary=names, go_on=go_on)
    assert heard.language == "fi"
    assert heard.utterances[0].text == SENTENCE
    assert (heard.utterances[0].confidence or 0) > 0.5


def test_detects_the_language_and_says_how_sure_it_is(whisper: HostedTranscriber) -> None:
    signal = decode(DEMO_CALLS / "en.ogg").channels[0][: 6 * SAMPLE_RATE]
    heard = whisper.hear([signal, signal], language=None, go_on=go_on)
    assert [one.language for one in heard] == ["en", "en"]
    assert all((one.language_probability or 0) > 0.9 for one in heard)


def test_words_lie_inside_their_piece(whisper: HostedTranscriber) -> None:
    signal = decode(DEMO_CALLS / "en.ogg").channels[0]
    pieces = [signal[: round(seconds * SAMPLE_RATE)] for seconds in (3.0, 0.4, 30.0)]
    heard = whisper.hear(pieces, language="en", go_on=go_on)
    for piece, result in zip(pieces, heard, strict=True):
        times = [
            time
            for utterance in result.utterances
            for word in utterance.words
            for time in (word.start, word.end)
        ]
        assert times == sorted(times)
        assert all(0 <= time <= len(piece) / SAMPLE_RATE + 0.2 for time in times)
    assert heard[0].utterances
    assert heard[2].utterances


def test_silence_and_noise_have_no_words(whisper: HostedTranscriber) -> None:
    for signal in (silence(600), noise(60), noise(60, 0.003), silence(0.01)):
        assert hear(alone(signal), whisper, language="en").segments == []


def test_as_many_names_as_the_prompt_has_room_for(tiny_whisper: Path) -> None:
    engine = WhisperRecogniser.open(SpeechConfig(model=str(tiny_whisper), threads=1))
    names = [f"Kettle {number}" for number in range(200)]
    taken = engine.hotwords(names)
    assert taken is not None
    assert taken.startswith("Kettle 0, Kettle 1")
    assert taken.split(", ") == names[: len(taken.split(", "))]
    assert len(taken) < 300
    assert engine.hotwords([]) is None


def test_a_batch_that_fails_is_tried_in_halves(tiny_whisper: Path) -> None:
    engine = WhisperRecogniser.open(SpeechConfig(model=str(tiny_whisper), threads=1))
    signal = decode(DEMO_CALLS / "en.ogg").channels[0][: 4 * SAMPLE_RATE]
    whole = engine.hear([signal] * 3, language="en", vocabulary=())
    pipeline, sizes = engine.pipeline, list[int]()

    class Narrow:
        def transcribe(self, audio: Any, **options: Any) -> Any:
            sizes.append(options["batch_size"])
            if options["batch_size"] > 1:
                raise RuntimeError("out of memory")
            return pipeline.transcribe(audio, **options)

    engine.pipeline = Narrow()
    assert engine.hear([signal] * 3, language="en", vocabulary=()) == whole
    assert sizes == [3, 1, 2, 1, 1]


def test_a_piece_that_always_fails_is_told(tiny_whisper: Path) -> None:
    engine = WhisperRecogniser.open(SpeechConfig(model=str(tiny_whisper), threads=1))

    class Broken:
        def transcribe(self, _audio: Any, **_options: Any) -> Any:
            raise RuntimeError("out of memory")

    engine.pipeline = Broken()
    with pytest.raises(SpeechEngineError, match="cannot decode"):
        engine.hear([silence(1)] * 2, language="en", vocabulary=())


def test_unknown_language(whisper: HostedTranscriber) -> None:
    with pytest.raises(SpeechLanguageError):
        whisper.hear([silence(1)], language="tlh", go_on=go_on)


def test_a_model_that_cannot_be_loaded(tmp_path: Path) -> None:
    for model in (str(tmp_path), "no-such-size"):
        with pytest.raises(SpeechUnavailableError, match="COPILOT_SPEECH__MODEL"):
            WhisperRecogniser.open(SpeechConfig(model=model, local_files_only=True))


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
