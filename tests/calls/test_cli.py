"""``copilot transcribe``: recordings to text on the command line, without server or database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.speech.formats import LOW_ACCURACY
from tests.calls.talk import short_call
from tests.speech.sounds import DEMO_CALLS

pytestmark = pytest.mark.slow


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "copilot", "transcribe", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def call(tmp_path: Path) -> Path:
    path = tmp_path / "call.flac"
    path.write_bytes(short_call())
    return path


def test_text_on_stdout_and_the_warning_on_stderr(call: Path, tmp_path: Path) -> None:
    done = run(tmp_path, str(call), "--language", "en")
    assert done.returncode == 0, done.stderr
    assert "] Agent: Good morning" in done.stdout
    assert "] Customer: Good morning" in done.stdout
    assert LOW_ACCURACY in " ".join(done.stderr.split())
    assert sorted(one.name for one in tmp_path.iterdir()) == ["call.flac"]


def test_one_json_document(call: Path, tmp_path: Path) -> None:
    done = run(tmp_path, str(call), "--json", "--engine", "pocketsphinx", "--agent-channel", "1")
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown["engine"] == "pocketsphinx"
    assert shown["segments"][0]["speaker"] == "customer"


def test_several_files_of_which_one_is_none(call: Path, tmp_path: Path) -> None:
    broken = tmp_path / "note.wav"
    broken.write_text("call me back")
    done = run(tmp_path, str(broken), str(call), "--format", "srt")
    assert done.returncode == 1
    assert "note.wav" in done.stderr
    assert "-->" in done.stdout


def test_a_language_that_needs_whisper(tmp_path: Path) -> None:
    done = run(tmp_path, str(DEMO_CALLS / "fi.ogg"), "--language", "fi")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "COPILOT_SPEECH__MODEL" in done.stderr


@pytest.mark.parametrize(
    "arguments", [["missing.wav"], [], ["x.wav", "--format", "pdf"], ["--engine", "whisper"]]
)
def test_bad_usage(arguments: list[str], tmp_path: Path) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 2
    assert done.stdout == ""


def test_whisper_without_a_model(call: Path, tmp_path: Path) -> None:
    done = run(tmp_path, str(call), "--engine", "whisper")
    assert done.returncode == 2
    assert "COPILOT_SPEECH__MODEL" in " ".join(done.stderr.split())
