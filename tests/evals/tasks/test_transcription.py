"""Transcription: recordings are heard as ``copilot transcribe`` hears them."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.cli.main import app
from copilot.evals.tasks.catalog import task
from copilot.speech.errors import AudioUnreadableError, SpeechLanguageError
from tests.evals.tasks.datasets import lab, load, work_through, write_lines
from tests.speech.sounds import DEMO_CALLS, wav


def test_a_silent_recording_is_heard_to_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio" / "silence.wav").write_bytes(wav(1.0))
    row = {"id": "a", "audio": "audio/silence.wav", "text": "", "language": "en"}
    dataset = load("transcription", write_lines(tmp_path / "cases.jsonl", [row]))
    output = work_through("transcription", dataset)["a"]
    assert set(output) == {"text", "transcript", "duration", "took", "damaged"}
    assert output["text"] == ""
    assert output["duration"] == output["transcript"]["duration"] == pytest.approx(1.0)
    assert output["transcript"]["engine"] == "pocketsphinx"
    assert output["took"] > 0
    assert output["damaged"] is False
    json.dumps(output)


async def test_what_cannot_be_heard_is_raised(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"not a recording")
    (tmp_path / "b.wav").write_bytes(wav(0.5))
    rows = [
        {"id": "a", "audio": "a.wav", "text": "", "language": "en"},
        {"id": "b", "audio": "b.wav", "text": "", "language": "fi"},
    ]
    dataset = load("transcription", write_lines(tmp_path / "cases.jsonl", rows))
    async with task("transcription").open(lab(), dataset) as work:
        with pytest.raises(AudioUnreadableError):
            await work(dataset.cases[0])
        with pytest.raises(SpeechLanguageError):
            await work(dataset.cases[1])


@pytest.mark.slow
def test_a_call_is_heard_as_copilot_transcribe_hears_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(DEMO_CALLS / "en.ogg", tmp_path)
    row = {"id": "a", "audio": "en.ogg", "text": "x", "language": "en"}
    dataset = load("transcription", write_lines(tmp_path / "cases.jsonl", [row]))
    output = work_through("transcription", dataset)["a"]
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["transcribe", "en.ogg", "--language", "en", "--json"])
    told = json.loads(result.stdout)
    del told["file"]
    assert output["transcript"] == told
    assert len(output["text"].split()) > 50
