import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, File, Form, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from sqlalchemy import func, select, text

from copilot.auth import answer_store
from copilot.auth.config import AuthConfig
from copilot.auth.http import require
from copilot.auth.idempotency import IdempotencyMiddleware
from copilot.auth.principal import Principal
from copilot.auth.service import AuthService
from copilot.auth.tables import StoredAnswerRow
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.errors import ConflictError
from copilot.kernel.ids import TenantId
from tests.auth.conftest import SECRET, bearer, build_app, client_of

Writer = Annotated[Principal, Depends(require("conversations:write"))]


class Work:
    """What the routes did, and how they are to behave."""

    def __init__(self) -> None:
        self.done = 0
        self.sizes: list[int] = []
        self.go_on = asyncio.Event()
        self.started = asyncio.Event()
        self.go_on.set()


def with_routes(app: FastAPI, work: Work) -> FastAPI:
    @app.post("/v1/work", status_code=201)
    async def do(principal: Writer, response: Response, body: dict[str, Any]) -> dict[str, Any]:
        work.started.set()
        await work.go_on.wait()
        work.done += 1
        response.headers["Location"] = f"/v1/work/{work.done}"
        response.set_cookie("secret", "cookie")
        return {"tenant": principal.tenant, "number": work.done}

    @app.put("/v1/work")
    async def put(_: Writer) -> dict[str, int]:
        work.done += 1
        return {"number": work.done}

    @app.post("/v1/answer/{status}")
    async def answer(_: Writer, status: int) -> Response:
        work.done += 1
        return Response(b"", status)

    @app.post("/v1/fail")
    async def fail(_: Writer, kind: str) -> None:
        work.done += 1
        if kind == "foreseen":
            raise ConflictError("No.")
        raise RuntimeError

    @app.post("/v1/stream")
    async def stream(_: Writer, kind: str, parts: int = 3) -> StreamingResponse:
        work.done += 1

        async def produce() -> AsyncIterator[bytes]:
            for _ in range(parts):
                yield b"data: x\n\n" * 10_000

        return StreamingResponse(produce(), media_type=kind)

    @app.post("/v1/upload")
    async def upload(
        _: Writer, file: Annotated[UploadFile, File()], note: Annotated[str, Form()]
    ) -> dict[str, Any]:
        work.done += 1
        work.sizes.append(len(await file.read()))
        return {"number": work.done, "note": note}

    @app.post("/v1/raw")
    async def raw(_: Writer, request: Request) -> dict[str, int]:
        work.done += 1
        return {"size": len(await request.body())}

    @app.get("/v1/work")
    async def get(_: Writer) -> dict[str, int]:
        work.done += 1
        return {"number": work.done}

    return app


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
async def http(auth: AuthService, db: Database, work: Work) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(with_routes(build_app(), work), auth, db) as client:
        yield client


@pytest.fixture
async def mine(auth: AuthService, acme: TenantId) -> dict[str, str]:
    made = await auth.create_key(acme, "k", ["conversations:write", "conversations:read"])
    return bearer(made.secret) | {"Idempotency-Key": "one"}


async def stored(db: Database) -> int:
    async with db.read() as session:
        return await session.scalar(select(func.count()).select_from(StoredAnswerRow)) or 0


async def test_a_repeat_gets_the_first_answer(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work
) -> None:
    first = await http.post("/v1/work", json={"a": 1}, headers=mine)
    again = await http.post("/v1/work", json={"a": 1}, headers=mine)
    assert work.done == 1
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["location"] == "/v1/work/1"
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert "set-cookie" not in again.headers


async def test_without_a_key_or_for_reads_nothing_is_kept(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work, db: Database
) -> None:
    without = {name: value for name, value in mine.items() if name != "Idempotency-Key"}
    for _ in range(2):
        await http.post("/v1/work", json={}, headers=without)
        await http.get("/v1/work", headers=mine)
    assert work.done == 4
    assert await stored(db) == 0


async def test_the_same_key_for_another_request_is_a_conflict(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work
) -> None:
    await http.post("/v1/work", json={"a": 1}, headers=mine)
    others = [
        http.post("/v1/work", json={"a": 2}, headers=mine),
        http.post("/v1/work?x=1", json={"a": 1}, headers=mine),
        http.put("/v1/work", json={"a": 1}, headers=mine),
        http.post("/v1/answer/200", json={"a": 1}, headers=mine),
    ]
    for answer in await asyncio.gather(*others):
        assert answer.status_code == 409
        assert answer.json()["code"] == "idempotency_conflict"
    assert work.done == 1


