"""Which engine hears, and what is said when none can."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from copilot.speech.engines import SpeechConfig, SpeechEngines
from copilot.speech.errors import SpeechLanguageError, SpeechUnavailableError
from copilot.speech.hosted import HostedTranscriber
from copilot.speech.transcriber import Transcriber


def pocketsphinx() -> Transcriber:
    return HostedTranscriber.open("pocketsphinx", SpeechConfig())


def broken() -> Transcriber:
    raise SpeechUnavailableError("The model is not there.")


def missing() -> Transcriber:
    raise SpeechUnavailableError("PocketSphinx is missing: reinstall Copilot.")


def test_opens_once_and_only_when_needed(whisper: HostedTranscriber) -> None:
    opened = []

    def opening() -> Transcriber:
        opened.append(1)
        return whisper

    engines = SpeechEngines(opening, pocketsphinx)
    assert engines.describe()["loaded"] is False
    assert engines.get("fi") is engines.get(None) is whisper
    assert opened == [1]
    assert engines.describe()["engine"] == "whisper:tiny"
    engines.close()
    assert engines.describe()["loaded"] is False


def test_falls_back_when_whisper_cannot_be_loaded() -> None:
    engines = SpeechEngines(broken, pocketsphinx)
    assert engines.get("en-GB").engine == "pocketsphinx"
    described = engines.describe()
    assert described["engine"] == "pocketsphinx"
    assert described["low_accuracy"] is True
    assert described["problem"] == "The model is not there."


def test_the_fallback_knows_english_only() -> None:
    with pytest.raises(SpeechLanguageError, match="COPILOT_SPEECH__MODEL"):
        SpeechEngines(None, pocketsphinx).get("fi")


@pytest.mark.parametrize(
    ("fallback", "language"),
    [(None, "en"), (pocketsphinx, "fi"), (missing, "en"), (missing, None)],
)
def test_where_the_fallback_is_no_help_the_reason_is_told(
    fallback: Callable[[], Transcriber] | None, language: str | None
) -> None:
    with pytest.raises(SpeechUnavailableError, match="not there"):
        SpeechEngines(broken, fallback).get(language)


def test_a_fallback_that_is_missing_is_not_taken_for_a_language() -> None:
    with pytest.raises(SpeechUnavailableError, match="reinstall"):
        SpeechEngines(None, missing).get("en")


def test_a_kind_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError):
        SpeechConfig.model_validate({"kind": "parrot"})


class Estonian(HostedTranscriber):
    engine = "estonian"  # type: ignore[assignment]
    languages = frozenset({"et"})  # type: ignore[assignment]


def test_a_language_unknown_to_the_engine_set_names_that_engine() -> None:
    engines = SpeechEngines(lambda: Estonian.open("pocketsphinx", SpeechConfig()), pocketsphinx)
    with pytest.raises(SpeechLanguageError) as raised:
        engines.get("xh")
    assert "'xh': estonian knows et; pocketsphinx knows only English." in raised.value.detail
