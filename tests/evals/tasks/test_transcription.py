"""Transcription: recordings are heard as ``copilot transcribe`` hears them."""

import asyncio
import json
import shutil
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.cli.main import app
from copilot.evals.tasks import transcription
from copilot.evals.tasks.catalog import task
from copilot.speech.errors import AudioUnreadableError, SpeechLanguageError
from copilot.speech.transcriber import Progress
from tests.evals.tasks.datasets import lab, load, work_through, write_lines
from tests.speech.sounds import DEMO_CALLS, wav
from tests.timing import limit


def test_a_silent_recording_is_heard_to_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio" / "silence.wav").write_bytes(wav(1.0))
    row = {"id": "a", "audio": "audio/silence.wav", "text": "", "language": "en"}
    dataset = load("transcription", write_lines(tmp_path / "cases.jsonl", [row]))
    output = work_through("transcription", dataset)["a"]
    assert set(output) == {"text", "transcript", "duration", "took", "damaged", "degraded"}
    assert output["degraded"] is False
    assert output["text"] == ""
    assert output["duration"] == output["transcript"]["duration"] == pytest.approx(1.0)
    assert output["transcript"]["engine"] == "moonshine:tiny-en"
    assert output["took"] > 0
    assert output["damaged"] is False
    json.dumps(output)


async def test_another_engine_than_the_one_wanted_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav(0.5))
    row = {"id": "a", "audio": "a.wav", "text": "", "language": "en"}
    dataset = load("transcription", write_lines(tmp_path / "cases.jsonl", [row]))
    broken = lab().with_settings({"COPILOT_SPEECH__MODEL": str(tmp_path / "no-weights")})
    async with task("transcription").open(broken, dataset) as work:
        output = await work(dataset.cases[0])
    assert output["transcript"]["engine"] == "moonshine:tiny-en"
    assert output["degraded"] is True


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


async def test_a_case_that_is_given_up_is_heard_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening, stopped = threading.Event(), threading.Event()

    def hear(*_: object, progress: Progress, **__: object) -> None:
        listening.set()
        try:
            while not stopped.wait(0.01):
                progress(0.5)
        finally:
            stopped.set()

    monkeypatch.setattr(transcription, "hear_file", hear)
    (tmp_path / "a.wav").write_bytes(wav(0.5))
    row = {"id": "a", "audio": "a.wav", "text": "", "language": "en"}
    dataset = load("transcription", write_lines(tmp_path / "cases.jsonl", [row]))
    async with task("transcription").open(lab(), dataset) as work:
        heard = asyncio.ensure_future(work(dataset.cases[0]))
        try:
            assert await asyncio.to_thread(listening.wait, limit(10))
            heard.cancel()
            with pytest.raises(asyncio.CancelledError):
                await heard
            assert await asyncio.to_thread(stopped.wait, limit(10))
        finally:
            stopped.set()


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
