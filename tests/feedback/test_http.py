"""``POST /v1/feedback``: scales, what it is about, and whose."""

from typing import Any

import httpx
import pytest

from tests.app.filling import CONVERSATION
from tests.service import Service

ADDRESS = "/v1/feedback"


async def conversation_with_draft(client: httpx.AsyncClient, name: str = "one") -> tuple[str, str]:
    made = await client.put(f"/v1/conversations/desk/{name}", json=CONVERSATION)
    draft = await client.post(f"/v1/conversations/{made.json()['id']}/drafts", json={})
    return made.json()["id"], draft.json()["id"]


@pytest.mark.parametrize(
    ("kind", "low", "high"), [("csat", 1, 5), ("ces", 1, 7), ("nps", 0, 10), ("cfs", 1, 5)]
)
async def test_a_score_stays_on_its_scale(
    client: httpx.AsyncClient, kind: str, low: int, high: int
) -> None:
    for score in (low, high):
        given = await client.post(ADDRESS, json={"kind": kind, "score": score})
        assert given.status_code == 201, given.text
        assert (given.json()["kind"], given.json()["score"]) == (kind, score)
    for score in (low - 1, high + 1):
        refused = await client.post(ADDRESS, json={"kind": kind, "score": score})
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
    between = await client.post(ADDRESS, json={"kind": kind, "score": high + 1})
    assert f"{low} to {high}" in between.json()["detail"] or high == 10


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "stars", "score": 3},
        {"kind": "csat"},
        {"kind": "csat", "score": "3"},
        {"kind": "csat", "score": 3.5},
        {"kind": "csat", "score": True},
        {"kind": "csat", "score": 3, "rating": 3},
        {"kind": "csat", "score": 3, "comment": "x" * 4001},
    ],
)
async def test_what_is_no_score_is_refused(client: httpx.AsyncClient, body: Any) -> None:
    assert (await client.post(ADDRESS, json=body)).status_code == 422


async def test_it_tells_what_it_is_about(client: httpx.AsyncClient) -> None:
    conversation_id, draft_id = await conversation_with_draft(client)
    body = {"kind": "csat", "score": 2, "comment": "Hidas vastaus 😕", "draft_id": draft_id}
    given = (await client.post(ADDRESS, json=body)).json()
    assert given["id"].startswith("fbk_")
    assert given["created_at"].endswith("Z")
    assert (given["conversation_id"], given["draft_id"]) == (conversation_id, draft_id)
    assert given["comment"] == "Hidas vastaus 😕"
    both = await client.post(ADDRESS, json={**body, "conversation_id": conversation_id})
    assert both.status_code == 201
    other, _ = await conversation_with_draft(client, "two")
    mixed = await client.post(ADDRESS, json={**body, "conversation_id": other})
    assert (mixed.status_code, mixed.json()["code"]) == (422, "invalid_input")


async def test_nothing_can_be_said_about_another_tenants(
    service: Service, client: httpx.AsyncClient
) -> None:
    conversation_id, draft_id = await conversation_with_draft(client)
    stranger = service.new_tenant(scopes=("feedback:write",))
    async with httpx.AsyncClient(base_url=service.url, headers=stranger.headers) as theirs:
        for name, value in (("conversation", conversation_id), ("draft", draft_id)):
            refused = [
                await theirs.post(ADDRESS, json={"kind": "nps", "score": 0, f"{name}_id": one})
                for one in (value, f"{value}x")
            ]
            # What is another's cannot be told from what is not there.
            assert [one.status_code for one in refused] == [404, 404]
            assert {one.json()["code"] for one in refused} == {f"{name}_not_found"}


async def test_sent_again_it_is_kept_once(client: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "survey-1"}
    body = {"kind": "ces", "score": 7}
    first, again = [await client.post(ADDRESS, json=body, headers=key) for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = await client.post(ADDRESS, json={**body, "score": 1}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


async def test_it_needs_its_own_scope(service: Service) -> None:
    limited = service.new_tenant(scopes=("drafts:write",))
    async with httpx.AsyncClient(base_url=service.url, headers=limited.headers) as client:
        refused = await client.post(ADDRESS, json={"kind": "nps", "score": 9})
    assert refused.status_code == 403
