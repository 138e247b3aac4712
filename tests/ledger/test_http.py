"""The routes of the ledger, on the real service."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx

from copilot.kernel.clock import now
from copilot.ledger.entry import LedgerTask
from copilot.ledger.ledger import Ended, Leaving
from tests.service import Credentials, Service

Row = Callable[..., str]
SENT = [{"role": "user", "content": "Hei [NAME_1]"}]


def row_of(service: Service, credentials: Credentials, task: LedgerTask, **about: str) -> str:
    """Write a row as the gate does, and its end; returns its id."""
    leaving = Leaving(
        tenant=credentials.tenant,
        task=task,
        engine="openai:fake",
        host="models.example",
        local=False,
        sent=SENT,
        characters=12,
        masked={"name": 1},
        **about,
    )
    ledger = service.deps.ledger
    entry_id = service.call(ledger.begin(leaving))
    service.call(ledger.end(credentials.tenant, entry_id, Ended("answered", 100, 20)))
    return entry_id


async def test_the_list_is_filtered_paged_and_without_text(
    service: Service, credentials: Credentials, client: httpx.AsyncClient
) -> None:
    made = [
        row_of(service, credentials, task, conversation_id=conversation, customer_id="cus_1")
        for task, conversation in (("draft", "cnv_1"), ("summary", "cnv_1"), ("draft", "cnv_2"))
    ]
    page = (await client.get("/v1/ledger", params={"limit": 2})).json()
    assert [one["id"] for one in page["items"]] == [made[2], made[1]]
    assert "Hei" not in str(page)
    assert page["items"][0]["masked"] == {"name": 1}
    rest = (await client.get("/v1/ledger", params={"cursor": page["next_cursor"]})).json()
    assert [one["id"] for one in rest["items"]] == [made[0]]
    for asked, found in (
        ({"conversation_id": "cnv_1"}, made[1::-1]),
        ({"task": "draft"}, made[::-2]),
        ({"customer_id": "cus_1", "task": "summary"}, [made[1]]),
        ({"customer_id": "cus_2"}, []),
        ({"since": (now() + timedelta(hours=1)).isoformat()}, []),
        ({"since": (now() - timedelta(hours=1)).isoformat()}, made[::-1]),
    ):
        answer = await client.get("/v1/ledger", params=asked)
        assert [one["id"] for one in answer.json()["items"]] == found, asked
    assert (await client.get("/v1/ledger", params={"task": "gossip"})).status_code == 422
    one = (await client.get(f"/v1/ledger/{made[0]}")).json()
    assert one["sent"] == SENT
    assert (one["outcome"], one["prompt_tokens"], one["cost"]) == ("answered", 100, None)
    missing = await client.get("/v1/ledger/mdl_none")
    assert (missing.status_code, missing.json()["code"]) == (404, "ledger_entry_not_found")


async def test_usage_is_told(
    service: Service, credentials: Credentials, client: httpx.AsyncClient
) -> None:
    for _ in range(2):
        row_of(service, credentials, "draft")
    told = (await client.get("/v1/usage")).json()
    (line,) = told["items"]
    assert (line["task"], line["engine"], line["calls"]) == ("draft", "openai:fake", 2)
    assert (line["prompt_tokens"], line["answer_tokens"]) == (200, 40)
    assert line["day"] == now().date().isoformat()
    assert told["budgets"] == []
    later = (now() + timedelta(days=1)).isoformat()
    assert (await client.get("/v1/usage", params={"since": later})).json()["items"] == []


async def test_only_an_admin_reads_the_ledger(service: Service) -> None:
    other = service.new_tenant(scopes=("drafts:read", "conversations:read", "insights:read"))
    async with httpx.AsyncClient(base_url=service.url, headers=other.headers) as client:
        answers = await asyncio.gather(
            *(client.get(path) for path in ("/v1/ledger", "/v1/ledger/mdl_1", "/v1/usage"))
        )
    assert [one.status_code for one in answers] == [403] * 3
