import asyncio
from datetime import timedelta
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends
from sqlalchemy import select

from copilot.auth.http import require
from copilot.auth.principal import Principal
from copilot.auth.service import AuthService
from copilot.auth.tables import StoredAnswerRow
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.auth.conftest import bearer, build_app, client_of
from tests.auth.idempotent import Work, stored, with_routes

Writer = Annotated[Principal, Depends(require("conversations:write"))]


async def test_a_repeat_gets_the_first_answer(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work
) -> None:
    first = await http.post("/v1/chores", json={"a": 1}, headers=mine)
    again = await http.post("/v1/chores", json={"a": 1}, headers=mine)
    assert work.done == 1
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["location"] == "/v1/chores/1"
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert "set-cookie" not in again.headers


async def test_without_a_key_or_for_reads_nothing_is_kept(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work, db: Database
) -> None:
    without = {name: value for name, value in mine.items() if name != "Idempotency-Key"}
    for _ in range(2):
        await http.post("/v1/chores", json={}, headers=without)
        await http.get("/v1/chores", headers=mine)
    assert work.done == 4
    assert await stored(db) == 0


async def test_the_same_key_for_another_request_is_a_conflict(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work
) -> None:
    await http.post("/v1/chores", json={"a": 1}, headers=mine)
    others = [
        http.post("/v1/chores", json={"a": 2}, headers=mine),
        http.post("/v1/chores?x=1", json={"a": 1}, headers=mine),
        http.put("/v1/chores", json={"a": 1}, headers=mine),
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
    await http.post("/v1/chores", json={}, headers=mine)
    for number, tenant in enumerate([other, acme], start=2):
        made = await auth.create_key(tenant, "k", ["conversations:write"])
        answer = await http.post("/v1/chores", json={}, headers=mine | bearer(made.secret))
        assert answer.json() == {"tenant": tenant, "number": number}
        assert "idempotency-replayed" not in answer.headers


async def test_while_the_first_is_at_work_the_second_is_told_so(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work
) -> None:
    work.go_on.clear()
    first = asyncio.create_task(http.post("/v1/chores", json={}, headers=mine))
    await work.started.wait()
    second = await http.post("/v1/chores", json={}, headers=mine)
    assert second.status_code == 409
    assert second.json()["code"] == "idempotency_in_progress"
    assert second.headers["retry-after"] == "2"
    different = await http.post("/v1/chores", json={"b": 1}, headers=mine)
    assert different.json()["code"] == "idempotency_conflict"
    work.go_on.set()
    assert (await first).status_code == 201
    third = await http.post("/v1/chores", json={}, headers=mine)
    assert third.headers["idempotency-replayed"] == "true"
    assert work.done == 1


async def test_of_many_at_once_one_does_the_work(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work
) -> None:
    answers = await asyncio.gather(
        *(http.post("/v1/chores", json={}, headers=mine) for _ in range(10))
    )
    assert work.done == 1
    assert {answer.status_code for answer in answers} <= {201, 409}


async def test_what_a_dead_process_left_is_taken_over(
    auth: AuthService, db: Database, mine: dict[str, str], work: Work
) -> None:
    app = with_routes(build_app(stale_after=timedelta(seconds=60)), work)
    async with client_of(app, auth, db) as http:
        work.go_on.clear()
        dead = asyncio.create_task(http.post("/v1/chores", json={}, headers=mine))
        await work.started.wait()
        assert (await http.post("/v1/chores", json={}, headers=mine)).status_code == 409
        async with db.write() as session:
            row = (await session.scalars(select(StoredAnswerRow))).one()
            row.claimed_at = now() - timedelta(seconds=61)
        work.started.clear()
        second = asyncio.create_task(http.post("/v1/chores", json={}, headers=mine))
        await work.started.wait()
        assert (await http.post("/v1/chores", json={}, headers=mine)).status_code == 409
        work.go_on.set()
        assert (await second).status_code == 201
        await dead
        # The one who was taken for dead did not overwrite what the second stored.
        kept = await http.post("/v1/chores", json={}, headers=mine)
        assert kept.headers["idempotency-replayed"] == "true"
        assert kept.content == (await second).content != (await dead).content


async def test_a_cancelled_request_frees_its_key(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work, db: Database
) -> None:
    work.go_on.clear()
    first = asyncio.create_task(http.post("/v1/chores", json={}, headers=mine))
    await work.started.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    work.go_on.set()
    for _ in range(100):
        if not await stored(db):
            break
        await asyncio.sleep(0.02)
    assert (await http.post("/v1/chores", json={}, headers=mine)).status_code == 201


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
        assert (await http.post("/v1/chores", json={}, headers=headers)).status_code == status
    assert await stored(db) == 0


async def test_a_revoked_key_gets_no_stored_answer(
    http: httpx.AsyncClient, mine: dict[str, str], auth: AuthService, acme: TenantId
) -> None:
    await http.post("/v1/chores", json={}, headers=mine)
    await auth.revoke_key(acme, (await auth.keys(acme)).items[0].id)
    again = await http.post("/v1/chores", json={}, headers=mine)
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
        assert (await http.post("/v1/chores", json={}, headers=good)).status_code == 201
    assert work.done == 1
    assert (await http.post("/v1/chores", json={}, headers=key)).json()["code"] == "csrf_failed"


async def test_a_key_that_cannot_be_used_is_422(
    http: httpx.AsyncClient, mine: dict[str, str], work: Work
) -> None:
    for key in ("", "x" * 256, "a\tb", "ä"):
        headers: Any = mine | {"Idempotency-Key": key.encode("latin-1")}
        answer = await http.post("/v1/chores", json={}, headers=headers)
        assert answer.status_code == 422
        assert answer.json()["code"] == "idempotency_key_invalid"
    assert work.done == 0


async def test_a_key_of_255_characters_is_good(
    http: httpx.AsyncClient, mine: dict[str, str]
) -> None:
    headers = mine | {"Idempotency-Key": "x" * 255}
    assert (await http.post("/v1/chores", json={}, headers=headers)).status_code == 201
