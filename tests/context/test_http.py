"""The routes of the card: what a caller may not read elsewhere is not told here either."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.service import Credentials, Service
from tests.timing import limit

CUSTOMER = {"source": "crm", "external_id": "c-1", "name": "Pirjo", "emails": ["p@example.com"]}
BODY: dict[str, Any] = {
    "channel": "email",
    "subject": "Rikkinäinen lamppu",
    "customer": CUSTOMER,
    "messages": [
        {
            "external_id": "m1",
            "author": {"role": "customer"},
            "sent_at": "2026-03-01T08:00:00Z",
            "text": "Lamppu on rikki, tilaus KK-20418.",
        }
    ],
}


async def fill(client: httpx.AsyncClient) -> str:
    made = await client.put("/v1/conversations/test/1", json=BODY)
    assert made.status_code == 201
    order = {"customer": {"source": "crm", "external_id": "c-1"}, "status": "shipped"}
    assert (await client.put("/v1/orders/shop/KK-20418", json=order)).status_code == 201
    article = {
        "title": "Lamput",
        "body": "Rikki mennyt lamppu vaihdetaan.",
        "visibility": "internal",
    }
    assert (await client.put("/v1/articles/kb/lamput", json=article)).status_code == 201
    conversation_id: str = made.json()["id"]
    return conversation_id


@pytest.mark.parametrize("inline", [False, True])
async def test_parts_that_the_key_may_not_read_are_left_out(
    client: httpx.AsyncClient, service: Service, credentials: Credentials, inline: bool
) -> None:
    conversation_id = await fill(client)
    async with asyncio.timeout(limit(120)):  # the model is loaded and the article indexed
        while (
            not (await client.post("/v1/search", json={"query": "lamppu", "kinds": ["article"]}))
            .json()
            .get("hits")
        ):
            await asyncio.sleep(0.2)

    async def card(*scopes: Any) -> dict[str, Any]:
        made = await service_key(service, credentials, scopes)
        async with httpx.AsyncClient(base_url=service.url, headers=made, timeout=60) as caller:
            if inline:
                answer = await caller.post("/v1/context", json={"conversation": BODY})
            else:
                answer = await caller.get(f"/v1/conversations/{conversation_id}/context")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    everything = await card("conversations:read", "customers:read", "knowledge:read")
    assert everything["customer"]["name"] == "Pirjo"
    assert [one["number"] for one in everything["orders"]] == ["KK-20418"]
    assert [one["title"] for one in everything["articles"]] == ["Lamput"]
    assert everything["already_told"]
    admin = await card("admin")
    assert admin["customer"]
    assert admin["articles"]
    bare = await card("conversations:read")
    assert (bare["customer"], bare["orders"], bare["articles"]) == (None, [], [])
    assert bare["already_told"] == everything["already_told"]
    half = await card("conversations:read", "customers:read")
    assert (bool(half["customer"]), bool(half["orders"]), half["articles"]) == (True, True, [])


async def service_key(
    service: Service, credentials: Credentials, scopes: tuple[Any, ...]
) -> dict[str, str]:
    made = service.call(service.deps.auth.create_key(credentials.tenant, "few", list(scopes)))
    return {"Authorization": f"Bearer {made.secret}"}


async def test_what_is_not_there_is_told(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/conversations/cnv_none/context")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "conversation_not_found"
    for body in ({}, {"conversation": {"channel": "email", "surprise": 1}}):
        assert (await client.post("/v1/context", json=body)).status_code == 422
    empty = await client.post("/v1/context", json={"conversation": {"channel": "email"}})
    assert empty.status_code == 200
    assert empty.json()["already_told"] == []
