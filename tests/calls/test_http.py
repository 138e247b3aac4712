"""Calls over HTTP, on the real service with its real recogniser."""

import asyncio
import json
import time
from typing import Any

import httpx
import pytest

from tests.calls.talk import short_call
from tests.service import Service
from tests.speech.sounds import wav
from tests.timing import limit

METADATA = {
    "external_id": "pbx-1",
    "customer": {"source": "crm", "external_id": "c-9", "name": "Eleanor Marsh"},
    "agent_channel": 0,
    "language": "en",
    "started_at": "2026-03-20T10:12:00Z",
    "subject": "Broken lid",
}


async def send(client: httpx.AsyncClient, audio: bytes, metadata: object = None) -> httpx.Response:
    data = {} if metadata is None else {"metadata": json.dumps(metadata)}
    return await client.post("/v1/calls", files={"audio": ("call.wav", audio)}, data=data)


async def ended(
    client: httpx.AsyncClient, call_id: str, *, within_s: float = 300
) -> dict[str, Any]:
    deadline = time.monotonic() + within_s
    while True:
        call: dict[str, Any] = (await client.get(f"/v1/calls/{call_id}")).json()
        if call["status"] in {"done", "failed", "cancelled"}:
            return call
        assert time.monotonic() < deadline, call
        await asyncio.sleep(0.2)


@pytest.mark.timeout(600)
async def test_a_call_from_upload_to_notes(client: httpx.AsyncClient) -> None:
    audio = short_call()
    accepted = await send(client, audio, METADATA)
    assert accepted.status_code == 202, accepted.text
    call_id = accepted.json()["id"]
    early = await client.get(f"/v1/calls/{call_id}/notes")
    assert (early.status_code, early.json()["code"]) == (409, "call_not_ready")

    call = await ended(client, call_id)
    assert (call["status"], call["low_accuracy"]) == ("done", True)
    assert call["engine"] == "moonshine:tiny-en"
    assert call["duration"] == pytest.approx(10, abs=0.1)
    assert call["real_time_factor"] > 0

    transcript = (await client.get(f"/v1/calls/{call_id}/transcript")).json()
    assert [one["speaker"] for one in transcript["segments"]][:2] == ["agent", "customer"]
    assert transcript["segments"][0]["text"].startswith("Good morning")
    for form, kind in (("txt", "text/plain"), ("srt", "application/x-subrip"), ("vtt", "text/vtt")):
        shown = await client.get(f"/v1/calls/{call_id}/transcript", params={"format": form})
        assert shown.headers["content-type"].startswith(kind)
        assert "Good morning" in shown.text

    notes = (await client.get(f"/v1/calls/{call_id}/notes")).json()
    assert notes["low_accuracy"] is True
    sentences = [one for section in notes["sections"] for one in section["sentences"]]
    assert sentences
    assert all(0 <= one["start"] < one["end"] <= 11 for one in sentences)

    conversation = (await client.get(f"/v1/conversations/{call['conversation_id']}")).json()
    assert conversation["channel"] == "phone"
    assert conversation["subject"] == "Broken lid"
    assert conversation["customer_name"] == "Eleanor Marsh"
    assert conversation["tags"] == ["low-accuracy-transcript"]
    assert [one["external_id"] for one in conversation["messages"]] == [
        f"segment-{one['n']}" for one in transcript["segments"]
    ]
    assert conversation["messages"][0]["sent_at"].startswith("2026-03-20T10:12:00")

    await _play(client, call_id, audio)
    await _correct(client, call, notes)
    await _repeat(client, call_id, audio)
    await _delete(client, call)


