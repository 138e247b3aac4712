"""The console's pages from the outside: signing in, headers, nothing inline."""

import re
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from copilot.kernel.errors import CopilotError
from copilot.kernel.http import problem_response
from copilot.web.error_pages import ErrorPagesMiddleware
from copilot.web.pages import FOLDER, STATIC, script, static_version
from tests.service import Service

PASSWORD = "correct horse battery staple"
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
HTML = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


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


def heading(answer: httpx.Response) -> str:
    # Every page carries all strings for its scripts: that one is in the text says nothing.
    found = re.search("<h1>(.*?)</h1>", answer.text)
    assert found is not None
    return found.group(1)


async def test_pages_send_visitors_to_the_sign_in_page(browser: httpx.AsyncClient) -> None:
    for path in (
        "/",
        "/c/cnv_1",
        "/calls",
        "/calls/cal_1",
        "/knowledge",
        "/knowledge/art_1",
        "/settings",
        "/settings/ledger",
    ):
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


async def test_administration_is_shown_to_administrators_alone(
    service: Service, browser: httpx.AsyncClient, email: str
) -> None:
    await sign_in(browser, email)
    assert (await browser.get("/settings")).headers["location"] == "/settings/engines"
    page = await browser.get("/settings/engines")
    assert page.status_code == 200
    assert "/settings/ledger" not in page.text
    for section in ("ledger", "access", "nothing"):
        assert (await browser.get(f"/settings/{section}", headers=HTML)).status_code == 404
    tenant = service.new_tenant().tenant
    boss = f"{tenant}@bosses.example"
    service.call(service.deps.auth.create_agent(tenant, boss, "Bo", "admin", PASSWORD))
    await sign_in(browser, boss)
    for section in ("engines", "guidance", "jobs", "ledger", "access"):
        assert (await browser.get(f"/settings/{section}")).status_code == 200, section


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


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_have_nothing_inline(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\son\w+=", text)
    assert "style=" not in text
    assert "<style" not in text
    for one in re.findall(r"<script[^>]*>", text):
        assert "src=" in one or 'type="application/json"' in one


@pytest.mark.parametrize(
    "path",
    ["../http.py", "%2e%2e/http.py", "js/", "css/none.css", ".env", "%00", f"{'a' * 400}.css"],
    ids=lambda path: path[:12],
)
async def test_only_static_files_are_static(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(f"/static/x/{path}")).status_code in {307, 401, 404}


async def test_static_files_are_kept_by_their_version(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(f"/static/{static_version()}/js/dom.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    other = await browser.get("/static/000000000000/js/dom.js")
    assert (other.status_code, other.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_modules_import_their_neighbours_only(path: Path) -> None:
    # A relative address keeps the version of the page that asked.
    text = path.read_text()
    assert len(text.splitlines()) < 400
    for target in re.findall(r'(?m)(?: from |^import |import\()"([^"]+)"', text):
        assert target.startswith("./")
        assert (path.parent / target).is_file()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_customers_words_never_become_markup(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)


def with_imports(path: Path, found: set[Path]) -> set[Path]:
    """``path`` and all that it imports, at once or later."""
    if path not in found:
        found.add(path)
        for target in re.findall(r'(?m)(?: from |^import |import\()"([^"]+)"', path.read_text()):
            with_imports(path.parent / target, found)
    return found


@pytest.mark.parametrize("name", ["inbox", "conversation", "calls", "call", "knowledge", "article"])
def test_no_page_loads_much_script(name: str) -> None:
    loaded = with_imports(STATIC / "js" / f"{name}.js", set())
    assert len(loaded) > 2
    assert sum(len(script(path)) for path in loaded) < 80_000


async def test_scripts_are_sent_without_comments(browser: httpx.AsyncClient) -> None:
    # That they still work is what the tests in a browser are about.
    answer = await browser.get(f"/static/{static_version()}/js/dom.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "// Building elements" in (STATIC / "js" / "dom.js").read_text("utf-8")
    assert "// Building elements" not in answer.text


async def test_browsers_get_problems_as_pages(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/nowhere", headers={**HTML, "Accept-Language": "fi"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert answer.headers["x-request-id"]
    assert heading(answer) == "Täällä ei ole mitään"


async def test_a_form_that_is_not_ours_is_no_fault_of_ours(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/locale", headers=HTML)
    assert answer.status_code == 422
    assert heading(answer) == "Not allowed"


async def test_programs_get_problems_as_json(browser: httpx.AsyncClient) -> None:
    for path, headers in (("/nowhere", {}), ("/v1/conversations", HTML), ("/v1/nowhere", HTML)):
        answer = await browser.get(path, headers=headers)
        assert answer.headers["content-type"] == "application/problem+json", path


async def test_a_fault_of_ours_is_told_on_a_page() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["request_id"] = "req-42"
        told = CopilotError("a secret of the inside")
        await problem_response(told, Request(scope))(scope, receive, send)

    transport = httpx.ASGITransport(ErrorPagesMiddleware(broken))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/c/cnv_1", headers=HTML)
    assert answer.status_code == 500
    assert heading(answer) == "Something broke"
    assert "req-42" in answer.text
    assert "secret" not in answer.text
