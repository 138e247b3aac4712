"""A browser for the HTML report, which it opens from a file as QA does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.web.conftest import FLAGS, PATIENCE_MS, is_fault
from tests.web.console import CHROMIUM


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


class Reader:
    """Opens reports, and keeps an eye on faults and on what they ask of the network."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser = browser
        self.file = folder / "report.html"
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []
        self.asked: set[str] = set()

    def open(
        self, html: str, *, width: int = 1280, dark: bool = False, scripts: bool = True
    ) -> Page:
        self.file.write_text(html, "utf-8")
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.faults.append(said.text) if is_fault(said) else None)
        page.on("request", lambda request: self.asked.add(request.url))
        page.goto(self.file.as_uri())
        return page


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    opened = Reader(browser, tmp_path)
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.faults == []
    assert opened.asked <= {opened.file.as_uri(), "data:,"}
