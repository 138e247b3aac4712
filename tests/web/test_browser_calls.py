"""A call's page in a real browser: hearing, reading and putting right what was said."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from copilot.calls import store
from copilot.demo.load import DEMO_TENANT
from tests.service import Service
from tests.web.calls import SAID, at, click_word, finished_call, open_call, segments
from tests.web.console import CHROMIUM, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]

EVIL = "<img src=x onerror=\"document.title='owned'\"> & <b>bold</b>"


@pytest.fixture
def call(service: Service) -> str:
    return service.call(finished_call(service.deps))


def test_a_word_plays_its_second_and_its_row_is_marked(
    page: Page, service: Service, call: str
) -> None:
    heard = list(segments(SAID))
    open_call(page, service, call)
    click_word(page, "espresso")
    word = next(one for one in heard[2].words if one.text == "espresso")
    page.wait_for_function("document.querySelector('audio').currentTime > 0")
    assert word.start <= at(page) < word.start + 5
    page.keyboard.press("Space")
    assert page.evaluate("document.querySelector('audio').paused")
    expect(page.locator(".lanes li.now")).to_have_attribute("data-n", "3")
    expect(page.locator(".lanes li.now")).to_have_attribute("aria-current", "true")


def test_the_list_follows_until_the_reader_scrolls_away(
    page: Page, service: Service, call: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    open_call(page, service, call)
    seconds = list(segments(SAID))[-1].start
    page.evaluate(f"document.querySelector('call-player').bar.seek({seconds})")
    expect(page.locator(".lanes li.now")).to_be_in_viewport()
    back = page.get_by_role("button", name="Back to what is playing")
    expect(back).to_be_hidden()
    page.mouse.move(400, 300)
    page.mouse.wheel(0, -2000)
    expect(back).to_be_visible()
    expect(page.locator(".lanes li.now")).not_to_be_in_viewport()
    back.click()
    expect(page.locator(".lanes li.now")).to_be_in_viewport()


def test_keys_work_but_not_while_something_is_written(
    page: Page, service: Service, call: str
) -> None:
    heard = list(segments(SAID))
    open_call(page, service, call, "#t=9.5")
    # The address says where; nothing plays before the reader wants it.
    assert at(page) == pytest.approx(9.5)
    expect(page.locator(".lanes li.now")).to_have_attribute("data-n", "2")
    page.keyboard.press("j")
    assert at(page) == pytest.approx(heard[2].start)
    page.keyboard.press("k")
    assert at(page) == pytest.approx(heard[1].start)
    page.keyboard.press("ArrowRight")
    assert at(page) == pytest.approx(heard[1].start + 5)
    page.keyboard.press("u")
    assert at(page) == pytest.approx(next(o.start for o in heard[1].words if o.text == "lid"))
    page.keyboard.press("+")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.25
    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="Search this call")
    expect(field).to_be_focused()
    before = at(page)
    page.keyboard.type("jk ")
    expect(field).to_have_value("jk ")
    assert at(page) == before
    slider = page.get_by_role("slider", name="Position in the recording")
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator(".lanes li.now")).to_have_attribute("data-n", "7")
    slider.click(position={"x": 2, "y": 10})
    expect(page.locator(".lanes li.now")).to_have_attribute("data-n", "1")


def test_doubtful_words_and_written_figures_are_marked(
    page: Page, service: Service, call: str
) -> None:
    transcript = {
        "language": "en",
        "duration": 40,
        "engine": "whisper:small",
        "low_accuracy": False,
        "segments": [json.loads(one.model_dump_json()) for one in segments(SAID)],
    }
    page.route("**/transcript", lambda route: route.fulfill(json=transcript))
    open_call(page, service, call)
    expect(page.locator(".unsure").get_by_text("lid")).to_contain_text("uncertain")
    assert "underline" in page.locator(".lanes .unsure").first.evaluate(
        "node => getComputedStyle(node).textDecorationLine"
    )
    expect(page.locator(".lanes .spoken").first).to_contain_text("k k two zero seven three one")
    expect(page.locator(".lanes .written").first).to_contain_text("KK-20731")
    expect(page.locator(".legend")).to_contain_text("perhaps misheard")
    expect(page.locator(".legend")).to_contain_text("as it is written")
    assert violations(page) == []


def test_a_correction_keeps_what_was_heard_and_can_be_undone(
    page: Page, service: Service, call: str, expected_faults: list[str]
) -> None:
    expected_faults.append("ERR_FAILED")
    open_call(page, service, call)
    row = page.locator(".lanes li").nth(2)
    row.hover()
    row.get_by_role("button", name="Edit").click()
    field = row.get_by_role("textbox", name="What was said")
    expect(field).to_have_value(SAID[2][1])
    field.fill(EVIL)
    page.route("**/segments/3", lambda route: route.abort())
    field.press("Enter")
    # What could not be sent is still there, and why.
    expect(row.get_by_role("alert")).to_contain_text("does not answer")
    expect(field).to_have_value(EVIL)
    page.unroute_all()
    field.press("Enter")
    expect(row.locator(".words")).to_contain_text(EVIL)
    assert row.locator("img, b").count() == 0
    assert page.title() != "owned"
    row.get_by_text("corrected").click()
    expect(row.locator(".was")).to_contain_text(SAID[2][1])
    assert violations(page) == []
    page.reload()
    row.hover()
    expect(row.locator(".words")).to_contain_text(EVIL)
    row.get_by_role("button", name="Back to what was heard").click()
    expect(row.locator(".words")).to_have_text(SAID[2][1])
    expect(row.locator(".was")).to_have_count(0)
    row.get_by_role("button", name="Edit").click()
    field.fill("   ")
    field.press("Enter")
    expect(row.get_by_role("alert")).to_contain_text("write what was said")
    field.press("Escape")
    expect(row.locator(".words")).to_have_text(SAID[2][1])
    told = service.call(transcript_of(service, call))
    assert told[2] == SAID[2][1]


async def transcript_of(service: Service, call: str) -> list[str]:
    async with service.deps.db.read() as session:
        return [one.text for one in (await store.transcript(session, DEMO_TENANT, call)).segments]


def test_search_in_a_call_walks_through_its_hits(page: Page, service: Service, call: str) -> None:
    heard = list(segments(SAID))
    open_call(page, service, call)
    field = page.get_by_role("searchbox", name="Search this call")
    field.fill("espresso maker")
    field.press("Enter")
    told = page.locator(".call-search [role=status]")
    expect(told).to_contain_text("1 of ")
    expect(page.locator(".lanes li.found-now")).to_have_attribute("data-n", "3")
    expect(page.locator(".lanes li.found-now mark")).to_have_text(["espresso", "maker"])
    assert at(page) == pytest.approx(heard[2].start, abs=3)
    field.press("Enter")
    expect(told).to_contain_text("2 of ")
    assert page.locator(".strip-hits i").count() >= 2
    assert violations(page) == []
    field.fill("")
    expect(page.locator(".lanes mark")).to_have_count(0)


def test_a_recording_that_is_gone_leaves_the_page_working(
    page: Page, service: Service, call: str, expected_faults: list[str]
) -> None:
    expected_faults.append("410 (Gone)")
    gone = {"code": "recording_expired", "detail": "", "status": 410}
    page.route("**/audio", lambda route: route.fulfill(status=410, json=gone))
    open_call(page, service, call)
    expect(page.locator(".call-bar .notice")).to_contain_text("The recording was deleted")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Play from 0:11").click()
    expect(page.locator(".lanes li.now")).to_have_attribute("data-n", "3")
    assert violations(page) == []


def test_an_hour_of_talk_stays_quick(page: Page, service: Service, call: str) -> None:
    long = [
        json.loads(one.model_dump_json())
        for one in segments([SAID[n % len(SAID)] for n in range(3000)])
    ]
    answer = {"language": "en", "duration": long[-1]["end"], "engine": "x", "segments": long}
    page.route("**/transcript", lambda route: route.fulfill(json=answer))
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    open_call(page, service, call, f"#t={long[1500]['start']}")
    expect(page.locator(".lanes li.now")).to_be_in_viewport()
    expect(page.locator(".lanes li")).to_have_count(3000)
    metrics = session.send("Performance.getMetrics")["metrics"]
    spent = {one["name"]: one["value"] for one in metrics}
    # Processor time of scripts, layout and style: some 0.15 s on a desk machine.
    assert spent["ScriptDuration"] + spent["LayoutDuration"] + spent["RecalcStyleDuration"] < 3
    assert spent["Nodes"] < 60_000


def scripted(page: Page, call: str, states: list[dict[str, object]], jobs: list[str]) -> None:
    """The service as it would be while the call is worked on: one state for each look at it."""

    def answer(route: Route) -> None:
        real = route.fetch().json()
        route.fulfill(json={**real, **(states.pop(0) if len(states) > 1 else states[0])})

    page.route(f"**/v1/calls/{call}", answer)
    page.route(
        "**/events", lambda route: route.fulfill(content_type="text/event-stream", body=jobs.pop(0))
    )


def event(status: str, progress: float) -> str:
    return f"event: job\ndata: {json.dumps({'status': status, 'progress': progress})}\n\n"


def test_progress_failure_and_trying_again(page: Page, service: Service, call: str) -> None:
    failure = {"code": "speech_language_unsupported", "detail": "no engine knows it"}
    states: list[dict[str, object]] = [
        {"status": "transcribing", "duration": 60.0, "warnings": []},
        {"status": "failed", "error": failure},
        {"status": "transcribing", "duration": 60.0},
        {
            "status": "done",
            "warnings": [
                {"code": "audio_truncated", "detail": ""},
                {"code": "brand_new", "detail": "Something else."},
            ],
        },
    ]
    running = event("running", 0.45)
    jobs = [running + event("failed", 0.45), running + event("succeeded", 1)]
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/retry" in one.url else None)
    page.route("**/retry", lambda route: route.fulfill(json={}))
    scripted(page, call, states, jobs)
    page.goto(f"{service.url}/calls/{call}")
    expect(page.get_by_role("alert")).to_contain_text("knows the language of the call")
    assert violations(page) == []
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".lanes li")).to_have_count(len(SAID))
    assert len(asked) == 1
    expect(page.locator("#call-warnings")).to_contain_text("is cut off")
    expect(page.locator("#call-warnings")).to_contain_text("Something else.")


def test_seconds_done_and_stopping(page: Page, service: Service, call: str) -> None:
    states: list[dict[str, object]] = [{"status": "transcribing", "duration": 60.0}]
    scripted(page, call, states, [event("running", 0.45)] * 50)
    stopped: list[str] = []
    page.on("request", lambda one: stopped.append(one.url) if "/cancel" in one.url else None)
    page.route("**/cancel", lambda route: route.fulfill(json={}))
    page.goto(f"{service.url}/calls/{call}")
    expect(page.locator(".call-state")).to_contain_text("0:30 of 1:00 heard")
    assert violations(page) == []
    states[0] = {"status": "cancelled"}
    page.get_by_role("button", name="Stop transcribing").click()
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("stopped")
    assert len(stopped) == 1
