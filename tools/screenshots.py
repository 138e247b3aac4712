"""Pictures of the console on the demo workspace: ``python tools/screenshots.py --out DIR``.

Starts the service on a throw-away folder, loads the demo, and photographs each page in light and
dark, 1280 and 380 pixels wide. ``--readme`` writes only those that the README shows, one of them
of an evaluation's report.
"""

import argparse
import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from copilot.cli.console import DONE, GATE_MISSED
from copilot.demo.load import DEMO_TENANT, load_workspace, sign_in_link
from copilot.demo.run import call_in
from copilot.demo.workspace import Workspace, workspace_now
from copilot.settings import Settings
from tests.service import Service

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


FINNISH = {"keskustelu", "puhelu"}
"""Pages that are photographed in Finnish."""


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
            "puhelu": f"/calls/{accepted.id}",
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
        if name in FINNISH:
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
        if name in FINNISH:
            page.get_by_role("button", name="EN", exact=True).click()
    context.close()


def write_report(folder: Path) -> Path:
    """The report of a bundled suite that needs no model; returns its file."""
    report = folder / "report.html"
    words = ("email-parsing", "--runs", str(folder / "runs"), "--html", str(report))
    # A missed gate is no fault of the picture's.
    done = subprocess.run([sys.executable, "-m", "copilot", "eval", "run", *words], check=False)
    if done.returncode not in {DONE, GATE_MISSED}:
        raise SystemExit(done.returncode)
    return report


def photograph_report(browser: Browser, report: Path, out: Path, theme: str) -> None:
    """A report's verdict, its plot and table, and its worst case opened."""
    page = browser.new_page(
        viewport={"width": 1280, "height": 1500},
        color_scheme=theme,  # type: ignore[arg-type]
    )
    page.goto(report.as_uri())
    # Between the table and the cases stand the values by label: too many for a picture.
    for part in ("#slices", ".top"):
        page.locator(part).evaluate("part => part.remove()")
    worst = page.locator("#rows > li").first
    worst.locator("summary").first.click()
    box = worst.locator(".sides").bounding_box()
    if box is None:
        raise SystemExit("the report shows no case")
    page.mouse.move(0, 0)
    name = "eval-report.png" if theme == "light" else f"eval-report-{theme}.png"
    bottom = box["y"] + box["height"] + 16
    page.screenshot(
        path=out / name, clip={"x": 0, "y": 0, "width": 1280, "height": bottom}, full_page=True
    )
    page.close()


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--readme", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = Settings(data_dir=Path(folder))
        with Service(settings, clock=workspace_now).running() as service:
            pages = load(service)
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS
            )
            if options.readme:
                pages = {"conversation": pages["conversation"]}
                report = write_report(Path(folder))
                for theme in ("light", "dark"):
                    photograph(browser, service, pages, options.out, theme, 1280, 1180, "short")
                    photograph_report(browser, report, options.out, theme)
            else:
                for theme in ("light", "dark"):
                    for width in (1280, 380):
                        photograph(browser, service, pages, options.out, theme, width)
            browser.close()


if __name__ == "__main__":
    main()
