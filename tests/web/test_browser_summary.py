"""The summary in a real browser: every sentence shows its messages, and it renews itself."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from copilot.conversations import edits
from copilot.conversations.flow import accept
from copilot.demo.load import DEMO_TENANT
from copilot.kernel.db import WriteSession
from copilot.summaries.summary import SummaryOptions
from tests.service import Service
from tests.summaries.threads import KETTLE, body
from tests.web.console import CHROMIUM, violations

EVENT_STREAM = "text/event-stream"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


def grow(service: Service, name: str, count: int) -> str:
    """Store so many messages of a thread as its source would; returns the conversation's id."""

    async def store() -> str:
        async def along(session: WriteSession, stored: Any, new: int) -> None:
            if new:
                await service.deps.refresher.messages_came(session, DEMO_TENANT, stored.id)

        stored, _ = await accept(
            service.deps.db, DEMO_TENANT, "test", name, body(KETTLE[:count]), along=along
        )
        return stored.id

    return service.call(store())


def open_it(page: Page, service: Service, case: str) -> None:
    page.goto(f"{service.url}/c/{case}")
    expect(page.locator("#summary .sentence").first).to_be_visible()


def summary_with(service: Service, case: str, **changes: Any) -> dict[str, Any]:
    made = service.call(
        service.deps.summariser.for_conversation(DEMO_TENANT, case, SummaryOptions())
    )
    told: dict[str, Any] = json.loads(made.model_dump_json())
    return {**told, **changes}


def test_it_is_renewed_by_itself_and_says_so(
    page: Page, service: Service, cases: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.settings.summaries, "quiet_s", 3.0)
    case = grow(service, "renewed", 11)
    with page.expect_request("**/summary/events"):
        open_it(page, service, case)
    before = page.locator("#summary").inner_text()
    expect(page.locator("#summary-news")).to_be_hidden()
    grow(service, "renewed", 15)
    news = page.locator("#summary-news")
    expect(news).to_contain_text("being renewed")
    # What came is in the thread already.
    expect(page.locator("#timeline > li")).to_have_count(15)
    expect(news).to_have_text("Renewed after 4 new messages.")
    assert page.locator("#summary").inner_text() != before
    expect(page.locator("#summary .sentence .source").last).to_be_visible()
    assert violations(page) == []


