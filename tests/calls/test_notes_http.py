"""Notes and search inside calls over HTTP: what a console does after a call."""

import asyncio
from typing import Any

import httpx
import pytest

from copilot.calls import pipeline
from tests.calls.heard import heard_call
from tests.service import Credentials, Service

SAID = (
    ("agent", "Good morning, this is customer service. How can I help you?"),
    ("customer", "The lid of my kettle was broken when the parcel arrived."),
    ("agent", "I have refunded 12 euros. We will send a new lid by Friday."),
    ("customer", "Will I get the invoice for it by email?"),
)


@pytest.fixture
def call_id(service: Service, credentials: Credentials) -> str:
    """A call with notes."""

    async def noted() -> str:
        flow = service.deps.calls
        made = await heard_call(flow.db, credentials.tenant, *SAID)  # type: ignore[arg-type]
        await pipeline.make_conversation(flow, credentials.tenant, made)
        await pipeline.write_notes(flow, credentials.tenant, made)
        return made

    return service.call(noted())


def sections(*sentences: dict[str, Any], kind: str = "open") -> dict[str, Any]:
    return {"sections": [{"kind": kind, "sentences": list(sentences)}]}


async def test_notes_are_edited_and_approved(client: httpx.AsyncClient, call_id: str) -> None:
    address = f"/v1/calls/{call_id}/notes"
    notes = (await client.get(address)).json()
    assert (notes["edited_at"], notes["approved_at"], notes["message_id"]) == (None, None, None)
    (promise,) = [
        one
        for section in notes["sections"]
        for one in section["sentences"]
        if section["kind"] == "promised"
    ]
    assert (promise["due"], promise["start"]) == ("2026-03-27", 4.0)

    edited = await client.put(address, json=sections({"text": "The lid cost 13 euros."}))
    assert edited.status_code == 200, edited.text
    (sentence,) = edited.json()["sections"][0]["sentences"]
    assert not sentence["supported"]
    assert sentence["figures"][0]["verdict"] in {"contradicted", "unsupported"}
    assert edited.json()["edited_at"]

    approved = (await client.post(f"{address}/approve", json={})).json()
    assert approved["approved_by"] == "test"
    again = await client.post(f"{address}/approve")
    assert (again.status_code, again.json()) == (200, approved)
    about = f"/v1/conversations/{approved['conversation_id']}"
    message = (await client.get(about)).json()["messages"][-1]
    assert (message["id"], message["external_id"]) == (approved["message_id"], "call-notes")
    assert (message["visibility"], message["author"]["role"]) == ("internal", "system")
    assert "13 euros. (not found in the call)" in message["text"]

    other = sections({"text": "Asks for the invoice by email."})
    replaced = (await client.post(f"{address}/approve", json=other)).json()
    assert replaced["message_id"] == approved["message_id"]
    messages = (await client.get(about)).json()["messages"]
    assert len(messages) == len(SAID) + 1
    assert "invoice" in messages[-1]["text"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"sections": []}, 422),
        ({"sections": None}, 422),
        (sections(), 422),
        (sections({"text": " \n "}), 422),
        (sections({"text": "x" * 1001}), 422),
        (sections(*({"text": "x"} for _ in range(61))), 422),
        (sections({"text": "x", "message_ids": ["m"] * 21}), 422),
        (sections({"text": "x"}, kind="gossip"), 422),
        (sections({"text": "x", "supported": True}), 422),
        ([1], 422),
        ("no json", 400),
    ],
)
async def test_what_is_no_notes_is_refused(
    client: httpx.AsyncClient, call_id: str, body: object, status: int
) -> None:
    address = f"/v1/calls/{call_id}/notes"
    before = (await client.get(address)).json()
    kind = {"Content-Type": "application/json"}
    for method, url in (("PUT", address), ("POST", f"{address}/approve")):
        if method == "POST" and body in ({}, {"sections": None}):
            continue  # nothing given: approve what is there
        sent: dict[str, Any] = (
            {"content": body, "headers": kind} if isinstance(body, str) else {"json": body}
        )
        answer = await client.request(method, url, **sent)
        assert (answer.status_code, answer.headers["content-type"]) == (
            status,
            "application/problem+json",
        ), answer.text
    assert (await client.get(address)).json() == before


async def test_notes_of_nobody(client: httpx.AsyncClient, service: Service, call_id: str) -> None:
    stranger = service.new_tenant()
    reader = service.new_tenant(("calls:read",))
    for key, status in ((stranger, 404), (reader, 403)):
        for method, end in (("PUT", ""), ("POST", "/approve")):
            answer = await client.request(
                method,
                f"/v1/calls/{call_id}/notes{end}",
                json=sections({"text": "x"}),
                headers=key.headers,
            )
            assert answer.status_code == status, answer.text
    found = await client.get(
        f"/v1/calls/{call_id}/transcript/search?query=lid", headers=stranger.headers
    )
    assert found.status_code == 404


async def test_search_jumps_to_the_second(client: httpx.AsyncClient, call_id: str) -> None:
    address = f"/v1/calls/{call_id}/transcript/search"
    (first, *_) = (await client.get(address, params={"query": "invoices"})).json()["hits"]
    assert (first["n"], first["start"], first["end"]) == (4, 6.0, 8.0)
    assert first["text"] == SAID[3][1]
    # No word of it was said.
    meant = (await client.get(address, params={"query": "it came in pieces, damaged"})).json()
    assert 2 in [one["n"] for one in meant["hits"]][:2]
    for query, status in (("", 422), ("x" * 501, 422), ("😀 *", 200)):
        answer = await client.get(address, params={"query": query})
        assert answer.status_code == status


async def test_search_over_everything_says_where_a_call_is_to_be_played(
    client: httpx.AsyncClient, call_id: str
) -> None:
    article = {"title": "Kettle lids", "body": "A lid for a kettle.", "visibility": "public"}
    await client.put("/v1/articles/help/lids", json=article)
    body = {"query": "kettle lid broken parcel"}
    async with asyncio.timeout(60):
        while len(hits := (await client.post("/v1/search", json=body)).json()["hits"]) < 2:
            await asyncio.sleep(0.2)
    by_kind = {one["kind"]: one for one in hits}
    call = by_kind["conversation"]
    assert (call["call_id"], call["start"], call["end"]) == (call_id, 2.0, 4.0)
    page = by_kind["article"]
    assert (page["call_id"], page["start"], page["end"]) == (None, None, None)


async def test_marks_are_shown_where_they_are_wanted(
    client: httpx.AsyncClient, call_id: str
) -> None:
    address = f"/v1/calls/{call_id}/transcript"
    right = "I have refunded 12 euros. We will send a new lid by Friday!"
    await client.patch(f"{address}/segments/3", json={"text": right})
    plain = (await client.get(address, params={"format": "txt"})).text
    shown = (await client.get(address, params={"format": "txt", "marks": "true"})).text
    assert f"Agent: {right}\n" in plain
    assert f"Agent: {right} [heard: {SAID[2][1]}]\n" in shown
