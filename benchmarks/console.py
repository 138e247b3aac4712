"""What the console costs: times, script and layout shift of its pages, and the CPU of an idle one.

    python -m benchmarks.console [--rounds N] [--idle SECONDS]

``copilot serve`` with the demo workspace and Debian's Chromium, both processes of their own on
this machine. Each page is opened in turn with a browser that keeps our scripts, as agents' do;
``first`` is an empty cache. A page is complete when everything that it first shows is in it: the
rows of a list, the transcript and the notes of a call, the card and the stored summary of a
conversation. The baseline of the times is ``/health`` of the same server, which is no page at all;
that of idling is the same browser on a blank page.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.streaming import free_port, wait_for
from copilot.calls.notes import NOTES
from copilot.demo.load import DEMO_TENANT, load_workspace, sign_in_link
from copilot.demo.run import call_in
from copilot.demo.workspace import Workspace
from copilot.knowledge import store as articles
from copilot.settings import Settings
from copilot.wiring import Deps, open_deps
from tests.web.conftest import ENDED, FLAGS
from tests.web.console import CHROMIUM

READY_MS = 300.0
WHOLE_MS = 800.0
SCRIPT_BYTES = 80_000
SHIFT = 0.05
IDLE_SHARE = 0.01
BASELINE = "/health"
_PATIENCE_S = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")
PARTS = {
    "inbox": ("#conversations li",),
    "conversation": ("#summary .sentence", "#card .card-who"),
    "calls": ("#calls li",),
    "call": (".strip-field path", ".lanes li", "#notes > *"),
    "knowledge": ("#articles li",),
    "article": ("#article p", "#article-use:not(:empty)"),
    "settings": ("#section[aria-busy=false]",),
}
"""What a page must hold to be complete, as selectors, by its name."""
_WATCH = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value;
}).observe({ type: "layout-shift", buffered: true });
const parts = PARTS[location.pathname] ?? [];
const whole = new MutationObserver(() => {
  if (!parts.length || parts.some((one) => !document.querySelector(one))) return;
  window.whole = performance.now();
  whole.disconnect();
});
whole.observe(document, {
  attributes: true, attributeFilter: ["aria-busy"], childList: true, subtree: true,
});
"""
_SEEN = """() => {
  const entry = performance.getEntriesByType("navigation")[0];
  const scripts = performance.getEntriesByType("resource").filter((one) => /\\.js$/.test(one.name));
  return {
    ready: entry.domContentLoadedEventEnd,
    whole: window.whole ?? 0,
    shift: window.shift ?? 0,
    script: scripts.reduce((sum, one) => sum + one.decodedBodySize, 0),
  };
}"""


class Workplace(NamedTuple):
    """The running server: its address, process, pages by name, and a link to sign in once."""

    url: str
    pid: int
    pages: dict[str, str]
    link: str


@contextmanager
def serving() -> Iterator[Workplace]:
    """``copilot serve`` with the demo workspace."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with TemporaryDirectory() as folder:
        pages, link = asyncio.run(_load(Path(folder), url))
        command = [sys.executable, "-m", "copilot", "serve", "--port", str(port)]
        with subprocess.Popen(
            command,
            env=os.environ | {"COPILOT_DATA_DIR": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                wait_for(f"{url}/ready")
                yield Workplace(url, process.pid, pages, link)
            finally:
                process.terminate()


async def _load(folder: Path, url: str) -> tuple[dict[str, str], str]:
    settings = Settings(_env_file=None, data_dir=folder)
    async with open_deps(settings) as deps:
        loaded = await load_workspace(deps, Workspace(), lambda *_: None)
        await deps.indexer.drain()
        call = await _call(deps)
        pages = {
            BASELINE: BASELINE,
            "inbox": "/",
            "conversation": f"/c/{loaded.main_cases['fi']}",
            "calls": "/calls",
            **({"call": f"/calls/{call}"} if call else {}),
            "knowledge": "/knowledge",
            "article": f"/knowledge/{await _article(deps)}",
            "settings": "/settings/engines",
        }
        return pages, await sign_in_link(deps, url)


async def _call(deps: Deps) -> str | None:
    """The demo's English call, transcribed and with its notes; none where it was not heard."""
    demo = next(one for one in Workspace().calls() if one.script["language"] == "en")
    with demo.audio.open("rb") as audio:
        call_id = (await deps.calls.accept(DEMO_TENANT, call_in(demo.script), audio)).id
    call = await deps.calls.get(DEMO_TENANT, call_id)
    while call.status not in ENDED:
        await asyncio.sleep(0.2)
        call = await deps.calls.get(DEMO_TENANT, call_id)
    if call.status != "done" or call.conversation_id is None:
        return None
    await deps.summariser.for_conversation(DEMO_TENANT, call.conversation_id, NOTES)
    return call.id


async def _article(deps: Deps) -> str:
    """The article with the longest text."""
    async with deps.db.read() as session:
        found = await articles.list_articles(session, DEMO_TENANT, limit=100)
    return max(found.items, key=lambda one: len(one.text)).id