async def test_another_tenant_and_another_key_have_their_own(
    http: httpx.AsyncClient,
    mine: dict[str, str],
    auth: AuthService,
    acme: TenantId,
    other: TenantId,
    work: Work,
) -> None:
    await http.post("/v1/work", json={}, headers=mine)
    for number, tenant in enumerate([other, acme], start=2):
        made = await auth.create_key(tenant, "k", ["conversations:write"])
        answer = await http.post("/v1/work", json={}, headers=mine | bearer(made.secret))
        assert answer.json() == {"tenant": tenant, "number": number}
        assert "idempotency-replayed" not in answer.headers


async def test_while_the_first_is_at_work_the_second_is_told_so(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work
) -> None:
    work.go_on.clear()
    first = asyncio.create_task(http.post("/v1/work", json={}, headers=mine))
    await work.started.wait()
    second = await http.post("/v1/work", json={}, headers=mine)
    assert second.status_code == 409
    assert second.json()["code"] == "idempotency_in_progress"
    assert second.headers["retry-after"] == "2"
    different = await http.post("/v1/work", json={"b": 1}, headers=mine)
    assert different.json()["code"] == "idempotency_conflict"
    work.go_on.set()
    assert (await first).status_code == 201
    third = await http.post("/v1/work", json={}, headers=mine)
    assert third.headers["idempotency-replayed"] == "true"
    assert work.done == 1


async def test_of_many_at_once_one_does_the_work(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work
) -> None:
    answers = await asyncio.gather(
        *(http.post("/v1/work", json={}, headers=mine) for _ in range(10))
    )
    assert work.done == 1
    assert {answer.status_code for answer in answers} <= {201, 409}


async def test_what_a_dead_process_left_is_taken_over(
    auth: AuthService, db: Database, mine: dict[str, str], work: Work
) -> None:
    app = with_routes(build_app(stale_after=timedelta(seconds=60)), work)
    async with client_of(app, auth, db) as http:
        work.go_on.clear()
        dead = asyncio.create_task(http.post("/v1/work", json={}, headers=mine))
        await work.started.wait()
        assert (await http.post("/v1/work", json={}, headers=mine)).status_code == 409
        async with db.write() as session:
            row = (await session.scalars(select(StoredAnswerRow))).one()
            row.claimed_at = now() - timedelta(seconds=61)
        work.started.clear()
        second = asyncio.create_task(http.post("/v1/work", json={}, headers=mine))
        await work.started.wait()
        assert (await http.post("/v1/work", json={}, headers=mine)).status_code == 409
        work.go_on.set()
        assert (await second).status_code == 201
        await dead
        # The one who was taken for dead did not overwrite what the second stored.
        kept = await http.post("/v1/work", json={}, headers=mine)
        assert kept.headers["idempotency-replayed"] == "true"
        assert kept.content == (await second).content != (await dead).content


async def test_a_cancelled_request_frees_its_key(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work, db: Database
) -> None:
    work.go_on.clear()
    first = asyncio.create_task(http.post("/v1/work", json={}, headers=mine))
    await work.started.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    work.go_on.set()
    for _ in range(100):
        if not await stored(db):
            break
        await asyncio.sleep(0.02)
    assert (await http.post("/v1/work", json={}, headers=mine)).status_code == 201


async def test_answers_below_500_are_kept(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work
) -> None:
    for number, status in enumerate([200, 204, 400, 404, 409, 422], start=1):
        headers = mine | {"Idempotency-Key": str(status)}
        for _ in range(2):
            assert (await http.post(f"/v1/answer/{status}", headers=headers)).status_code == status
        assert work.done == number


async def test_refusals_and_faults_are_not_kept(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work, db: Database
) -> None:
    for status in (401, 403, 413, 429, 500, 503):
        work.done = 0
        for _ in range(2):
            assert (await http.post(f"/v1/answer/{status}", headers=mine)).status_code == status
        assert work.done == 2
        assert await stored(db) == 0


