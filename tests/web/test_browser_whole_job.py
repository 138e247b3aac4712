"""The main job from signing in to a stored review, by mouse, by keyboard and on a narrow screen."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import fake_openai
from tests.fake_openai import FakeOpenAI
from tests.web.console import CHROMIUM, violations
from tests.web.desk import Desk, desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]

INVENTED = {"thread": "4711 €", "call": "LK-471199"}
ANSWER = {
    "thread": f"Hei,\n\nHyvitämme {INVENTED['thread']} tilillesi. [S1]\n\nTerveisin",
    "call": f"Hello,\n\nYour voucher is {INVENTED['call']}. [S1]\n\nKind regards",
}
MOST_TABS = 150


@pytest.fixture(scope="module")
def model() -> Iterator[FakeOpenAI]:
    with fake_openai.running() as server:
        yield server


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, model: FakeOpenAI) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("desk"), model.base_url) as running:
        yield running


@pytest.fixture
def window(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width = getattr(request, "param", 1280)
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="en-GB")
    context.set_default_timeout(60_000)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


def stored_review(page: Page) -> dict[str, Any]:
    """The latest draft of the case that is open, with what became of it."""
    found: dict[str, Any] = page.evaluate(
        """async () => {
          const read = async (path) => (await fetch(path)).json();
          const id = document.getElementById("workbench").dataset.conversation;
          const draft = (await read(`/v1/conversations/${id}/drafts?limit=1`)).items[0];
          return { draft, review: (await read(`/v1/drafts/${draft.id}/reviews`)).items[0] };
        }"""
    )
    return found


def check_stored(page: Page, kind: str) -> None:
    found = stored_review(page)
    assert found["draft"]["engine"] == "openai:fake"
    assert found["review"]["action"] == "accepted"
    assert found["review"]["confirmed"] == [INVENTED[kind]]


@pytest.mark.parametrize("window", [1280, 380], indirect=True)
@pytest.mark.parametrize("kind", ["thread", "call"])
def test_by_mouse(window: Page, shop: Desk, model: FakeOpenAI, kind: str) -> None:
    model.answer = ANSWER[kind]
    window.goto(shop.sign_in_link())
    window.get_by_role("button", name="Sign in").click()
    expect(window.get_by_role("heading", name="Inbox")).to_be_visible()
    window.locator(f"#conversations a[href='{shop.paths[kind]}']").click()

    sentence = window.locator("#summary button.sentence").first
    sentence.click()
    expect(window.locator(".message.stood-on").first).to_be_in_viewport()
    if kind == "call":
        expect(window.locator("call-player")).to_be_visible()

    article = window.locator("#card h3:text-is('Articles') + ul > li").first
    article.locator(".take").click()
    expect(window.locator("#draft-text")).to_be_focused()
    expect(window.locator("#draft-citations li")).to_have_count(1)

    window.once("dialog", lambda dialog: dialog.accept())
    window.locator("#draft-button").click()
    mark = window.locator("#draft-view mark.unsupported")
    expect(mark).to_contain_text(INVENTED[kind])
    mark.hover()
    expect(window.locator(".tip")).to_contain_text("in no source")
    expect(window.locator("#draft-made")).to_contain_text("fake")
    expect(window.locator("#draft-accept")).to_be_disabled()
    assert violations(window) == []

    window.locator("#draft-confirm").check()
    window.locator("#draft-accept").click()
    expect(window.locator("#draft-message")).to_contain_text("Noted: used as it was")
    check_stored(window, kind)


def test_a_figure_is_mended_by_hand(window: Page, shop: Desk, model: FakeOpenAI) -> None:
    model.answer = ANSWER["thread"]
    sign_in(window, shop)
    window.goto(f"{shop.url}{shop.paths['thread']}")
    window.locator("#draft-button").click()
    expect(window.locator("#draft-view mark.unsupported")).to_contain_text(INVENTED["thread"])
    window.locator("#draft-toggle").click()
    text = window.locator("#draft-text")
    text.fill(text.input_value().replace(f"Hyvitämme {INVENTED['thread']}", "Hyvitämme maksun"))
    expect(window.locator("#draft-confirm-label")).to_be_hidden()
    window.locator("#draft-accept").click()
    expect(window.locator("#draft-message")).to_contain_text("Noted: used after editing")
    review = stored_review(window)["review"]
    assert (review["action"], review["unsupported_figures"]) == ("edited", [])


def test_what_a_model_writes_is_text(window: Page, shop: Desk, model: FakeOpenAI) -> None:
    model.answer = (
        "Hei,\n\nPaketti on tulossa <img src=x onerror=owned=1> <svg onload=owned=2> "
        "<script>owned=3</script> [tästä](javascript:owned=4) <a href=//evil.example>x</a>. [S1]"
    )
    sign_in(window, shop)
    window.goto(f"{shop.url}{shop.paths['thread']}")
    window.locator("#draft-button").click()
    expect(window.locator("#draft-edit")).to_be_visible()
    expect(window.locator("#draft-view")).to_contain_text("Paketti on tulossa")
    markup = "#draft-view :is(img, svg, script, iframe, a:not(.cite))"
    assert window.locator(markup).count() == 0
    assert window.evaluate("typeof owned") == "undefined"


@pytest.mark.parametrize("kind", ["thread", "call"])
def test_by_keyboard_alone(window: Page, shop: Desk, model: FakeOpenAI, kind: str) -> None:
    model.answer = ANSWER[kind]
    keys = window.keyboard
    window.goto(shop.sign_in_link())
    tab_to(window, window.get_by_role("button", name="Sign in"))
    keys.press("Enter")
    expect(window.get_by_role("heading", name="Inbox")).to_be_visible()
    row = window.locator(f"#conversations a[href='{shop.paths[kind]}']")
    expect(row).to_be_visible()
    tab_to(window, row)
    keys.press("Enter")

    expect(window.locator("#summary button.sentence").first).to_be_visible()
    keys.press("1")
    tab_to(window, window.locator("#summary button.sentence").first)
    keys.press("Enter")
    expect(window.locator(".message.stood-on").first).to_be_focused()

    keys.press("3")
    article = window.locator("#card h3:text-is('Articles') + ul > li").first
    tab_to(window, article.locator(".take"))
    keys.press("Enter")
    expect(window.locator("#draft-citations li")).to_have_count(1)
    expect(window.locator("#draft-text")).to_be_focused()
    keys.press("Escape")

    window.once("dialog", lambda dialog: dialog.accept())
    keys.press("d")
    mark = window.locator("#draft-view mark.unsupported")
    expect(mark).to_contain_text(INVENTED[kind])
    expect(window.locator("#draft-edit")).to_be_visible()
    keys.press("f")
    expect(mark).to_be_focused()
    expect(window.locator(".tip")).to_contain_text("in no source")
    keys.press("a")
    expect(window.locator("#draft-confirm")).to_be_focused()
    keys.press(" ")
    keys.press("a")
    expect(window.locator("#draft-message")).to_contain_text("Noted: used as it was")
    check_stored(window, kind)


def sign_in(page: Page, shop: Desk) -> None:
    page.goto(shop.sign_in_link())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until ``wanted`` has the focus; what has it must be seen, and show that it has."""
    there = wanted.element_handle()
    for _ in range(MOST_TABS):
        if there.evaluate("(node) => node === document.activeElement"):
            outline = there.evaluate("(node) => getComputedStyle(node).outlineStyle")
            assert outline != "none", "the focus is not seen"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab")
