"""The console against other sites and strangers: sessions, forms, frames, redirects, headers."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest

from copilot.auth.config import AuthConfig
from copilot.settings import Settings
from tests.app.test_routes import PAGES, PUBLIC, ROUTES
from tests.service import Service

PASSWORD = "correct horse battery staple"
COOKIE = "copilot_session"
CHANGING = [
    (method, path)
    for method, path in ROUTES
    if method not in {"GET", "HEAD", "OPTIONS"} and (method, path) not in PUBLIC
]
SHOWN = sorted(path for _, path in PAGES)
BACKS = [
    "https://evil.example/",
    "HTTPS:evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "\t//evil.example",
    " //evil.example",
    "/\x00/evil.example",
    "/\x0b/evil.example",
    "/%09/evil.example",
    "/%2f/evil.example",
    "/%5cevil.example",
    "/..//evil.example",
    "/.//evil.example",
    "/@evil.example",
    "/[",
    "//[",
    "/\t/[",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\u202e//evil.example",
    "/\u2028/evil.example",
    "?//evil.example",
    "#//evil.example",
    "",
]


class Known(NamedTuple):
    """An agent who has a password."""

    email: str
    name: str


@pytest.fixture(scope="module")
def agent(service: Service) -> Known:
    tenant = service.new_tenant().tenant
    email = f"{tenant}@agents.example"
    service.call(service.deps.auth.create_agent(tenant, email, "Ada", "admin", PASSWORD))
    return Known(email, "Ada")


@pytest.fixture
async def browser(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=service.url, timeout=30) as made:
        yield made


async def sign_in(browser: httpx.AsyncClient, agent: Known, **options: Any) -> str:
    data = {"email": agent.email, "password": PASSWORD}
    answer = await browser.post("/login", data=data, **options)
    assert answer.status_code == 303
    return answer.cookies[COOKIE]


async def csrf_token(browser: httpx.AsyncClient) -> str:
    found = re.search(r'csrf-token" content="([^"]+)"', (await browser.get("/")).text)
    assert found is not None
    return found.group(1)


def filled(path: str) -> str:
    return path.replace(":path}", "}").replace("{", "x").replace("}", "x")


async def test_a_preset_session_is_not_adopted(service: Service, agent: Known) -> None:
    async with httpx.AsyncClient(base_url=service.url) as attacker:
        theirs = await sign_in(attacker, agent)
        for preset in ("cps_chosen_by_somebody_else", theirs):
            cookies = {COOKIE: preset}
            async with httpx.AsyncClient(base_url=service.url, cookies=cookies) as victim:
                data = {"email": agent.email, "password": PASSWORD}
                answer = await victim.post("/login", data=data)
                given = answer.cookies[COOKIE]
                assert given not in {preset, theirs}
        # A token in an address is none.
        address = f"/v1/me?{COOKIE}={theirs}"
        async with httpx.AsyncClient(base_url=service.url) as visitor:
            assert (await visitor.get(address)).status_code == 401


async def test_each_sign_in_has_a_token_of_its_own(
    browser: httpx.AsyncClient, agent: Known
) -> None:
    first = await sign_in(browser, agent)
    csrf = await csrf_token(browser)
    second = await sign_in(browser, agent)
    assert first != second
    assert await csrf_token(browser) != csrf


async def test_signing_out_ends_the_session_itself(
    service: Service, browser: httpx.AsyncClient, agent: Known
) -> None:
    token = await sign_in(browser, agent)
    await browser.post("/logout", data={"csrf_token": await csrf_token(browser)})
    async with httpx.AsyncClient(base_url=service.url, cookies={COOKIE: token}) as thief:
        assert (await thief.get("/v1/me")).status_code == 401
        assert (await thief.get("/")).headers["location"] == "/login"


def test_the_routes_that_change_something_are_found() -> None:
    assert len(CHANGING) > 30


@pytest.fixture(scope="module")
def signed_in(service: Service, agent: Known) -> Iterator[tuple[httpx.Client, str]]:
    with httpx.Client(base_url=service.url, timeout=30) as made:
        answer = made.post("/login", data={"email": agent.email, "password": PASSWORD})
        assert answer.status_code == 303
        found = re.search(r'csrf-token" content="([^"]+)"', made.get("/").text)
        assert found is not None
        yield made, found.group(1)


@pytest.mark.parametrize(("method", "path"), CHANGING)
def test_nothing_is_changed_from_another_site(
    signed_in: tuple[httpx.Client, str], method: str, path: str
) -> None:
    browser, token = signed_in
    right = {"X-CSRF-Token": token}
    refused: list[dict[str, str]] = [
        {},
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": token[:-1]},
        {"X-CSRF-Token": f"{token}x"},
        {**right, "Origin": "https://evil.example"},
        {**right, "Origin": "null"},
        {**right, "Origin": "http://["},
        {**right, "Origin": f"http://evil.example/{browser.base_url.netloc.decode()}"},
        {**right, "Sec-Fetch-Site": "cross-site"},
    ]
    for headers in refused:
        answer = browser.request(method, filled(path), headers=headers)
        assert answer.status_code == 403, (headers, answer.text)
        assert answer.json()["code"] == "csrf_failed", headers


def test_the_consoles_own_requests_pass(signed_in: tuple[httpx.Client, str]) -> None:
    browser, token = signed_in
    own = {
        "X-CSRF-Token": token,
        "Origin": str(browser.base_url).rstrip("/"),
        "Sec-Fetch-Site": "same-origin",
    }
    answer = browser.post("/v1/search", json={"query": "kettle"}, headers=own)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("path", ["/login", "/login/link/cpl_x", "/locale"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
async def test_forms_of_other_sites_are_refused(
    browser: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    data = {"email": "a@b.example", "password": "x", "locale": "fi"}
    answer = await browser.post(path, data=data, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_signing_out_needs_the_token(browser: httpx.AsyncClient, agent: Known) -> None:
    await sign_in(browser, agent)
    token = await csrf_token(browser)
    foreign = {"Origin": "https://evil.example"}
    sent: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {}),
        ({"csrf_token": "wrong"}, {}),
        ({"csrf_token": token}, foreign),
    ]
    for data, headers in sent:
        answer = await browser.post("/logout", data=data, headers=headers)
        assert answer.status_code == 403
    assert (await browser.get("/v1/me")).status_code == 200


@pytest.mark.parametrize("back", BACKS, ids=ascii)
async def test_the_way_back_stays_here(browser: httpx.AsyncClient, back: str) -> None:
    for path in ("/locale", f"/locale?next={quote(back)}"):
        answer = await browser.post(path, data={"locale": "fi", "back": back})
        assert answer.status_code == 303, answer.text
        place = answer.headers["location"]
        # As browsers read it: without tabs and line ends, a backslash being a slash.
        read = re.sub(r"[\t\r\n]", "", place).replace("\\", "/")
        assert re.match(r"/(?!/)", read), place
        ours = urlsplit(str(browser.base_url))
        assert urlsplit(urljoin(str(browser.base_url), read))[:2] == ours[:2], place
        assert "a=b" not in answer.headers.get("set-cookie", "")


async def test_signing_in_leads_to_the_inbox_alone(
    browser: httpx.AsyncClient, agent: Known
) -> None:
    data = {"email": agent.email, "password": PASSWORD, "next": "//evil.example"}
    answer = await browser.post("/login?next=//evil.example&back=//evil.example", data=data)
    assert answer.headers["location"] == "/"


async def test_signing_in_leads_back_to_the_page_of_ours_that_was_asked_for(
    browser: httpx.AsyncClient, agent: Known
) -> None:
    asked = await browser.get("/c/cnv_1?x=//evil.example")
    assert asked.headers["location"] == "/login"
    flags = {part.strip().lower() for part in asked.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    data = {"email": agent.email, "password": PASSWORD}
    assert (await browser.post("/login", data=data)).headers["location"] == "/c/cnv_1"
    # Once.
    browser.cookies.delete(COOKIE)
    assert (await browser.post("/login", data=data)).headers["location"] == "/"
    browser.cookies.delete(COOKIE)
    # Who signs out is not led back by the next one's sign-in.
    await browser.get("/settings/jobs")
    await browser.post("/logout")
    assert (await browser.post("/login", data=data)).headers["location"] == "/"


@pytest.mark.parametrize(
    "back", [*BACKS, "/c/cnv_1?x=1", "/c/cnv_1#x", "/a/b/c/d", "/c/ä"], ids=ascii
)
async def test_a_forged_way_back_leads_to_the_inbox(
    browser: httpx.AsyncClient, agent: Known, back: str
) -> None:
    data = {"email": agent.email, "password": PASSWORD}
    cookie = f"copilot_back={quote(back, safe='/?#@:;,[]')}"
    answer = await browser.post("/login", data=data, headers={"Cookie": cookie})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_cookie_flags(browser: httpx.AsyncClient, agent: Known, scheme: str) -> None:
    # The server trusts a proxy on its own machine, which says what the browser spoke.
    headers = {"X-Forwarded-Proto": scheme}
    data = {"email": agent.email, "password": PASSWORD, "locale": "fi"}
    for path in ("/login", "/locale", "/logout"):
        browser.cookies.clear()
        answer = await browser.post(path, data=data, headers=headers)
        flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= flags, path
        assert ("secure" in flags) == (scheme == "https"), path
        assert not any(flag.startswith("domain") for flag in flags)


async def test_every_answer_is_locked_down(browser: httpx.AsyncClient, agent: Known) -> None:
    visitors = [await browser.get(path) for path in ("/login", "/login/link/x", "/docs")]
    await sign_in(browser, agent)
    shown = [await browser.get(filled(path)) for path in SHOWN]
    shown += [await browser.get(f"/settings/{one}") for one in ("people", "access", "ledger")]
    shown += [await browser.get(path, headers={"Accept": "text/html"}) for path in ("/no", "/c/")]
    answers = [await browser.get(path) for path in ("/v1/me", "/v1/conversations", "/v1/no")]
    for one in (*visitors, *shown, *answers):
        headers, where = one.headers, str(one.url)
        assert one.status_code in {200, 303, 307, 401, 404}, where
        assert "frame-ancestors 'none'" in headers["content-security-policy"], where
        assert "unsafe" not in headers["content-security-policy"], where
        assert headers["x-frame-options"] == "DENY", where
        assert headers["x-content-type-options"] == "nosniff", where
        assert headers["referrer-policy"] == "same-origin", where
        assert headers["cache-control"] == "no-store", where
        assert headers.get("access-control-allow-origin") is None, where
        assert (
            one.status_code in {303, 307}
            or ";" in headers["content-type"]
            or "json" in headers["content-type"]
        ), where


async def test_wrong_sign_ins_tell_nothing(browser: httpx.AsyncClient, agent: Known) -> None:
    told = set()
    for email in (agent.email, "nobody@agents.example", "x", "a" * 320):
        answer = await browser.post("/login", data={"email": email, "password": "wrong"})
        assert "set-cookie" not in answer.headers
        told.add((answer.status_code, answer.text))
    assert len(told) == 1
    assert told.pop()[0] == 401


async def test_guessing_is_limited_whether_there_is_an_account_or_not(tmp_path: Path) -> None:
    auth = AuthConfig(sign_ins_per_email=3, sign_ins_per_address=100)
    settings = Settings(_env_file=None, data_dir=tmp_path, auth=auth)
    with Service(settings, run_jobs=False).running() as own:
        tenant = own.new_tenant().tenant
        made = own.deps.auth.create_agent(tenant, "ada@mail.example", "Ada", "agent", PASSWORD)
        own.call(made)
        async with httpx.AsyncClient(base_url=own.url, timeout=30) as guesser:
            for email in ("ada@mail.example", "nobody@mail.example"):
                data = {"email": email, "password": "wrong"}
                # The address that a stranger claims for itself changes nothing.
                seen = [
                    (await guesser.post("/login", data=data, headers={"X-Real-IP": f"10.0.0.{n}"}))
                    for n in range(5)
                ]
                assert [one.status_code for one in seen] == [401, 401, 401, 429, 429]
            right = {"email": "ada@mail.example", "password": PASSWORD}
            assert (await guesser.post("/login", data=right)).status_code == 429


def test_secrets_are_compared_in_even_time() -> None:
    """The CSRF token is compared with ``hmac``; keys and sessions are found by their hash."""
    folder = Path(__file__).parents[2] / "copilot"
    for path in (*(folder / "auth").glob("*.py"), *(folder / "web").glob("*.py")):
        text = path.read_text("utf-8")
        assert not re.search(r"csrf_token\s*(==|!=)|(==|!=)\s*\w*\.?csrf_token", text), path
    assert "hmac.compare_digest" in (folder / "auth" / "access.py").read_text("utf-8")