async def test_errors_are_kept_only_when_foreseen(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work, db: Database
) -> None:
    for _ in range(2):
        assert (await http.post("/v1/fail?kind=other", headers=mine)).status_code == 500
    assert work.done == 2
    assert await stored(db) == 0
    for _ in range(2):
        answer = await http.post("/v1/fail?kind=foreseen", headers=mine)
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
    assert work.done == 3


async def test_who_may_not_is_refused_and_nothing_is_kept(
    http: httpx.AsyncClient, mine: dict[str, str], auth: AuthService, acme: TenantId, db: Database
) -> None:
    reader = await auth.create_key(acme, "r", ["conversations:read"])
    cases = [({"Idempotency-Key": "one"}, 401), (mine | bearer("cpk_x"), 401)]
    cases.append((mine | bearer(reader.secret), 403))
    for headers, status in cases:
        assert (await http.post("/v1/work", json={}, headers=headers)).status_code == status
    assert await stored(db) == 0


async def test_a_revoked_key_gets_no_stored_answer(
    http: httpx.AsyncClient, mine: dict[str, str], auth: AuthService, acme: TenantId
) -> None:
    await http.post("/v1/work", json={}, headers=mine)
    await auth.revoke_key(acme, (await auth.keys(acme)).items[0].id)
    again = await http.post("/v1/work", json={}, headers=mine)
    assert again.status_code == 401
    assert "idempotency-replayed" not in again.headers


async def test_a_session_without_its_csrf_token_gets_no_stored_answer(
    http: httpx.AsyncClient, auth: AuthService, acme: TenantId, work: Work
) -> None:
    agent = await auth.create_agent(acme, "a@acme.example", "Aino", "agent")
    token = await auth.redeem_link(await auth.create_link(agent.id))
    session = await auth.session(token)
    assert session is not None
    http.cookies.set("copilot_session", token)
    key = {"Idempotency-Key": "one"}
    good = key | {"X-CSRF-Token": session.csrf_token}
    for _ in range(2):
        assert (await http.post("/v1/work", json={}, headers=good)).status_code == 201
    assert work.done == 1
    assert (await http.post("/v1/work", json={}, headers=key)).json()["code"] == "csrf_failed"


async def test_a_key_that_cannot_be_used_is_422(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work
) -> None:
    for key in ("", "x" * 256, "a\tb", "ä"):
        headers: Any = mine | {"Idempotency-Key": key.encode("latin-1")}
        answer = await http.post("/v1/work", json={}, headers=headers)
        assert answer.status_code == 422
        assert answer.json()["code"] == "idempotency_key_invalid"
    assert work.done == 0


async def test_a_key_of_255_characters_is_good(
    http: httpx.AsyncClient, mine: dict[str, str]
) -> None:
    headers = mine | {"Idempotency-Key": "x" * 255}
    assert (await http.post("/v1/work", json={}, headers=headers)).status_code == 201


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
    await http.post("/v1/work", json={}, headers=mine)
    async with db.write() as session:
        await answer_store.forget(session, other)
        await answer_store.purge(session, now() + timedelta(hours=23, minutes=59))
    assert await stored(db) == 1
    async with db.write() as session:
        await answer_store.forget(session, acme)
    assert await stored(db) == 0
    await http.post("/v1/work", json={}, headers=mine)
    async with db.write() as session:
        await session.execute(text("UPDATE stored_answers SET fingerprint = 'another'"))
        row = (await session.scalars(select(StoredAnswerRow))).one()
        row.expires_at = now() - timedelta(seconds=1)
    # Expired and not yet purged: the key is free for any request.
    assert (await http.post("/v1/work", json={}, headers=mine)).json()["number"] == 3
    async with db.write() as session:
        await answer_store.purge(session, now() + timedelta(hours=24, seconds=1))
    assert await stored(db) == 0


async def test_stored_answers_do_not_show_key_or_credential(
    http: httpx.AsyncClient, mine: dict[str, str], db: Database
) -> None:
    headers = mine | {"Idempotency-Key": "a-telling-key"}
    await http.post("/v1/work", json={}, headers=headers)
    async with db.read() as session:
        row = (await session.scalars(select(StoredAnswerRow))).one()
    shown = json.dumps([row.hash, row.fingerprint, row.owner, row.headers])
    assert "a-telling-key" not in shown
    assert mine["Authorization"].split()[1] not in shown
