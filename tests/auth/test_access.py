from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, Request, Response

from copilot.auth.access import clear_session_cookie, current_agent, set_session_cookie
from copilot.auth.agent import Session
from copilot.auth.config import AuthConfig
from copilot.auth.http import router
from copilot.auth.rate_limit import RateLimit
from copilot.auth.service import AuthService
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.auth.conftest import bearer, build_app, client_of

PASSWORD = "correct horse battery"


@pytest.fixture
def config() -> AuthConfig:
    return AuthConfig(requests_per_minute=30)


@pytest.fixture
async def token(auth: AuthService, acme: TenantId) -> str:
    await auth.create_agent(acme, "a@acme.example", "Aino", "agent", PASSWORD, locale="fi")
    return await auth.sign_in("a@acme.example", PASSWORD, None)


@pytest.fixture
async def csrf(auth: AuthService, token: str) -> str:
    session = await auth.session(token)
    assert session is not None
    return session.csrf_token


@pytest.fixture
async def browser(client: httpx.AsyncClient, token: str) -> httpx.AsyncClient:
    client.cookies.set("copilot_session", token)
    return client


async def test_a_session_may_read(browser: httpx.AsyncClient, acme: TenantId) -> None:
    assert (await browser.get("/v1/notes")).json() == {"tenant": acme}
    me = (await browser.get("/v1/me")).json()
    assert me["kind"] == "agent"
    assert me["agent"]["locale"] == "fi"
    assert "admin" not in me["scopes"]
    assert "conversations:write" in me["scopes"]
    assert (await browser.get("/v1/keys")).status_code == 403


async def test_changing_needs_the_sessions_csrf_token(
    browser: httpx.AsyncClient, auth: AuthService, csrf: str
) -> None:
    another = await auth.session(await auth.sign_in("a@acme.example", PASSWORD, None))
    assert another is not None
    wrong: list[Any] = [
        {},
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": csrf[:-1]},
        {"X-CSRF-Token": "ä".encode()},
    ]
    for headers in [*wrong, {"X-CSRF-Token": another.csrf_token}]:
        answer = await browser.post("/v1/notes", headers=headers)
        assert answer.status_code == 403
        assert answer.json()["code"] == "csrf_failed"
    assert (await browser.post("/v1/notes", headers={"X-CSRF-Token": csrf})).status_code == 200


async def test_a_key_needs_no_csrf_token_and_goes_before_the_cookie(
    browser: httpx.AsyncClient, auth: AuthService, other: TenantId
) -> None:
    key = (await auth.create_key(other, "k", ["conversations:write"])).secret
    assert (await browser.post("/v1/notes", headers=bearer(key))).json() == {"tenant": other}
    assert (await browser.post("/v1/notes", headers=bearer("cpk_bad"))).status_code == 401


async def test_a_signed_out_session_is_401(
    browser: httpx.AsyncClient, auth: AuthService, token: str
) -> None:
    await auth.sign_out(token)
    assert (await browser.get("/v1/notes")).status_code == 401


def pages() -> FastAPI:
    app = build_app()

    @app.get("/page")
    async def page(session: Annotated[Session | None, Depends(current_agent)]) -> dict[str, str]:
        return {"name": session.agent.name, "csrf": session.csrf_token} if session else {}

    @app.post("/login")
    async def login(request: Request, response: Response, token: str) -> None:
        set_session_cookie(response, request, token, hours=12)

    @app.post("/logout")
    async def logout(request: Request, response: Response) -> None:
        clear_session_cookie(response, request)

    return app


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_the_cookie_and_pages(
    auth: AuthService, db: Database, token: str, csrf: str, scheme: str
) -> None:
    async with client_of(pages(), auth, db, base_url=f"{scheme}://copilot.test") as browser:
        assert (await browser.get("/page")).json() == {}
        given = (await browser.post("/login", params={"token": token})).headers["set-cookie"]
        assert "HttpOnly" in given
        assert "SameSite=lax" in given
        assert "Path=/" in given
        assert "Max-Age=43200" in given
        assert ("Secure" in given) == (scheme == "https")
        assert (await browser.get("/page")).json() == {"name": "Aino", "csrf": csrf}
        await browser.post("/logout")
        assert (await browser.get("/page")).json() == {}
        browser.cookies.set("copilot_session", "cps_old")
        assert (await browser.get("/page")).json() == {}


async def test_the_request_limit_is_per_caller(
    client: httpx.AsyncClient, auth: AuthService, acme: TenantId
) -> None:
    first = bearer((await auth.create_key(acme, "1", ["conversations:read"])).secret)
    second = bearer((await auth.create_key(acme, "2", ["conversations:read"])).secret)
    answers = [await client.get("/v1/notes", headers=first) for _ in range(31)]
    good = [answer for answer in answers if answer.status_code == 200]
    assert len(good) in (30, 31)  # a slow machine earns one back
    assert good[0].headers["ratelimit-limit"] == "30"
    assert good[0].headers["ratelimit-remaining"] == "29"
    assert int(good[0].headers["ratelimit-reset"]) in (2, 3)
    for _ in range(3):
        refused = await client.get("/v1/notes", headers=first)
    assert refused.status_code == 429
    assert refused.json()["code"] == "rate_limited"
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["ratelimit-remaining"] == "0"
    assert (await client.get("/v1/notes", headers=second)).status_code == 200


def test_the_limit_refills_steadily_and_refusals_cost_nothing() -> None:
    time = 0.0
    limit = RateLimit(60, clock=lambda: time)
    assert [limit.take("a").remaining for _ in range(60)] == list(range(59, -1, -1))
    for _ in range(100):
        refused = limit.take("a")
        assert not refused.allowed
        assert refused.retry_after_s == pytest.approx(1)
    time = 1.0
    assert limit.take("a").allowed
    assert not limit.take("a").allowed
    assert limit.take("b").allowed
    time = 61.0
    assert limit.take("a").remaining == 59


def test_callers_who_stay_away_are_forgotten() -> None:
    time = 0.0
    limit = RateLimit(60, clock=lambda: time)
    for number in range(10_000):
        limit.take(str(number))
    time = 100.0
    limit.take("new")
    assert len(limit._used_up_at) == 1


def test_openapi_names_both_ways_in() -> None:
    app = FastAPI()
    app.include_router(router)
    document = app.openapi()
    assert set(document["components"]["securitySchemes"]) == {"apiKey", "session"}
    for path in ("/v1/me", "/v1/keys", "/v1/audit"):
        assert document["paths"][path]["get"]["security"] == [{"apiKey": []}, {"session": []}]
        assert {"401", "403", "429"} <= set(document["paths"][path]["get"]["responses"])
