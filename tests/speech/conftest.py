"""A Whisper model for these tests, built once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot.speech.engines import SpeechConfig
from copilot.speech.hosted import HostedTranscriber


@pytest.fixture(scope="session")
def tiny_whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a converted model that says one sentence.

    Made in a process of its own: torch's random numbers are those of the whole process, so that a
    model which another thread loads meanwhile would make this one another.
    """
    folder = tmp_path_factory.mktemp("whisper")
    made = [sys.executable, "-m", "tests.speech.tiny_whisper", str(folder)]
    subprocess.run(made, cwd=Path(__file__).parents[2], check=True, timeout=600)
    return folder / "tiny"


@pytest.fixture(scope="session")
def whisper(tiny_whisper: Path) -> Iterator[HostedTranscriber]:
    """That model, loaded in a process of its own."""
    config = SpeechConfig(model=str(tiny_whisper), threads=1)
    opened = HostedTranscriber.open("whisper", config)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def pocketsphinx() -> Iterator[HostedTranscriber]:
    """The recogniser of last resort, loaded in a process of its own."""
    opened = HostedTranscriber.open("pocketsphinx", SpeechConfig())
    yield opened
    opened.close()
