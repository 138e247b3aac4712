"""What the ``copilot eval`` commands share: suites in, runs beside them, reports out."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.cli.console import err, load_settings

if TYPE_CHECKING:
    from copilot.evals.comparing import Comparison
    from copilot.evals.run import Run
    from copilot.evals.suite import Suite
    from copilot.lab import ServiceLab

RUNS = Path("eval") / "runs"
"""Where runs go, from the working folder, unless told otherwise."""

CACHE = "outputs.cache"
"""The file of kept outputs in the folder of runs."""

RunsOption = Annotated[Path, typer.Option("--runs", help="Folder of the runs.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document.")]
HtmlOption = Annotated[Path | None, typer.Option(help="Write the report for a browser here.")]
JunitOption = Annotated[Path | None, typer.Option(help="Write JUnit XML here.")]


def open_lab() -> "ServiceLab":
    """The service's engines as the environment sets them; nothing is loaded yet."""
    from copilot.lab import ServiceLab

    return ServiceLab(load_settings())


def read_suites(names: Sequence[str] | None, lab: "ServiceLab | None" = None) -> "list[Suite]":
    """The suites that ``names`` name, read and checked; None: all bundled ones.

    Raises:
        SuiteError: One cannot be used; told with file, line and fix.
    """
    from copilot.evals.metrics.catalog import metric
    from copilot.evals.suite_file import find_suites, load_suite
    from copilot.kernel.resources import bundled

    checked = lab or open_lab()
    folder = bundled("eval") / "suites"

    def check(overrides: dict[str, str]) -> None:
        checked.with_settings(overrides)

    return [
        load_suite(file, check_metric=metric, check_settings=check)
        for file in find_suites(names or [str(folder)], folder)
    ]


def write_html(
    run: "Run",
    record: Path,
    runs: Path,
    file: Path,
    other: "Run | None" = None,
    *,
    comparison: "Comparison | None" = None,
) -> None:
    """The report of ``run`` as one HTML file.

    Args:
        run: The run.
        record: Its file, which the report names.
        runs: Where earlier runs of its suite are, for the curves.
        file: Where to write.
        other: A run to hold it against; None: the suite's baseline, when it is still there.
        comparison: Of ``other`` and ``run``, when it has been made already.
    """
    from copilot.evals.reports.history import MOST_RUNS
    from copilot.evals.reports.html import as_html
    from copilot.evals.runs import earlier_runs

    before = earlier_runs(run, runs, MOST_RUNS - 1)
    baseline = other or _baseline(run)
    page = as_html(run, baseline=baseline, comparison=comparison, history=before, file=record.name)
    write_text(file, page)
    err.print(f"wrote {file}", markup=False, highlight=False, soft_wrap=True)


def _baseline(run: "Run") -> "Run | None":
    from copilot.evals.pairing import pair
    from copilot.evals.runs import readable

    baseline = readable(Path(run.baseline)) if run.baseline else None
    if baseline is None or baseline.task != run.task:
        return None
    return baseline if pair(baseline.cases, run.cases).pairs else None


def check_output(file: Path | None, option: str) -> None:
    """Refuse a place for a report that cannot be written, before anything is paid for.

    Args:
        file: The place; its folders are made. None: no report is wanted.
        option: What names it on the command line.

    Raises:
        typer.BadParameter: Why it cannot be written.
    """
    reason = _unwritable(file) if file is not None else None
    if reason is not None:
        raise typer.BadParameter(
            f"{file} cannot be written: {reason}. Choose another file.", param_hint=option
        )


def _unwritable(file: Path) -> str | None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        place = file if file.exists() else file.parent
    except OSError as error:
        return error.strerror
    if file.is_dir():
        return os.strerror(errno.EISDIR)
    return None if os.access(place, os.W_OK) else os.strerror(errno.EACCES)


def write_text(file: Path, text: str) -> None:
    """Write ``text`` to ``file``; folders are made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        # A full disk is told without a name.
        raise OSError(error.errno, error.strerror, error.filename or str(file)) from error
