"""Every text field filled with payloads, every page opened: nothing runs, nothing is asked for."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, expect

from copilot.kernel.ids import TenantId
from tests.service import Service
from tests.web.conftest import is_fault
from tests.web.console import CHROMIUM
from tests.web.hostile import EVIL, PAYLOADS, SHORT, fill
from tests.web.hosts import hosting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]

SECTIONS = ("engines", "guidance", "jobs", "ledger", "people", "access")
WATCH = """
document.addEventListener("securitypolicyviolation", (event) => {
  told(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => told(name);
"""
FOREIGN = """() => {
  const bad = [];
  const kinds = "main iframe, object, embed, base, math, marquee, body style, body link, "
    + "form form, meta[http-equiv], img[src=x], main animate, svg[onload]";
  for (const one of document.querySelectorAll(kinds)) bad.push(one.outerHTML.slice(0, 120));
  for (const one of document.querySelectorAll("*")) {
    for (const { name, value } of one.attributes) {
      if (/^on/i.test(name) || /^style$/i.test(name) && /url|import/i.test(value)
          || /^\\s*javascript:/i.test(value) && ["href", "src", "action", "data"].includes(name)) {
        bad.push(`${one.tagName} ${name}=${value}`.slice(0, 120));
      }
    }
  }
  for (const one of document.querySelectorAll("[href], [src], [action], [formaction]")) {
    for (const name of ["href", "src", "action", "formAction"]) {
      const value = one[name];
      if (typeof value !== "string" || !value || value.startsWith("blob:")) continue;
      if (new URL(value, location.href).origin !== location.origin) bad.push(`${name} ${value}`);
    }
  }
  return bad;
}"""


class Watched(NamedTuple):
    """A signed-in browser page, and what went wrong in it."""

    page: Page
    faults: list[str]


@pytest.fixture(scope="module")
def paths(service: Service) -> tuple[TenantId, list[str]]:
    made = service.new_tenant()
    email = f"{made.tenant}@agents.example"
    service.call(service.deps.auth.create_agent(made.tenant, email, SHORT, "admin"))

    async def run() -> list[str]:
        async with httpx.AsyncClient(
            base_url=service.url, headers=made.headers, timeout=120
        ) as client:
            return await fill(client, service, made.tenant)

    return made.tenant, service.call(run(), 300)


@pytest.fixture
def watched(
    browser: Browser, service: Service, paths: tuple[TenantId, list[str]]
) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(60_000)
    faults: list[str] = []

    def told(what: object) -> None:
        faults.append(str(what))

    def ran(*what: object) -> None:
        told(f"ran: {what}")

    def asked(request: Request) -> None:
        if not request.url.startswith((f"{service.url}/", "blob:", "data:")):
            told(f"asked {request.url}")

    def written(message: ConsoleMessage) -> None:
        if is_fault(message) and "404 (Not Found)" not in message.text:
            told(message.text)

    def opened(dialog: Dialog) -> None:
        told(f"ran: {dialog.message}")
        dialog.dismiss()

    context.expose_function("told", told)
    context.expose_function("owned", ran)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.on("dialog", opened)
    page.on("pageerror", told)
    page.on("console", written)
    page.on("requestfinished", asked)
    # What the policy stops has not left; that it was tried is told by its report.
    page.on("requestfailed", lambda one: asked(one) if "csp" not in (one.failure or "") else None)
    email = f"{paths[0]}@agents.example"
    auth = service.deps.auth

    async def link() -> str:
        return await auth.create_link((await auth.account(email)).agent.id)

    page.goto(f"{service.url}/login/link/{service.call(link())}")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    yield Watched(page, faults)
    context.close()


def look(watched: Watched, url: str) -> None:
    watched.page.goto(url)
    harmless(watched)


def harmless(watched: Watched) -> None:
    watched.page.wait_for_timeout(400)
    expect(watched.page.locator("[aria-busy=true]:visible")).to_have_count(0, timeout=20_000)
    assert watched.page.evaluate(FOREIGN) == [], watched.page.url
    assert watched.faults == [], watched.page.url


def test_no_page_runs_what_was_written_into_it(
    watched: Watched, service: Service, paths: tuple[TenantId, list[str]]
) -> None:
    cases = [one.removeprefix("/c/") for one in paths[1] if one.startswith("/c/")]
    panels = [f"/panel?site={paths[0]}&conversation={one}&accent={SHORT}" for one in cases]
    places = ["/", "/?query=kettle", "/calls", "/knowledge", "/docs", *paths[1], *panels]
    for path in (*places, *(f"/settings/{one}" for one in SECTIONS)):
        look(watched, f"{service.url}{path}")
    texts = watched.page.locator("main").inner_text()
    assert SHORT in texts  # the name of a key: what was filled in is what was looked at


def test_a_draft_of_payloads_is_text(
    watched: Watched, service: Service, paths: tuple[TenantId, list[str]]
) -> None:
    page = watched.page
    case = next(one for one in paths[1] if one.startswith("/c/"))
    page.goto(f"{service.url}{case}")
    page.get_by_role("button", name="Draft a reply").click()
    expect(page.locator("#draft-edit")).to_be_visible()
    page.get_by_role("button", name="Edit", exact=True).click()
    page.locator("#draft-text").fill(EVIL.replace("\x00", ""))
    page.get_by_role("button", name="Done", exact=True).click()
    harmless(watched)


@pytest.mark.parametrize(
    "path",
    [
        "/login?error=<script>owned(1)</script>",
        "/login/link/%3Cscript%3Eowned(2)%3C%2Fscript%3E",
        "/c/%22%3E%3Cimg%20src=x%20onerror=owned(3)%3E",
        "/calls/%3C%2Fscript%3E%3Csvg%20onload=owned(4)%3E",
        "/knowledge/%22%20autofocus%20onfocus=owned(5)%20x=%22",
        "/settings/%3Cimg%20src=x%20onerror=owned(6)%3E",
        "/?q=%3Cscript%3Eowned(7)%3C/script%3E#%3Cimg%20src=x%20onerror=owned(8)%3E",
        "/nowhere/%3Cscript%3Eowned(9)%3C/script%3E",
    ],
)
def test_an_address_is_no_markup(watched: Watched, service: Service, path: str) -> None:
    look(watched, f"{service.url}{path}")


def test_the_trap_works(watched: Watched, service: Service) -> None:
    """What the other tests look for is seen when it is there."""
    watched.page.goto(f"{service.url}/calls")
    # Without what leads the page away, and its style sheet, which would be a page's own.
    stays = " ".join(one for one in PAYLOADS[:-1] if "http-equiv" not in one)
    watched.page.evaluate("html => { document.querySelector('main').innerHTML = html; }", stays)
    assert len(watched.page.evaluate(FOREIGN)) > 8
    watched.page.wait_for_timeout(400)
    assert any("CSP script-src" in one for one in watched.faults)
    assert [one for one in watched.faults if one.startswith(("ran:", "asked"))] == []


def test_a_frame_of_another_site_stays_empty(watched: Watched, service: Service) -> None:
    frames = "".join(
        f"<iframe name=f{n} src='{service.url}{path}'></iframe>"
        for n, path in enumerate(("/", "/login", "/settings/access", "/docs"))
    )
    with hosting({"/": f"<!doctype html><title>Elsewhere</title>{frames}"}) as port:
        watched.page.goto(f"http://localhost:{port}/")
        watched.page.wait_for_timeout(1500)
        shown = [one for one in watched.page.frames if one != watched.page.main_frame]
        assert len(shown) == 4
        for frame in shown:
            assert not re.match(re.escape(service.url), frame.url)
            assert frame.locator("main").count() == 0
    refused = [one for one in watched.faults if "frame-ancestors" in one]
    assert len(refused) >= 4
