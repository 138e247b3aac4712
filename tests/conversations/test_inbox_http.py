"""The inbox over HTTP: its list, its events, and read marks, on the whole running service."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from copilot.auth.key import NewKey
from copilot.auth.principal import Principal, Scope
from copilot.conversations.inbox_http import InboxNews
from copilot.kernel.clock import now
from tests.service import Credentials, Service

NEVER_ENDING_S = 60.0
EVENTS = "/v1/conversations/events"
PASSWORD = "correct horse battery"


def talk(minute: int, role: str = "customer", **more: Any) -> dict[str, Any]:
    message = {
        "external_id": f"m{minute}",
        "author": {"role": role},
        "sent_at": f"2026-03-01T08:{minute:02}:00Z",
        "text": "Missä kahvinkeittimeni on?",
    }
    return {"channel": "chat", "messages": [message], **more}


async def put(client: httpx.AsyncClient, name: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.put(f"/v1/conversations/desk/{name}", json=body)
    assert answer.status_code in {200, 201}, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def items(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get("/v1/conversations", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


class Events:
    """What a stream tells, event by event, and the id of the last."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()
        self.last_id = ""

    async def next(self) -> tuple[str, dict[str, Any]]:
        kind = ""
        async with asyncio.timeout(NEVER_ENDING_S):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                if name == "id":
                    self.last_id = value
                elif name == "event":
                    kind = value
                elif name == "data":
                    return kind, json.loads(value)
        raise AssertionError("the stream ended")

    async def conversation(self) -> dict[str, Any]:
        kind, data = await self.next()
        assert kind == "conversation"
        return data

    async def ends(self) -> None:
        async with asyncio.timeout(NEVER_ENDING_S):
            async for line in self._lines:
                assert not line.startswith("event: conversation"), line


