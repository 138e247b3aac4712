"""Over a real socket: what matters is what the sender gets to see and when it must stop."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, File, Request, UploadFile

from copilot.kernel.body_limit import BodyLimitMiddleware
from copilot.kernel.http import install_error_handlers

BODY, UPLOAD = 100_000, 400_000


def build() -> FastAPI:
    app = FastAPI()
    app.state.seen = 0

    @app.post("/v1/raw")
    @app.post("/v1/calls")
    @app.post("/v1/articles:import")
    async def raw(request: Request) -> dict[str, int]:
        app.state.seen += 1
        return {"size": len(await request.body())}

    @app.post("/v1/json")
    async def parsed(body: dict[str, Any]) -> dict[str, int]:
        return {"size": len(body)}

    @app.post("/v1/form")
    async def form(file: Annotated[UploadFile, File()]) -> dict[str, int]:
        return {"size": len(await file.read())}

    @app.post("/v1/unread")
    async def unread() -> dict[str, bool]:
        return {"fine": True}

    install_error_handlers(app)
    app.add_middleware(BodyLimitMiddleware, body_bytes=BODY, upload_bytes=UPLOAD)
    return app


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([listener]))
        try:
            while not server.started:
                await asyncio.sleep(0.01)
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await task


async def answer_to(port: int, head: str) -> tuple[int, dict[str, Any], bytes]:
    """Send only a request's head; returns status, problem and the head of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.replace("\n", "\r\n").encode())
    await writer.drain()
    received = await asyncio.wait_for(reader.read(), 30)  # ends when the server closes
    writer.close()
    head_bytes, _, body = received.partition(b"\r\n\r\n")
    return int(head_bytes.split()[1]), json.loads(body), head_bytes.lower()


async def test_two_gigabytes_are_refused_before_a_byte_is_sent() -> None:
    app = build()
    async with serving(app) as port:
        for path in ("/v1/raw", "/v1/calls", "/nowhere"):
            status, problem, head = await answer_to(
                port,
                f"POST {path} HTTP/1.1\nHost: x\nContent-Length: 2147483648\n"
                "Content-Type: application/json\n\n",
            )
            assert status == 413
            assert problem["code"] == "payload_too_large"
            assert b"connection: close" in head
            assert b"application/problem+json" in head
    assert app.state.seen == 0


@pytest.mark.parametrize("path", ["/v1/raw", "/v1/json", "/v1/form", "/v1/calls"])
async def test_an_endless_body_is_stopped(path: str) -> None:
    async with serving(build()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        kind = "multipart/form-data; boundary=b" if path == "/v1/form" else "application/json"
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
            "Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        if path == "/v1/form":
            start = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
            writer.write(f"{len(start):x}\r\n".encode() + start + b"\r\n")

        async def send_for_ever() -> int:
            sent = 0
            with suppress(ConnectionError):
                while True:
                    writer.write(b"2710\r\n" + b"x" * 10_000 + b"\r\n")
                    await writer.drain()
                    sent += 10_000
            return sent

        sending = asyncio.create_task(send_for_ever())
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
        assert head.startswith(b"HTTP/1.1 413")
        sent = await asyncio.wait_for(sending, 30)
        assert sent < 50_000_000
        writer.close()


async def test_bodies_up_to_the_limit_pass_on_each_kind_of_path() -> None:
    transport = httpx.ASGITransport(build())
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        for path, limit in {
            "/v1/raw": BODY,
            "/v1/calls": UPLOAD,
            "/v1/articles:import": UPLOAD,
        }.items():
            good = await client.post(path, content=b"x" * limit)
            assert good.json() == {"size": limit}
            bad = await client.post(path, content=b"x" * (limit + 1))
            assert bad.status_code == 413
            assert f"{limit / 1e6:g} MB" in bad.json()["detail"]

        async def chunks(count: int) -> AsyncIterator[bytes]:
            for _ in range(count):
                yield b"x" * 1000

        assert (await client.post("/v1/raw", content=chunks(100))).json() == {"size": BODY}
        assert (await client.post("/v1/raw", content=chunks(101))).status_code == 413
        assert (await client.post("/v1/unread", content=chunks(3))).json() == {"fine": True}


@pytest.mark.parametrize(
    "path", ["/v1/articles/crm/x:import", "/v1/x/calls", "/v1/calls/", "/v1/calls/x:import"]
)
async def test_a_name_that_ends_like_an_import_is_none(path: str) -> None:
    transport = httpx.ASGITransport(build())
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        assert (await client.put(path, content=b"x" * (BODY + 1))).status_code == 413


@pytest.mark.parametrize("length", ["-5", "abc", "1e9", "٣"])
async def test_a_nonsense_length_is_not_believed(length: str) -> None:
    transport = httpx.ASGITransport(build())
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        answer = await client.post(
            "/v1/raw",
            content=b"x" * (BODY + 1),
            headers=[(b"content-length", length.encode())],
        )
        assert answer.status_code == 413
