"""What guides a draft, and changing it with what would change in sight."""

import pytest
from playwright.sync_api import Page, expect

from tests.service import Service
from tests.web.console import CHROMIUM, open_case, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


def drafted(page: Page, service: Service, case: str) -> None:
    open_case(page, service, case)
    page.locator("#draft-button").click()
    expect(page.locator("#draft-edit")).to_be_visible()


def test_the_process_and_the_questions_stand_with_the_draft(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    drafted(page, service, cases["en"])
    guide = page.locator("#draft-guide")
    expect(guide.locator("summary")).to_contain_text("A parcel has not come · step 2 of 4")
    guide.locator("summary").click()
    expect(guide.locator("[aria-current=step]")).to_contain_text("Open a search")
    expect(guide.locator(".guide-facts")).to_contain_text("25 Mar 2026")
    asked = guide.locator(".questions li")
    expect(asked.filter(has_text="Where is my parcel?")).to_have_count(1)
    assert asked.count() > 2
    # What the guide tells is no warning as well.
    assert "No sentence answers this" not in page.locator("#draft-warnings").inner_text()
    assert violations(page) == []


def test_a_change_is_seen_before_it_is_used_and_can_be_undone(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    page.set_viewport_size({"width": 380, "height": 900})
    drafted(page, service, cases["en"])
    view = page.locator("#draft-view")
    before = view.inner_text()
    page.locator("#draft-change summary").click()
    page.get_by_role("button", name="Shorter").click()
    expect(page.locator("#draft-compare-title")).to_be_focused()
    expect(page.locator(".compared del").first).to_be_visible()
    assert view.inner_text() == before, "nothing is changed by looking"
    assert violations(page) == []
    page.get_by_role("button", name="Keep what was").click()
    expect(page.locator(".compared")).to_have_count(0)
    page.get_by_role("button", name="Shorter").click()
    page.get_by_role("button", name="Use this").click()
    expect(page.locator("#draft-refine-told")).to_have_text("The draft was changed.")
    assert len(view.inner_text()) < len(before)
    page.get_by_role("button", name="Undo the change").click()
    expect(page.locator("#draft-refine-told")).to_have_text("The draft is as it was.")
    assert view.inner_text() == before


def test_what_needs_a_model_says_so(page: Page, service: Service, cases: dict[str, str]) -> None:
    drafted(page, service, cases["en"])
    page.locator("#draft-change summary").click()
    page.get_by_label("Change the draft").fill("mention the free pick-up")
    page.keyboard.press("Enter")
    expect(page.locator("#draft-refine-told")).to_contain_text("language model")
    expect(page.locator(".compared")).to_have_count(0)
