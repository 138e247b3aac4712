"""Every page, light and dark, wide and narrow, in English and Finnish: axe, and nothing cut off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from copilot.demo.load import DEMO_TENANT, sign_in_link
from copilot.knowledge import store as articles
from copilot.web.http import SECTIONS
from tests.service import Service
from tests.web.conftest import PATIENCE_MS
from tests.web.console import CHROMIUM, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]
LOOKS = [
    ("light", 1280, "en"),
    ("dark", 1280, "fi"),
    ("light", 380, "fi"),
    ("dark", 380, "en"),
    # Half of 1280 at twice the text size is what WCAG 1.4.4 asks for; 320 is 1.4.10.
    ("light", 320, "fi"),
]
CUT = """() => [...document.querySelectorAll("h1, h2, h3, button, .chip, th, label, summary")]
  .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden"))
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .filter((one) => getComputedStyle(one).overflowX !== "visible"
    && getComputedStyle(one).textOverflow !== "ellipsis")
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module", params=LOOKS, ids=lambda one: "-".join(map(str, one)))
def look(
    request: pytest.FixtureRequest, browser: Browser, service: Service
) -> Iterator[tuple[BrowserContext, int]]:
    """Somebody signed in, in one of the looks; and how wide it is."""
    scheme, width, language = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        locale="fi-FI" if language == "fi" else "en-GB",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(service.call(sign_in_link(service.deps, service.url)))
    page.get_by_role("button", name="Kirjaudu" if language == "fi" else "Sign in").click()
    expect(page.locator("#conversations")).to_be_visible()
    page.get_by_role("button", name=language.upper(), exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.close()
    yield context, width
    context.close()


def looked_at(page: Page, width: int) -> None:
    """Nothing is wrong with what the page shows."""
    page.wait_for_load_state("networkidle" if "/c/" not in page.url else "load")
    # How large targets are, axe looks at only when it is asked.
    assert violations(page, "target-size") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT) == []


async def _an_article(service: Service) -> str:
    async with service.deps.db.read() as session:
        found = await articles.list_articles(session, DEMO_TENANT, limit=1)
    return found.items[0].id


@pytest.mark.parametrize(
    "name",
    ["inbox", "case", "kotelo", "calls", "call", "knowledge", "article", "missing", *SECTIONS],
)
def test_a_page_for_who_is_signed_in(
    look: tuple[BrowserContext, int], service: Service, cases: dict[str, str], name: str
) -> None:
    context, width = look
    page = context.new_page()
    paths = {
        "inbox": ("/", "#conversations li"),
        "case": (f"/c/{cases['en']}", "#card .card-who"),
        "kotelo": (f"/c/{cases['fi']}", "#card .card-who"),
        "calls": ("/calls", "#calls li"),
        "call": (f"/calls/{cases['call']}", ".lanes li"),
        "knowledge": ("/knowledge", "main li, main tr"),
        "article": ("", "main h1"),
        "missing": ("/nowhere", "main h1"),
    } | {one: (f"/settings/{one}", "main h1") for one in SECTIONS}
    path, there = paths[name]
    if name == "article":
        path = f"/knowledge/{service.call(_an_article(service))}"
    page.goto(service.url + path)
    expect(page.locator(there).first).to_be_visible()
    looked_at(page, width)
    page.close()


@pytest.mark.parametrize("path", ["/login", "/login/link/none", "/f/none", "/panel"])
@pytest.mark.parametrize(("scheme", "width", "language"), LOOKS)
def test_a_page_for_anybody(
    browser: Browser, service: Service, path: str, scheme: str, width: int, language: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="fi-FI" if language == "fi" else "en-GB",
    )
    page = context.new_page()
    page.goto(service.url + path)
    looked_at(page, width)
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 380), ("dark", 1280)])
def test_an_empty_workspace_says_that_it_is_empty(
    browser: Browser, service: Service, scheme: str, width: int
) -> None:
    """Nobody is left before a blank page: no conversations, calls, articles or guidance."""
    auth, owner = service.deps.auth, service.new_tenant()
    email = f"{owner.tenant}@shop.example"
    agent = service.call(auth.create_agent(owner.tenant, email, "Eka", "admin"))
    link = service.call(auth.create_link(agent.id))
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{service.url}/login/link/{link}")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#empty")).to_be_visible()
    looked_at(page, width)
    for path in ("/calls", "/knowledge"):
        page.goto(service.url + path)
        expect(page.locator("#empty")).to_be_visible()
        looked_at(page, width)
    for section in SECTIONS:
        page.goto(f"{service.url}/settings/{section}")
        expect(page.locator("#section")).to_have_attribute("aria-busy", "false")
        looked_at(page, width)
    context.close()
