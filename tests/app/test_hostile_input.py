"""Bad input gets a problem that says what to do, good odd input a good result; never a 500."""

import asyncio
import json
import socket
from typing import Any

import httpx
import pytest

from tests.app.filling import CONVERSATION, finished, silence
from tests.service import Credentials, Service

PUT = "/v1/conversations/test/c1"


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["code"] == code
    assert body["detail"]
    assert body["request_id"]
    return body


async def test_malformed_json(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    problem(await client.put(PUT, content=b'{"channel":', headers=headers), 400, "malformed_body")


async def test_unknown_field_is_named(client: httpx.AsyncClient) -> None:
    body = problem(
        await client.put(PUT, json={**CONVERSATION, "chanel": "x"}), 422, "invalid_input"
    )
    assert any("chanel" in one["loc"] for one in body["errors"])


async def test_two_gigabytes_are_refused_before_they_are_read(
    service: Service, credentials: Credentials
) -> None:
    def ask() -> bytes:
        with socket.create_connection(("127.0.0.1", service.port), timeout=30) as raw:
            raw.sendall(
                f"PUT {PUT} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                f"Authorization: Bearer {credentials.key}\r\n"
                f"Content-Length: {2 * 1024**3}\r\n\r\n".encode()
            )
            raw.settimeout(30)
            told = b""
            while part := raw.recv(4000):
                told += part
            return told

    answer = await asyncio.to_thread(ask)
    assert b" 413 " in answer.splitlines()[0]
    assert b"payload_too_large" in answer


async def test_endless_body_is_stopped(client: httpx.AsyncClient) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b" " * 1_000_000

    try:
        answer = await client.put(
            PUT, content=endless(), headers={"Content-Type": "application/json"}
        )
    except (httpx.WriteError, httpx.ReadError):
        return  # refused while it was still being sent
    problem(answer, 413, "payload_too_large")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"this is a text, not a sound\n" * 50, "audio_unreadable"),
        (b"", "audio_empty"),
        (silence(0), "audio_empty"),
    ],
    ids=["text", "no bytes", "no samples"],
)
async def test_audio_that_is_none(client: httpx.AsyncClient, content: bytes, code: str) -> None:
    answer = await client.post(
        "/v1/calls",
        files={"audio": ("call.wav", content, "audio/wav")},
        data={"metadata": json.dumps({"external_id": "x"})},
    )
    assert problem(answer, 422, code)["detail"]
    assert (await client.get("/v1/calls")).json()["items"] == []


async def test_metadata_that_is_no_json(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/v1/calls",
        files={"audio": ("call.wav", silence(1), "audio/wav")},
        data={"metadata": "{nope"},
    )
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_mbox_with_broken_headers(client: httpx.AsyncClient) -> None:
    broken = (
        b"From x Thu Jan 99 99:99:99 2026\nFrom: =?bad?q?=ff?= <a@\nDate: never\n"
        b"Subject: =?utf-8?b?////?=\nContent-Type: text/plain; charset=no-such\n\n\xff\xfe hello\n"
        b"From y\n\nonly a body\n"
    )
    answer = await client.post(
        "/v1/conversations:import", files={"file": ("broken.mbox", broken, "application/mbox")}
    )
    assert answer.status_code == 202, answer.text
    state = await finished(client, answer.json()["job_id"])
    assert state["status"] == "succeeded", state
    assert (await client.get("/v1/conversations")).json()["items"]


async def test_article_of_five_megabytes(client: httpx.AsyncClient) -> None:
    body = "# Part\n\n" + "A sentence about kettles and their lids. " * 120_000
    answer = await client.put("/v1/articles/test/big", json={"title": "Big", "body": body})
    assert answer.status_code == 201, answer.text


async def test_emoji_and_right_to_left(client: httpx.AsyncClient) -> None:
    text = "שלום 👩‍👩‍👧 \u202eevil\u202c مرحبا، أين طلبي؟ \u0000 end"
    odd = {
        **CONVERSATION,
        "subject": "📦 \u202eטסט",
        "messages": [{**CONVERSATION["messages"][0], "text": text}],
    }
    answer = await client.put("/v1/conversations/test/odd", json=odd)
    assert answer.status_code == 201, answer.text
    stored = answer.json()
    assert "👩‍👩‍👧" in stored["messages"][0]["text"]
    made = stored["id"]
    for path in (f"/v1/conversations/{made}/summary", f"/v1/conversations/{made}/drafts"):
        assert (await client.post(path, json={})).status_code == 200
    assert (await client.get(f"/v1/conversations/{made}/context")).status_code == 200


async def test_lone_surrogate(client: httpx.AsyncClient) -> None:
    content = json.dumps(CONVERSATION).replace("Hello", "\\ud800").encode()
    answer = await client.put(PUT, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in {200, 201, 400, 422}, answer.text


async def test_nothing_accepted_is_lost(client: httpx.AsyncClient) -> None:
    assert (await client.put(PUT, json=CONVERSATION)).status_code == 201
    broken = {**CONVERSATION, "messages": [CONVERSATION["messages"][0], {"external_id": "m2"}]}
    assert (await client.put(PUT, json=broken)).status_code == 422
    kept = (await client.get("/v1/conversations")).json()["items"]
    assert [one["message_count"] for one in kept] == [1]
