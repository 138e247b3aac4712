"""Articles and settings in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from copilot.demo.load import DEMO_TENANT
from copilot.ledger.ledger import Ended, Leaving
from tests.service import Service
from tests.web.console import CHROMIUM, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]
SECTIONS = ("engines", "guidance", "jobs", "ledger", "access")


def opened(page: Page, service: Service, path: str) -> None:
    page.goto(f"{service.url}{path}")
    page.wait_for_load_state("networkidle")


def left(service: Service) -> None:
    """Something left for a model, as the gate writes it down."""

    async def write() -> None:
        sent = [{"role": "user", "content": "Dear [NAME_1], <b>never markup</b>"}]
        leaving = Leaving(
            tenant=DEMO_TENANT,
            task="draft",
            engine="openai:small",
            host="models.example",
            local=False,
            sent=sent,
            characters=35,
            masked={"name": 1},
        )
        entry = await service.deps.ledger.begin(leaving)
        await service.deps.ledger.end(DEMO_TENANT, entry, Ended("answered", 900, 40))

    service.call(write())


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 380)])
def test_no_section_breaks_accessibility_or_its_width(
    page: Page, service: Service, cases: dict[str, str], theme: str, width: int
) -> None:
    left(service)
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, service, "/knowledge")
    article = page.locator("#articles a").first.get_attribute("href")
    for path in ("/knowledge", article, *(f"/settings/{one}" for one in SECTIONS)):
        opened(page, service, str(path))
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert violations(page) == [], path
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, path


def test_what_left_is_shown_as_it_left(page: Page, service: Service, cases: dict[str, str]) -> None:
    left(service)
    opened(page, service, "/settings/ledger")
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("models.example")
    expect(row).to_contain_text("name 1")
    show = row.get_by_role("button", name="Show")
    show.focus()
    page.keyboard.press("Enter")
    sent = page.locator(".sent pre")
    expect(sent).to_have_text("Dear [NAME_1], <b>never markup</b>")
    expect(sent.locator(".placeholder")).to_have_text("[NAME_1]")
    assert violations(page) == []
    show.click()
    expect(page.locator(".sent")).to_have_count(0)
    opened(page, service, "/settings/engines")
    expect(page.locator(".usage")).to_contain_text("tokens in")


def test_an_article_is_found_and_read(page: Page, service: Service, cases: dict[str, str]) -> None:
    opened(page, service, "/knowledge")
    expect(page.locator("#articles li").first).to_be_visible()
    page.get_by_label("Search articles").fill("my parcel never came")
    page.keyboard.press("Enter")
    hit = page.locator("#articles a").filter(has_text="My parcel is missing").first
    hit.click()
    expect(page.get_by_role("heading", name="My parcel is missing")).to_be_visible()
    expect(page.locator("#article p").first).to_be_visible()
    expect(page.locator("#article-facts")).to_contain_text("English")


def test_a_process_is_changed_and_a_bad_one_is_kept_in_sight(
    page: Page, service: Service, cases: dict[str, str], expected_faults: list[str]
) -> None:
    expected_faults.append("422 (Unprocessable")
    opened(page, service, "/settings/guidance")
    fold = page.locator("details.fold").filter(has_text="+ A new process")
    fold.locator("summary").click()
    text = fold.locator("textarea")
    text.fill("---\nname: nonsense\n---\nNo steps.")
    fold.get_by_role("button", name="Save").click()
    expect(fold.get_by_role("alert")).to_be_visible()
    expect(text).to_have_value("---\nname: nonsense\n---\nNo steps.")
    text.fill("---\nname: new-one\ntitle: A brand new one\napplies_when: [xyzzy]\n---\n1. Do it.")
    fold.get_by_role("button", name="Save").click()
    made = page.locator("details.fold").filter(has_text="A brand new one")
    expect(made).to_have_count(1)
    made.locator("summary").click()
    page.on("dialog", lambda dialog: dialog.accept())
    made.get_by_role("button", name="Delete").click()
    expect(made).to_have_count(0)


def test_a_key_is_made_shown_once_and_revoked(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    opened(page, service, "/settings/access")
    page.get_by_label("Name").fill("Plugin <i>x</i>")
    page.get_by_label("drafts:read").check()
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("#new-key-secret")).to_contain_text("cpk_")
    expect(page.locator("#new-key-secret")).to_be_focused()
    row = page.locator("tbody tr").filter(has_text="Plugin <i>x</i>").first
    page.on("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("revoked")


def test_a_job_is_seen(page: Page, service: Service, cases: dict[str, str]) -> None:
    opened(page, service, "/settings/jobs")
    expect(page.locator("tbody tr").filter(has_text="Call").first).to_contain_text("done")
    page.get_by_label("Status").select_option("failed")
    expect(page.locator(".empty")).to_be_visible()


def test_an_administrator_tries_an_engine(page: Page, service: Service) -> None:
    page.goto(f"{service.url}/settings/engines")
    tried = page.locator(".engines li").filter(has=page.locator("[data-engine=embedder]"))
    tried.get_by_role("button").click()
    expect(tried.get_by_role("status")).to_contain_text("It answered in")
    expect(tried.get_by_role("status")).to_contain_text("dimensions")
    assert violations(page) == []
