"""Everything kept of a customer, handed out through the real service."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from copilot.auth import audit
from tests.erasure.test_erasure import MAIL, MARK, call, full, put, quiet, wait
from tests.service import Credentials, Service


@pytest.fixture
def owner(service: Service) -> Credentials:
    return service.new_tenant()


@pytest.fixture
def desk(service: Service, owner: Credentials) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, headers=owner.headers, timeout=60) as client:
        yield client


def exported(desk: httpx.Client, customer: str, **query: Any) -> dict[str, Any]:
    answer = desk.get(f"/v1/customers/{customer}/export", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert "attachment" in answer.headers["content-disposition"]
    told: dict[str, Any] = answer.json()
    return told


def test_everything_of_one_customer_and_nothing_of_another(
    service: Service, owner: Credentials, desk: httpx.Client
) -> None:
    customer = full(desk, MARK, MAIL)
    full(desk, "greenyak", "greenyak@mail.example")
    wait(quiet(service, owner))
    told = exported(desk, customer)
    assert told["customer"]["id"] == customer
    assert told["includes_internal"] is False
    assert [one["number"] for one in told["orders"]] == [f"{MARK}-1"]
    assert len(told["conversations"]) == 2, "one of them is the call's"
    (written,) = [one for one in told["conversations"] if one["channel"] == "email"]
    assert written["messages"][0]["text"] == f"Where is the {MARK} kettle?"
    assert written["feedback"][0]["comment"] == f"{MARK} waits"
    assert "drafts" not in written
    assert [one["recording"] for one in told["calls"]] == [
        f"/v1/calls/{told['calls'][0]['id']}/audio"
    ]
    assert told["left_the_service"] == [], "no model is asked here"
    assert "greenyak" not in str(told)


def test_what_colleagues_wrote_is_in_it_only_when_asked_for(
    service: Service, owner: Credentials, desk: httpx.Client
) -> None:
    customer = full(desk, MARK, MAIL)
    wait(quiet(service, owner))
    note = {
        "external_id": "n1",
        "author": {"role": "agent"},
        "visibility": "internal",
        "sent_at": "2026-03-01T09:00:00Z",
        "text": "Sounds impatient.",
    }
    put(desk, f"/v1/conversations/crm/{MARK}", {"channel": "email", "messages": [note]})
    assert "impatient" not in str(exported(desk, customer))
    told = exported(desk, customer, include_internal=True)
    (written,) = [one for one in told["conversations"] if one["channel"] == "email"]
    assert [one["visibility"] for one in written["messages"]] == ["public", "internal"]
    assert MARK in written["drafts"][0]["text"]
    assert written["summary"]["conversation_id"] == written["id"]


def test_more_conversations_than_a_page(service: Service, desk: httpx.Client) -> None:
    customer = put(desk, f"/v1/customers/crm/{MARK}", {"name": MARK, "emails": [MAIL]})["id"]
    for n in range(103):
        body = {
            "channel": "chat",
            "customer": {"emails": [MAIL]},
            "messages": [
                {
                    "external_id": "m1",
                    "author": {"role": "customer"},
                    "sent_at": "2026-03-01T08:00:00Z",
                    "text": f"Number {n}",
                }
            ],
        }
        put(desk, f"/v1/conversations/crm/{n}", body)
    told = exported(desk, customer)
    texts = {one["messages"][0]["text"] for one in told["conversations"]}
    assert texts == {f"Number {n}" for n in range(103)}


def test_it_is_recorded_and_needs_its_scopes(
    service: Service, owner: Credentials, desk: httpx.Client
) -> None:
    customer = put(desk, f"/v1/customers/crm/{MARK}", {"name": MARK, "emails": [MAIL]})["id"]
    call(desk, MAIL)
    exported(desk, customer)

    async def recorded() -> list[str | None]:
        async with service.deps.db.read() as session:
            found = await audit.find(session, owner.tenant, kind="customer_exported")
        return [one.subject_id for one in found.items]

    assert service.call(recorded()) == [customer]
    assert desk.get("/v1/customers/cus_none/export").json()["code"] == "customer_not_found"
    less = service.new_tenant(("customers:read", "calls:read"))
    with httpx.Client(base_url=service.url, headers=less.headers) as few:
        answer = few.get(f"/v1/customers/{customer}/export")
    assert answer.status_code == 403
    asyncio.run(quiet(service, owner))
