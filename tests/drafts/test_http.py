"""The routes of drafts on the real service."""

import json

import httpx

from tests.service import Service

_BODY = {
    "channel": "email",
    "subject": "Palautus",
    "language": "fi",
    "customer": {"source": "crm", "external_id": "c-9", "name": "Maija Virtanen"},
    "messages": [
        {
            "external_id": "m1",
            "author": {"role": "customer", "name": "Maija Virtanen"},
            "sent_at": "2026-03-01T08:00:00Z",
            "text": "Hei, missä tilaukseni KK-9 on? Paljonko palautus maksaa?",
        }
    ],
}


async def _conversation(client: httpx.AsyncClient) -> str:
    order = {
        "customer": {"source": "crm", "external_id": "c-9"},
        "status": "shipped",
        "total": {"amount": "39.90", "currency": "EUR"},
    }
    assert (await client.put("/v1/orders/shop/KK-9", json=order)).is_success
    answer = await client.put("/v1/conversations/test/draft-1", json=_BODY)
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


async def test_a_draft_is_made_listed_refined_and_reviewed(client: httpx.AsyncClient) -> None:
    conversation = await _conversation(client)
    made = await client.post(f"/v1/conversations/{conversation}/drafts", json={})
    assert made.status_code == 200, made.text
    draft = made.json()
    assert draft["conversation_id"] == conversation
    assert "Tilauksesi KK-9 on lähetetty." in draft["text"]
    assert (await client.get(f"/v1/drafts/{draft['id']}")).json() == draft
    listed = await client.get(f"/v1/conversations/{conversation}/drafts")
    assert [one["id"] for one in listed.json()["items"]] == [draft["id"]]
    refined = await client.post(f"/v1/drafts/{draft['id']}/refine", json={"action": "friendlier"})
    assert refined.json()["parent_id"] == draft["id"]
    told = {"action": "edited", "final_text": draft["text"] + " Mukavaa viikkoa!"}
    review = await client.post(f"/v1/drafts/{draft['id']}/review", json=told)
    assert review.status_code == 200, review.text
    assert review.json()["edit_distance"] == len(" Mukavaa viikkoa!")