@asynccontextmanager
async def following(client: httpx.AsyncClient, last_id: str = "", **query: Any) -> Any:
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with client.stream("GET", EVENTS, params=query, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = Events(answer)
        assert await events.next() == ("following", {})
        yield events


@pytest.fixture
async def agent(service: Service, credentials: Credentials) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that an agent of the tenant is signed in with."""
    email = f"{credentials.tenant}@agents.example"
    made = service.deps.auth.create_agent(credentials.tenant, email, "Aino", "agent", PASSWORD)
    service.call(made)
    async with httpx.AsyncClient(base_url=service.url, timeout=NEVER_ENDING_S) as browser:
        answer = await browser.post("/login", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 303
        token = re.search(r'csrf-token" content="([^"]+)"', (await browser.get("/")).text)
        assert token is not None
        browser.headers["X-CSRF-Token"] = token.group(1)
        yield browser


async def test_the_list_tells_who_waits_and_what_is_unread(
    client: httpx.AsyncClient, agent: httpx.AsyncClient
) -> None:
    first = await put(client, "1", talk(1, language="sv-FI"))
    await put(client, "2", talk(2))
    answered = await put(client, "3", talk(3, "agent"))
    shown = await items(agent)
    facts = [(one["waiting_since"], one["last_author_role"], one["unread"]) for one in shown]
    assert facts == [
        (None, "agent", False),
        ("2026-03-01T08:02:00Z", "customer", True),
        ("2026-03-01T08:01:00Z", "customer", True),
    ]
    assert [one["unread"] for one in await items(client)] == [None] * 3
    assert [one["external_id"] for one in await items(agent, sort="waiting")] == ["1", "2"]
    assert [one["external_id"] for one in await items(agent, language="sv", unread=True)] == ["1"]
    assert [one["id"] for one in await items(agent, waiting=False)] == [answered["id"]]
    score = {"kind": "cfs", "score": 2, "conversation_id": first["id"]}
    assert (await client.post("/v1/feedback", json=score)).status_code == 201
    assert [one["cfs"] for one in await items(agent, language="sv")] == [2]
    # The conversation itself is told as it was.
    whole = (await client.get(f"/v1/conversations/{first['id']}")).json()
    assert not {"unread", "cfs", "waiting_since"} & set(whole)
    for query in ({"sort": "oldest"}, {"waiting": "perhaps"}, {"unread": True}):
        answer = await client.get("/v1/conversations", params=query)
        assert answer.status_code == 422, query


async def test_reading_is_of_each_agent_alone(
    client: httpx.AsyncClient, agent: httpx.AsyncClient, service: Service
) -> None:
    stored = await put(client, "1", talk(1))
    path = f"/v1/conversations/{stored['id']}/read"
    mark = await agent.post(path, json={"version": 1})
    assert (mark.status_code, mark.json()) == (
        200,
        {"conversation_id": stored["id"], "version": 1},
    )
    assert await items(agent, unread=True) == []
    await put(client, "1", talk(2))
    assert [one["unread"] for one in await items(agent)] == [True]
    assert (await agent.post(path)).json()["version"] == 2
    assert [one["unread"] for one in await items(agent)] == [False]
    refused = await client.post(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await agent.post("/v1/conversations/cnv_none/read")).status_code == 404
    assert (await agent.post(path, json={"version": -1})).status_code == 422
    async with httpx.AsyncClient(
        base_url=service.url, headers=service.new_tenant().headers
    ) as other:
        assert (await other.post(path)).status_code == 404


async def test_changes_are_told_to_the_whole_tenant_and_nobody_else(
    client: httpx.AsyncClient, agent: httpx.AsyncClient, service: Service
) -> None:
    async with (
        httpx.AsyncClient(base_url=service.url, headers=service.new_tenant().headers) as other,
        following(client) as key,
        following(agent) as person,
        following(other, seconds=5) as stranger,
    ):
        stored = await put(client, "1", talk(1))
        told = await person.conversation()
        assert (told["id"], told["unread"]) == (stored["id"], True)
        assert (await key.conversation())["unread"] is None
        await put(client, "1", talk(2, "agent", status="solved"))
        told = await person.conversation()
        assert (told["status"], told["waiting_since"], told["message_count"]) == ("solved", None, 2)
        score = {"kind": "cfs", "score": 5, "conversation_id": stored["id"]}
        await client.post("/v1/feedback", json=score)
        assert (await person.conversation())["cfs"] == 5
        await stranger.ends()


async def test_who_comes_back_is_told_what_they_missed(client: httpx.AsyncClient) -> None:
    async with following(client) as events:
        last_id = events.last_id
    stored = await put(client, "1", talk(1))
    async with following(client, last_id) as events:
        assert (await events.conversation())["id"] == stored["id"]
        # Told once, not again by the watch.
        await put(client, "2", talk(2))
        assert (await events.conversation())["external_id"] == "2"
    for long_ago in ("2020-01-01T00:00:00+00:00", "0001-01-01T00:00:00+00:00"):
        async with following(client, long_ago) as events:
            assert (await events.next())[0] == "many"
    for nonsense in ("x", "9999-99-99", "'; DROP TABLE"):
        async with following(client, nonsense, seconds=0.2) as events:
            await events.ends()


async def test_events_need_the_scope_and_end_with_the_key(
    service: Service, client: httpx.AsyncClient, credentials: Credentials
) -> None:
    for headers, status in (
        (service.new_tenant(("conversations:write",)).headers, 403),
        ({}, 401),
    ):
        async with httpx.AsyncClient(base_url=service.url, headers=headers) as other:
            assert (await other.get(EVENTS)).status_code == status

    async def new_key(scope: Scope) -> NewKey:
        return await service.deps.auth.create_key(credentials.tenant, "screen", [scope])

    for scope in ("conversations:read", "admin"):
        made = service.call(new_key(scope))
        headers = {"Authorization": f"Bearer {made.secret}"}
        async with (
            httpx.AsyncClient(base_url=service.url, headers=headers, timeout=60) as screen,
            following(screen) as theirs,
            following(client) as ours,
        ):
            await put(client, "1", talk(1, subject=scope))
            await theirs.conversation()
            await ours.conversation()
            service.call(service.deps.auth.revoke_key(credentials.tenant, made.id))
            await put(client, "1", talk(1, subject="gone"))
            await theirs.ends()
            assert (await ours.conversation())["subject"] == "gone"


async def test_events_end_when_the_agent_signs_out(
    client: httpx.AsyncClient, agent: httpx.AsyncClient
) -> None:
    async with following(agent) as events:
        token = agent.headers["X-CSRF-Token"]
        assert (await agent.post("/logout", data={"csrf_token": token})).status_code == 303
        await put(client, "1", talk(1))
        await events.ends()


async def test_silence_is_broken_by_heartbeats_that_ask_whether_one_still_may(
    service: Service, credentials: Credentials
) -> None:
    answers = [True, True, False]

    async def may_read() -> bool:
        return answers.pop(0)

    async def heard() -> list[str]:
        deps = service.deps
        news = InboxNews(deps.db, deps.inbox_watch, asyncio.Event(), may_read, heartbeat_s=0.01)
        who = Principal(credentials.tenant, "key", "key_1", "one", frozenset())
        return [text async for text in news.of(who)]

    following_, *beats = await asyncio.to_thread(service.call, heard())
    assert "event: following" in following_
    assert len(beats) == 2
    assert all(one.startswith("id: ") and one.endswith("\n: still here\n\n") for one in beats)
    assert service.deps.inbox_watch._inboxes.get(credentials.tenant) is None


async def test_an_event_id_tells_the_time(client: httpx.AsyncClient) -> None:
    async with following(client) as events:
        told = httpx.QueryParams({"at": events.last_id})["at"]
    assert told > (now() - timedelta(seconds=30)).isoformat()
