"""Summaries that renew themselves, told as server-sent events, on the whole running service."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from copilot.auth.key import NewKey
from copilot.auth.principal import Scope
from copilot.conversations import edits
from tests.service import Credentials, Service
from tests.summaries.threads import LAMP, body

NEVER_ENDING_S = 90.0
PLACE = "/v1/conversations/test/lamp"


@pytest.fixture(autouse=True)
def _soon(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.settings.summaries, "quiet_s", 0.5)


def lamp(count: int, **more: object) -> dict[str, Any]:
    return {**body(LAMP[:count], channel="chat").model_dump(mode="json"), **more}


async def put(client: httpx.AsyncClient, count: int, **more: object) -> dict[str, Any]:
    answer = await client.put(PLACE, json=lamp(count, **more))
    assert answer.status_code in {200, 201}, answer.text
    made: dict[str, Any] = answer.json()
    assert ("events_url" in made) == ("notify" in more)
    return {"events_url": f"/v1/conversations/{made['id']}/summary/events", **made}


def extra(number: int) -> dict[str, Any]:
    message = lamp(1)["messages"][0]
    sent_at = f"2026-03-09T08:{number // 60:02}:{number % 60:02}Z"
    return {**message, "external_id": f"x{number}", "sent_at": sent_at, "text": f"Note {number}."}


class Events:
    """What a stream tells, event by event."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()
        self.seen: list[tuple[str, dict[str, Any]]] = []

    async def next(self) -> tuple[str, dict[str, Any]]:
        kind = ""
        async with asyncio.timeout(NEVER_ENDING_S):
            async for line in self._lines:
                if line.startswith("event: "):
                    kind = line[7:]
                elif line.startswith("data: "):
                    self.seen.append((kind, json.loads(line[6:])))
                    return self.seen[-1]
        raise AssertionError("the stream ended")

    async def until(self, kind: str, version: int) -> dict[str, Any]:
        while True:
            found, data = await self.next()
            if (found, data["version"]) == (kind, version):
                return data

    async def ends(self) -> None:
        async with asyncio.timeout(NEVER_ENDING_S):
            async for line in self._lines:
                assert not line.startswith("event: "), line


@asynccontextmanager
async def following(client: httpx.AsyncClient, path: str) -> AsyncIterator[Events]:
    async with client.stream("GET", path) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Events(answer)


async def jobs(client: httpx.AsyncClient, kind: str = "refresh_summary") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/v1/jobs", params={"kind": kind})).json()[
        "items"
    ]
    return found


async def test_a_burst_costs_one_refresh_of_each_set_of_options(
    client: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.settings.summaries, "quiet_s", 3.0)
    stored = await put(client, 4)
    path = f"/v1/conversations/{stored['id']}/summary"
    for options in ({}, {"max_sentences": 2}):
        assert (await client.post(path, json=options)).status_code == 200
    async with (
        following(client, stored["events_url"]) as usual,
        following(client, f"{stored['events_url']}?max_sentences=2") as short,
    ):
        first = {(await one.next())[1]["id"] for one in (usual, short)}
        for number in range(30):
            message = {"channel": "chat", "messages": [extra(number)]}
            assert (await client.put(PLACE, json=message)).status_code == 200
        renewed = [await one.until("summary", 34) for one in (usual, short)]
        assert {one["stale"] for one in renewed} == {False}
        assert not {one["id"] for one in renewed} & first
        # What was told before the end is only that messages came, and that a new one is coming.
        for one in (usual, short):
            assert [kind for kind, _ in one.seen[1:-1]].count("summary") == 0
            assert all(data["on_its_way"] for kind, data in one.seen if kind == "stale")
    (job,) = await jobs(client)
    assert (job["subject_id"], job["attempts"]) == (stored["id"], 1)


async def test_without_a_stored_summary_messages_cost_nothing(client: httpx.AsyncClient) -> None:
    await put(client, 3)
    await put(client, 5)
    await asyncio.sleep(2.5)
    assert await jobs(client) == []


async def test_what_was_asked_for_with_a_conversation_is_made_and_told(
    client: httpx.AsyncClient,
) -> None:
    asked = {"options": {"max_sentences": 1, "include_internal": True, "language": "en"}}
    stored = await put(client, 4, notify=asked)
    assert "max_sentences=1" in stored["events_url"]
    async with following(client, stored["events_url"]) as events:
        told = await events.until("summary", 4)
        assert told["conversation_id"] == stored["id"]
        assert sum(len(one["sentences"]) for one in told["sections"]) == 1
        kept = (await client.get(f"/v1/conversations/{stored['id']}/summary")).json()
        assert kept == told
        await put(client, 5)
        assert (await events.until("summary", 5))["stale"] is False
        # Between two looks it may have been stale and renewed.
        for kind, data in events.seen[:-1]:
            if kind == "stale" and data["version"] == 5:
                assert (data["summary_version"], data["on_its_way"]) == (4, True)
    # Nobody gave an address: there is nothing to deliver.
    assert (await client.get("/v1/webhook-deliveries")).json()["items"] == []