async def test_a_draft_is_streamed_as_events(client: httpx.AsyncClient) -> None:
    conversation = await _conversation(client)
    headers = {"Accept": "text/event-stream"}
    path = f"/v1/conversations/{conversation}/drafts"
    async with client.stream("POST", path, json={"length": "short"}, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        text = (await answer.aread()).decode()
    events = [block.split("\n") for block in text.strip().split("\n\n")]
    kinds = [lines[0].removeprefix("event: ") for lines in events]
    assert kinds == ["meta", "delta", "citations", "figures", "done"]
    draft = json.loads(events[-1][1].removeprefix("data: "))
    assert json.loads(events[1][1].removeprefix("data: ")) == {"text": draft["text"]}
    assert (await client.get(f"/v1/drafts/{draft['id']}")).json() == draft


async def test_an_inline_draft_finds_the_customers_orders(client: httpx.AsyncClient) -> None:
    await _conversation(client)
    made = await client.post("/v1/draft", json={"conversation": _BODY, "options": {}})
    assert made.status_code == 200, made.text
    assert made.json()["conversation_id"] is None
    assert "Tilauksesi KK-9 on lähetetty." in made.json()["text"]
    assert (await client.get(f"/v1/drafts/{made.json()['id']}")).status_code == 404


async def test_faults_are_problems_also_for_streams(client: httpx.AsyncClient) -> None:
    headers = {"Accept": "text/event-stream"}
    missing = await client.post("/v1/conversations/cnv_none/drafts", json={}, headers=headers)
    assert missing.status_code == 404
    assert missing.json()["code"] == "conversation_not_found"
    assert (await client.get("/v1/drafts/drf_none")).json()["code"] == "draft_not_found"
    conversation = await _conversation(client)
    path = f"/v1/conversations/{conversation}/drafts"
    for body in ({"tone": "rude"}, {"unknown": 1}, {"language": "<fi>"}, {"facts": [""]}):
        assert (await client.post(path, json=body)).status_code == 422
    draft = (await client.post(path)).json()
    refine = f"/v1/drafts/{draft['id']}/refine"
    for body in ({}, {"action": "translate"}, {"action": "shorten", "instruction": "x"}):
        assert (await client.post(refine, json=body)).status_code == 422
    review = f"/v1/drafts/{draft['id']}/review"
    assert (await client.post(review, json={"action": "edited"})).status_code == 422


async def test_what_was_not_seen_is_not_accepted_and_told_what_changed(
    client: httpx.AsyncClient,
) -> None:
    conversation = await _conversation(client)
    draft = (await client.post(f"/v1/conversations/{conversation}/drafts", json={})).json()
    assert draft["to_confirm"] == []
    order = {
        "customer": {"source": "crm", "external_id": "c-9"},
        "status": "cancelled",
        "total": {"amount": "39.90", "currency": "EUR"},
    }
    assert (await client.put("/v1/orders/shop/KK-9", json=order)).is_success
    review = f"/v1/drafts/{draft['id']}/review"
    refused = await client.post(review, json={"action": "accepted"})
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["code"] == "draft_stale"
    assert [one["loc"] for one in problem["errors"]] == [["draft", "order_changed"]]
    assert "KK-9" in problem["detail"]
    seen = await client.post(review, json={"action": "accepted", "seen_stale": True})
    assert seen.status_code == 200, seen.text
    assert (seen.json()["stale"], seen.json()["marks"]) == (True, ["order_changed"])
    final = {"action": "edited", "final_text": "Hei Maija, hyvitämme 99,00 € heti."}
    edited = (await client.post(review, json=final)).json()
    assert [one["text"] for one in edited["unsupported_figures"]] == ["99,00 €"]
    listed = (await client.get(f"/v1/drafts/{draft['id']}/reviews")).json()["items"]
    assert [one["action"] for one in listed] == ["edited", "accepted"]
    assert listed[0]["final_text"] == final["final_text"]
    assert listed[0]["unsupported_figures"] == edited["unsupported_figures"]


async def test_reviews_are_counted_and_made_cases_for_those_who_may(
    service: Service,
) -> None:
    owner = service.new_tenant()
    async with httpx.AsyncClient(base_url=service.url, headers=owner.headers) as client:
        conversation = await _conversation(client)
        draft = (await client.post(f"/v1/conversations/{conversation}/drafts", json={})).json()
        review = await client.post(f"/v1/drafts/{draft['id']}/review", json={"action": "accepted"})
        stats = (await client.get("/v1/reviews/stats", params={"group_by": "source"})).json()
        assert stats["total"]["accepted_share"] == 1.0
        kept = {one["key"]: one["kept_share"] for one in stats["groups"]}
        assert kept["order"] == 1.0
        assert (await client.get("/v1/reviews/stats?group_by=weather")).status_code == 422
        assert (await client.get("/v1/reviews/stats?since=0001-01-01T00:00:00%2B14:00")).is_error
        case = await client.get(f"/v1/reviews/{review.json()['id']}/eval-case")
        assert case.status_code == 200, case.text
        assert case.json()["labels"]["action"] == "accepted"
        assert "Maija" not in case.text
        assert "KK-9" not in case.text
        missing = await client.get("/v1/reviews/rev_none/eval-case")
        assert missing.json()["code"] == "review_not_found"
    drafter = service.new_tenant(scopes=("drafts:read", "drafts:write"))
    async with httpx.AsyncClient(base_url=service.url, headers=drafter.headers) as client:
        assert (await client.get("/v1/reviews/stats")).status_code == 403
        assert (await client.get("/v1/reviews/rev_none/eval-case")).status_code == 403
