"""Pictures of the console on the demo workspace: ``python tools/screenshots.py --out DIR``.

Starts the service on a throw-away folder, loads the demo, and photographs each page in light and
dark, 1280 and 380 pixels wide. ``--readme`` writes only the two that the README shows.
"""

import argparse
import asyncio
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from copilot.demo.load import DEMO_TENANT, load_workspace, sign_in_link
from copilot.demo.run import call_in
from copilot.demo.workspace import Workspace
from copilot.settings import Settings
from tests.service import Service

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def load(service: Service) -> dict[str, str]:
    """Load the demo and its English call; returns the path of each page by name."""

    async def work() -> dict[str, str]:
        deps, workspace = service.deps, Workspace()
        loaded = await load_workspace(deps, workspace, lambda *_: None)
        await deps.indexer.drain()
        call = next(one for one in workspace.calls() if one.script["language"] == "en")
        with call.audio.open("rb") as audio:
            accepted = await deps.calls.accept(DEMO_TENANT, call_in(call.script), audio)
        while (await deps.calls.get(DEMO_TENANT, accepted.id)).status not in {"done", "failed"}:
            await asyncio.sleep(0.2)
        return {
            "inbox": "/",
            "conversation": f"/c/{loaded.main_cases['en']}",
            "keskustelu": f"/c/{loaded.main_cases['fi']}",
            "calls": "/calls",
            "call": f"/calls/{accepted.id}",
            "error": "/nowhere",
        }

    return service.call(work(), 200)


def photograph(
    browser: Browser,
    service: Service,
    pages: dict[str, str],
    out: Path,
    theme: str,
    width: int,
    height: int = 900,
    length: str = "medium",
) -> None:
    """One picture of each page; ``length`` is that of the drafts."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,  # type: ignore[arg-type]
        locale="en-GB",
    )
    page = context.new_page()
    page.goto(f"{service.url}/login")
    if "inbox" in pages:
        page.screenshot(path=out / f"login-{theme}-{width}.png")
    page.goto(service.call(sign_in_link(service.deps, service.url)))
    page.get_by_role("button", name="Sign in").click()
    for name, path in pages.items():
        if name == "keskustelu":
            page.get_by_role("button", name="FI", exact=True).click()
        # The second time, so that no picture shows the slowness of a first search.
        for _ in range(2):
            page.goto(f"{service.url}{path}")
            page.wait_for_load_state("networkidle")
        if path.startswith("/c/"):
            options = page.locator(".wishes summary").first
            options.click()
            page.locator("[name=length]").select_option(length)
            options.click()
            page.locator("#draft-button").click()
            page.locator("#draft-edit").wait_for()
            page.mouse.move(0, 0)
            page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=out / f"{name}-{theme}-{width}.png", full_page=width < 600)
        if name == "keskustelu":
            page.get_by_role("button", name="EN", exact=True).click()
    context.close()


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--readme", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = Settings(data_dir=Path(folder))
        with Service(settings).running() as service:
            pages = load(service)
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS
            )
            if options.readme:
                pages = {"conversation": pages["conversation"]}
                for theme in ("light", "dark"):
                    photograph(browser, service, pages, options.out, theme, 1280, 1180, "short")
            else:
                for theme in ("light", "dark"):
                    for width in (1280, 380):
                        photograph(browser, service, pages, options.out, theme, width)
            browser.close()


if __name__ == "__main__":
    main()
