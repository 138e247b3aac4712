"""One HTML file that tells a run to people: it holds all it needs and asks no network.

A content security policy names the hashes of the one style and the one script in it, so nothing
that stands in a case could run, even if it came to stand as markup.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.evals.comparing import Comparison, compare
from copilot.evals.reports import wording
from copilot.evals.reports.cases import LONGEST_NAME, as_json, shown_cases
from copilot.evals.reports.history import MOST_RUNS, history_rows
from copilot.evals.reports.known import known_metrics
from copilot.evals.reports.plots import dots, histories
from copilot.evals.reports.slices import has_intervals, label_values, slices
from copilot.evals.run import Run

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_FOLDER = Path(__file__).parent
_PLAIN = 30
"""How many cases a reader without scripts sees."""


def as_html(
    run: Run,
    *,
    baseline: Run | None = None,
    comparison: Comparison | None = None,
    history: Sequence[Run] = (),
    file: str = "",
) -> str:
    """The report of a run.

    Args:
        run: The run.
        baseline: Another run of the same suite, to show each case's former output beside it.
        comparison: What a comparison of ``baseline`` with ``run`` found; without it they
            are compared here.
        history: Earlier runs of the suite, oldest first; ``run`` itself may be among them.
        file: The name of the run's file, where cut texts stand whole.

    Returns:
        The document, valid as UTF-8; well below 5 MB for any number of cases.
    """
    earlier = [one for one in history if one.started_at < run.started_at]
    told = [*earlier, run][-MOST_RUNS:]
    if baseline is not None and comparison is None:
        comparison = compare(baseline, run, known_metrics(baseline, run))
    sliced = slices(run)
    cases = shown_cases(run, baseline)
    css, script = _static("report.css"), _static("report.js")
    data = {
        "metrics": [{"name": one.name, "better": one.better} for one in run.metrics],
        "cases": cases,
    }
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            run=run,
            baseline=baseline,
            comparison=comparison,
            before={one.name: one for one in baseline.metrics} if baseline else {},
            baseline_variant=wording.variant(baseline) if baseline else "",
            task=_task(run),
            variant=wording.variant(run),
            verdict=wording.verdict(run),
            findings=wording.findings(run),
            facts=_facts(run, file),
            dots=dots(run, baseline),
            histories=histories(told),
            history=history_rows(told),
            earlier=len(earlier) + 1 - len(told),
            slices=sliced,
            slice_intervals=has_intervals(sliced),
            labels=_choices(run),
            cases=cases,
            unshown=len(cases) < len(run.cases),
            plain=_PLAIN,
            file=file,
            policy=_policy(css, script),
            css=_safe(css),
            script=_safe(script),
            data=_safe(as_json(data).decode()),
        )
    )
    # Half a surrogate pair in a mail is no valid text; browsers show such a thing as a question.
    return str(page).encode("utf-8", "replace").decode()


def _facts(run: Run, file: str) -> list[tuple[str, str]]:
    engines = Counter(case.engine for case in run.cases)
    named = [
        f"{engine} ({wording.counted(count, 'case')})" if len(engines) > 1 else engine
        for engine, count in engines.most_common(4)
    ]
    settings = ", ".join(f"{name}={value}" for name, value in run.identity.settings.items())
    cached = sum(case.cached for case in run.cases)
    facts = [
        ("Task", _task(run)),
        ("Engine", ", ".join(named) or run.identity.engine),
        ("Variant", wording.variant(run)),
        ("Prompt hash", wording.short(run.identity.prompt_hash)),
        ("Settings", settings or "as shipped"),
        ("Dataset", run.dataset),
        ("Dataset hash", wording.short(run.dataset_hash)),
        ("Code hash", wording.short(run.identity.code)),
        ("Copilot", run.version),
        ("Seed", str(run.seed)),
        ("Cases", f"{len(run.cases):,} ({len(run.failed):,} failed, {cached:,} from the cache)"),
        ("When", wording.moment(run.started_at)),
        ("Took", f"{wording.seconds(run.seconds)}; engines {wording.seconds(run.work_seconds)}"),
        ("Suite", run.suite_file),
        ("Run", file),
    ]
    return [(name, value) for name, value in facts if value]


def _choices(run: Run) -> dict[str, list[str]]:
    """What to filter by, cut as the cases' labels are."""
    return {
        name[:LONGEST_NAME]: sorted({value[:LONGEST_NAME] for value in values})
        for name, values in label_values(run.cases).items()
    }


def _task(run: Run) -> str:
    return run.task.replace("_", " ")


def _policy(css: str, script: str) -> str:
    style, code = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (css, script)
    )
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{code}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@lru_cache(maxsize=4)
def _static(name: str) -> str:
    return (_FOLDER / "static" / name).read_text("utf-8")


def _safe(text: str) -> "Markup":
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - our own files, and JSON written for this place


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = ["number", "interval", "difference", "probability", "counted", "moment", "changed_to"]
    for name in [*names, "gates_of", "gate_text", "brief", "verdict_sign"]:
        environment.globals[name] = getattr(wording, name)
    return environment
