"""A customer erased through the real service: nothing of theirs is left in any table."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from copilot.auth.audit import OPERATOR
from copilot.customers.errors import CustomerNotFoundError
from copilot.kernel.db import Base
from copilot.kernel.ids import TenantId
from copilot.ledger.tables import ModelCallRow
from tests.app.filling import settled, silence
from tests.service import Credentials, Service

MARK = "purplehippo"
MAIL = f"{MARK}@mail.example"


@pytest.fixture
def owner(service: Service) -> Credentials:
    return service.new_tenant()


@pytest.fixture
def desk(service: Service, owner: Credentials) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, headers=owner.headers, timeout=60) as client:
        yield client


def put(desk: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = desk.put(path, json=body)
    assert answer.status_code in {200, 201}, answer.text
    made: dict[str, Any] = answer.json()
    return made


def conversation(desk: httpx.Client, name: str, mail: str, text: str) -> str:
    made = put(
        desk,
        f"/v1/conversations/crm/{name}",
        {
            "channel": "email",
            "subject": f"{name} asks",
            "customer": {"name": name, "emails": [mail]},
            "messages": [
                {
                    "external_id": "m1",
                    "author": {"role": "customer", "name": name},
                    "sent_at": "2026-03-01T08:00:00Z",
                    "text": text,
                }
            ],
        },
    )
    return str(made["id"])


def call(desk: httpx.Client, mail: str, number: int = 1) -> str:
    metadata = {"external_id": f"{mail}-{number}", "language": "en", "customer": {"emails": [mail]}}
    answer = desk.post(
        "/v1/calls",
        files={"audio": ("call.wav", silence(1 + number / 10), "audio/wav")},
        data={"metadata": json.dumps(metadata)},
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def full(desk: httpx.Client, name: str, mail: str) -> str:
    """A customer with one of everything; returns their id."""
    made = put(desk, f"/v1/customers/crm/{name}", {"name": name, "emails": [mail]})
    reference = {"source": "crm", "external_id": name}
    put(
        desk,
        f"/v1/orders/crm/{name}-1",
        {"customer": reference, "status": "shipped", "items": [{"name": f"{name}'s kettle"}]},
    )
    place = f"/v1/conversations/{conversation(desk, name, mail, f'Where is the {name} kettle?')}"
    assert desk.post(f"{place}/summary", json={}).status_code == 200
    draft = desk.post(f"{place}/drafts", json={"facts": [f"It is for {name}."]}).json()
    review = {"action": "edited", "final_text": f"Dear {name}, it is on its way."}
    assert desk.post(f"/v1/drafts/{draft['id']}/review", json=review).status_code == 200
    score = {"kind": "csat", "score": 2, "comment": f"{name} waits", "draft_id": draft["id"]}
    assert desk.post("/v1/feedback", json=score).status_code in {200, 201}
    call(desk, mail)
    return str(made["id"])


async def rows(service: Service, tenant: TenantId) -> dict[str, str]:
    """All rows of the tenant as text, by table."""
    found: dict[str, str] = {}
    async with service.deps.db.read() as session:
        for table in Base.metadata.sorted_tables:
            if "tenant_id" in table.columns:
                mine = await session.execute(select(table).where(table.c.tenant_id == tenant))
                found[table.name] = "\n".join(str(tuple(row)) for row in mine)
    return found


def wait(work: Any) -> None:
    asyncio.run(work)


async def quiet(service: Service, owner: Credentials) -> None:
    async with httpx.AsyncClient(base_url=service.url, headers=owner.headers, timeout=60) as client:
        await settled(client)


def test_nothing_is_left_but_that_it_was_done(
    service: Service, owner: Credentials, desk: httpx.Client
) -> None:
    customer = full(desk, MARK, MAIL)
    other = full(desk, "greenyak", "greenyak@mail.example")
    wait(quiet(service, owner))
    service.call(service.deps.indexer.drain())
    before = service.call(rows(service, owner.tenant))
    holding = {name for name, text in before.items() if MARK in text}
    assert {
        *("customers", "customer_addresses", "orders", "conversations", "messages", "summaries"),
        *("drafts", "reviews", "feedback", "calls", "passages"),
    } <= holding, "or this tests nothing"
    blobs = {one for one in service.settings.data_dir.rglob("blobs/**/*") if one.is_file()}

    answer = desk.delete(f"/v1/customers/{customer}")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    counted = {name: told[name] for name in ("customer_id", "conversations", "calls", "orders")}
    assert counted == {"customer_id": customer, "conversations": 2, "calls": 1, "orders": 1}
    service.call(service.deps.indexer.drain())
    after = service.call(rows(service, owner.tenant))
    assert {name for name, text in after.items() if MARK in text} == set()
    assert customer in after["audit_events"]
    assert all(len(text.splitlines()) > 0 for name, text in after.items() if name in holding)
    assert desk.get(f"/v1/customers/{other}").status_code == 200
    assert desk.get(f"/v1/customers/{customer}").status_code == 404
    assert desk.delete(f"/v1/customers/{customer}").json()["code"] == "customer_not_found"
    left = {one for one in service.settings.data_dir.rglob("blobs/**/*") if one.is_file()}
    assert len(blobs - left) == 1, "the recording is gone, the other customer's is not"
    hits = desk.post("/v1/search", json={"query": f"{MARK} kettle", "visibility": "internal"})
    assert MARK not in hits.text


def test_a_call_that_was_not_heard_goes_too(
    service: Service, owner: Credentials, desk: httpx.Client
) -> None:
    customer = put(desk, f"/v1/customers/crm/{MARK}", {"name": MARK, "emails": [MAIL]})["id"]
    first = call(desk, MAIL.upper())
    assert desk.delete(f"/v1/customers/{customer}").json()["calls"] == 1
    assert desk.get(f"/v1/calls/{first}").status_code == 404


def test_what_left_for_a_model_is_dropped_and_its_cost_kept(
    service: Service, owner: Credentials, desk: httpx.Client
) -> None:
    customer = put(desk, f"/v1/customers/crm/{MARK}", {"name": MARK, "emails": [MAIL]})["id"]

    async def sent() -> None:
        from copilot.kernel.clock import now
        from copilot.ledger import store

        async with service.deps.db.write() as session:
            await store.add(
                session,
                owner.tenant,
                {
                    "id": f"led_{MARK}",
                    "task": "draft",
                    "customer_id": customer,
                    "engine": "openai:scripted",
                    "host": "model.example",
                    "local": False,
                    "sent_at": now(),
                    "has_text": True,
                    "estimated": False,
                    "sent": [{"role": "user", "content": f"[NAME_1] asks about {MARK}"}],
                    "masked": {"NAME": 1},
                    "characters": 30,
                    "prompt_tokens": 12,
                },
            )

    service.call(sent())
    assert desk.delete(f"/v1/customers/{customer}").json()["ledger_entries"] == 1

    async def kept() -> ModelCallRow | None:
        async with service.deps.db.read() as session:
            return await session.scalar(
                select(ModelCallRow).where(ModelCallRow.tenant_id == owner.tenant)
            )

    row = service.call(kept())
    assert row is not None
    assert (row.sent, row.customer_id, row.prompt_tokens) == (None, None, 12)


def test_another_tenant_cannot(service: Service, desk: httpx.Client) -> None:
    customer = put(desk, f"/v1/customers/crm/{MARK}", {"name": MARK})["id"]
    stranger = service.new_tenant()
    with pytest.raises(CustomerNotFoundError):
        service.call(service.deps.eraser.erase(stranger.tenant, customer, OPERATOR))
    assert desk.get(f"/v1/customers/{customer}").status_code == 200
