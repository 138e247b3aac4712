"""The context card in a real browser: overdue promises, and parts that are not whole."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.service import Service
from tests.web.console import CHROMIUM, open_case, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]

PLACE = {"message_id": "msg_1", "conversation_id": "cnv_1", "said_at": "2026-03-02T08:00:00Z"}
LATE = {"text": "We will call you.", "by": "Noora", "due": "2026-03-05", "overdue": True, **PLACE}
AHEAD = {"text": "We will send it.", "by": None, "due": "2026-03-27", "overdue": False, **PLACE}
VAGUE = {"text": "I will look.", "by": "Ada", "due": None, "overdue": False, **PLACE}
TOLD = {"text": "The lid is cracked.", "channel": "phone", **PLACE}
LACKING = [
    {"part": "articles", "reason": "index_rebuilding"},
    {"part": "similar_conversations", "reason": "index_rebuilding"},
    {"part": "orders", "reason": "slow"},
]


def with_card(page: Page, **changed: Any) -> None:
    """Let the page get every card with ``changed`` in it."""

    def answer(route: Route) -> None:
        got = route.fetch()
        route.fulfill(response=got, json=got.json() | changed)

    page.unroute("**/context")
    page.route("**/context", answer)


def test_an_overdue_promise_says_so_and_who_promised(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    with_card(page, promised=[LATE, AHEAD, VAGUE], already_told=[TOLD], degraded=[])
    open_case(page, service, cases["en"])
    rows = page.locator("#card .card-list > li")
    late, ahead, vague = (rows.filter(has_text=str(one["text"])) for one in (LATE, AHEAD, VAGUE))
    expect(late.locator(".sub")).to_have_text("Overdue was due 5 Mar 2026 · by Noora")
    expect(ahead.locator(".sub")).to_have_text("due 27 Mar 2026")
    expect(vague.locator(".sub")).to_have_text("2 Mar 2026 · by Ada")
    told = rows.filter(has_text=str(TOLD["text"]))
    expect(told.locator(".sub")).to_have_text("Phone · 2 Mar 2026")
    expect(page.locator("#card .lacking")).to_have_count(0)
    page.get_by_role("button", name="FI", exact=True).click()
    expect(late.locator(".sub")).to_have_text(
        "Myöhässä luvattiin viimeistään 5.3.2026 · lupasi Noora"
    )


def test_parts_that_are_not_whole_say_why_until_they_are(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    page.clock.install()
    with_card(page, degraded=LACKING, orders=[])
    open_case(page, service, cases["en"])
    lines = page.locator("#card .lacking")
    expect(lines).to_have_count(2)
    expect(lines.first).to_have_text(
        "Articles, Similar solved cases: partly found by words only, because the search index "
        "is being rebuilt."
    )
    expect(lines.last).to_have_text("Orders: missing or incomplete, because it took too long.")
    with_card(page, degraded=[])
    page.clock.run_for(16_000)
    expect(lines).to_have_count(0)
    expect(page.locator("#card").get_by_role("heading", name="Orders")).to_be_visible()


def test_a_search_that_had_to_do_without_says_so(
    page: Page, service: Service, cases: dict[str, str]
) -> None:
    def answer(route: Route) -> None:
        got = route.fetch()
        route.fulfill(response=got, json=got.json() | {"degraded": ["full_text_only"]})

    page.route("**/v1/search", answer)
    page.get_by_label("Search").fill("kettle")
    page.keyboard.press("Enter")
    expect(page.locator("#search-told")).to_have_text(
        "Search results: found by words only, because the search index does not answer."
    )
    assert violations(page) == []
    page.get_by_label("Search").fill("")
    expect(page.locator("#search-told")).to_be_empty()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 380])
def test_nothing_of_it_breaks_accessibility_or_its_width(
    page: Page, service: Service, cases: dict[str, str], theme: str, width: int
) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    by = "Wolfeschlegelsteinhausen" * 6
    with_card(page, promised=[LATE | {"by": by}, AHEAD], already_told=[TOLD], degraded=LACKING)
    internal = internal_and_stale(page)
    page.get_by_role("button", name="FI", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "fi")
    open_case(page, service, cases["en"])
    expect(page.locator("#card .chip.overdue")).to_be_visible()
    page.locator(".wishes summary").first.click()
    page.locator("[name=use_internal]").check()
    page.locator("#draft-button").click()
    expect(page.locator("#draft-citations .chip")).to_have_count(internal)
    expect(page.locator("#draft-citations li").last).to_contain_text("tilaus KK-1")
    expect(page.locator("#draft-stale")).to_contain_text("tullut uusi viesti")
    # That messages came is told once.
    expect(page.locator("#draft-warnings li")).to_have_count(2)
    expect(page.locator("#draft-copy")).to_be_disabled()
    assert violations(page) == []
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0
    page.locator("#draft-confirm-internal").check()
    expect(page.locator("#draft-copy")).to_be_disabled()
    page.locator("#draft-confirm-stale").check()
    expect(page.locator("#draft-copy")).to_be_enabled()


def internal_and_stale(page: Page) -> int:
    """Scripted drafts that cite internal material and are stale; how many marks they have."""
    passage = {
        "id": "p1", "kind": "article", "article_id": "art_1", "conversation_id": None,
        "title": "Refund limits", "text": "Up to £100.", "url": None, "language": "en",
        "visibility": "internal", "score": 1.0, "updated_at": "2026-03-02T08:00:00Z",
    }  # fmt: skip
    cited = [
        {"n": 1, "passage": passage, "message_id": None, "order_id": None},
        {"n": 2, "passage": None, "message_id": "msg_1", "order_id": None},
    ]
    order = {"n": 3, "passage": None, "order_id": "ord_1", "order_number": "KK-1"}
    draft = {
        "id": "drf_scripted", "conversation_version": 1, "stale": True, "text": "We refund £58.",
        "sentences": [{"text": "We refund £58.", "citations": [1, 2]}],
        "citations": [*(one | {"visibility": "internal"} for one in cited), order], "figures": [],
        "warnings": [
            {"code": "internal_source", "detail": "Rests on internal material: “We refund £58.”"},
            {"code": "thread_moved", "detail": "New messages have come."},
            {"code": "source_now_internal", "detail": "Now internal: Refund limits"},
        ],
        "engine": "extractive", "degraded": False,
    }  # fmt: skip
    meta = {"engine": "extractive", "degraded": False, "restart": False}
    body = "".join(
        f"event: {kind}\ndata: {json.dumps(data)}\n\n"
        for kind, data in (("meta", meta), ("done", draft))
    )
    page.route(
        "**/drafts", lambda route: route.fulfill(content_type="text/event-stream", body=body)
    )
    return len(cited)
