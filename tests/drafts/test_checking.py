"""The figures of an edited draft are looked up before it is sent."""

import httpx
import pytest

from tests.service import Service


@pytest.fixture
def draft(service: Service) -> tuple[httpx.Client, dict[str, object]]:
    owner = service.new_tenant()
    desk = httpx.Client(base_url=service.url, headers=owner.headers, timeout=60)
    body = {
        "channel": "email",
        "customer": {"source": "crm", "external_id": "c-1", "name": "Ada Moore"},
        "messages": [
            {
                "external_id": "m1",
                "author": {"role": "customer"},
                "sent_at": "2026-03-01T08:00:00Z",
                "text": "I paid 58,90 € on 2 February. When do I get it back?",
            }
        ],
    }
    made = desk.put("/v1/conversations/desk/1", json=body).json()
    options = {"facts": ["The refund leaves on 12 March 2026."]}
    drafted = desk.post(f"/v1/conversations/{made['id']}/drafts", json=options)
    assert drafted.status_code == 200, drafted.text
    return desk, drafted.json()


def verdicts(desk: httpx.Client, draft: dict[str, object], text: str) -> dict[str, str]:
    answer = desk.post(f"/v1/drafts/{draft['id']}/check", json={"text": text})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    found = {one["text"]: one["verdict"] for one in told["figures"]}
    assert told["to_confirm"] == [one for one in found if found[one] != "supported"]
    return found


def test_what_a_person_wrote_is_held_against_the_same_sources(
    draft: tuple[httpx.Client, dict[str, object]],
) -> None:
    text = "Hi Ada,\n\nYour 58,90 € leaves on 12 March 2026. We add 7 % for the trouble."
    assert verdicts(*draft, text) == {
        "58,90 €": "supported",
        "12 March 2026": "supported",
        "7 %": "unsupported",
    }
    assert verdicts(*draft, "") == {}


def test_nothing_is_kept_of_it_and_a_confirmation_is(
    draft: tuple[httpx.Client, dict[str, object]],
) -> None:
    desk, made = draft
    sent = f"{made['text']}\nWe add 7 % for the trouble."
    verdicts(desk, made, sent)
    assert desk.get(f"/v1/drafts/{made['id']}").json()["text"] == made["text"]
    assert desk.get(f"/v1/drafts/{made['id']}/reviews").json()["items"] == []
    told = {"action": "edited", "final_text": sent, "confirmed": ["7 %", "8 %"]}
    review = desk.post(f"/v1/drafts/{made['id']}/review", json=told).json()
    assert review["confirmed"] == ["7 %"]
    assert [one["text"] for one in review["unsupported_figures"]] == ["7 %"]


def test_errors(draft: tuple[httpx.Client, dict[str, object]]) -> None:
    desk, made = draft
    assert desk.post("/v1/drafts/drf_none/check", json={"text": "x"}).status_code == 404
    too_long = desk.post(f"/v1/drafts/{made['id']}/check", json={"text": "x" * 100_001})
    assert too_long.json()["code"] == "invalid_input"
    assert desk.post(f"/v1/drafts/{made['id']}/check", json={}).status_code == 422
