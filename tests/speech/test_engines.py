"""Which engine hears, and what is said when none can."""

import pytest
from pydantic import ValidationError

from copilot.kernel.errors import ConfigurationError
from copilot.speech.engines import SpeechConfig, SpeechEngines
from copilot.speech.errors import SpeechLanguageError, SpeechUnavailableError
from copilot.speech.pocketsphinx import PocketSphinxTranscriber
from copilot.speech.whisper import WhisperTranscriber


def broken() -> PocketSphinxTranscriber:
    raise SpeechUnavailableError("The model is not there.")


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
    with pytest.raises(SpeechLanguageError, match="COPILOT_SPEECH__MODEL"):
        engines.get("fi")


def test_without_a_fallback_the_reason_is_told() -> None:
    with pytest.raises(SpeechUnavailableError, match="not there"):
        SpeechEngines(broken, None).get("en")


def test_a_kind_that_does_not_work_yet_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="whisper or pocketsphinx"):
        SpeechConfig.model_validate({"kind": "openai"})
    with pytest.raises(ValidationError):
        SpeechConfig.model_validate({"kind": "parrot"})
