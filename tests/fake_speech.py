"""A real HTTP server on loopback that speaks OpenAI's transcription protocol, well or badly.

The speech model is what cannot be had in a test; everything between us and it is real.
"""

import asyncio
import io
import json
import socket
import threading
import time
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

import numpy as np
import uvicorn
from numpy.typing import NDArray
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

KEY = "sk-speech-1234567890"
Behaviour = Literal[
    "good", "hangs", "drips", "endless", "broken_json", "html", "no_text", "deep", "cut", "nan"
]


class Sent(NamedTuple):
    """One request: its form fields, and the sound as samples between -1 and 1."""

    fields: dict[str, list[str]]
    samples: NDArray[np.float32]

    def field(self, name: str) -> str | None:
        return self.fields.get(name, [None])[0]  # type: ignore[list-item]


class FakeSpeech:
    """The server.

    Attributes:
        answer: What it answers to ``verbose_json``; ``json`` gets the text alone.
        script: Makes the answer of the request, where one alone does not do.
        failures: Answers, as status and headers, that come before the good ones.
        status: When set, it answers nothing but this status, with ``code``.
        forms: The ``response_format`` values it knows.
        words: Whether it takes ``timestamp_granularities[]=word``.
        model: The one that it has.
        key: When set, the key it wants.
        takes_s: Seconds that each answer takes.
        most_at_once: How many requests were under way at once.
    """

    def __init__(self) -> None:
        self._port = 0
        self.reset()

    def reset(self) -> None:
        """Behave well and forget what was sent."""
        self.answer: dict[str, Any] = verbose("The kettle leaks.")
        self.script: Callable[[Sent], dict[str, Any]] | None = None
        self.behaviour: Behaviour = "good"
        self.failures: list[tuple[int, dict[str, str]]] = []
        self.status: int | None = None
        self.code: str | None = None
        self.forms = frozenset({"json", "verbose_json"})
        self.words = True
        self.model = "whisper-1"
        self.key: str | None = None
        self.takes_s = 0.0
        self.most_at_once = 0
        self.sent: list[Sent] = []
        self.hung_up = threading.Event()
        self._at_once = 0

    @property
    def base_url(self) -> str:
        """What to configure."""
        return f"http://127.0.0.1:{self._port}/v1"

    async def handle(self, request: Request) -> Response:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await self._handle(request)
        finally:
            self._at_once -= 1

    async def _handle(self, request: Request) -> Response:
        sent = await _read(request)
        self.sent.append(sent)
        refused = self._refused(request, sent)
        if refused is not None:
            return refused
        started = time.monotonic()
        while self.behaviour == "hangs" or time.monotonic() - started < self.takes_s:
            if await request.is_disconnected():
                self.hung_up.set()
                break
            await asyncio.sleep(0.02)
        answer = self.script(sent) if self.script else self.answer
        return self._given(answer, sent)

    def _refused(self, request: Request, sent: Sent) -> Response | None:
        if self.key is not None and request.headers.get("authorization") != f"Bearer {self.key}":
            # As OpenAI does, it says the key that it got.
            return _problem(401, f"Incorrect API key provided: {self.key}", "invalid_api_key")
        if self.failures:
            status, headers = self.failures.pop(0)
            return _problem(status, "not now", None, headers)
        if self.status is not None:
            return _problem(self.status, f"no, {KEY}", self.code)
        if sent.field("model") != self.model:
            return _problem(404, "The model does not exist", "model_not_found")
        form = sent.field("response_format")
        if form not in self.forms:
            return _problem(400, f"response_format '{form}' is not compatible", "unsupported_value")
        if not self.words and "timestamp_granularities[]" in sent.fields:
            return _problem(400, "timestamp_granularities is not supported", None)
        return None

    def _given(self, answer: dict[str, Any], sent: Sent) -> Response:
        content = json.dumps(answer).encode()
        match self.behaviour:
            case "drips":
                return StreamingResponse(_dripping(b" ", 0.05), media_type="application/json")
            case "endless":
                return StreamingResponse(
                    _dripping(b" " * 500_000, 0.001), media_type="application/json"
                )
            case "broken_json":
                return Response(content[: len(content) // 2], media_type="application/json")
            case "html":
                return Response("<html>It works!</html>", media_type="text/html")
            case "no_text":
                return JSONResponse({"error": None, "words": []})
            case "deep":
                return Response(b"[" * 200_000, media_type="application/json")
            case "cut":
                headers = {"content-length": str(len(content) + 500)}
                return Response(content, headers=headers, media_type="application/json")
        if sent.field("response_format") == "json":
            return JSONResponse({"text": answer["text"]})
        # As json.dumps writes it, NaN and Infinity included.
        return Response(content, media_type="application/json")


def verbose(
    text: str, *, start: float = 0.2, end: float = 1.8, language: str = "english", **more: Any
) -> dict[str, Any]:
    """An answer in OpenAI's form, its words without punctuation as OpenAI's are."""
    words = text.replace(".", "").replace(",", "").replace("?", "").split()
    step = (end - start) / max(1, len(words))
    segment = {
        "id": 0,
        "start": start,
        "end": end,
        "text": f" {text}",
        "avg_logprob": -0.2,
        "compression_ratio": 1.1,
        "no_speech_prob": 0.01,
        **more,
    }
    return {
        "task": "transcribe",
        "language": language,
        "duration": end,
        "text": text,
        "segments": [segment],
        "words": [
            {"word": word, "start": start + step * n, "end": start + step * (n + 1)}
            for n, word in enumerate(words)
        ],
    }


@contextmanager
def running() -> Iterator[FakeSpeech]:
    """A fake server on a free port until exit."""
    fake = FakeSpeech()
    listener = socket.create_server(("127.0.0.1", 0))
    fake._port = listener.getsockname()[1]
    routes = [Route("/v1/audio/transcriptions", fake.handle, methods=["POST"])]
    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=routes),
            log_level="critical",
            timeout_graceful_shutdown=1,
            lifespan="off",
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield fake
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def closed_port() -> str:
    """The address of a server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/v1"


async def _read(request: Request) -> Sent:
    form = await request.form()
    fields: dict[str, list[str]] = {}
    samples = np.zeros(0, dtype=np.float32)
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
            continue
        with wave.open(io.BytesIO(await value.read())) as recording:
            assert (recording.getframerate(), recording.getnchannels()) == (16_000, 1)
            frames = recording.readframes(recording.getnframes())
        samples = np.frombuffer(frames, dtype="<i2").astype(np.float32) / 32768
    return Sent(fields, samples)


def _problem(
    status: int, message: str, code: str | None, headers: dict[str, str] | None = None
) -> Response:
    return JSONResponse({"error": {"message": message, "code": code}}, status, headers)


async def _dripping(piece: bytes, every_s: float) -> AsyncIterator[bytes]:
    while True:
        yield piece
        await asyncio.sleep(every_s)
