"""Writing a reply oneself, taking things from the card into it, and keys for all of that."""

import re

import pytest
from playwright.sync_api import Page, expect

from copilot.demo.load import DEMO_TENANT
from copilot.drafts import store
from copilot.drafts.draft import Draft
from tests.service import Service
from tests.web.console import CHROMIUM, open_case, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


def latest(service: Service, case: str) -> Draft:
    async def read() -> Draft:
        async with service.deps.db.read() as session:
            page = await store.of_conversation(session, DEMO_TENANT, case, version=0, limit=1)
        return page.items[0]

    return service.call(read())


def part(page: Page, title: str) -> str:
    """Where the things of that part of the card are."""
    return f"#card h3:text-is('{title}') + ul > li"


def test_an_article_goes_into_an_own_reply_with_its_source(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    open_case(page, service, cases["en"])
    first = page.locator(part(page, "Articles")).first
    words = first.locator(".passage").text_content()
    assert words
    first.locator(".take").click()
    text = page.locator("#draft-text")
    expect(text).to_be_focused()
    expect(text).to_have_value(re.compile(re.escape(words[:40])))
    expect(page.locator("#draft-made")).to_have_text("Written by you")
    expect(page.locator("#draft-citations li")).to_have_count(1)
    expect(page.locator("#draft-change")).to_be_hidden()
    expect(page.locator("#draft-confirm-label")).to_be_hidden()
    assert violations(page) == []
    text.press("End")
    text.press_sequentially(" We pay you 4711 € back.")
    expect(page.locator("#draft-confirm-label")).to_be_visible()
    expect(page.locator("#draft-confirm-what")).to_have_text("4711 €")
    text.press("Escape")
    expect(page.locator("#draft-toggle")).to_be_focused()
    expect(page.locator("#draft-view .cite")).to_have_text(["1"])
    expect(page.locator("#draft-view mark.unsupported")).to_have_text(re.compile("4711 €"))
    page.locator("#draft-confirm").check()
    page.locator("#draft-accept").click()
    expect(page.locator("#draft-message")).to_contain_text("Noted: your own reply.")
    made = latest(service, cases["en"])
    assert (made.engine, len(made.inserted), made.citations[0].n) == ("agent", 1, 1)


def test_an_order_goes_before_the_closing_of_a_draft(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    open_case(page, service, cases["en"])
    page.locator("#draft-button").click()
    expect(page.locator("#draft-edit")).to_be_visible()
    sources = page.locator("#draft-citations li").count()
    page.locator(part(page, "Orders")).first.locator(".take").click()
    text = page.locator("#draft-text")
    expect(text).to_be_focused()
    written = text.input_value()
    assert written.index("Your order") < written.rindex("\n\n")
    assert page.locator("#draft-citations li").count() >= sources
    assert latest(service, cases["en"]).inserted[0].text.startswith("Your order")


def test_what_another_customer_was_told_is_marked(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    open_case(page, service, cases["en"])
    page.locator(part(page, "Similar solved cases")).first.locator(".take").click()
    expect(page.locator("#draft-text")).to_be_focused()
    expect(page.locator("#draft-confirm-internal-label")).to_be_visible()
    expect(page.locator("#draft-citations a")).to_have_text("another conversation")
    expect(page.locator("#draft-accept")).to_be_disabled()


def test_the_whole_of_it_by_keyboard(page: Page, service: Service, cases: dict[str, str]) -> None:
    open_case(page, service, cases["en"])
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Next message")
    expect(keys).to_contain_text("Write it yourself")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    page.keyboard.press("1")
    expect(page.locator("#summary-title")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#timeline > .message").first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#timeline > .message").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#timeline > .message").first).to_be_focused()
    page.keyboard.press("d")
    expect(page.locator("#draft-edit")).to_be_visible()
    page.keyboard.press("e")
    text = page.locator("#draft-text")
    expect(text).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type(" d: 4711 €")
    expect(page.locator("#draft-confirm-label")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(page.locator("#draft-view mark.unsupported")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("#draft-confirm")).to_be_focused()
    page.keyboard.press(" ")
    page.keyboard.press("a")
    expect(page.locator("#draft-message")).to_contain_text("Noted: used after editing")
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()


def test_keys_can_be_switched_off(page: Page, service: Service, cases: dict[str, str]) -> None:
    open_case(page, service, cases["en"])
    page.locator("#keys").click()
    page.get_by_role("checkbox", name="Keys are on").uncheck()
    page.get_by_role("button", name="Close", exact=True).click()
    page.keyboard.press("w")
    page.keyboard.press("1")
    expect(page.locator("#draft-edit")).to_be_hidden()
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Keys are on").check()
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    expect(page.locator("#draft-text")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_high_contrast_stays_and_passes(
    page: Page, service: Service, cases: dict[str, str], scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_case(page, service, cases["en"])
    page.get_by_role("button", name="High contrast").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-contrast", "more")
    expect(page.get_by_role("button", name="High contrast")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.locator("#draft-button").click()
    expect(page.locator("#draft-edit")).to_be_visible()
    assert violations(page) == []
    low = page.evaluate(LOW_CONTRAST)
    assert low == [], "text of less than 7 : 1"


LOW_CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((one) => one / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const found = rgb(getComputedStyle(at).backgroundColor);
      if (found[3] === 255) return found;
    }
    return [255, 255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (!text || !node.checkVisibility() || node.closest(".visually-hidden, :disabled")) continue;
    const a = light(rgb(getComputedStyle(node).color)), b = light(ground(node));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 7) found.push(`${ratio.toFixed(2)} ${node.className}: ${text.slice(0, 40)}`);
  }
  return found;
}"""
