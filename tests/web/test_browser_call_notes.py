"""Notes of a call, redaction and the list of calls, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from copilot.conversations import store as conversations
from copilot.demo.load import DEMO_TENANT
from tests.service import Service
from tests.web.calls import at, finished_call, open_call
from tests.web.console import CHROMIUM, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@pytest.fixture
def call(service: Service) -> str:
    return service.call(finished_call(service.deps))


async def internal_messages(service: Service, call: str) -> list[str]:
    conversation = (await service.deps.calls.get(DEMO_TENANT, call)).conversation_id
    assert conversation is not None
    async with service.deps.db.read() as session:
        messages = (await conversations.get(session, DEMO_TENANT, conversation)).messages
    return [one.text for one in messages if one.visibility == "internal"]


def test_notes_are_edited_and_approved_into_the_conversation(
    page: Page, service: Service, call: str
) -> None:
    open_call(page, service, call)
    state = page.locator("#notes-state")
    expect(state).to_have_text("Not approved yet.")
    sentence = page.locator("#notes .sentence").first
    expect(sentence.locator(".source")).to_contain_text("▸ 0:")
    sentence.click()
    page.wait_for_function("document.querySelector('audio').currentTime > 0")
    page.locator("#notes-edit").click()
    fields = page.locator("#notes textarea")
    count = fields.count()
    fields.first.fill("The lid of order KK-20731 is broken; 99 % sure.")
    assert violations(page) == []
    # A reload in the middle of it loses nothing.
    page.reload()
    expect(fields.first).to_have_value("The lid of order KK-20731 is broken; 99 % sure.")
    promised = page.get_by_role("region", name="Next step")
    promised.get_by_role("button", name="Add a sentence").click()
    promised.get_by_role("textbox").last.fill("Call her <b>again</b> tomorrow.")
    expect(fields).to_have_count(count + 1)
    page.locator("#notes-save").click()
    expect(page.locator("#notes-message")).to_have_text("Saved.")
    expect(state).to_contain_text("Edited")
    expect(page.locator("#notes")).to_contain_text("Call her <b>again</b> tomorrow.")
    assert service.call(internal_messages(service, call)) == []
    # A figure that nobody said has to be looked at before it goes anywhere.
    expect(page.locator("#notes mark.unsupported", has_text="99 %")).to_have_count(1)
    approve = page.get_by_role("button", name="Approve")
    expect(approve).to_be_disabled()
    page.locator("#notes-confirm").check()
    approve.click()
    expect(state).to_contain_text("Approved")
    expect(state).to_contain_text("by Demo Agent")
    expect(approve).to_be_hidden()
    (note,) = service.call(internal_messages(service, call))
    assert "Call her <b>again</b> tomorrow." in note
    # After another edit it is approved again, in place of what stood there.
    page.locator("#notes-edit").click()
    page.get_by_role("button", name="Remove this sentence").last.click()
    page.get_by_role("button", name="Approve again").click()
    expect(page.locator("#notes-message")).to_contain_text("check the figures")
    page.locator("#notes-confirm").check()
    page.get_by_role("button", name="Approve again").click()
    expect(page.locator("#notes-message")).to_contain_text("Approved and written")
    (note,) = service.call(internal_messages(service, call))
    assert "again" not in note
    assert violations(page) == []


def test_a_correction_makes_notes_stale_until_they_are_approved_again(
    page: Page, service: Service, call: str
) -> None:
    open_call(page, service, call)
    state = page.locator("#notes-state")
    page.get_by_role("button", name="Approve").click()
    expect(state).to_contain_text("Approved")
    row = page.locator(".lanes li").nth(6)
    row.hover()
    row.get_by_role("button", name="Edit").click()
    row.get_by_role("textbox").fill("Please send it back. I will call you tomorrow.")
    row.get_by_role("textbox").press("Enter")
    expect(state).to_contain_text("was changed since")
    page.get_by_role("button", name="Approve again").click()
    expect(state).to_contain_text("Approved")


def test_what_is_redacted_is_shown_first_and_then_gone(
    page: Page, service: Service, call: str, expected_faults: list[str]
) -> None:
    # Notes that are asked for while they are written anew.
    expected_faults.append("409 (Conflict)")
    open_call(page, service, call)
    page.get_by_role("button", name="Redact…").click()
    dialog = page.get_by_role("dialog", name="Remove sensitive data")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Show what would go").click()
    expect(dialog.locator("#redact-found li")).to_have_count(1)
    expect(dialog.locator("#redact-found")).to_contain_text("card number")
    do = dialog.get_by_role("button", name="Remove for good")
    expect(do).to_be_disabled()
    assert violations(page) == []
    dialog.get_by_label("I have checked what goes").check()
    do.click()
    expect(dialog).to_be_hidden()
    row = page.locator(".lanes li").nth(3)
    expect(row).to_contain_text("[CARD]")
    expect(row).not_to_contain_text("one one")
    expect(page.locator("#call-news")).to_contain_text("Places: 1")
    # A turn chosen by hand goes as a whole.
    row = page.locator(".lanes li").nth(1)
    row.hover()
    row.get_by_role("button", name="Redact").click()
    expect(dialog.locator("#redact-found")).to_contain_text("whole turn")
    dialog.get_by_label("I have checked what goes").check()
    do.click()
    expect(row.locator(".words")).to_have_text("[REDACTED]")


def test_the_list_says_what_a_call_is_and_finds_what_was_said(
    page: Page, service: Service, call: str
) -> None:
    service.call(service.deps.indexer.drain())
    page.goto(f"{service.url}/calls")
    row = page.locator(f'#calls a[href="/calls/{call}"]')
    expect(row).to_contain_text("English · whisper:small")
    expect(row.locator(".chip")).to_have_text("Done")
    page.get_by_role("searchbox", name="Search in calls").fill("recycle the broken espresso maker")
    page.keyboard.press("Enter")
    hit = page.locator(f'#calls a[href^="/calls/{call}#t="]').first
    expect(hit).to_be_visible()
    assert violations(page) == []
    hit.click()
    expect(page.locator(".lanes li.now")).to_have_count(1)
    assert at(page) > 0


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("call.mp3", b"this is no sound at all" * 50, "not a recording that can be read"),
        ("empty.wav", b"", "no sound in this file"),
    ],
)
def test_an_upload_that_is_no_recording_says_so(
    page: Page,
    service: Service,
    expected_faults: list[str],
    name: str,
    data: bytes,
    told: str,
) -> None:
    expected_faults.append("422 (Unprocessable")
    page.goto(f"{service.url}/calls")
    file = {"name": name, "mimeType": "audio/mpeg", "buffer": data}
    page.get_by_label("Recording").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload").click()
    message = page.locator("#upload-message.bad")
    expect(message).to_contain_text(told)
    expect(page.get_by_role("button", name="Upload")).to_be_enabled()
    page.get_by_role("button", name="FI", exact=True).click()
    expect(page.get_by_role("heading", name="Lisää puhelunauhoite")).to_be_visible()
    page.get_by_label("Nauhoite").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Lähetä").click()
    expect(message).to_contain_text("Tämä ei onnistunut:")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 380])
def test_what_opens_on_a_call_keeps_its_width_and_can_be_read_by_all(
    page: Page, service: Service, call: str, theme: str, width: int
) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_role("button", name="FI", exact=True).click()
    open_call(page, service, call)
    row = page.locator(".lanes li").nth(2)
    row.locator(".at").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(row.get_by_role("textbox", name="Mitä sanottiin")).to_be_focused()
    page.locator("#notes-edit").click()
    page.get_by_text("Lataa", exact=True).click()
    expect(page.get_by_role("link", name="Tekstitys (SRT)")).to_be_visible()
    for opened in ("", "#redact-open"):
        if opened:
            page.locator(opened).click()
            page.locator("#redact-look").click()
            expect(page.locator("#redact-found li")).to_have_count(1)
        assert violations(page) == []
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0
