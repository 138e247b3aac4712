"""The folder of runs: one JSON file each, found again by name."""

import json
from pathlib import Path

from pydantic import ValidationError

from copilot.evals.errors import SuiteError
from copilot.evals.run import FORMAT, Run

_LARGEST_BYTES = 1_000_000_000


def write_run(run: Run, folder: Path) -> Path:
    """Write ``run`` to ``<folder>/<name>-<time>.json``, whole or not at all.

    Returns:
        The file, readable for its owner alone: cases may derive from customers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{run.name}-{run.started_at:%Y%m%dT%H%M%SZ}"
    text = json.dumps(run.model_dump(mode="json"), ensure_ascii=False)
    number = 1
    while True:
        file = folder / (f"{stem}.json" if number == 1 else f"{stem}-{number}.json")
        try:
            file.touch(mode=0o600, exist_ok=False)
            break
        except FileExistsError:
            number += 1
    part = file.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(text, "utf-8")
    part.replace(file)
    return file


def read_run(file: Path) -> Run:
    """The run in ``file``.

    Raises:
        SuiteError: It is no run, or one of another format.
    """
    again = "Make it with `copilot eval run`."
    if not file.is_file():
        raise SuiteError(file, None, "There is no such run.", again)
    if file.stat().st_size > _LARGEST_BYTES:
        raise SuiteError(file, None, "It is too large for a run.", again)
    try:
        run = Run.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the document"
        fault = f"It is not the record of a run: {where}: {first['msg']}."
        raise SuiteError(file, None, fault, again) from error
    if run.format != FORMAT:
        fault = f"It is of format {run.format}; this version reads format {FORMAT}."
        raise SuiteError(file, None, fault, "Run the suite again.")
    return run


def find_run(text: str, folder: Path) -> Path:
    """The file that ``text`` names: a path, a run in ``folder``, or a suite's latest run.

    ``NAME~1`` is the run before a suite's latest, ``NAME~2`` the one before that.

    Raises:
        SuiteError: There is none.
    """
    if Path(text).is_file():
        return Path(text)
    if (folder / f"{text}.json").is_file():
        return folder / f"{text}.json"
    name, _, back = text.partition("~")
    runs = history(name, folder)
    place = int(back) if back.isdecimal() else 0
    if place < len(runs):
        return runs[-1 - place]
    there = f"{folder} holds {len(runs)} runs of {name!r}" if runs else f"{folder} has none either"
    raise SuiteError(
        Path(text),
        None,
        f"There is no such file, and {there}.",
        "Give a run's file, or a suite's name for its latest run.",
    )


def history(name: str, folder: Path) -> list[Path]:
    """The runs of the suite ``name``, oldest first."""
    stamp = "[0-9]" * 8 + "T" + "[0-9]" * 6 + "Z"
    found = [
        *folder.glob(f"{_literal(name)}-{stamp}.json"),
        *folder.glob(f"{_literal(name)}-{stamp}-*.json"),
    ]
    return sorted(found, key=_order)


def _order(file: Path) -> tuple[str, int]:
    """By time, then by number: a second run in the same second has ``-2`` after the time."""
    before, _, last = file.stem.rpartition("-")
    return (before, int(last)) if last.isdecimal() else (file.stem, 1)


def _literal(name: str) -> str:
    return "".join(f"[{one}]" if one in "*?[" else one for one in name)