async def _play(client: httpx.AsyncClient, call_id: str, audio: bytes) -> None:
    address = f"/v1/calls/{call_id}/audio"
    whole = await client.get(address)
    assert (whole.status_code, whole.content) == (200, audio)
    assert whole.headers["content-type"] == "audio/flac"
    assert whole.headers["accept-ranges"] == "bytes"
    part = await client.get(address, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, audio[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(audio)}"
    tag = {"If-Range": whole.headers["etag"], "Range": "bytes=-10"}
    assert (await client.get(address, headers=tag)).content == audio[-10:]
    other = {"If-Range": '"another"', "Range": "bytes=-10"}
    assert (await client.get(address, headers=other)).status_code == 200
    behind = await client.get(address, headers={"Range": f"bytes={len(audio)}-"})
    assert (behind.status_code, behind.json()["code"]) == (416, "range_not_satisfiable")
    assert behind.headers["content-range"] == f"bytes */{len(audio)}"


async def _correct(client: httpx.AsyncClient, call: dict[str, Any], notes: dict[str, Any]) -> None:
    assert not notes["stale"]
    address = f"/v1/calls/{call['id']}/transcript/segments"
    before = (await client.get(f"/v1/calls/{call['id']}/transcript")).json()["segments"][0]
    for text in ("Good morning, customer service!", "Good morning, this is customer service."):
        changed = (await client.patch(f"{address}/1", json={"text": text})).json()
        assert changed["text"] == text
        assert changed["original_text"] == before["text"]
        assert [one["text"] for one in changed["words"]] == text.split()
        for said, heard in zip(changed["words"][:2], before["words"], strict=False):
            assert (said["start"], said["end"]) == (heard["start"], heard["end"])
    conversation = (await client.get(f"/v1/conversations/{call['conversation_id']}")).json()
    assert conversation["messages"][0]["text"] == "Good morning, this is customer service."
    assert (await client.get(f"/v1/calls/{call['id']}/notes")).json()["stale"]
    missing = await client.patch(f"{address}/999", json={"text": "x"})
    assert (missing.status_code, missing.json()["code"]) == (404, "segment_not_found")
    assert (await client.patch(f"{address}/1", json={"text": ""})).status_code == 422


async def _repeat(client: httpx.AsyncClient, call_id: str, audio: bytes) -> None:
    again = await send(client, audio, METADATA)
    assert (again.status_code, again.json()["id"]) == (202, call_id)
    assert (await send(client, audio)).json()["id"] == call_id
    other = await send(client, wav(3), METADATA)
    assert (other.status_code, other.json()["code"]) == (409, "call_exists")
    listed = (await client.get("/v1/calls")).json()["items"]
    assert [one["id"] for one in listed] == [call_id]


async def _delete(client: httpx.AsyncClient, call: dict[str, Any]) -> None:
    assert (await client.delete(f"/v1/calls/{call['id']}")).status_code == 204
    for address in (
        f"/v1/calls/{call['id']}",
        f"/v1/calls/{call['id']}/transcript",
        f"/v1/calls/{call['id']}/notes",
        f"/v1/calls/{call['id']}/audio",
        f"/v1/conversations/{call['conversation_id']}",
        f"/v1/jobs/{call['job_id']}",
    ):
        assert (await client.get(address)).status_code == 404, address
    assert (await client.delete(f"/v1/calls/{call['id']}")).status_code == 404


@pytest.mark.timeout(600)
async def test_a_language_nobody_knows_fails_clearly(
    client: httpx.AsyncClient, service: Service
) -> None:
    audio = short_call("fi", seconds=4)
    call_id = (await send(client, audio, {"language": "fi"})).json()["id"]
    call = await ended(client, call_id)
    assert call["status"] == "failed"
    assert call["error"]["code"] == "speech_language_unsupported"
    assert "COPILOT_SPEECH__MODEL" in call["error"]["detail"]
    assert (await client.get(f"/v1/calls/{call_id}/audio")).content == audio
    # Sent again it is tried again: by then the weights may be there.
    again = (await send(client, audio, {"language": "fi"})).json()
    assert again["id"] == call_id
    assert again["status"] != "failed"
    assert (await ended(client, call_id))["status"] == "failed"


@pytest.mark.timeout(600)
async def test_nobody_speaks(client: httpx.AsyncClient) -> None:
    call_id = (await send(client, wav(30, channels=2))).json()["id"]
    call = await ended(client, call_id)
    assert call["status"] == "done", call
    assert (await client.get(f"/v1/calls/{call_id}/transcript")).json()["segments"] == []
    assert (await client.get(f"/v1/calls/{call_id}/notes")).status_code == 200


REFUSED = [
    (b"", None, 422, "audio_empty"),
    (wav(0), None, 422, "audio_empty"),
    (b"just some text\n" * 99, None, 422, "audio_unreadable"),
    (wav(0.1, channels=64), None, 422, "audio_too_many_channels"),
    (wav(1), {"agent_channel": 2}, 422, "invalid_input"),
    (wav(1), {"colour": "red"}, 422, "invalid_input"),
    (wav(1), {"language": "fi; drop"}, 422, "invalid_input"),
    (wav(1), [], 422, "invalid_input"),
]


@pytest.mark.parametrize(("audio", "metadata", "status", "code"), REFUSED)
async def test_refused_before_it_is_accepted(
    client: httpx.AsyncClient, audio: bytes, metadata: object, status: int, code: str
) -> None:
    answer = await send(client, audio, metadata)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.json()["detail"]
    assert (await client.get("/v1/calls")).json()["items"] == []


async def test_metadata_that_is_no_json(client: httpx.AsyncClient) -> None:
    files = {"audio": ("call.wav", wav(1))}
    answer = await client.post("/v1/calls", files=files, data={"metadata": "{'a': 1}"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_body")


async def test_no_audio_at_all(client: httpx.AsyncClient) -> None:
    assert (await client.post("/v1/calls", data={"metadata": "{}"})).status_code == 422


@pytest.mark.timeout(600)
@pytest.mark.timed
async def test_cancelling_stops_it_within_two_seconds(client: httpx.AsyncClient) -> None:
    accepted = (await send(client, short_call(seconds=60), {"language": "en"})).json()
    async with client.stream("GET", f"/v1/jobs/{accepted['job_id']}/events") as events:
        async for line in events.aiter_lines():
            if line.startswith("data:") and json.loads(line[5:])["progress"] > 0:
                break
    await client.post(f"/v1/jobs/{accepted['job_id']}/cancel")
    assert (await ended(client, accepted["id"], within_s=limit(2)))["status"] == "cancelled"
