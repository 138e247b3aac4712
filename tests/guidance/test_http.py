"""Processes, saved replies and the tone guide over HTTP, and what a draft makes of them."""

import httpx
import pytest

from tests.guidance.cases import PROCESSES

TONE = """---
languages:
  en: {greeting: "Good day {first_name},", greeting_nameless: Good day, closing: Sincerely yours}
---
Be brief.
"""
QUESTION = {
    "conversation": {
        "channel": "email",
        "messages": [
            {
                "external_id": "m1",
                "author": {"role": "customer", "name": "Anna Virtanen"},
                "sent_at": "2026-03-20T08:00:00Z",
                "text": "Hello, the kettle arrived broken. I will call my lawyer.",
            }
        ],
    }
}


async def test_they_are_kept_and_guide_a_draft(client: httpx.AsyncClient) -> None:
    place = "/v1/processes/broken-item"
    assert (await client.put(place, json={"body": PROCESSES[0]})).status_code == 201
    again = await client.put(place, json={"body": PROCESSES[0]})
    assert again.status_code == 200
    assert (await client.get(place)).json()["version"] == again.json()["version"]
    assert (await client.put("/v1/tone-guide", json={"body": TONE})).status_code == 200

    draft = (await client.post("/v1/draft", json=QUESTION)).json()
    assert draft["process"]["name"] == "broken-item"
    assert draft["process"]["step"] == 1
    assert draft["process"]["escalate"] == "Legal matters go to Elina. (message 1)"
    assert draft["process"]["deadline"] == "2 business days (by 2026-03-24)"
    assert draft["process"]["missing_facts"] == ["order number", "photo"]
    assert "What is your order number?" in draft["text"]
    assert draft["text"].startswith("Good day")
    assert "Sincerely yours" in draft["text"]
    assert "escalate" in {one["code"] for one in draft["warnings"]}

    assert (await client.delete(place)).status_code == 204
    assert (await client.delete("/v1/tone-guide")).status_code == 204
    bare = (await client.post("/v1/draft", json=QUESTION)).json()
    assert bare["process"] is None
    assert "Good day" not in bare["text"]


async def test_what_cannot_be_read_is_refused(client: httpx.AsyncClient) -> None:
    broken = await client.put("/v1/processes/x", json={"body": "no front matter"})
    assert (broken.status_code, broken.json()["code"]) == (422, "process_unreadable")
    other = await client.put("/v1/processes/other", json={"body": PROCESSES[0]})
    assert other.status_code == 422
    assert "broken-item" in other.json()["detail"]
    guide = await client.put("/v1/tone-guide", json={"body": "---\nlanguages: [\n---\n"})
    assert (guide.status_code, guide.json()["code"]) == (422, "tone_guide_unreadable")
    assert (await client.get("/v1/tone-guide")).status_code == 404


async def test_a_saved_reply_with_an_open_place_says_so(client: httpx.AsyncClient) -> None:
    reply = {
        "title": "Kettle arrived broken",
        "body": "We replace order {order_number} at once.",
        "language": "en",
    }
    place = "/v1/saved-replies/desk/broken"
    assert (await client.put(place, json=reply)).status_code == 201
    assert (await client.get("/v1/saved-replies")).json()["items"][0]["title"] == reply["title"]
    draft = (await client.post("/v1/draft", json=QUESTION)).json()
    assert draft["saved_reply"]["title"] == reply["title"]
    assert "We replace order [order number] at once." in draft["text"]
    assert "saved_reply_open" in {one["code"] for one in draft["warnings"]}
    assert (await client.delete(place)).status_code == 204
    assert (await client.get(place)).status_code == 404


async def test_a_draft_is_made_where_guidance_fails(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.put("/v1/processes/broken-item", json={"body": PROCESSES[0]})

    async def broken(*_: object) -> list[object]:
        raise ValueError("a row that cannot be read")

    monkeypatch.setattr("copilot.guidance.store.processes", broken)
    draft = (await client.post("/v1/draft", json=QUESTION)).json()
    assert draft["text"]
    assert draft["process"] is None
    assert "guidance_failed" in {one["code"] for one in draft["warnings"]}
