"""A case on a bad day: no network, a colleague at the same case, sources that change, no mouse."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from copilot.conversations import edits, flow
from copilot.conversations.conversation import ConversationIn
from copilot.demo.load import DEMO_TENANT, sign_in_link
from copilot.kernel.ids import new_id
from copilot.knowledge.article import ArticleIn
from copilot.knowledge.flow import put_article
from tests.service import Service
from tests.web.console import CHROMIUM, open_case, own_words, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


def put(service: Service, name: str, *texts: str) -> str:
    """Store a chat whose odd messages are the customer's; returns its id."""
    messages = [
        {
            "external_id": str(n),
            "author": {"role": "agent" if n % 2 else "customer", "name": "Ann"},
            "sent_at": f"2026-03-01T08:{n:02}:00Z",
            "text": text,
        }
        for n, text in enumerate(texts)
    ]
    body = ConversationIn.model_validate(
        {"channel": "chat", "subject": "Kettle", "messages": messages}
    )
    stored, _ = service.call(flow.accept(service.deps.db, DEMO_TENANT, "test", name, body))
    return stored.id


def press(page: Page, button: Locator) -> None:
    button.focus()
    page.keyboard.press("Enter")


def test_who_works_by_keyboard_stays_where_they_are(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    open_case(page, service, cases["en"])
    refresh = page.locator("#summary-refresh")
    with page.expect_response("**/summary"):
        press(page, refresh)
    expect(page.locator("#summary")).to_have_attribute("aria-busy", "false")
    expect(refresh).to_be_focused()

    press(page, page.locator("#draft-button"))
    expect(page.locator("#draft-edit")).to_be_visible()
    expect(page.locator("#draft-button")).to_be_focused()

    page.locator("#draft-change summary").click()
    press(page, page.locator("#draft-refine [data-action=shorten]"))
    expect(page.locator("#draft-compare-title")).to_be_focused()
    press(page, page.locator("#draft-compare button.primary"))
    expect(page.locator("#draft-undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#draft-refine-told")).to_have_text("The draft is as it was.")
    expect(page.locator("#draft-change summary")).to_be_focused()

    press(page, page.locator("#card .take").first)
    expect(page.locator("#draft-text")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#draft-toggle")).to_be_focused()

    for box in page.locator("#draft-edit input[type=checkbox]:visible").all():
        box.check()
    press(page, page.locator("#draft-accept"))
    expect(page.locator("#draft-message")).to_contain_text("used after editing")
    expect(page.locator("#draft-accept")).to_be_focused()

    page.goto(f"{service.url}/settings/engines")
    attempt = page.locator("button[data-engine=embedder]")
    press(page, attempt)
    expect(page.locator(".engines").get_by_text("It answered in")).to_be_visible()
    expect(attempt).to_be_focused()


def test_a_network_that_is_gone_for_a_while_costs_no_text(
    page: Page, service: Service, expected_faults: list[str]
) -> None:
    expected_faults.append("ERR_INTERNET_DISCONNECTED")
    case = put(service, new_id("offline"), "How long do I have to return a kettle?")
    page.goto(f"{service.url}/c/{case}")
    own_words(page, "Written before the cut.")
    page.context.set_offline(True)
    page.locator("#draft-text").press_sequentially(" And during it.")
    page.get_by_role("button", name="Done", exact=True).click()
    page.locator("#draft-accept").click()
    expect(page.locator("#draft-message")).to_contain_text("the service does not answer")
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#draft-button").click()
    expect(page.locator("#draft-view .notice")).to_contain_text("the service does not answer")
    expect(page.locator("#draft-view")).to_contain_text("Written before the cut. And during it.")
    page.context.set_offline(False)
    page.locator("#draft-accept").click()
    expect(page.locator("#draft-message")).to_contain_text("used after editing")
    kept = page.evaluate(
        """async (id) => {
          const read = async (path) => (await (await fetch(path)).json()).items;
          const [draft] = await read(`/v1/conversations/${id}/drafts`);
          return (await read(`/v1/drafts/${draft.id}/reviews`)).map((one) => one.sent_text);
        }""",
        case,
    )
    assert len(kept) == 1


def test_a_colleague_who_answers_first_is_seen_and_nothing_written_is_lost(
    page: Page, browser: Browser, service: Service
) -> None:
    name, question = new_id("shared"), "How long do I have to return a kettle?"
    case = put(service, name, question)
    page.goto(f"{service.url}/c/{case}")
    own_words(page, "My own words.")
    other = browser.new_context(locale="en-GB")
    colleague = other.new_page()
    colleague.goto(service.call(sign_in_link(service.deps, service.url)))
    colleague.get_by_role("button", name="Sign in").click()
    colleague.goto(f"{service.url}/c/{case}")
    colleague.locator("#draft-button").click()
    expect(colleague.locator("#draft-edit")).to_be_visible()
    colleague.locator("#draft-accept").click()
    expect(colleague.locator("#draft-message")).to_contain_text("Noted")
    other.close()

    put(service, name, question, "You have 30 days, as my colleague wrote.")
    expect(page.locator("#timeline > li")).to_have_count(2)
    expect(page.locator("#draft-stale")).to_be_visible()
    expect(page.locator("#draft-text")).to_have_value(re.compile(r"\nMy own words\.$"))
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.locator("#draft-accept")).to_be_disabled()
    page.locator("#draft-confirm-stale").check()
    page.locator("#draft-accept").click()
    expect(page.locator("#draft-message")).to_contain_text("used after editing")


def test_a_source_that_changed_is_told_on_coming_back(page: Page, service: Service) -> None:
    name = new_id("wombat")

    def write(days: int) -> None:
        body = f"A wombat blanket can be returned within {days} days in its wombat box."
        article = ArticleIn.model_validate({"title": "Wombat blankets", "body": body})

        async def store() -> None:
            async with service.deps.db.write() as session:
                await put_article(session, DEMO_TENANT, "test", name, article)
            await service.deps.indexer.drain()

        service.call(store())

    write(30)
    case = put(service, name, "Within how many days can I return a wombat blanket?")
    page.goto(f"{service.url}/c/{case}")
    page.locator("#draft-button").click()
    expect(page.locator("#draft-citations")).to_contain_text("Wombat")
    expect(page.locator("#draft-stale")).to_be_hidden()
    write(14)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#draft-stale")).to_be_visible(timeout=5_000)
    expect(page.locator("#draft-accept")).to_be_disabled()


@pytest.mark.parametrize("width", [1280, 380])
def test_a_very_long_message_is_folded(page: Page, service: Service, width: int) -> None:
    long = "My log says 17 errors. " * 4000 + "Where is my parcel?"
    case = put(service, f"long-{width}", long, "مرحبا، أين طردي؟ 58.90 € 😀", "y" * 20_000)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{service.url}/c/{case}")
    messages = page.locator("#timeline > li")
    expect(messages).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollHeight") < 12_000
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    messages.first.locator(".rest summary").click()
    expect(messages.first.locator(".rest .text")).to_contain_text("Where is my parcel?")
    shown = messages.first.locator(".text").all_text_contents()
    assert "".join(shown) == long
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


def test_a_slow_model_is_told_of_and_can_be_stopped(page: Page, service: Service) -> None:
    case = put(service, new_id("slow"), "How long do I have to return a kettle?")
    page.goto(f"{service.url}/c/{case}")
    own_words(page, "What I wrote first.")
    held: list[Route] = []
    page.route("**/drafts", lambda route: held.append(route))
    page.clock.install()
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#draft-button").click()
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(stop).to_be_visible()
    page.clock.run_for(9_000)
    expect(page.locator("#draft-view")).to_contain_text("The language model is slow")
    stop.click()
    expect(stop).to_be_hidden()
    expect(page.locator("#draft-view")).to_contain_text("What I wrote first.")
    expect(page.locator("#draft-button")).to_be_focused()
    assert len(held) == 1


def test_what_was_written_can_be_copied_after_its_conversation_is_gone(
    page: Page, service: Service
) -> None:
    case = put(service, new_id("gone"), "How long do I have to return a kettle?")
    page.goto(f"{service.url}/c/{case}")
    own_words(page, "Half a reply.")

    async def delete() -> None:
        async with service.deps.db.write() as session:
            await edits.delete(session, DEMO_TENANT, case)

    service.call(delete())
    page.reload()
    expect(page.get_by_label("What you had written:")).to_have_value(re.compile("Half a reply"))
    assert violations(page) == []