def signed_in(browser: Browser, place: Workplace) -> Page:
    """A page with a session, which watches for layout shifts and for the page being complete."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    parts = {place.pages[name]: PARTS[name] for name in PARTS if name in place.pages}
    context.add_init_script(_WATCH.replace("PARTS", json.dumps(parts)))
    page = context.new_page()
    page.goto(place.link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("#conversations li")
    return page


def looked_at(page: Page, url: str, *, parts: bool) -> dict[str, float]:
    """Open a page, wait for its ``parts`` if it has any, and read what it cost."""
    page.goto(url)
    if parts:
        until = time.monotonic() + _PATIENCE_S
        # Not wait_for_function: it evaluates text, which our pages forbid.
        while not page.evaluate("window.whole ?? 0"):
            if time.monotonic() > until:
                raise SystemExit(f"{url} did not become complete")
            page.wait_for_timeout(100)
    page.wait_for_timeout(1000)
    seen: dict[str, float] = page.evaluate(_SEEN)
    return seen


def measured(page: Page, place: Workplace, rounds: int) -> dict[str, dict[str, float]]:
    """The medians of each page; of layout shift and script the largest."""
    seen: dict[str, list[dict[str, float]]] = {name: [] for name in place.pages}
    for _ in range(rounds + 1):
        for name, path in place.pages.items():
            seen[name].append(looked_at(page, f"{place.url}{path}", parts=name in PARTS))
    found = {}
    for name, [first, *others] in seen.items():
        found[name] = {
            "first": first["ready"],
            "ready": median(one["ready"] for one in others),
            "whole": median(one["whole"] for one in others),
            "shift": max(one["shift"] for one in others),
            "script": max(one["script"] for one in others),
        }
    return found


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and all below it; 0 for those that are gone."""
    parents: dict[int, list[tuple[int, float]]] = {}
    own = 0.0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        used = (int(fields[11]) + int(fields[12])) / _TICKS
        parents.setdefault(int(fields[1]), []).append((int(entry.name), used))
        if int(entry.name) == pid:
            own = used
    total, below = own, [pid]
    while below:
        for child, used in parents.get(below.pop(), []):
            total += used
            below.append(child)
    return total


def idle(page: Page, server: int, seconds: float) -> dict[str, float]:
    """The share of one core that server and browser take while nobody does anything."""
    before = _used(server)
    began = time.monotonic()
    # Asleep: asking the browser anything would wake it up.
    time.sleep(seconds)
    took = time.monotonic() - began
    after = _used(server)
    page.title()
    return {name: (after[name] - before[name]) / took for name in before}


def _used(server: int) -> dict[str, float]:
    # The browser and its driver are all below this process, beside the server.
    own = time.process_time()
    served = cpu_seconds(server)
    return {"server": served, "browser": cpu_seconds(os.getpid()) - served - own}


def told(name: str, value: float, bound: float, unit: str, spec: str = ".0f") -> str:
    """``value`` against its bound, as a line."""
    missed = "" if value <= bound else "  MISSED"
    return f"  {name:32} {value:{spec}} {unit} (bound {bound:{spec}}){missed}"


def report(found: dict[str, dict[str, float]], idling: dict[str, dict[str, float]]) -> None:
    """Print everything against its bound."""
    base = found[BASELINE]
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{BASELINE} is ready after {base['ready']:.0f} ms (first {base['first']:.0f})")
    if "call" not in found:
        print("no page of a call: no speech engine heard it")
    for name, one in found.items():
        if name == BASELINE:
            continue
        print(f"{name} (first {one['first']:.0f} ms, +{one['ready'] - base['ready']:.0f} ms)")
        print(told("DOMContentLoaded", one["ready"], READY_MS, "ms"))
        print(told("complete", one["whole"], WHOLE_MS, "ms"))
        print(told("script", one["script"], SCRIPT_BYTES, "bytes"))
        print(told("layout shift", one["shift"], SHIFT, "CLS", ".3f"))
    for name, shares in idling.items():
        print(f"idle: {name}")
        for who, share in shares.items():
            print(told(who, share * 100, IDLE_SHARE * 100, "% of a core", ".2f"))
        cores = os.cpu_count() or 1
        both = sum(shares.values()) / cores
        print(told("both", both * 100, IDLE_SHARE * 100, f"% of the {cores} cores", ".2f"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--idle", type=float, default=60.0)
    given = parser.parse_args()
    with serving() as place, sync_playwright() as playwright:
        options: dict[str, Any] = {"executable_path": CHROMIUM, "args": FLAGS}
        browser = playwright.chromium.launch(**options)
        page = signed_in(browser, place)
        found = measured(page, place, given.rounds)
        idling = {}
        for name, url in (
            ("a blank page", "about:blank"),
            ("the inbox", place.url),
            ("a conversation", f"{place.url}{place.pages['conversation']}"),
        ):
            page.goto(url)
            page.wait_for_timeout(5000)
            idling[name] = idle(page, place.pid, given.idle)
        browser.close()
    report(found, idling)


if __name__ == "__main__":
    main()
