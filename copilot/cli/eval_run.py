"""``copilot eval run``: suites through the service's own engines, scored and gated."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from copilot.cli.console import FAILED, GATE_MISSED, err, out, print_json, told_errors
from copilot.cli.eval_files import (
    CACHE,
    RUNS,
    HtmlOption,
    JsonOption,
    JunitOption,
    RunsOption,
    check_output,
    open_lab,
    read_suites,
    write_html,
    write_text,
)

if TYPE_CHECKING:
    from copilot.evals.run import Run
    from copilot.evals.running import RunOptions
    from copilot.evals.suite import Suite
    from copilot.lab import ServiceLab


def run(
    suites: Annotated[
        list[str],
        typer.Argument(
            help="Suite files, folders of them, or names of bundled suites; with --matrix also "
            "more of its NAME=A,B.",
            metavar="SUITE…",
        ),
    ],
    matrix: Annotated[
        list[str] | None,
        typer.Option(
            help="Run every combination: model=a,b prompt=x,y; any setting's name works.",
            metavar="NAME=A,B…",
        ),
    ] = None,
    runs: RunsOption = RUNS,
    html: HtmlOption = None,
    junit: JunitOption = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the intervals and tests.")] = 0,
    concurrency: Annotated[
        int | None, typer.Option(min=1, max=256, help="Cases at once; by default by task.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Make every output anew, even if it is known.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Run SUITEs and print each metric with its 95 % interval. Exit 3 when a gate is missed.

    Outputs are kept beside the runs: run again after Ctrl-C to go on, or after changing a metric
    or a gate to score anew without generating anew.
    """
    from copilot.evals.reports.as_json import as_json as document
    from copilot.evals.running import RunOptions

    with told_errors():
        check_output(html, "--html")
        check_output(junit, "--junit")
        chosen, variants = _read(suites, matrix or [])
        lab = open_lab()
        files = read_suites(chosen, lab)
        _check_variants(files, lab, variants)
        options = [
            RunOptions(seed=seed, concurrency=concurrency, fresh=fresh, variant=one)
            for one in variants
        ]
        try:
            done = asyncio.run(_run_all(files, lab, options, runs))
        except KeyboardInterrupt:
            err.print("Stopped. What was made is kept: the same command goes on from there.")
            raise typer.Exit(FAILED) from None
        results = [one for one, _ in done]
        _write_reports(done, runs, html, junit)
    if as_json:
        print_json(document(done))
    else:
        _show(results, len(variants))
    if not all(one.passed for one in results):
        raise typer.Exit(GATE_MISSED)


def _read(suites: Sequence[str], matrix: Sequence[str]) -> tuple[list[str], list[dict[str, str]]]:
    """The suites and the variants. An option takes one value, so further ones come as suites."""
    from copilot.evals.matrix import parse_matrix

    more = [one for one in suites if matrix and "=" in one and not Path(one).exists()]
    chosen = [one for one in suites if one not in more]
    if not chosen:
        raise typer.BadParameter("Name at least one suite.")
    return chosen, parse_matrix([*matrix, *more]) if matrix else [{}]


def _check_variants(
    suites: "Sequence[Suite]", lab: "ServiceLab", variants: Sequence[dict[str, str]]
) -> None:
    """Try all settings before the first run: one that cannot be would end the command midway.

    Raises:
        ConfigurationError: There is no such setting, value, prompt or model.
    """
    for suite in suites:
        for variant in variants:
            lab.with_settings({**suite.settings, **variant}).identity(suite.task)


async def _run_all(
    suites: "Sequence[Suite]", lab: "ServiceLab", options: "Sequence[RunOptions]", runs: Path
) -> "list[tuple[Run, Path]]":
    from copilot.evals.cache import OutputCache
    from copilot.evals.running import run_suite
    from copilot.evals.runs import write_run

    done: list[tuple[Run, Path]] = []
    with OutputCache.open(runs / CACHE) as cache, _bar() as bar:
        for suite in suites:
            for number, one in enumerate(options, start=1):
                name = suite.name if len(options) == 1 else f"{suite.name} {number}/{len(options)}"
                task = bar.add_task(name, total=None, failed="")

                def tell(finished: int, total: int, failed: int, task: TaskID = task) -> None:
                    told = f"{failed} failed" if failed else ""
                    bar.update(task, completed=finished, total=total, failed=told)

                result = await run_suite(suite, lab, cache, one, tell)
                file = await asyncio.to_thread(write_run, result, runs)
                err.print(f"wrote {file}", markup=False, highlight=False, soft_wrap=True)
                done.append((result, file))
    return done


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]}", style="red"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )


def _show(done: "Sequence[Run]", variants: int) -> None:
    from copilot.evals.reports.terminal import show_matrix, show_run

    if variants == 1:
        for one in done:
            show_run(out, one)
        return
    for start in range(0, len(done), variants):
        show_matrix(out, done[start : start + variants])


def _write_reports(
    done: "Sequence[tuple[Run, Path]]", runs: Path, html: Path | None, junit: Path | None
) -> None:
    from copilot.evals.reports.junit import as_junit

    if junit is not None:
        write_text(junit, as_junit([one for one, _ in done]))
    if html is None:
        return
    for number, (one, record) in enumerate(done, start=1):
        file = html if len(done) == 1 else html.with_stem(f"{html.stem}-{number}-{one.name}")
        write_html(one, record, runs, file)
