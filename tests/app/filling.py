"""One of everything in a tenant, for tests that walk all routes."""

import asyncio
import io
import json
import struct
import wave
from typing import Any

import httpx

from copilot.kernel.ids import TenantId
from copilot.ledger.ledger import Ended, Leaving
from tests.service import Service

SECRET = "purplehippo"  # stands in everything that is made here
CONVERSATION: dict[str, Any] = {
    "channel": "chat",
    "messages": [
        {
            "external_id": "m1",
            "author": {"role": "customer"},
            "sent_at": "2026-03-01T08:00:00Z",
            "text": "Hello",
        }
    ],
}


PROCESS = f"""---
name: {SECRET}
title: {SECRET}
applies_when: [Where is my {SECRET}]
---
1. Look for the {SECRET}.
"""


def silence(seconds: float) -> bytes:
    """A WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(struct.pack("<h", 0) * int(8000 * seconds))
    return buffer.getvalue()


async def finished(client: httpx.AsyncClient, job_id: str) -> dict[str, Any]:
    """The job once it has ended."""
    for _ in range(400):
        state: dict[str, Any] = (await client.get(f"/v1/jobs/{job_id}")).json()
        if state["status"] not in {"queued", "running"}:
            return state
        await asyncio.sleep(0.05)
    raise AssertionError(state)


async def settled(client: httpx.AsyncClient) -> None:
    """Wait until every job of the tenant has ended."""
    for job in (await client.get("/v1/jobs")).json()["items"]:
        await finished(client, job["id"])


async def fill(client: httpx.AsyncClient, service: Service, tenant: TenantId) -> dict[str, str]:
    """Make one of everything; returns the value of each path parameter.

    The shared service asks no model: what left for one is written into its ledger directly. The
    ids of imports are named after what was imported, because both routes call theirs the same.
    """
    ids = {"source": "crm", "external_id": SECRET, "number": SECRET, "n": "1", "name": SECRET}
    customer = {"name": SECRET, "emails": [f"{SECRET}@mail.example"]}
    made = await _sent(client, "PUT", f"/v1/customers/crm/{SECRET}", customer)
    ids["customer_id"] = made["id"]
    reference = {"source": "crm", "external_id": SECRET}
    order = {"customer": reference, "status": SECRET, "items": [{"name": SECRET}]}
    await _sent(client, "PUT", f"/v1/orders/crm/{SECRET}", order)
    article = {"title": SECRET, "body": f"The {SECRET} needs descaling."}
    ids["article_id"] = (await _sent(client, "PUT", f"/v1/articles/crm/{SECRET}", article))["id"]
    await _sent(client, "PUT", f"/v1/processes/{SECRET}", {"body": PROCESS})
    saved = {"title": SECRET, "body": f"The {SECRET} is on its way."}
    await _sent(client, "PUT", f"/v1/saved-replies/crm/{SECRET}", saved)
    await _sent(client, "PUT", "/v1/tone-guide", {"body": f"Never say {SECRET}."})
    message = {**CONVERSATION["messages"][0], "text": f"Where is my {SECRET}?"}
    conversation = {
        **CONVERSATION,
        "subject": SECRET,
        "messages": [message],
        "customer": reference,
    }
    made = await _sent(client, "PUT", f"/v1/conversations/crm/{SECRET}", conversation)
    ids["conversation_id"] = made["id"]
    place = f"/v1/conversations/{made['id']}"
    await _sent(client, "POST", f"{place}/summary", {})
    ids["kind"] = "llm"
    person = {"email": f"{tenant}@{SECRET}.example", "name": SECRET}
    ids["agent_id"] = (await _sent(client, "POST", "/v1/agents", person))["agent"]["id"]
    ids["draft_id"] = (await _sent(client, "POST", f"{place}/drafts", {}))["id"]
    review = {"action": "edited", "final_text": f"Your {SECRET} is on its way."}
    made = await _sent(client, "POST", f"/v1/drafts/{ids['draft_id']}/review", review)
    ids["review_id"] = made["id"]
    score = {"kind": "csat", "score": 2, "comment": SECRET, "draft_id": ids["draft_id"]}
    await _sent(client, "POST", "/v1/feedback", score)
    leaving = Leaving(
        tenant=tenant,
        task="draft",
        engine="openai:fake",
        host="models.example",
        local=False,
        sent=[{"role": "user", "content": SECRET}],
        characters=len(SECRET),
        masked={"name": 1},
        conversation_id=ids["conversation_id"],
        customer_id=ids["customer_id"],
    )
    ids["entry_id"] = service.call(service.deps.ledger.begin(leaving))
    service.call(service.deps.ledger.end(tenant, ids["entry_id"], Ended("answered", 20, 5)))
    ids |= await _call(client)
    for kind, row in (
        ("conversations", CONVERSATION),
        ("articles", {"title": "t", "body": "b"}),
    ):
        ids[f"{kind}/import_id"] = await _import(client, kind, row)
    key = {"name": "spare", "scopes": ["feedback:write"]}
    ids["key_id"] = (await _sent(client, "POST", "/v1/keys", key))["id"]
    return ids


def address(path: str, ids: dict[str, str]) -> str:
    """``path`` with each parameter filled in."""
    filled = path.replace(":path}", "}")
    for name, value in ids_for(path, ids).items():
        filled = filled.replace(f"{{{name}}}", value)
    return filled


def ids_for(path: str, ids: dict[str, str]) -> dict[str, str]:
    """``ids`` with the ``import_id`` that fits ``path``."""
    kind = "articles" if "article" in path else "conversations"
    return {**ids, "import_id": ids[f"{kind}/import_id"]}


async def _call(client: httpx.AsyncClient) -> dict[str, str]:
    call = await client.post(
        "/v1/calls",
        files={"audio": ("call.wav", silence(2), "audio/wav")},
        data={"metadata": json.dumps({"external_id": SECRET, "language": "en"})},
    )
    assert call.status_code == 202, call.text
    return {"call_id": call.json()["id"], "job_id": call.json()["job_id"]}


async def _import(client: httpx.AsyncClient, kind: str, row: dict[str, Any]) -> str:
    line = json.dumps({"source": "crm", "external_id": "imported", **row}).encode()
    files = {"file": ("one.jsonl", line, "application/jsonl")}
    made = await client.post(f"/v1/{kind}:import", files=files)
    assert made.status_code == 202, made.text
    found: str = made.json()["id"]
    return found


async def _sent(
    client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any]
) -> dict[str, Any]:
    answer = await client.request(method, path, json=body)
    assert answer.status_code in {200, 201}, answer.text
    made: dict[str, Any] = answer.json()
    return made
