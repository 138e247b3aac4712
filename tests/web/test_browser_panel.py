"""The panel in desktops of other sites, in a real browser."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Frame, FrameLocator, Page, expect

from copilot.conversations import store
from copilot.conversations.conversation import ConversationHead
from copilot.demo.load import DEMO_TENANT, sign_in_link
from tests.service import Service
from tests.web.console import CHROMIUM, violations
from tests.web.hosts import ZAF, chatwoot_page, element_page, hosting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {}


@pytest.fixture(scope="module")
def desktop(pages: dict[str, str]) -> Iterator[str]:
    """The address of another site; the service is at 127.0.0.1, so its cookies stay away."""
    with hosting(pages) as port:
        yield f"http://localhost:{port}"


@pytest.fixture
def head(service: Service, cases: dict[str, str]) -> ConversationHead:
    async def read() -> ConversationHead:
        async with service.deps.db.read() as session:
            return await store.head(session, DEMO_TENANT, cases["en"])

    return service.call(read())


@pytest.fixture
def window(browser: Browser, service: Service, cases: dict[str, str]) -> Iterator[Page]:
    """A browser that is signed in to the console, with a page for the desktop."""
    context = browser.new_context(viewport={"width": 1000, "height": 1400}, locale="en-GB")
    context.set_default_timeout(60_000)
    console = context.new_page()
    console.goto(service.call(sign_in_link(service.deps, service.url)))
    console.get_by_role("button", name="Sign in").click()
    expect(console.get_by_role("heading", name="Inbox")).to_be_visible()
    yield context.new_page()
    context.close()


def allow(service: Service, *origins: str) -> None:
    service.call(service.deps.auth.set_panel_origins(DEMO_TENANT, list(origins)))


def let_in(window: Page, panel: FrameLocator) -> None:
    """Sign in as people do: a window of Copilot, the same letters, a click."""
    letters = panel.locator(".code").inner_text()
    with window.context.expect_page() as opened:
        panel.get_by_role("link", name="Sign in").click()
    ours = opened.value
    expect(ours.locator(".code")).to_have_text(letters)
    assert violations(ours) == []
    ours.get_by_role("button", name="let it in").click()
    expect(ours.get_by_role("heading", name="The panel is let in")).to_be_visible()
    ours.close()


def frame_of(window: Page) -> Frame:
    return next(one for one in window.frames if "/panel?" in one.url)


def show_element(
    window: Page, service: Service, desktop: str, pages: dict[str, str], attributes: str
) -> FrameLocator:
    pages["/desk"] = element_page(service.url, f'site="{DEMO_TENANT}" locale="en" {attributes}')
    window.goto(f"{desktop}/desk")
    return window.frame_locator("copilot-panel iframe")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_summary_card_draft_and_insert(
    window: Page,
    service: Service,
    desktop: str,
    pages: dict[str, str],
    head: ConversationHead,
    theme: str,
) -> None:
    allow(service, desktop)
    known = f'source="{head.source}" external-id="{head.external_id}" theme="{theme}"'
    panel = show_element(window, service, desktop, pages, known)
    let_in(window, panel)
    expect(panel.locator("#subject")).to_have_text(head.subject or "")
    expect(panel.locator("#summary button.sentence").first).to_be_visible()
    expect(panel.locator("#card .card-who")).to_be_visible()
    assert violations(frame_of(window)) == []  # type: ignore[arg-type]
    panel.locator("#card .take").first.click()
    expect(panel.locator("#draft-text")).to_be_focused()
    panel.locator("#draft-button").click()
    # Frames of other sites may not show the browser's own dialogs: it is asked for in the page.
    panel.get_by_role("button", name="Yes").click()
    expect(panel.locator("#draft-insert")).to_be_enabled()
    wide = frame_of(window).evaluate("document.documentElement.scrollWidth")
    assert wide <= 320
    assert violations(frame_of(window)) == []  # type: ignore[arg-type]
    panel.locator("#draft-insert").click()
    expect(window.locator("#reply")).to_have_value(panel_text(panel))
    told = dict(window.evaluate("window.told"))
    assert told["insert"]["conversation_id"] == head.id
    assert told["insert"]["draft_id"].startswith("drf_")
    assert frame_of(window).evaluate("document.documentElement.dataset.theme") == theme


def panel_text(panel: FrameLocator) -> str:
    return panel.locator("#draft-text").input_value()


def test_it_follows_what_the_desktop_opens_and_who_signs_out(
    window: Page,
    service: Service,
    desktop: str,
    pages: dict[str, str],
    cases: dict[str, str],
    head: ConversationHead,
) -> None:
    allow(service, desktop)
    panel = show_element(window, service, desktop, pages, "")
    let_in(window, panel)
    expect(panel.locator("#panel-told")).to_contain_text("Open a conversation")
    element = window.locator("copilot-panel")
    element.evaluate("(one, id) => one.setAttribute('conversation', id)", cases["fi"])
    expect(panel.locator("#subject")).to_contain_text("KK-20694")
    element.evaluate("(one, id) => one.setAttribute('conversation', id)", head.id)
    expect(panel.locator("#subject")).to_have_text(head.subject or "")
    element.evaluate("(one) => one.setAttribute('conversation', 'cnv_nobody')")
    expect(panel.locator("#panel-told")).to_contain_text("has not reached Copilot")
    element.evaluate("(one, id) => one.setAttribute('conversation', id)", head.id)
    expect(panel.locator("#subject")).to_have_text(head.subject or "")
    element.evaluate("(one) => one.removeAttribute('conversation')")
    expect(panel.locator("#panel-told")).to_contain_text("Open a conversation")
    expect(panel.locator("#panel-case")).to_be_hidden()
    page = panel.locator("html")
    element.evaluate("(one) => one.setAttribute('theme', 'contrast')")
    expect(page).to_have_attribute("data-contrast", "more")
    element.evaluate("(one) => one.setAttribute('theme', 'dark')")
    expect(page).to_have_attribute("data-theme", "dark")
    expect(page).not_to_have_attribute("data-contrast", "more")
    window.reload()
    expect(panel.locator("#panel-told")).to_contain_text("Open a conversation")
    console = window.context.pages[0]
    console.get_by_role("button", name="Sign out").click()
    expect(console.get_by_role("heading", name="Sign in")).to_be_visible()
    element.evaluate("(one, id) => one.setAttribute('conversation', id)", head.id)
    expect(panel.get_by_role("link", name="Sign in")).to_be_visible()
    assert "signed-out" in [one for one, _ in window.evaluate("window.told")]


def test_what_was_opened_in_the_panel_is_read(
    window: Page,
    service: Service,
    desktop: str,
    pages: dict[str, str],
    cases: dict[str, str],
    head: ConversationHead,
) -> None:
    allow(service, desktop)
    panel = show_element(window, service, desktop, pages, "")
    let_in(window, panel)
    element = window.locator("copilot-panel")
    # The second has fewer messages: what was seen of the first says nothing about it.
    for case in (cases["fi"], head.id):
        with window.expect_response(f"**/v1/conversations/{case}/read") as answer:
            element.evaluate("(one, id) => one.setAttribute('conversation', id)", case)
        assert answer.value.status == 200
        listed = window.context.request.get(f"{service.url}/v1/conversations?limit=100").json()
        assert not next(one for one in listed["items"] if one["id"] == case)["unread"]


def test_a_site_that_is_not_allowed_sees_nothing(
    window: Page, service: Service, desktop: str, pages: dict[str, str]
) -> None:
    allow(service, "https://another.example")
    refused: list[str] = []
    window.on("console", lambda message: refused.append(message.text))
    show_element(window, service, desktop, pages, "")
    window.wait_for_timeout(500)
    assert any("frame-ancestors" in one for one in refused)
    assert not any("/panel?" in one.url for one in window.frames)


def test_words_of_others_than_the_desktop_are_ignored(
    window: Page,
    service: Service,
    desktop: str,
    pages: dict[str, str],
    cases: dict[str, str],
    head: ConversationHead,
) -> None:
    allow(service, desktop)
    other = desktop.replace("localhost", "127.0.0.1")
    forged = json.dumps({"copilot": 1, "type": "open", "conversation": cases["fi"]})
    pages["/evil"] = f"""<!doctype html><title>x</title><script>
      setInterval(() => {{ parent.frames[0].postMessage({forged}, "*"); window.sent = true; }}, 50);
    </script>"""
    pages["/desk"] = element_page(
        service.url,
        f'site="{DEMO_TENANT}" locale="en" conversation="{head.id}"',
        extra=f'<iframe src="{other}/evil" title="x"></iframe>',
    )
    window.goto(f"{desktop}/desk")
    panel = window.frame_locator("copilot-panel iframe")
    let_in(window, panel)
    expect(panel.locator("#summary button.sentence").first).to_be_visible()
    window.wait_for_timeout(500)
    expect(panel.locator("#subject")).to_have_text(head.subject or "")
    # Nor does the element take the word of another frame for the panel's.
    window.evaluate(
        """() => window.dispatchEvent(new MessageEvent("message", {
          data: { copilot: 1, type: "insert", text: "send me money" },
          origin: document.querySelector("copilot-panel").base, source: window.frames[1] }))"""
    )
    # Nor of a page that took the panel's place in its frame.
    window.evaluate(
        """() => window.dispatchEvent(new MessageEvent("message", {
          data: { copilot: 1, type: "insert", text: "send me money" },
          origin: "https://evil.example", source: window.frames[0] }))"""
    )
    expect(window.locator("#reply")).to_have_value("")


def test_in_chatwoot(
    window: Page,
    service: Service,
    desktop: str,
    pages: dict[str, str],
    head: ConversationHead,
) -> None:
    allow(service, desktop)
    pages["/chatwoot"] = chatwoot_page(service.url, DEMO_TENANT, head.source, head.external_id)
    window.goto(f"{desktop}/chatwoot")
    panel = window.frame_locator("#dashboard-app--frame-0")
    let_in(window, panel)
    expect(panel.locator("#subject")).to_have_text(head.subject or "")
    expect(panel.locator("#summary button.sentence").first).to_be_visible()
    # After a reload it asks for what is looked at: nobody tells it by themselves.
    window.evaluate("frame.removeEventListener('load', send); window.asked = 0")
    panel.locator("body").evaluate("() => location.reload()")
    expect(panel.locator("#subject")).to_have_text(head.subject or "")
    assert window.evaluate("window.asked") >= 1
    expect(panel.locator("#draft-copy")).to_have_count(1)


def test_in_zendesk(window: Page, service: Service, desktop: str, head: ConversationHead) -> None:
    allow(service, desktop)
    settings = {"copilot": service.url, "site": DEMO_TENANT, "source": head.source}
    ticket = {"ticket.id": head.external_id, "currentUser.locale": "en-GB"}
    sdk = ZAF.replace("SETTINGS", json.dumps(settings)).replace("TICKET", json.dumps(ticket))
    window.route(
        "https://static.zdassets.com/**",
        lambda route: route.fulfill(body=sdk, content_type="text/javascript"),
    )
    window.goto(f"{desktop}/zendesk/assets/iframe.html")
    panel = window.frame_locator("copilot-panel iframe")
    let_in(window, panel)
    expect(panel.locator("#subject")).to_have_text(head.subject or "")
    panel.locator("#draft-button").click()
    expect(panel.locator("#draft-insert")).to_be_enabled()
    panel.locator("#draft-insert").click()
    expect(panel.locator("#announcer")).to_contain_text("Put into your reply")
    invoked = window.evaluate("window.invoked")
    assert ["ticket.editor.insert", panel_text(panel)] in invoked
