"""Another tenant's key sees none of it: every route is tried with the wrong tenant."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.app.test_hostile_input import CONVERSATION, silence
from tests.app.test_routes import PAGES, PUBLIC, ROUTES
from tests.service import Service

SECRET = "purplehippo"  # stands in everything the first tenant owns


async def fill(client: httpx.AsyncClient) -> dict[str, str]:
    """Make one of everything; returns the value of each path parameter."""
    customer = {"name": SECRET, "emails": [f"{SECRET}@mail.example"]}
    made = await client.put(f"/v1/customers/crm/{SECRET}", json=customer)
    ids = {"customer_id": made.json()["id"], "source": "crm", "external_id": SECRET}
    order = {
        "customer": {"source": "crm", "external_id": SECRET},
        "status": SECRET,
        "items": [{"name": SECRET}],
    }
    assert (await client.put(f"/v1/orders/crm/{SECRET}", json=order)).status_code == 201
    ids["number"] = SECRET
    article = {"title": SECRET, "body": f"The {SECRET} needs descaling."}
    made = await client.put(f"/v1/articles/crm/{SECRET}", json=article)
    ids["article_id"] = made.json()["id"]
    message = {**CONVERSATION["messages"][0], "text": f"Where is my {SECRET}?"}
    conversation = {
        **CONVERSATION,
        "subject": SECRET,
        "messages": [message],
        "customer": {"source": "crm", "external_id": SECRET},
    }
    made = await client.put(f"/v1/conversations/crm/{SECRET}", json=conversation)
    ids["conversation_id"] = made.json()["id"]
    place = f"/v1/conversations/{ids['conversation_id']}"
    assert (await client.post(f"{place}/summary", json={})).status_code == 200
    draft = await client.post(f"{place}/drafts", json={})
    ids["draft_id"] = draft.json()["id"]
    call = await client.post(
        "/v1/calls",
        files={"audio": ("call.wav", silence(2), "audio/wav")},
        data={"metadata": json.dumps({"external_id": SECRET, "language": "en"})},
    )
    assert call.status_code == 202, call.text
    ids |= {"call_id": call.json()["id"], "job_id": call.json()["job_id"], "n": "1"}
    line = json.dumps({"source": "crm", "external_id": "imported", **CONVERSATION}).encode()
    made = await client.post(
        "/v1/conversations:import", files={"file": ("one.jsonl", line, "application/jsonl")}
    )
    ids["conversations/import_id"] = made.json()["id"]
    row = json.dumps({"source": "crm", "external_id": "i", "title": "t", "body": "b"}).encode()
    made = await client.post(
        "/v1/articles:import", files={"file": ("one.jsonl", row, "application/jsonl")}
    )
    ids["articles/import_id"] = made.json()["id"]
    ids["key_id"] = (await client.get("/v1/keys")).json()["items"][0]["id"]
    return ids


# What to send where a route wants a body.
BODIES: dict[str, Any] = {
    "PUT /v1/customers/{source}/{external_id:path}": {"name": "mine"},
    "PUT /v1/orders/{source}/{number:path}": {
        "customer": {"source": "crm", "external_id": "mine"},
        "status": "open",
    },
}


async def test_no_route_shows_or_changes_another_tenants_data(service: Service) -> None:
    owner, stranger = service.new_tenant(), service.new_tenant()
    base = service.url
    async with (
        httpx.AsyncClient(base_url=base, headers=owner.headers, timeout=60) as mine,
        httpx.AsyncClient(base_url=base, headers=stranger.headers, timeout=60) as theirs,
    ):
        ids = await fill(mine)
        tried = 0
        for method, path in ROUTES:
            if (method, path) in PUBLIC | PAGES or path == "/metrics":
                continue
            address = path.replace(":path}", "}")
            kind = "articles" if "article" in path else "conversations"
            here = {**ids, "import_id": ids[f"{kind}/import_id"]}
            for name, value in here.items():
                address = address.replace(f"{{{name}}}", value)
            assert "{" not in address, f"the test does not know how to fill {path}"
            body = BODIES.get(f"{method} {path}")
            needs_id = address != path
            answer = await theirs.request(
                method, address, json=body if method in {"PUT", "POST", "PATCH"} else None
            )
            tried += 1
            assert answer.status_code < 500, (method, path, answer.text)
            creates = method == "PUT"
            if needs_id and not creates:
                assert answer.status_code in {400, 404, 422}, (method, path, answer.text)
            text = answer.text.replace(address, "")
            if not creates:
                for hidden in (SECRET, *(v for k, v in ids.items() if k.endswith("_id"))):
                    seen = hidden in text and answer.status_code < 400
                    assert not seen, (method, path, hidden)
        assert tried > 30
        for query in (SECRET, f"descaling {SECRET}"):
            found = await theirs.post("/v1/search", json={"query": query})
            assert SECRET not in json.dumps(found.json()["hits"])
        # And all of it is still there for the owner.
        kept = await mine.get(f"/v1/conversations/{ids['conversation_id']}")
        assert kept.json()["subject"] == SECRET
        assert (await mine.get(f"/v1/calls/{ids['call_id']}")).status_code == 200
        assert (await mine.get(f"/v1/drafts/{ids['draft_id']}")).status_code == 200
        await asyncio.sleep(0)


@pytest.mark.parametrize("scope", ["conversations:read", "knowledge:read", "calls:read"])
async def test_a_key_without_the_scope_is_refused(service: Service, scope: str) -> None:
    limited = service.new_tenant(scopes=("feedback:write",))
    paths = {
        "conversations:read": "/v1/conversations",
        "knowledge:read": "/v1/articles",
        "calls:read": "/v1/calls",
    }
    async with httpx.AsyncClient(base_url=service.url, headers=limited.headers) as client:
        answer = await client.get(paths[scope])
    assert answer.status_code == 403
    assert scope in answer.json()["detail"]
