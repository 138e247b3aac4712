"""Transcription: what is heard in a recording, and how fast."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, ClassVar

from pydantic import Field

from copilot.evals.case import Case, Dataset, Output
from copilot.evals.jsonl import file_digest
from copilot.evals.lab import Lab
from copilot.evals.suite import Suite
from copilot.evals.task import Task, Work
from copilot.evals.tasks.cases import CaseFile, CaseLine, read_cases
from copilot.speech.engines import SpeechEngines
from copilot.speech.hearing import hear_file
from copilot.speech.transcriber import Progress


class _Line(CaseLine):
    needs: ClassVar[str] = "id, audio and text"

    audio: str = Field(min_length=1)
    # Empty where nobody speaks.
    text: str
    vocabulary: list[str] = Field(default_factory=list)
    agent_channel: int | None = Field(default=None, ge=0, le=1)


def load(suite: Suite) -> Dataset:
    """The cases of a transcription suite; recordings are named relative to its file."""
    file = read_cases(suite, _Line)
    digests: dict[str, str] = {}
    cases = [_case(file, number, line, digests) for number, line in file.lines]
    return file.dataset(suite, cases, digests=digests, shared=file.file.parent)


def _case(file: CaseFile[_Line], number: int, line: _Line, digests: dict[str, str]) -> Case:
    if line.audio not in digests:
        try:
            digests[line.audio] = file_digest(file.file.parent / line.audio)
        except (OSError, ValueError) as error:
            told = error.strerror if isinstance(error, OSError) else "no file is called so"
            raise file.fault(
                number,
                f"The recording {line.audio!r} cannot be read: {told}.",
                "Name it relative to the folder of the cases.",
            ) from error
    given: dict[str, Any] = {
        "audio": line.audio,
        "sha256": digests[line.audio],
        "language": line.told_language,
    }
    if line.vocabulary:
        given["vocabulary"] = line.vocabulary
    if line.agent_channel is not None:
        given["agent_channel"] = line.agent_channel
    return Case(id=line.id, input=given, expected={"text": line.text}, labels=line.case_labels())


@asynccontextmanager
async def _open(lab: Lab, dataset: Dataset) -> AsyncIterator[Work]:
    engines = lab.speech()
    try:
        yield partial(_work, engines, dataset.shared)
    finally:
        engines.close()


async def _work(engines: SpeechEngines, folder: Path, case: Case) -> Output:
    left = threading.Event()

    def go_on(_share: float) -> None:
        if left.is_set():
            raise asyncio.CancelledError

    try:
        return await asyncio.to_thread(_hear, engines, folder, case, go_on)
    finally:
        # A thread cannot be cancelled: without this Ctrl-C would wait for the whole recording.
        left.set()


def _hear(engines: SpeechEngines, folder: Path, case: Case, go_on: Progress) -> Output:
    language = case.input["language"]
    # Loading the engine is no part of how fast it hears.
    engines.get(language)
    started = perf_counter()
    heard = hear_file(
        folder / case.input["audio"],
        engines,
        language=language,
        agent_channel=case.input.get("agent_channel"),
        vocabulary=case.input.get("vocabulary", ()),
        progress=go_on,
    )
    took = perf_counter() - started
    transcript = heard.transcript
    return {
        "text": " ".join(segment.text for segment in transcript.segments),
        "transcript": transcript.model_dump(mode="json"),
        "duration": transcript.duration,
        "took": took,
        "damaged": heard.damaged,
        # The engine wanted could not be loaded, and another one heard it.
        "degraded": engines.describe()["problem"] is not None,
    }


TASK = Task(name="transcription", load=load, open=_open, concurrency=1)
