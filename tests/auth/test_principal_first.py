"""The check before the body: the same answers as the route's own, and counted once."""

from collections.abc import AsyncIterator

import httpx
import pytest

from copilot.auth.config import AuthConfig
from copilot.auth.principal_first import PrincipalFirstMiddleware
from copilot.auth.service import AuthService
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.auth.conftest import SECRET, bearer, build_app, client_of
from tests.auth.idempotent import Work, with_routes


@pytest.fixture
async def limited(db: Database) -> AsyncIterator[AuthService]:
    service = AuthService(db, SECRET, AuthConfig(requests_per_minute=4))
    yield service
    await service.close()


@pytest.fixture
async def guarded(
    limited: AuthService, db: Database, work: Work
) -> AsyncIterator[httpx.AsyncClient]:
    app = with_routes(build_app(), work)
    app.add_middleware(PrincipalFirstMiddleware, routes=app.routes)
    async with client_of(app, limited, db) as client:
        yield client


async def test_a_request_is_counted_once(
    guarded: httpx.AsyncClient, mine: dict[str, str], work: Work
) -> None:
    left = []
    for number in range(4):
        headers = mine | {"Idempotency-Key": str(number)}
        answer = await guarded.post("/v1/chores", json={}, headers=headers)
        assert answer.status_code == 201
        left.append(int(answer.headers["ratelimit-remaining"]))
    assert left == [3, 2, 1, 0]
    refused = await guarded.post("/v1/chores", json={}, headers=mine)
    assert refused.status_code == 429
    assert refused.headers["retry-after"]
    assert work.done == 4


async def test_refusals_say_why(
    guarded: httpx.AsyncClient, limited: AuthService, acme: TenantId, work: Work
) -> None:
    reader = await limited.create_key(acme, "r", ["conversations:read"])
    nobody = await guarded.post("/v1/chores", json={})
    assert (nobody.status_code, nobody.json()["code"]) == (401, "not_authenticated")
    assert nobody.headers["www-authenticate"] == "Bearer"
    other = await guarded.post("/v1/chores", json={}, headers=bearer(reader.secret))
    assert (other.status_code, other.json()["code"]) == (403, "forbidden")
    assert "conversations:write" in other.json()["detail"]
    assert work.done == 0


async def test_a_session_needs_its_csrf_token_first(
    guarded: httpx.AsyncClient, limited: AuthService, acme: TenantId
) -> None:
    agent = await limited.create_agent(acme, "a@acme.example", "Aino", "agent")
    guarded.cookies.set(
        "copilot_session", await limited.redeem_link(await limited.create_link(agent.id))
    )
    answer = await guarded.post("/v1/chores", content=b"not even JSON")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
