"""The console in a real browser on the demo workspace."""

import json

import pytest
from playwright.sync_api import Page, expect

from copilot.conversations import flow
from copilot.conversations.conversation import Conversation, ConversationIn
from copilot.demo.load import DEMO_TENANT
from copilot.kernel.ids import new_id
from tests.service import Service
from tests.web.console import CHROMIUM, open_case, violations

EVENT_STREAM = "text/event-stream"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


def test_a_sentence_leads_to_its_message(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    open_case(page, service, cases["fi"])
    sentence = page.locator("#summary .sentence").first
    number = sentence.locator(".source").inner_text()
    sentence.click()
    focused = page.evaluate("document.activeElement.id")
    assert focused.startswith("msg")
    assert number.startswith("message")


def test_a_draft_streams_in_and_is_reviewed(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    open_case(page, service, cases["en"])
    page.get_by_role("button", name="Draft a reply").click()
    expect(page.locator("#draft-edit")).to_be_visible()
    expect(page.locator("#draft-made")).to_contain_text("no language model")
    if page.locator("#draft-confirm").is_visible():
        expect(page.locator("#draft-accept")).to_be_disabled()
        page.locator("#draft-confirm").check()
    page.get_by_role("button", name="Edit", exact=True).click()
    text = page.locator("#draft-text")
    expect(text).to_be_focused()
    assert len(text.input_value()) > 80
    text.fill(text.input_value() + "\nThanks for your patience, 42 times.")
    page.get_by_role("button", name="Done", exact=True).click()
    # What was drafted keeps its marks; the figures of what was written by hand are looked up.
    expect(page.locator("#draft-view .own")).to_contain_text("Thanks for your patience")
    expect(page.locator("#draft-view .own mark.unsupported")).to_contain_text("42 times")
    assert page.locator("#draft-view mark.supported").count() > 0
    expect(page.locator("#draft-confirm-label")).to_contain_text("42")
    expect(page.locator("#draft-copy")).to_be_disabled()
    page.locator("#draft-confirm").check()
    page.get_by_role("button", name="Mark as used").click()
    expect(page.locator("#draft-message")).to_contain_text("used after editing")
    page.get_by_text("Reject this draft").click()
    page.get_by_role("button", name="Reject", exact=True).click()
    expect(page.locator("#draft-message")).to_contain_text("rejected")


def figure(text: str, part: str, verdict: str) -> dict[str, object]:
    start = text.index(part)
    evidence = {"source": "message", "id": "m1", "text": "£58.90 in all"}
    return {
        "text": part,
        "kind": "amount",
        "verdict": verdict,
        "evidence": None if verdict == "unsupported" else evidence,
        "start": start,
        "end": start + len(part),
    }


def test_a_broken_model_is_taken_back_and_doubtful_figures_stand_out(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    # Astral characters before the figures: offsets count code points, not UTF-16 units.
    text = "Hi 😀👍,\n\nYou paid £58.90, not £61.00.\nWe add 12 % by Friday."
    done = {
        "id": "drf_scripted",
        "conversation_version": 1,
        "stale": False,
        "text": text,
        "sentences": [
            {"text": "Hi 😀👍,", "citations": []},
            {"text": "You paid £58.90, not £61.00. We add 12 % by Friday.", "citations": [1]},
        ],
        "citations": [{"n": 1, "passage": None, "message_id": "m1", "order_id": None}],
        "figures": [
            figure(text, "£58.90", "supported"),
            figure(text, "£61.00", "contradicted"),
            figure(text, "12 %", "unsupported"),
        ],
        "warnings": [{"code": "figure_unsupported", "detail": "No source has this figure: 12 %"}],
        "engine": "extractive",
        "degraded": True,
    }
    events = [
        ("meta", {"engine": "openai:small", "degraded": False, "restart": False}),
        ("delta", {"text": "What the model began to say"}),
        ("meta", {"engine": "extractive", "degraded": True, "restart": True}),
        ("delta", {"text": text}),
        ("done", done),
    ]
    body = "".join(f"event: {kind}\ndata: {json.dumps(data)}\n\n" for kind, data in events)
    page.route("**/drafts", lambda route: route.fulfill(content_type=EVENT_STREAM, body=body))
    open_case(page, service, cases["en"])
    page.get_by_role("button", name="Draft a reply").click()
    view = page.locator("#draft-view")
    expect(view).not_to_contain_text("What the model began")
    expect(view.locator("mark.supported")).to_contain_text("£58.90")
    expect(view.locator("mark.contradicted")).to_contain_text("£61.00")
    expect(view.locator("mark.unsupported")).to_contain_text("12 %")
    expect(page.locator("#draft-made .chip")).to_have_text("the language model did not answer")
    expect(page.locator("#draft-warnings")).to_have_text("No source has this figure: 12 %")
    expect(page.locator("#draft-copy")).to_be_disabled()
    expect(page.locator("#draft-confirm-label")).to_contain_text("£61.00; 12 %")
    page.locator("#draft-confirm").check()
    expect(page.locator("#draft-copy")).to_be_enabled()
    view.locator("mark.contradicted").focus()
    expect(page.locator(".tip")).to_contain_text("contradicted by a source")
    assert violations(page) == []


def test_what_changed_is_seen_before_a_draft_counts_as_used(
    page: Page, service: Service, expected_faults: list[str]
) -> None:
    expected_faults.append("409 (Conflict)")
    case = waiting_case(service, "May I return the kettle?")
    open_case(page, service, case.id)
    page.get_by_role("button", name="Draft a reply").click()
    expect(page.locator("#draft-edit")).to_be_visible()
    if page.locator("#draft-confirm").is_visible():
        page.locator("#draft-confirm").check()
    expect(page.locator("#draft-confirm-stale")).to_be_hidden()
    waiting_case(service, "May I return the kettle?", "No, keep it.", name=case.external_id)
    page.get_by_role("button", name="Mark as used").click()
    expect(page.locator("#draft-message")).to_contain_text("something changed")
    expect(page.locator("#draft-stale")).to_be_visible()
    expect(page.locator("#draft-accept")).to_be_disabled()
    expect(page.locator("#draft-copy")).to_be_disabled()
    page.locator("#draft-confirm-stale").focus()
    page.keyboard.press("Space")
    expect(page.locator("#draft-accept")).to_be_enabled()
    assert violations(page) == []
    page.locator("#draft-accept").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#draft-message")).to_contain_text("used as it was")


def waiting_case(service: Service, *texts: str, name: str | None = None) -> Conversation:
    """A conversation in which a customer wrote ``texts``."""
    messages = [
        {
            "external_id": str(n),
            "author": {"role": "customer"},
            "sent_at": f"2026-03-01T08:0{n}:00Z",
            "text": text,
        }
        for n, text in enumerate(texts)
    ]
    name = name or new_id("case")
    customer = {"name": "Ada Moore", "emails": [f"{name}@mail.example"]}
    body = ConversationIn.model_validate(
        {"channel": "chat", "customer": customer, "messages": messages}
    )
    accepted = flow.accept(service.deps.db, DEMO_TENANT, "test", name, body)
    return service.call(accepted)[0]


def test_citations_lead_to_their_sources(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    open_case(page, service, cases["en"])
    page.get_by_role("button", name="Draft a reply").click()
    expect(page.locator("#draft-edit")).to_be_visible()
    order = page.locator("#draft-citations").get_by_role("button", name="order KK-20745")
    order.click()
    assert page.evaluate("document.activeElement.id").startswith("ord")
    page.locator("#draft-citations details summary").first.click()
    expect(page.locator("#draft-citations .passage").first).to_be_visible()
    figure = page.locator("#draft-view mark.supported").first
    figure.focus()
    expect(page.locator(".tip")).to_contain_text("stands in a source")


def test_the_inbox_finds_conversations(page: Page, service: Service, cases: dict[str, str]) -> None:
    expect(page.locator("#conversations .who").first).to_be_visible()
    page.get_by_label("Search").fill("damaged kettle, money back")
    page.keyboard.press("Enter")
    hit = page.locator(f'#conversations a[href="/c/{cases["en"]}"]')
    expect(hit.locator(".text")).to_be_visible()
    page.get_by_label("Search").fill("")
    expect(page.locator("#conversations .who").first).to_be_visible()


def test_what_is_not_there_says_so(page: Page, service: Service) -> None:
    page.goto(f"{service.url}/nowhere")
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    page.get_by_role("link", name="To the inbox").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    page.goto(f"{service.url}/c/cnv_none")
    expect(page.get_by_role("alert")).to_contain_text("no such conversation")


def test_the_card_knows_the_customer(page: Page, service: Service, cases: dict[str, str]) -> None:
    open_case(page, service, cases["fi"])
    card = page.locator("#card")
    expect(card.get_by_role("heading", name="Orders")).to_be_visible()
    expect(card.get_by_role("heading", name="Past contacts")).to_be_visible()
    expect(card.get_by_role("heading", name="Articles")).to_be_visible()


def test_the_transcript_follows_the_audio(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    page.goto(f"{service.url}/calls/{cases['call']}")
    rows = page.locator(".lanes li")
    expect(rows.first).to_be_visible()
    expect(page.locator(".notice")).to_contain_text("Low accuracy")
    rows.nth(2).get_by_role("button").click()
    page.wait_for_function("document.querySelector('audio').currentTime > 0")
    expect(page.locator(".lanes li.now")).to_have_count(1)


def test_the_whole_flow_by_keyboard(page: Page, service: Service, cases: dict[str, str]) -> None:
    page.goto(service.url)
    expect(page.locator("#conversations li").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#conversations a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#summary .sentence").first).to_be_visible()
    page.locator("#draft-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#draft-edit")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 380])
def test_no_page_breaks_accessibility_or_its_width(
    page: Page, service: Service, cases: dict[str, str], theme: str, width: int
) -> None:
    # Without motion nothing is still fading in, in colours that it will not keep.
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/", f"/c/{cases['fi']}", "/calls", f"/calls/{cases['call']}"):
        page.goto(f"{service.url}{path}")
        page.wait_for_load_state("networkidle")
        if path.startswith("/c/"):
            page.get_by_role("button", name="Draft a reply").click()
            expect(page.locator("#draft-edit")).to_be_visible()
        assert violations(page) == [], path
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, path


def test_finnish(page: Page, service: Service, cases: dict[str, str]) -> None:
    page.get_by_role("button", name="FI", exact=True).click()
    expect(page.get_by_role("heading", name="Saapuneet")).to_be_visible()
    open_case(page, service, cases["fi"])
    expect(page.get_by_role("button", name="Luonnostele vastaus")).to_be_visible()
