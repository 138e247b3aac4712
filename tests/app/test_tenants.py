"""Another tenant's key sees none of it: every route is tried with the wrong tenant."""

import json
from typing import Any

import httpx
import pytest

from copilot.auth.principal import Scope
from tests.app.filling import CONVERSATION, PROCESS, SECRET, address, fill, settled
from tests.app.test_routes import PAGES, PUBLIC, ROUTES
from tests.service import Service

# Bodies that the routes accept, so that no refusal of the body hides a leak behind it.
INLINE = {"conversation": CONVERSATION}
BODIES: dict[str, Any] = {
    "PUT /v1/customers/{source}/{external_id:path}": {"name": "mine"},
    "PUT /v1/orders/{source}/{number:path}": {
        "customer": {"source": "crm", "external_id": "mine"},
        "status": "open",
    },
    "PUT /v1/articles/{source}/{external_id:path}": {"title": "mine", "body": "mine"},
    "PUT /v1/processes/{name}": {"body": PROCESS},
    "PUT /v1/saved-replies/{source}/{external_id:path}": {"title": "mine", "body": "mine"},
    "PUT /v1/tone-guide": {"body": "mine"},
    "PUT /v1/conversations/{source}/{external_id:path}": CONVERSATION,
    "PATCH /v1/calls/{call_id}/transcript/segments/{n}": {"text": "mine"},
    "PUT /v1/calls/{call_id}/notes": {
        "sections": [{"kind": "done", "sentences": [{"text": "mine"}]}]
    },
    "POST /v1/calls/{call_id}/notes/approve": {},
    "POST /v1/calls/{call_id}/redact": {},
    "PUT /v1/retention": {"audio_days": 1, "text_days": 1},
    "POST /v1/conversations/{conversation_id}/summary": {},
    "POST /v1/conversations/{conversation_id}/drafts": {},
    "POST /v1/conversations/{conversation_id}/read": {},
    "POST /v1/drafts/{draft_id}/refine": {"action": "shorten"},
    "POST /v1/drafts/{draft_id}/check": {"text": "mine"},
    "POST /v1/drafts/{draft_id}/insertions": {"similar_id": "mine", "text": "mine"},
    "POST /v1/drafts/{draft_id}/review": {"action": "accepted"},
    "PUT /v1/panel/sites": {"origins": ["https://mine.example"]},
    "POST /v1/feedback": {"kind": "csat", "score": 5},
    "POST /v1/feedback/links": {"conversation_id": "cnv_mine"},
    "POST /v1/agents": {"email": "someone@mine.example", "name": "mine"},
    "PATCH /v1/agents/{agent_id}": {"name": "mine"},
    "POST /v1/keys": {"name": "mine", "scopes": ["feedback:write"]},
    "POST /v1/search": {"query": SECRET},
    "POST /v1/summarize": INLINE,
    "POST /v1/draft": INLINE,
    "POST /v1/context": {
        "conversation": {
            **CONVERSATION,
            "customer": {
                "source": "crm",
                "external_id": SECRET,
                "emails": [f"{SECRET}@mail.example"],
            },
        }
    },
}
QUERIES: dict[str, dict[str, Any]] = {
    "/v1/calls/{call_id}/transcript/search": {"query": SECRET},
    "/v1/conversations/events": {"seconds": 0.2},
    "/v1/panel/conversation": {"source": "crm", "external_id": SECRET},
}
BY_NAME = {"/v1/panel/conversation", "/v1/feedback/links"}
"""Those whose query or body names one thing."""
UPLOADS = {"POST /v1/calls", "POST /v1/conversations:import", "POST /v1/articles:import"}
ONE_EACH = {"GET /v1/tone-guide", "DELETE /v1/tone-guide"}
"""Of what a tenant has one of: another has none."""
LOOKED = "customer_exported"
NO_BODY = {
    "POST /v1/engines/{kind}/check",
    "POST /v1/agents/{agent_id}/link",
    "POST /v1/jobs/{job_id}/cancel",
    "POST /v1/jobs/{job_id}/retry",
    "POST /v1/conversations/{conversation_id}/drafts/own",
}


async def seen_by_owner(mine: httpx.AsyncClient, ids: dict[str, str]) -> dict[str, Any]:
    """What every reading route answers the owner."""
    seen = {}
    for method, path in ROUTES:
        wanted = method == "GET" and path.startswith("/v1/")
        # Keys tell when they were last used, context cards how long they took, an export when it
        # was made.
        if wanted and not path.endswith(("/events", "/keys", "/context", "/export")):
            answer = await mine.get(address(path, ids), params=QUERIES.get(path))
            text = answer.text
            if path == "/v1/audit":  # looking writes into it
                mine_alone = [one for one in answer.json()["items"] if one["kind"] != LOOKED]
                text = json.dumps(mine_alone)
            seen[path] = (answer.status_code, text)
    return seen


