"""The settings' page of people, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.service import Service
from tests.web.console import CHROMIUM, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (380, "dark")])
def test_a_person_is_added_promoted_and_shut_out(
    page: Page, service: Service, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{service.url}/settings/people")
    expect(page.get_by_role("cell").filter(has_text="Demo Agent").first).to_be_visible()
    name = f"Aino Esimerkki-Pitkäsukunimi {width}"
    page.get_by_role("textbox", name="Email").fill(f"aino{width}@desk.example")
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("button", name="Add, and make a link").click()
    link = page.locator("#new-link")
    expect(link).to_be_focused()
    expect(link).to_have_text(re.compile(rf"{re.escape(service.url)}/login/link/cpl_"))
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("invited")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    row.get_by_role("combobox").select_option("admin")
    expect(row.get_by_role("combobox")).to_have_value("admin")
    page.once("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name="Shut out").click()
    expect(row).to_contain_text("no way in")
