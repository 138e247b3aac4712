"""A Whisper model for these tests, built once."""

from pathlib import Path

import pytest

from copilot.speech.engines import SpeechConfig
from copilot.speech.whisper import WhisperTranscriber
from tests.speech.tiny_whisper import build_tiny_whisper


@pytest.fixture(scope="session")
def tiny_whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a converted model that says one sentence."""
    return build_tiny_whisper(tmp_path_factory.mktemp("whisper"))


@pytest.fixture(scope="session")
def whisper(tiny_whisper: Path) -> WhisperTranscriber:
    """That model, loaded."""
    return WhisperTranscriber.open(SpeechConfig(model=str(tiny_whisper)))