async def test_no_route_shows_or_changes_another_tenants_data(service: Service) -> None:
    owner, stranger = service.new_tenant(), service.new_tenant()
    base = service.url
    async with (
        httpx.AsyncClient(base_url=base, headers=owner.headers, timeout=60) as mine,
        httpx.AsyncClient(base_url=base, headers=stranger.headers, timeout=60) as theirs,
    ):
        ids = await fill(mine, service, owner.tenant)
        await settled(mine)
        before = await seen_by_owner(mine, ids)
        tried = 0
        for method, path in ROUTES:
            if (method, path) in PUBLIC | PAGES or path == "/metrics":
                continue
            await _try(theirs, method, path, ids)
            tried += 1
        assert tried > 45
        for query in (SECRET, f"descaling {SECRET}"):
            for customer_id in (None, ids["customer_id"]):
                body = {"query": query, "customer_id": customer_id}
                found = await theirs.post("/v1/search", json=body)
                assert SECRET not in json.dumps(found.json()["hits"])
        for path in ("/v1/conversations", "/v1/orders"):
            found = await theirs.get(path, params={"customer_id": ids["customer_id"]})
            assert found.json()["items"] == []
        # And all of it is still there for the owner, just as it was.
        assert await seen_by_owner(mine, ids) == before
        assert all(status == 200 or "segments" in path for path, (status, _) in before.items())


async def _try(theirs: httpx.AsyncClient, method: str, path: str, ids: dict[str, str]) -> None:
    route, place = f"{method} {path}", address(path, ids)
    assert "{" not in place, f"the test does not know how to fill {path}"
    assert method in {"GET", "DELETE"} or route in BODIES or route in UPLOADS | NO_BODY, route
    sent = {"json": BODIES.get(route), "params": QUERIES.get(path)}
    answer = await theirs.request(method, place, **sent)
    by_id = "_id}" in path and "{source}" not in path
    by_name = "{source}" in path or "{name}" in path or path in BY_NAME
    if route in UPLOADS:
        assert answer.status_code == 422, (route, answer.text)
    elif route in ONE_EACH:
        assert answer.status_code == 404, (route, answer.text)
    elif by_id or (by_name and method != "PUT"):
        assert answer.status_code == 404, (route, answer.text)
        # What is another's cannot be told from what is not there.
        nothing = {name: f"{value}x" for name, value in ids.items()} | {"n": "1"}
        other = await theirs.request(method, address(path, nothing), **sent)
        assert (other.status_code, other.json()["code"]) == (404, answer.json()["code"])
    else:
        assert answer.status_code < 300, (route, answer.text)
    if answer.status_code < 300:
        # What the stranger sent themselves may come back: names in the path, addresses.
        asked = {SECRET} if method == "PUT" or route == "POST /v1/context" else set()
        for name, hidden in {**ids, "secret": SECRET}.items():
            if name.endswith("_id") or name == "secret":
                assert hidden in asked or hidden not in answer.text, (route, name)


async def test_a_key_of_another_tenant_does_not_replay_answers(service: Service) -> None:
    body, key = {"title": SECRET, "body": SECRET}, {"Idempotency-Key": "the same"}
    ids = set()
    for _ in range(2):
        headers = service.new_tenant().headers | key
        async with httpx.AsyncClient(base_url=service.url, headers=headers, timeout=60) as client:
            answer = await client.put("/v1/articles/crm/one", json=body)
            assert answer.status_code == 201
            assert "idempotency-replayed" not in answer.headers
            ids.add(answer.json()["id"])
    assert len(ids) == 2


@pytest.mark.parametrize(("method", "path"), [one for one in ROUTES if one[1].startswith("/v1/")])
async def test_a_key_without_the_scope_is_refused(service: Service, method: str, path: str) -> None:
    if (method, path) == ("GET", "/v1/me") or (method, path) in PUBLIC:
        return  # every key may ask who it is
    other: Scope = "insights:read" if path.startswith("/v1/feedback") else "feedback:write"
    limited = service.new_tenant(scopes=(other,))
    place = path.replace(":path}", "}").replace("{n}", "1")
    async with httpx.AsyncClient(base_url=service.url, headers=limited.headers) as client:
        answer = await client.request(method, place, json=BODIES.get(f"{method} {path}"))
    assert answer.status_code == 403, answer.text
    assert answer.json()["code"] == "forbidden"
    assert ":" in answer.json()["detail"] or "admin" in answer.json()["detail"]
