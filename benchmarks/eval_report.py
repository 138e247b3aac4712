"""Size of the HTML report of a 1,000-case run, and the time a browser takes to open it.

Opened is: the document is read, its script has run and the first cases are painted. Needs
Debian's Chromium. Run: ``python -m benchmarks.eval_report``.
"""

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from copilot.evals.reports.html import as_html
from copilot.evals.run import Run
from tests.evals.reports import made
from tests.web.console import CHROMIUM

CASES = 1000
OPENINGS = 5
LONG_MAIL = "Kiitos viestistänne, keittimen kansi on tulossa. We send the lid by Friday. " * 40
# Two frames after the document is there: the first paints what the report's script made.
WATCH = """window.painted = new Promise((resolve) => addEventListener("DOMContentLoaded", () =>
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())))));"""


def mails() -> Run:
    """Mail of 3 kB, each part too long to be shown whole."""
    cases = [
        made.case(
            f"mail-{n}",
            input={"raw": LONG_MAIL},
            expected={"reply": LONG_MAIL, "signature": "Aino"},
            output={"text": LONG_MAIL.replace("lid", "led"), "signature": "", "quoted_text": ""},
            scores={"similarity": n / CASES},
        )
        for n in range(CASES)
    ]
    return made.run("email_parsing", cases, metrics=[made.metric("similarity", 0.5)])


def opened_in(browser: Browser, file: Path) -> float:
    """Milliseconds from asking for the file to its painted rows."""
    page = browser.new_page()
    page.add_init_script(WATCH)
    page.goto(file.as_uri())
    took: float = page.evaluate("window.painted")
    assert page.locator("#rows > li").count() == 50
    page.close()
    return took


def main() -> None:
    """Print a row per run."""
    runs = {
        "retrieval": (made.retrieval(CASES, lost=150), made.retrieval(CASES, lost=100)),
        "long mails": (mails(), mails()),
    }
    table = Table(
        "run", "size MB", "made in s", f"opened in ms, median of {OPENINGS}", "slowest ms"
    )
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (run, baseline) in runs.items():
            start = time.perf_counter()
            html = as_html(run, baseline=baseline, history=made.earlier(9))
            made_in = time.perf_counter() - start
            file = Path(folder) / f"{run.name}.html"
            file.write_text(html, "utf-8")
            times = [opened_in(browser, file) for _ in range(OPENINGS)]
            table.add_row(
                name,
                f"{len(html.encode()) / 1e6:.2f}",
                f"{made_in:.1f}",
                f"{statistics.median(times):.0f}",
                f"{max(times):.0f}",
            )
        browser.close()
    Console().print(table)


if __name__ == "__main__":
    main()
