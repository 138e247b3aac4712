import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends
from sqlalchemy import select, text

from copilot.auth import answer_store
from copilot.auth.config import AuthConfig
from copilot.auth.http import require
from copilot.auth.idempotency import IdempotencyMiddleware
from copilot.auth.principal import Principal
from copilot.auth.service import AuthService
from copilot.auth.tables import StoredAnswerRow
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.auth.conftest import SECRET, bearer, build_app, client_of
from tests.auth.idempotent import Work, stored, with_routes

Writer = Annotated[Principal, Depends(require("conversations:write"))]


@pytest.mark.parametrize("size", [10, 3_000_000])
async def test_uploads_are_the_same_whatever_their_boundary(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work, size: int
) -> None:
    async def send(content: bytes, note: str = "n") -> httpx.Response:
        # httpx chooses a new boundary each time.
        return await http.post(
            "/v1/upload", files={"file": ("a.wav", content)}, data={"note": note}, headers=mine
        )

    first, again = await send(b"x" * size), await send(b"x" * size)
    assert first.json() == again.json() == {"number": 1, "note": "n"}
    assert again.headers["idempotency-replayed"] == "true"
    assert work.sizes == [size]
    assert (await send(b"x" * (size - 1) + b"y")).status_code == 409
    assert (await send(b"x" * size, note="m")).status_code == 409


async def test_a_large_body_in_many_chunks_arrives_whole(
    http: httpx.AsyncClient, mine: dict[str, str]
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b"y" * 10_000

    answer = await http.post("/v1/raw", content=chunks(), headers=mine)
    assert answer.json() == {"size": 3_000_000}


async def test_streams_pass_through_and_are_not_kept(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work, db: Database
) -> None:
    for number in (1, 2):
        events = await http.post("/v1/stream?kind=text/event-stream", headers=mine)
        assert len(events.content) == 270_000
        assert work.done == number
        assert await stored(db) == 0
    for number in (3, 4):
        large = await http.post("/v1/stream?kind=text/plain&parts=20", headers=mine)
        assert len(large.content) == 1_800_000
        assert work.done == number
    for _ in range(2):
        small = await http.post("/v1/stream?kind=text/plain", headers=mine)
        assert len(small.content) == 270_000
    assert work.done == 5


async def test_a_stream_is_not_held_back(auth: AuthService, db: Database, mine: Any) -> None:
    """The first event is out before the second is made."""
    sent: list[bytes] = []
    seen_before_second: list[bytes] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"1", "more_body": True})
        seen_before_second.extend(sent)
        await send({"type": "http.response.body", "body": b"2", "more_body": False})

    async def take(message: Any) -> None:
        sent.append(message.get("body", b"start"))

    async def give() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    from types import SimpleNamespace

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/x",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in mine.items()],
        "state": {"deps": SimpleNamespace(auth=auth, db=db)},
    }
    await IdempotencyMiddleware(app)(scope, give, take)
    assert seen_before_second == [b"start", b"1"]
    assert sent == [b"start", b"1", b"2"]
    assert await stored(db) == 0


async def test_a_client_that_leaves_while_sending_claims_nothing(
    auth: AuthService, db: Database, mine: dict[str, str]
) -> None:
    from types import SimpleNamespace

    messages = [
        {"type": "http.request", "body": b"half", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def give() -> Any:
        return messages.pop(0)

    async def nobody(*_: Any) -> None:
        raise AssertionError

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/x",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in mine.items()],
        "state": {"deps": SimpleNamespace(auth=auth, db=db)},
    }
    await IdempotencyMiddleware(nobody)(scope, give, nobody)
    assert await stored(db) == 0


async def test_a_new_api_key_is_never_kept(
    http: httpx.AsyncClient, auth: AuthService, acme: TenantId, db: Database
) -> None:
    admin = bearer((await auth.create_key(acme, "admin", ["admin"])).secret)
    body = {"name": "crm", "scopes": ["calls:read"]}
    headers = admin | {"Idempotency-Key": "one"}
    made = [await http.post("/v1/keys", json=body, headers=headers) for _ in range(2)]
    assert made[0].json()["key"] != made[1].json()["key"]
    assert await stored(db) == 0


async def test_each_request_counts_once_against_the_limit_repeats_too(
    db: Database, acme: TenantId, mine: dict[str, str], work: Work
) -> None:
    auth = AuthService(db, SECRET, AuthConfig(requests_per_minute=5))
    async with client_of(with_routes(build_app(), work), auth, db) as http:
        answers = [await http.post("/v1/answer/204", headers=mine) for _ in range(5)]
        assert {answer.status_code for answer in answers} == {204}
        refused = await http.post("/v1/answer/204", headers=mine)
        assert refused.status_code == 429
        assert refused.headers["ratelimit-limit"] == "5"
    assert work.done == 1
    await auth.close()


async def test_answers_are_dropped_after_a_day_and_for_an_erased_customer(
    http: httpx.AsyncClient,
    mine: dict[str, str],
    db: Database,
    acme: TenantId,
    other: TenantId,
    work: Work,
) -> None:
    await http.post("/v1/chores", json={}, headers=mine)
    async with db.write() as session:
        await answer_store.forget(session, other)
        await answer_store.purge(session, now() + timedelta(hours=23, minutes=59))
    assert await stored(db) == 1
    async with db.write() as session:
        await answer_store.forget(session, acme)
    assert await stored(db) == 0
    await http.post("/v1/chores", json={}, headers=mine)
    async with db.write() as session:
        await session.execute(text("UPDATE stored_answers SET fingerprint = 'another'"))
        row = (await session.scalars(select(StoredAnswerRow))).one()
        row.expires_at = now() - timedelta(seconds=1)
    # Expired and not yet purged: the key is free for any request.
    assert (await http.post("/v1/chores", json={}, headers=mine)).json()["number"] == 3
    async with db.write() as session:
        await answer_store.purge(session, now() + timedelta(hours=24, seconds=1))
    assert await stored(db) == 0


async def test_stored_answers_do_not_show_key_or_credential(
    http: httpx.AsyncClient, mine: dict[str, str], db: Database
) -> None:
    headers = mine | {"Idempotency-Key": "a-telling-key"}
    await http.post("/v1/chores", json={}, headers=headers)
    async with db.read() as session:
        row = (await session.scalars(select(StoredAnswerRow))).one()
    shown = json.dumps([row.hash, row.fingerprint, row.owner, row.headers])
    assert "a-telling-key" not in shown
    assert mine["Authorization"].split()[1] not in shown
