"""A real HTTP server on loopback that speaks the OpenAI protocol, well or badly.

The language model itself is what cannot be had in a test; everything between us and it is real.
"""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

Behaviour = Literal[
    "good",
    "refuses",
    "hangs",
    "error_500",
    "half_a_stream",
    "cut_connection",
    "broken_json",
    "not_json",
    "null_choices",
    "empty",
    "slow_drip",
    "cut_short",
    "late_first_token",
]
MISBEHAVIOURS: tuple[Behaviour, ...] = (
    "refuses",
    "hangs",
    "error_500",
    "half_a_stream",
    "cut_connection",
    "broken_json",
    "not_json",
    "null_choices",
    "empty",
    "slow_drip",
)
Script = Callable[[list[dict[str, str]]], str]


class FakeOpenAI:
    """The server. ``script`` turns the messages it got into its answer.

    Attributes:
        requests: The bodies it received, in order.
        behaves: Its behaviour for a prompt, where one alone does not do.
        refused_forms: Types of ``response_format`` that it answers with ``refusal``.
        takes_s: Seconds that each answer takes.
        odd: Answers in place of it, where it answers at all; see ``tests.odd_answers``.
        paths: Where it answers; anywhere else is nothing.
    """

    def __init__(self) -> None:
        self.behaviour: Behaviour = "good"
        self.answer = "Hello,\n\nYou can return it within 30 days. [S1]\n\nKind regards"
        self.script: Script | None = None
        self.piece_length = 7
        self.behaves: Callable[[str], Behaviour] | None = None
        self.refused_forms: frozenset[str] = frozenset()
        self.refusal = (400, "'response_format.type' must be another one")
        self.takes_s = 0.0
        self.odd: Callable[[dict[str, Any]], Response | None] | None = None
        self.paths = frozenset(("/v1/chat/completions",))
        self.requests: list[dict[str, Any]] = []
        self._port = 0

    @property
    def base_url(self) -> str:
        """What to configure; a closed port when it refuses."""
        port = _closed_port() if self.behaviour == "refuses" else self._port
        return f"http://127.0.0.1:{port}/v1"

    @property
    def prompts(self) -> list[str]:
        """All text of each request."""
        return ["\n".join(one["content"] for one in body["messages"]) for body in self.requests]

    async def handle(self, request: Request) -> Response:
        if request.url.path not in self.paths:
            return JSONResponse({"detail": "Not Found"}, 404)
        body = await request.json()
        self.requests.append(body)
        if self.odd is not None and (answer := self.odd(body)) is not None:
            return answer
        form = (body.get("response_format") or {}).get("type")
        if form in self.refused_forms:
            status, message = self.refusal
            return JSONResponse({"error": {"message": message}}, status)
        behaviour = self.behaviour
        if self.behaves is not None:
            behaviour = self.behaves("\n".join(one["content"] for one in body["messages"]))
        await asyncio.sleep(self.takes_s)
        if behaviour == "hangs":
            await asyncio.sleep(60)
        if behaviour == "error_500":
            return JSONResponse({"error": {"message": "out of memory"}}, 500)
        if behaviour == "not_json":
            return PlainTextResponse("<html>It works!</html>", media_type="text/html")
        answer = self.script(body["messages"]) if self.script else self.answer
        if body.get("stream"):
            return StreamingResponse(self._events(answer), media_type="text/event-stream")
        return self._whole(answer)

    def _whole(self, answer: str) -> Response:
        match self.behaviour:
            case "broken_json" | "half_a_stream" | "cut_connection":
                return Response('{"choices": [{"message": {"con', media_type="application/json")
            case "null_choices":
                return JSONResponse({"id": "x", "object": "chat.completion", "choices": None})
            case "empty":
                answer = ""
            case "slow_drip":
                return StreamingResponse(_dripping(), media_type="application/json")
        return JSONResponse(
            {
                "id": "cmpl-1",
                "object": "chat.completion",
                "created": int(time.time()),
                "model": "fake",
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": "stop",
                        "message": {"role": "assistant", "content": answer},
                    }
                ],
            }
        )

    async def _events(self, answer: str) -> AsyncIterator[str]:
        if self.behaviour == "late_first_token":
            await asyncio.sleep(0.3)
        if self.behaviour == "null_choices":
            yield _line({"id": "x", "object": "chat.completion.chunk", "choices": None})
            return
        yield _line(_chunk({"role": "assistant", "content": ""}))
        pieces = [
            answer[start : start + self.piece_length]
            for start in range(0, len(answer), self.piece_length)
        ]
        if self.behaviour == "empty":
            pieces = []
        for number, piece in enumerate(pieces):
            if self.behaviour == "slow_drip":
                await asyncio.sleep(0.4)
            if number == len(pieces) // 2 and number:
                if self.behaviour == "half_a_stream":
                    return
                if self.behaviour == "cut_connection":
                    raise ConnectionResetError
                if self.behaviour == "broken_json":
                    yield 'data: {"choices": [{"delta"\n\n'
                    return
            yield _line(_chunk({"content": piece}))
        yield _line(_chunk({}, finish="length" if self.behaviour == "cut_short" else "stop"))
        yield "data: [DONE]\n\n"

    def run_on(self, listener: socket.socket) -> uvicorn.Server:
        """A server for an open socket, not started yet."""
        self._port = listener.getsockname()[1]
        app = Starlette(routes=[Route("/{path:path}", self.handle, methods=["POST"])])
        return uvicorn.Server(
            uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1, lifespan="off")
        )


@contextmanager
def running() -> Iterator[FakeOpenAI]:
    """A fake server on a free port until exit."""
    fake = FakeOpenAI()
    listener = socket.create_server(("127.0.0.1", 0))
    server = fake.run_on(listener)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield fake
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _chunk(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "fake",
        "choices": [choice],
    }


def _line(chunk: dict[str, Any]) -> str:
    return f"data: {json.dumps(chunk)}\n\n"


async def _dripping() -> AsyncIterator[str]:
    while True:
        yield " "
        await asyncio.sleep(0.4)
