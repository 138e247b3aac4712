"""The process in which a speech engine works: ``python -m copilot.speech.host``.

It answers one request after the other on its standard input and output. A request is its head as
one line of JSON, then the samples that the head announces (32-bit floats); an answer is one line of
JSON. The first request opens the engine. The process ends with its parent, and is killed to stop
what it is doing.
"""

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import numpy as np

from copilot.kernel.errors import CopilotError
from copilot.speech.engines import SpeechConfig
from copilot.speech.recogniser import Recogniser
from copilot.speech.transcriber import Recognised, Signal

_NICE = 10
_LOOK_EVERY_S = 0.5


def whisper(config: SpeechConfig) -> Recogniser:
    """Whisper with the model that ``config`` names."""
    from copilot.speech.whisper import WhisperRecogniser

    return WhisperRecogniser.open(config)


def moonshine(config: SpeechConfig) -> Recogniser:
    """The packaged English model."""
    from copilot.speech.moonshine import MoonshineRecogniser

    return MoonshineRecogniser.open(threads=config.threads)


def pocketsphinx(_config: SpeechConfig) -> Recogniser:
    """The recogniser of last resort."""
    from copilot.speech.pocketsphinx import PocketSphinxRecogniser

    return PocketSphinxRecogniser.open()


def moonshine_voices(_config: SpeechConfig) -> Recogniser:
    """What tells voices apart."""
    from copilot.speech.moonshine_voices import MoonshineVoices

    return MoonshineVoices.open()


OPENERS: dict[str, Callable[[SpeechConfig], Recogniser]] = {
    "whisper": whisper,
    "moonshine": moonshine,
    "pocketsphinx": pocketsphinx,
    "moonshine-voices": moonshine_voices,
}


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    engine: Recogniser | None = None
    for head, pieces in _requests(requests):
        try:
            if engine is None:
                engine = OPENERS[head["open"]](SpeechConfig.model_validate(head["config"]))
                answer = _told(engine)
            else:
                heard = engine.hear(
                    pieces, language=head["language"], vocabulary=head["vocabulary"]
                )
                answer = {"heard": [_written(one) for one in heard]}
        except CopilotError as error:
            answer = {"error": type(error).__name__, "detail": error.detail}
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _requests(stream: BinaryIO) -> Iterator[tuple[dict[str, Any], list[Signal]]]:
    while line := stream.readline():
        head = json.loads(line)
        pieces = [
            np.frombuffer(stream.read(4 * samples), dtype="<f4") for samples in head["samples"]
        ]
        yield head, pieces


def _told(engine: Recogniser) -> dict[str, Any]:
    told = engine.abilities._asdict()
    languages = told["languages"]
    return {"abilities": told | {"languages": None if languages is None else sorted(languages)}}


def _written(heard: Recognised) -> dict[str, Any]:
    utterances = [
        one._asdict() | {"words": [word.model_dump() for word in one.words]}
        for one in heard.utterances
    ]
    return heard._asdict() | {"utterances": utterances}


def _end_with(parent: int) -> None:
    """End this process when ``parent`` is gone: nobody waits for what it does."""
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_S)
    os._exit(0)


def main() -> None:
    """Serve the process that started this one."""
    with contextlib.suppress(OSError):
        os.nice(_NICE)  # interactive work on the same cores goes first
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    # Whatever a library prints must not get among the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
