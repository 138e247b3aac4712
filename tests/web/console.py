"""The console in a real browser: what the tests of it share."""

import shutil

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.service import Service

CHROMIUM = shutil.which("chromium")


def violations(page: Page, *more: str) -> list[str]:
    """What axe finds wrong with the page as it is now, by its usual rules and ``more``."""
    rules = {rule: {"enabled": True} for rule in more}
    found = Axe().run(page, options={"rules": rules}).response["violations"]
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found]


def open_case(page: Page, service: Service, case: str) -> None:
    page.goto(f"{service.url}/c/{case}")
    expect(page.locator("#summary .sentence").first).to_be_visible()
    expect(page.locator("#card .card-who")).to_be_visible()


def own_words(page: Page, words: str) -> None:
    """Draft a reply and write ``words`` at its end."""
    page.get_by_role("button", name="Draft a reply").click()
    expect(page.locator("#draft-edit")).to_be_visible()
    page.get_by_role("button", name="Edit", exact=True).click()
    text = page.locator("#draft-text")
    text.press("Control+End")
    text.press_sequentially(f"\n{words}")
