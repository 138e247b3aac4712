"""One-tap links: signed, for a time, answered once, and telling nothing of the case."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from copilot.auth.tokens import KeyedHash
from copilot.conversations import flow as conversations
from copilot.conversations.conversation import ConversationIn
from copilot.feedback.links import Asked, LinkNotFoundError, answer, read_link
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.service import Service

MESSAGE = {
    "external_id": "m1",
    "author": {"role": "customer", "name": "Maija"},
    "sent_at": "2026-03-01T08:00:00Z",
    "text": "Missä pakettini on? Se luvattiin jo viime viikolla.",
}


async def case(client: httpx.AsyncClient, language: str = "fi") -> str:
    body = {"channel": "email", "language": language, "subject": "Salaisuus", "messages": [MESSAGE]}
    made = await client.put(f"/v1/conversations/desk/{language}", json=body)
    return str(made.json()["id"])


async def link(client: httpx.AsyncClient, conversation_id: str, **more: object) -> str:
    body = {"conversation_id": conversation_id, **more}
    answer = await client.post("/v1/feedback/links", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["url"])


async def test_a_customer_answers_once(client: httpx.AsyncClient, service: Service) -> None:
    url = await link(client, await case(client), kind="ces")
    async with httpx.AsyncClient() as customer:
        for _ in range(2):  # a mail scanner, then the customer
            page = await customer.get(url)
            assert page.status_code == 200
            assert '<html lang="fi">' in page.text
            assert page.text.count('name="score"') == 7
            for word in ("Salaisuus", "Maija", "pakettini"):
                assert word not in page.text
            assert "no-store" in page.headers["cache-control"]
        done = await customer.post(url, data={"score": "6", "comment": "<b>hyvä</b>"})
        assert "Kiitos" in done.text
        again = await customer.post(url, data={"score": "1"})
        assert again.status_code == 409
        assert "Kiitos" in (await customer.get(url)).text
    conversation_id = (await client.get("/v1/conversations")).json()["items"][0]["id"]
    async with service.deps.db.read() as session:
        from copilot.feedback import store

        tenant = (await client.get("/v1/me")).json()["tenant"]["id"]
        found = (await store.about(session, tenant, [conversation_id]))[conversation_id]
    assert [(one.kind, one.score, one.comment) for one in found] == [("ces", 6, "<b>hyvä</b>")]


async def test_two_taps_at_once_are_one_answer(db: Database, tenant: TenantId) -> None:
    async with db.write() as session:
        body = ConversationIn(channel="chat")
        made, _ = await conversations.put(session, tenant, "desk", "1", body)
    asked = Asked("fbk_one", tenant, "csat", made.id, None, "fi")

    async def tap(score: int) -> object:
        async with db.write() as session:
            return await answer(session, tenant, asked, score, None)

    done = await asyncio.gather(tap(1), tap(5), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["AnsweredError", "Feedback"]


async def test_a_score_beside_its_scale_is_kept_by_nobody(client: httpx.AsyncClient) -> None:
    url = await link(client, await case(client))
    async with httpx.AsyncClient() as customer:
        for wrong in ({"score": "6"}, {"score": "0"}, {"score": "x"}, {}):
            assert (await customer.post(url, data=wrong)).status_code == 422
        assert (await customer.post(url, data={"score": "5"})).status_code == 200


async def test_other_languages_ask_in_english(client: httpx.AsyncClient) -> None:
    url = await link(client, await case(client, "sv"), kind="nps")
    async with httpx.AsyncClient() as customer:
        page = await customer.get(url)
    assert '<html lang="en">' in page.text
    assert page.text.count('name="score"') == 11


async def test_a_link_that_was_changed_or_is_old_counts_no_more(
    client: httpx.AsyncClient, service: Service
) -> None:
    url = await link(client, await case(client), days=1)
    place, _, token = url.rpartition("/")
    body, _, signature = token.partition(".")
    hashes = service.deps.auth.hashes
    assert read_link(token, hashes, datetime.now(UTC)).kind == "csat"
    with pytest.raises(LinkNotFoundError):
        read_link(token, hashes, datetime.now(UTC) + timedelta(days=2))
    with pytest.raises(LinkNotFoundError):
        read_link(token, KeyedHash(b"another secret of thirty-two bytes"), datetime.now(UTC))
    async with httpx.AsyncClient() as customer:
        for odd in (
            f"{body}.{signature[:-1]}0" if signature[-1] != "0" else f"{body}.{signature[:-1]}1",
            f"{body[:-2]}AA.{signature}",
            body,
            f".{signature}",
            "x",
            "%00",
            "a" * 5000,
        ):
            for answer in (
                await customer.get(f"{place}/{odd}"),
                await customer.post(f"{place}/{odd}", data={"score": "5"}),
            ):
                assert answer.status_code in {404, 414, 422}, odd[:40]


async def test_links_are_for_what_is_there(client: httpx.AsyncClient, service: Service) -> None:
    mine = await case(client)
    other = service.new_tenant()
    for body, headers in (
        ({"conversation_id": "cnv_nobody"}, {}),
        ({"conversation_id": mine}, other.headers),
        ({"conversation_id": mine, "draft_id": "drf_nobody"}, {}),
    ):
        answer = await client.post("/v1/feedback/links", json=body, headers=headers)
        assert answer.status_code == 404
    for wrong in ({"days": 0}, {"days": 91}, {"kind": "x"}):
        answer = await client.post("/v1/feedback/links", json={"conversation_id": mine, **wrong})
        assert answer.status_code == 422
