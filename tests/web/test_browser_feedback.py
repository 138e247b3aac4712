"""The page of a one-tap link in a real browser, with and without scripts."""

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.service import Service
from tests.web.console import CHROMIUM, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@pytest.mark.parametrize(
    ("kind", "width", "scheme", "scripts"),
    [("nps", 380, "dark", True), ("csat", 1280, "light", False)],
)
def test_a_customer_answers(
    browser: Browser, service: Service, kind: str, width: int, scheme: str, scripts: bool
) -> None:
    owner = service.new_tenant()
    with httpx.Client(base_url=service.url, headers=owner.headers) as desk:
        body = {"channel": "chat", "language": "fi", "messages": []}
        made = desk.put("/v1/conversations/desk/1", json=body).json()["id"]
        wish = {"conversation_id": made, "kind": kind}
        url = desk.post("/v1/feedback/links", json=wish).json()["url"]
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=scripts,
    )
    page = context.new_page()
    page.goto(url)
    if scripts:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("radio", name="4", exact=True).check()
    page.get_by_role("textbox").fill("Hyvä!")
    page.get_by_role("button", name="Lähetä").click()
    expect(page.get_by_role("heading", name="Kiitos")).to_be_visible()
    if scripts:
        assert violations(page) == []
    context.close()
