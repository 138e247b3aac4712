"""The console under reloads, lost services and sessions, two clicks, and hostile or odd texts."""

import pytest
from playwright.sync_api import Page, expect

from copilot.demo.load import DEMO_TENANT, sign_in_link
from copilot.kernel.ids import new_id
from tests.service import Service
from tests.web.console import CHROMIUM, open_case, own_words

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


def test_what_an_agent_wrote_survives_a_reload(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    open_case(page, service, cases["en"])
    own_words(page, "We have kept your kettle.")
    page.reload()
    expect(page.locator("#draft-view :is(.own, .unchecked)")).to_contain_text(
        "We have kept your kettle."
    )
    page.get_by_role("button", name="Mark as used").click()
    expect(page.locator("#draft-message")).to_contain_text("used after editing")
    page.reload()
    expect(page.locator("#draft-message")).to_contain_text("used after editing")
    # Another conversation has a draft of its own.
    open_case(page, service, cases["fi"])
    expect(page.locator("#draft-view")).to_be_hidden()


def test_what_an_agent_wrote_survives_a_service_that_is_away(
    page: Page, service: Service, cases: dict[str, str], expected_faults: list[str]
) -> None:
    expected_faults.append("ERR_FAILED")
    open_case(page, service, cases["en"])
    own_words(page, "Nobody answers just now.")
    page.get_by_role("button", name="Done", exact=True).click()
    page.route("**/v1/**", lambda route: route.abort())
    page.get_by_role("button", name="Mark as used").click()
    expect(page.locator("#draft-message")).to_contain_text("the service does not answer")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Draft a reply").click()
    expect(page.locator("#draft-view :is(.own, .unchecked)")).to_contain_text("Nobody answers")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Draft a reply").click()
    expect(page.locator("#draft-view .notice")).to_contain_text("the service does not answer")
    expect(page.locator("#draft-view :is(.own, .unchecked)")).to_contain_text("Nobody answers")
    page.unroute_all()
    page.get_by_role("button", name="Mark as used").click()
    expect(page.locator("#draft-message")).to_contain_text("used after editing")


def test_what_an_agent_wrote_survives_a_session_that_ended(
    page: Page, service: Service, cases: dict[str, str], expected_faults: list[str]
) -> None:
    expected_faults.append("401 (Unauthorized)")
    open_case(page, service, cases["en"])
    own_words(page, "My session ended meanwhile.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Mark as used").click()
    page.wait_for_url("**/login")
    page.goto(service.call(sign_in_link(service.deps, service.url)))
    page.get_by_role("button", name="Sign in").click()
    # Signing in leads back to where they were.
    page.wait_for_url(f"**/c/{cases['en']}")
    expect(page.locator("#draft-view :is(.own, .unchecked)")).to_contain_text(
        "My session ended meanwhile."
    )
    # Who signs out leaves nothing for the next one at this browser.
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    assert page.evaluate("sessionStorage.length") == 0


def test_two_clicks_are_one_review(page: Page, service: Service, cases: dict[str, str]) -> None:
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if "/review" in one.url else None)
    open_case(page, service, cases["en"])
    own_words(page, "Once.")
    page.locator("#draft-accept").dblclick()
    expect(page.locator("#draft-message")).to_contain_text("used after editing")
    expect(page.locator("#draft-accept")).to_be_enabled()
    assert len(sent) == 1


EVIL = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


def strange_case(service: Service, name: str, *, text: str = "Where is my parcel?") -> str:
    """The id of a conversation whose customer and subject are called ``name``."""
    from copilot.conversations import flow
    from copilot.conversations.conversation import ConversationIn

    message = {
        "external_id": "1",
        "author": {"role": "customer", "name": name},
        "sent_at": "2026-03-01T08:00:00Z",
        "text": f"{text} {name}",
    }
    customer = {"name": name, "emails": [f"{new_id('strange')}@mail.example"]}
    body = ConversationIn.model_validate(
        {"channel": "chat", "subject": name, "customer": customer, "messages": [message]}
    )
    accepted = flow.accept(service.deps.db, DEMO_TENANT, "test", new_id("case"), body)
    return service.call(accepted)[0].id


def test_markup_in_a_customers_words_stays_words(page: Page, service: Service) -> None:
    open_case(page, service, strange_case(service, EVIL))
    page.get_by_role("button", name="Draft a reply").click()
    expect(page.locator("#draft-edit")).to_be_visible()
    assert page.locator("#timeline img, #subject img, #card img").count() == 0
    page.goto(service.url)
    expect(page.locator("#conversations .what").get_by_text(EVIL)).to_be_visible()
    assert page.locator("#conversations img").count() == 0
    assert page.title() != "owned"


@pytest.mark.parametrize("width", [1280, 380])
def test_a_name_as_long_as_a_novel_stays_in_its_place(
    page: Page, service: Service, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_case(page, service, strange_case(service, "Wolfeschlegelsteinhausen" * 8))
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
    for place in ("#subject", "#case-facts", "#timeline .who"):
        box = page.locator(place).bounding_box()
        assert box is not None
        assert box["width"] > 40, place
        assert box["x"] + box["width"] <= width, place


def test_a_conversation_without_subject_or_name_can_be_opened(page: Page, service: Service) -> None:
    case = strange_case(service, "")
    page.goto(service.url)
    row = page.locator(f'#conversations a[href="/c/{case}"]')
    expect(row.locator(".who")).to_have_text("Customer")
    expect(row.locator(".what")).to_have_text("1 message")
    row.click()
    expect(page.locator("#subject")).to_have_text("Chat")
