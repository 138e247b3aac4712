"""Which engine hears, and what is said when none can."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from copilot.kernel.errors import ConfigurationError
from copilot.speech.engines import SpeechConfig, SpeechEngines
from copilot.speech.errors import SpeechLanguageError, SpeechUnavailableError
from copilot.speech.pocketsphinx import PocketSphinxTranscriber
from copilot.speech.transcriber import Transcriber
from copilot.speech.whisper import WhisperTranscriber


def broken() -> PocketSphinxTranscriber:
    raise SpeechUnavailableError("The model is not there.")


def missing() -> PocketSphinxTranscriber:
    raise SpeechUnavailableError("PocketSphinx is missing: reinstall Copilot.")


def test_opens_once_and_only_when_needed(whisper: WhisperTranscriber) -> None:
    opened = []

    def opening() -> WhisperTranscriber:
        opened.append(1)
        return whisper

    engines = SpeechEngines(opening, PocketSphinxTranscriber.open)
    assert engines.describe()["loaded"] is False
    assert engines.get("fi") is engines.get(None) is whisper
    assert opened == [1]
    assert engines.describe()["engine"] == "whisper:tiny"
    engines.close()
    assert engines.describe()["loaded"] is False


def test_falls_back_when_whisper_cannot_be_loaded() -> None:
    engines = SpeechEngines(broken, PocketSphinxTranscriber.open)
    assert engines.get("en-GB").engine == "pocketsphinx"
    described = engines.describe()
    assert described["engine"] == "pocketsphinx"
    assert described["low_accuracy"] is True
    assert described["problem"] == "The model is not there."


def test_the_fallback_knows_english_only() -> None:
    with pytest.raises(SpeechLanguageError, match="COPILOT_SPEECH__MODEL"):
        SpeechEngines(None, PocketSphinxTranscriber.open).get("fi")


@pytest.mark.parametrize(
    ("fallback", "language"),
    [(None, "en"), (PocketSphinxTranscriber.open, "fi"), (missing, "en"), (missing, None)],
)
def test_where_the_fallback_is_no_help_the_reason_is_told(
    fallback: Callable[[], Transcriber] | None, language: str | None
) -> None:
    with pytest.raises(SpeechUnavailableError, match="not there"):
        SpeechEngines(broken, fallback).get(language)


def test_a_fallback_that_is_missing_is_not_taken_for_a_language() -> None:
    with pytest.raises(SpeechUnavailableError, match="reinstall"):
        SpeechEngines(None, missing).get("en")


def test_a_kind_that_does_not_work_yet_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="whisper or pocketsphinx"):
        SpeechConfig.model_validate({"kind": "openai"})
    with pytest.raises(ValidationError):
        SpeechConfig.model_validate({"kind": "parrot"})
