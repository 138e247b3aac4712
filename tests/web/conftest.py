"""The console in a real browser, signed in, on the demo workspace."""

import asyncio
import io
import wave
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from copilot.demo.load import DEMO_TENANT, load_workspace, sign_in_link
from copilot.demo.run import call_in
from copilot.demo.workspace import Workspace
from copilot.speech.audio import decode
from copilot.speech.transcriber import SAMPLE_RATE
from tests.service import Service
from tests.web.console import CHROMIUM

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE_MS = 60_000
ENDED = {"done", "failed", "cancelled"}


def beginning(path: Path, seconds: int) -> io.BytesIO:
    """The first ``seconds`` of a recording: all of it would take long to transcribe."""
    channels = [one[: seconds * SAMPLE_RATE] for one in decode(path).channels]
    samples = (np.stack(channels, axis=1) * 32_000).astype("<i2")
    cut = io.BytesIO()
    with wave.open(cut, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())
    cut.seek(0)
    return cut


@pytest.fixture(scope="session")
def cases(service: Service) -> dict[str, str]:
    deps, workspace = service.deps, Workspace()

    async def load() -> dict[str, str]:
        loaded = await load_workspace(deps, workspace, lambda *_: None)
        await deps.indexer.drain()
        demo_call = next(one for one in workspace.calls() if one.script["language"] == "en")
        audio = await asyncio.to_thread(beginning, demo_call.audio, 22)
        accepted = await deps.calls.accept(DEMO_TENANT, call_in(demo_call.script), audio)
        while (await deps.calls.get(DEMO_TENANT, accepted.id)).status not in ENDED:
            await asyncio.sleep(0.2)
        return {**loaded.main_cases, "call": accepted.id}

    # Only against work that never ends: beside others, transcribing takes minutes.
    return service.call(load(), 600)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # A busy machine is no fault of the console.
        expect.set_options(timeout=PATIENCE_MS)
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def expected_faults() -> list[str]:
    """Parts of error messages that a test asks for; that something is not there always is one."""
    return ["404 (Not Found)"]


@pytest.fixture
def page(
    browser: Browser, service: Service, cases: dict[str, str], expected_faults: list[str]
) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    faults: list[str] = []
    asked: set[str] = set()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
    opened.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    opened.goto(service.call(sign_in_link(service.deps, service.url)))
    opened.get_by_role("button", name="Sign in").click()
    expect(opened.get_by_role("heading", name="Inbox")).to_be_visible()
    yield opened
    context.close()
    unexpected = [text for text in faults if not any(part in text for part in expected_faults)]
    assert unexpected == []
    assert asked == {urlsplit(service.url).netloc}


def is_fault(message: ConsoleMessage) -> bool:
    return message.type == "error"
