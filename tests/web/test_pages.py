"""The console's pages from the outside: signing in, headers, nothing inline."""

import re

import httpx
import pytest

from copilot.web.pages import FOLDER
from tests.service import Service

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def email(service: Service) -> str:
    tenant = service.new_tenant().tenant
    address = f"{tenant}@agents.example"
    service.call(service.deps.auth.create_agent(tenant, address, "Ada", "agent", PASSWORD))
    return address


@pytest.fixture
async def browser(service: Service) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=service.url, timeout=30)


async def sign_in(browser: httpx.AsyncClient, email: str) -> httpx.Response:
    return await browser.post("/login", data={"email": email, "password": PASSWORD})


async def test_pages_send_visitors_to_the_sign_in_page(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/c/cnv_1", "/calls", "/calls/cal_1"):
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")


async def test_signing_in_and_out(browser: httpx.AsyncClient, email: str) -> None:
    wrong = await browser.post("/login", data={"email": email, "password": "no"})
    assert wrong.status_code == 401
    assert "copilot_session" not in wrong.cookies
    answer = await sign_in(browser, email)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    page = await browser.get("/")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    token = re.search(r'csrf-token" content="([^"]+)"', page.text)
    assert token is not None
    assert (await browser.post("/logout", data={"csrf_token": "x"})).status_code == 403
    await browser.post("/logout", data={"csrf_token": token.group(1)})
    assert (await browser.get("/")).status_code == 303


async def test_the_session_needs_its_token_to_change_anything(
    browser: httpx.AsyncClient, email: str
) -> None:
    await sign_in(browser, email)
    assert (await browser.get("/v1/conversations")).status_code == 200
    refused = await browser.post("/v1/search", json={"query": "x"})
    assert refused.json()["code"] == "csrf_failed"


async def test_one_time_link(browser: httpx.AsyncClient, service: Service, email: str) -> None:
    tenant = service.new_tenant().tenant
    agent = service.call(
        service.deps.auth.create_agent(tenant, f"{tenant}@agents.example", "Bo", "agent")
    )
    token = service.call(service.deps.auth.create_link(agent.id))
    path = f"/login/link/{token}"
    # Opening it, as a scanner would, does not use it up.
    assert (await browser.get(path)).status_code == 200
    assert (await browser.get(path)).status_code == 200
    assert (await browser.post(path)).status_code == 303
    assert (await browser.post(path)).status_code == 401


async def test_forms_from_other_sites_are_refused(browser: httpx.AsyncClient, email: str) -> None:
    headers = {"Origin": "https://evil.example"}
    data = {"email": email, "password": PASSWORD}
    assert (await browser.post("/login", data=data, headers=headers)).status_code == 403


async def test_locale_returns_to_our_own_pages_only(browser: httpx.AsyncClient) -> None:
    for back in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = await browser.post("/locale", data={"locale": "fi", "back": back})
        assert answer.headers["location"] == "/"
    page = await browser.get("/login")
    assert '<html lang="fi">' in page.text


async def test_headers_forbid_what_is_inline(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/login")
    policy = page.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "path", sorted((FOLDER / "templates").glob("*.html")), ids=lambda p: p.name
)
def test_templates_have_nothing_inline(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]
    assert not re.search(r"\son\w+=", text)
    assert "style=" not in text
    assert "<style" not in text
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script


@pytest.mark.parametrize("path", ["../http.py", "%2e%2e/http.py", "js/", "css/none.css", ".env"])
async def test_only_static_files_are_static(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(f"/static/x/{path}")).status_code in {307, 401, 404}


async def test_static_files_have_their_type(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/static/x/js/dom.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


def test_customers_words_never_become_markup() -> None:
    for path in (FOLDER / "static" / "js").glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", path.read_text()
        )