def test_a_sentence_marks_all_its_messages_and_walks_through_them(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    case = grow(service, "walked", 9)
    messages = service.call(ids_of(service, case))
    sections = [
        {
            "kind": "request",
            "sentences": [
                {"text": "It came broken.", "message_ids": [messages[0], messages[8]]},
                {"text": "It was sent again.", "message_ids": [messages[5]]},
                {"text": "It was blue.", "message_ids": [messages[3]], "supported": False},
                {"text": "It was a present.", "message_ids": [], "supported": False},
            ],
        }
    ]
    told = summary_with(service, case, sections=sections, engine="openai:small", degraded=True)
    page.route("**/summary", lambda route: route.fulfill(json=told))
    page.route("**/summary/events", lambda route: route.abort())
    open_it(page, service, case)
    expect(page.locator("#summary-made")).to_contain_text("did not answer")
    both = page.get_by_role("button", name="It came broken.")
    both.click()
    assert page.evaluate("document.activeElement.id") == messages[0]
    marked = page.locator(".message.stood-on")
    expect(marked).to_have_count(2)
    both.click()
    assert page.evaluate("document.activeElement.id") == messages[8]
    page.get_by_role("button", name="It was sent again.").click()
    expect(marked).to_have_count(1)
    expect(both).not_to_have_attribute("aria-pressed", "true")
    doubtful = page.get_by_role("button", name="It was blue.")
    expect(doubtful).to_contain_text("no message supports this")
    doubtful.click()
    assert page.evaluate("document.activeElement.id") == messages[3]
    # What names no message is no button: it would lead nowhere.
    expect(page.locator("#summary span.unsupported-sentence")).to_contain_text("It was a present.")
    expect(page.get_by_role("button", name="It was a present.")).to_have_count(0)
    assert violations(page) == []


def test_figures_in_doubt_stand_out(page: Page, service: Service, cases: dict[str, str]) -> None:
    case = grow(service, "figures", 5)
    (message, *_) = service.call(ids_of(service, case))
    text = "Paid 93,90 €, wants 12 %."
    figures = [
        {"text": "93,90 €", "kind": "amount", "verdict": "contradicted", "start": 5, "end": 12,
         "evidence": {"source": "message", "id": message, "text": "39,90 €"}},
        {"text": "12 %", "kind": "percent", "verdict": "unsupported", "start": 20, "end": 24,
         "evidence": None},
    ]  # fmt: skip
    sentence = {"text": text, "message_ids": [message], "figures": figures}
    sections = [{"kind": "request", "sentences": [sentence]}]
    told = summary_with(service, case, sections=sections)
    page.route("**/summary", lambda route: route.fulfill(json=told))
    page.route("**/summary/events", lambda route: route.abort())
    open_it(page, service, case)
    expect(page.locator("#summary mark.contradicted")).to_contain_text("39,90 €")
    expect(page.locator("#summary mark.unsupported")).to_contain_text("in no source")


def test_a_refresh_that_fails_is_not_told_as_done_and_a_later_summary_stays(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    case = grow(service, "failing", 5)
    page.route("**/summary/events", lambda route: route.abort())
    open_it(page, service, case)
    told = summary_with(service, case, version=4, headline="What was known before")
    page.route("**/summary", lambda route: route.fulfill(json=told))
    again = page.locator("#summary-refresh")
    again.click()
    expect(page.locator("#announcer")).to_have_text("The summary was made again.")
    expect(page.locator("#summary")).not_to_contain_text("What was known before")
    page.evaluate("document.getElementById('announcer').textContent = ''")
    page.route("**/summary", lambda route: route.fulfill(status=503))
    again.click()
    expect(page.locator("#summary")).to_contain_text("did not work")
    expect(again).to_be_enabled()
    expect(page.locator("#announcer")).to_have_text("")


@pytest.mark.parametrize("width", [320, 380])
def test_that_the_model_failed_is_told_on_narrow_screens_too(
    page: Page, service: Service, width: int
) -> None:
    case = grow(service, "narrow", 5)
    told = summary_with(service, case, degraded=True)
    page.route(f"**/v1/conversations/{case}/summary", lambda route: route.fulfill(json=told))
    page.set_viewport_size({"width": width, "height": 800})
    open_it(page, service, case)
    expect(page.locator("#summary-made")).to_contain_text("the language model did not answer")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    refresh = page.locator("#summary-refresh").bounding_box()
    assert refresh is not None
    assert refresh["x"] + refresh["width"] <= width


def delete(service: Service, case: str) -> None:
    async def gone() -> None:
        async with service.deps.db.write() as session:
            await edits.delete(session, DEMO_TENANT, case)

    service.call(gone())


def test_a_deletion_elsewhere_is_told_and_the_page_stays(page: Page, service: Service) -> None:
    case = grow(service, "deleted", 5)
    with page.expect_response("**/summary/events"):
        open_it(page, service, case)
    delete(service, case)
    told = page.get_by_role("alert").filter(has_text="This conversation was deleted")
    expect(told).to_be_visible()
    expect(page.locator("#summary .sentence").first).to_be_visible()
    assert violations(page) == []


def test_a_deletion_while_nobody_listened_is_told(page: Page, service: Service) -> None:
    case = grow(service, "deleted-unheard", 5)
    open_it(page, service, case)
    delete(service, case)
    with page.expect_response("**/summary/events") as refused:
        pass
    assert refused.value.status == 404
    told = page.get_by_role("alert").filter(has_text="This conversation was deleted")
    expect(told).to_have_count(1)


async def ids_of(service: Service, case: str) -> list[str]:
    from copilot.conversations import store

    async with service.deps.db.read() as session:
        return [one.id for one in (await store.get(session, DEMO_TENANT, case)).messages]


@pytest.fixture
def expected_faults() -> list[str]:
    """What the tests cut off or have refused."""
    return ["404 (Not Found)", "ERR_FAILED", "503 (Service Unavailable)"]