async def test_what_was_imported_is_renewed_once_somebody_reads_it(
    client: httpx.AsyncClient,
) -> None:
    stored = await put(client, 4)
    path = f"/v1/conversations/{stored['id']}/summary"
    first = (await client.post(path)).json()
    line = json.dumps({"source": "test", "external_id": "lamp", **lamp(5)}).encode()
    made = await client.post("/v1/conversations:import", files={"file": ("a.jsonl", line)})
    async with asyncio.timeout(NEVER_ENDING_S):
        while (await client.get(f"/v1/jobs/{made.json()['job_id']}")).json()["progress"] < 1:
            await asyncio.sleep(0.1)
    await asyncio.sleep(2.5)
    assert await jobs(client) == []
    assert (await client.get(path)).json() == {**first, "stale": True}
    async with asyncio.timeout(NEVER_ENDING_S):
        while (now := (await client.get(path)).json())["stale"]:
            await asyncio.sleep(0.2)
    assert now["version"] == 5
    assert len(await jobs(client)) == 1


async def test_switched_off_it_is_renewed_by_nobody(
    client: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.settings.summaries, "auto_refresh", False)
    stored = await put(client, 4)
    path = f"/v1/conversations/{stored['id']}/summary"
    await client.post(path)
    async with following(client, stored["events_url"]) as events:
        await events.until("summary", 4)
        await put(client, 5)
        assert not (await events.until("stale", 5))["on_its_way"]
        assert (await client.get(path)).json()["stale"]
        # By hand, or when it is asked for, all the same.
        await client.post(path)
        assert (await events.until("summary", 5))["stale"] is False
    assert await jobs(client) == []
    stored = await put(client, 4, notify={"options": {"max_sentences": 9}})
    async with following(client, stored["events_url"]) as events:
        await events.until("summary", 5)


async def test_a_stream_ends_with_its_conversation_and_after_the_time_asked_for(
    client: httpx.AsyncClient,
    service: Service,
    credentials: Credentials,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Long enough that what is stale is seen to be, on whatever machine.
    monkeypatch.setattr(service.settings.summaries, "quiet_s", 60.0)
    stored = await put(client, 4)
    await client.post(f"/v1/conversations/{stored['id']}/summary")
    async with following(client, f"{stored['events_url']}?seconds=0.2") as events:
        await events.until("summary", 4)
        await events.ends()

    async def delete() -> None:
        async with service.deps.db.write() as session:
            await edits.delete(session, credentials.tenant, stored["id"])

    async with following(client, stored["events_url"]) as events:
        await events.until("summary", 4)
        await put(client, 5)
        await events.until("stale", 5)
        service.call(delete())
        assert await events.next() == ("gone", {})
        await events.ends()


async def test_nobody_follows_what_is_anothers(service: Service, client: httpx.AsyncClient) -> None:
    stored = await put(client, 4, notify={"options": {}})
    for headers, status in (
        (service.new_tenant().headers, 404),
        (service.new_tenant(("conversations:write",)).headers, 403),
        ({}, 401),
    ):
        async with httpx.AsyncClient(base_url=service.url, headers=headers) as other:
            assert (await other.get(stored["events_url"])).status_code == status


async def test_who_may_read_no_more_is_told_no_more(
    service: Service, client: httpx.AsyncClient, credentials: Credentials
) -> None:
    stored = await put(client, 4)
    path = f"/v1/conversations/{stored['id']}/summary"
    await client.post(path)

    async def new_key() -> NewKey:
        scopes: list[Scope] = ["conversations:read"]
        return await service.deps.auth.create_key(credentials.tenant, "screen", scopes)

    async def revoke() -> None:
        await service.deps.auth.revoke_key(credentials.tenant, made.id)

    made = service.call(new_key())
    headers = {"Authorization": f"Bearer {made.secret}"}
    async with (
        httpx.AsyncClient(base_url=service.url, headers=headers, timeout=NEVER_ENDING_S) as screen,
        following(screen, stored["events_url"]) as theirs,
        following(client, stored["events_url"]) as ours,
    ):
        await theirs.until("summary", 4)
        service.call(revoke())
        await put(client, 5)
        await theirs.ends()
        await ours.until("summary", 5)


async def test_followers_who_left_cost_nothing(service: Service, client: httpx.AsyncClient) -> None:
    stored = await put(client, 4)
    await client.post(f"/v1/conversations/{stored['id']}/summary")
    watch = service.deps.summary_watch
    async with (
        following(client, stored["events_url"]) as one,
        following(client, stored["events_url"]) as two,
    ):
        await one.next()
        await two.next()
        assert [found.followers for found in watch._followed.values()] == [2]
    async with asyncio.timeout(NEVER_ENDING_S):
        while watch._followed or watch._looking:
            await asyncio.sleep(0.05)
