"""Redaction and retention over HTTP, on the real service."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from copilot.auth.principal import Scope
from copilot.calls.tables import CallRow
from copilot.kernel.clock import now
from tests.calls.private import CALL, DIGITS, tables_with, whole_call
from tests.service import Credentials, Service
from tests.speech.sounds import encode


def call_of(service: Service, credentials: Credentials, pitch: float = 20) -> str:
    """A call that is done, with a card number in it."""
    sent = encode("flac", "flac", 16_000, "stereo", seconds=pitch)
    made = whole_call(service.deps.calls, credentials.tenant, *CALL, audio=sent)
    return service.call(made)


async def job_ended(client: httpx.AsyncClient, job_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while True:
        job: dict[str, Any] = (await client.get(f"/v1/jobs/{job_id}")).json()
        if job["status"] in {"succeeded", "failed", "cancelled"}:
            return job
        assert time.monotonic() < deadline, job
        await asyncio.sleep(0.1)


async def test_redaction_from_preview_to_silence(
    client: httpx.AsyncClient, service: Service, credentials: Credentials
) -> None:
    call_id = call_of(service, credentials)
    address = f"/v1/calls/{call_id}"
    before = await client.get(f"{address}/audio")
    shown = (await client.get(f"{address}/redact")).json()
    assert [(one["n"], one["type"]) for one in shown["found"]] == [(2, "card")]
    assert shown["redacted"] == []
    answer = await client.post(f"{address}/redact", json={"audio": True})
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert (body["id"], body["status"], body["found"]) == (call_id, "queued", shown["found"])
    assert (await job_ended(client, body["job_id"]))["status"] == "succeeded"
    transcript = (await client.get(f"{address}/transcript")).json()
    assert "[CARD]" in transcript["segments"][1]["text"]
    after = await client.get(f"{address}/audio")
    assert after.headers["etag"] != before.headers["etag"]
    assert after.content != before.content
    # A player that holds the first half of the old recording gets the new one whole.
    part = {"Range": "bytes=100-199", "If-Range": before.headers["etag"]}
    assert (await client.get(f"{address}/audio", headers=part)).status_code == 200
    part["If-Range"] = after.headers["etag"]
    assert (await client.get(f"{address}/audio", headers=part)).content == after.content[100:200]
    notes = (await client.get(f"{address}/notes")).json()
    assert not notes["stale"]
    assert (await client.get(address)).json()["redacted_at"] is not None
    shown = (await client.get(f"{address}/redact")).json()
    assert shown["found"] == []
    assert [one["type"] for one in shown["redacted"]] == ["card"]
    assert service.call(tables_with(service.deps.db, DIGITS)) == {}


async def test_what_is_asked_wrongly(
    client: httpx.AsyncClient, service: Service, credentials: Credentials
) -> None:
    call_id = call_of(service, credentials, 21)
    address = f"/v1/calls/{call_id}/redact"
    for body in ({"types": ["shoe size"]}, {"segments": [0]}, {"sound": True}):
        answer = await client.post(address, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), body
    gone = await client.post(address, json={"segments": [77]})
    assert (gone.status_code, gone.json()["code"]) == (404, "segment_not_found")
    nobody = await client.post("/v1/calls/cal_none/redact", json={})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "call_not_found")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/v1/calls/ID/redact", "calls:read"),
        ("POST", "/v1/calls/ID/redact", "calls:write"),
        ("GET", "/v1/retention", "admin"),
        ("PUT", "/v1/retention", "admin"),
    ],
)
async def test_each_route_wants_its_scope(
    service: Service, method: str, path: str, scope: Scope
) -> None:
    others: tuple[Scope, ...] = ("conversations:read", "conversations:write", "drafts:write")
    body = None if method == "GET" else {}
    async with httpx.AsyncClient(base_url=service.url, timeout=60) as client:
        url = path.replace("ID", "cal_none")
        assert (await client.request(method, url, json=body)).status_code == 401
        for scopes, refused in ((others, True), ((scope,), False)):
            headers = service.new_tenant(scopes).headers
            answer = await client.request(method, url, json=body, headers=headers)
            assert (answer.status_code == 403) == refused, answer.text


async def test_another_tenant_sees_and_changes_nothing(
    client: httpx.AsyncClient, service: Service, credentials: Credentials
) -> None:
    call_id = call_of(service, credentials, 22)
    other = service.new_tenant()
    async with httpx.AsyncClient(base_url=service.url, headers=other.headers, timeout=60) as theirs:
        for request in (
            theirs.get(f"/v1/calls/{call_id}/redact"),
            theirs.post(f"/v1/calls/{call_id}/redact", json={"audio": True, "segments": [1]}),
        ):
            assert (await request).status_code == 404
        assert (await theirs.put("/v1/retention", json={"text_days": 1})).json()["text_due"] == 0
    assert (await client.get("/v1/retention")).json()["text_days"] is None
    assert [one["n"] for one in (await client.get(f"/v1/calls/{call_id}/redact")).json()["found"]]


async def test_retention_and_an_expired_recording(
    client: httpx.AsyncClient, service: Service, credentials: Credentials
) -> None:
    call_id = call_of(service, credentials, 23)

    async def age() -> None:
        async with service.deps.db.write() as session:
            old = now() - timedelta(days=40)
            mine = CallRow.id == call_id
            await session.execute(update(CallRow).where(mine).values(created_at=old))

    service.call(age())
    for body in ({"audio_days": 0}, {"text_days": -1}, {"audio_days": "many"}, {"days": 3}):
        assert (await client.put("/v1/retention", json=body)).status_code == 422, body
    told = (await client.put("/v1/retention", json={"audio_days": 30, "text_days": None})).json()
    assert (told["audio_days"], told["text_days"], told["audio_due"]) == (30, None, 1)
    service.call(service.deps.retainer.look())
    gone = await client.get(f"/v1/calls/{call_id}/audio")
    assert (gone.status_code, gone.json()["code"]) == (410, "recording_expired")
    refused = await client.post(f"/v1/calls/{call_id}/redact", json={"audio": True})
    assert (refused.status_code, refused.json()["code"]) == (410, "recording_expired")
    call = (await client.get(f"/v1/calls/{call_id}")).json()
    assert call["audio_expired_at"] is not None
    assert (await client.get(f"/v1/calls/{call_id}/transcript")).status_code == 200
    assert (await client.get("/v1/retention")).json()["audio_due"] == 0
