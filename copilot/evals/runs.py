"""The folder of runs: one JSON file each, found again by name."""

import glob
import json
import secrets
from pathlib import Path

from pydantic import ValidationError

from copilot.evals.errors import SuiteError
from copilot.evals.run import FORMAT, Run
from copilot.evals.suite_paths import is_

_LARGEST_BYTES = 1_000_000_000


def write_run(run: Run, folder: Path) -> Path:
    """Write ``run`` to ``<folder>/<name>-<time>.json``, whole or not at all.

    Returns:
        The file, readable for its owner alone: cases may derive from customers.

    Raises:
        OSError: It cannot be written; the error names the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(run.model_dump(mode="json"), ensure_ascii=False)
    part = folder / f".{run.name}-{secrets.token_hex(8)}.part"
    try:
        part.touch(mode=0o600)
        part.write_text(text, "utf-8")
        # A name is taken only once the text is whole: a run that is broken off leaves no record.
        file = _new_file(folder, f"{run.name}-{_stamp(run)}")
        part.replace(file)
    except OSError as error:
        # A full disk is told without a name.
        raise OSError(error.errno, error.strerror, error.filename or str(part)) from error
    finally:
        part.unlink(missing_ok=True)
    return file


def _new_file(folder: Path, stem: str) -> Path:
    number = 1
    while True:
        file = folder / (f"{stem}.json" if number == 1 else f"{stem}-{number}.json")
        try:
            file.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return file


def read_run(file: Path) -> Run:
    """The run in ``file``.

    Raises:
        SuiteError: It is no run, or one of another format.
    """
    again = "Make it with `copilot eval run`."
    if not is_(file, "is_file"):
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
    for file in (Path(text), folder / f"{text}.json"):
        if is_(file, "is_file"):
            return file
    name, _, back = text.partition("~")
    runs = history(name, folder)
    place = _place(back) if "~" in text else 0
    if place is not None and place < len(runs):
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
    if not name or set(name) & set("/\\\0"):
        # No suite's name, but a path, which would be looked for elsewhere.
        return []
    stamp = "[0-9]" * 8 + "T" + "[0-9]" * 6 + "Z"
    found = [
        *folder.glob(f"{glob.escape(name)}-{stamp}.json"),
        *folder.glob(f"{glob.escape(name)}-{stamp}-*.json"),
    ]
    return sorted(found, key=_order)


def earlier_runs(run: Run, folder: Path, most: int) -> list[Run]:
    """The latest runs of the same suite that began before ``run``, oldest first, at most ``most``.

    What cannot be read, such as a run of another version, is left out.
    """
    now = _stamp(run)
    # The name tells the second; what began in the same one is told apart when it is read.
    before = [one for one in history(run.name, folder) if _time(one, run.name) <= now]
    found: list[Run] = []
    for file in reversed(before):
        if len(found) == most:
            break
        other = readable(file)
        if other is not None and other.task == run.task and other.started_at < run.started_at:
            found.append(other)
    return found[::-1]


def readable(file: Path) -> Run | None:
    """The run in ``file``, or None where it cannot be read."""
    try:
        return read_run(file)
    except (SuiteError, OSError):
        return None


def _stamp(run: Run) -> str:
    return f"{run.started_at:%Y%m%dT%H%M%SZ}"


def _time(file: Path, name: str) -> str:
    return file.stem.removeprefix(f"{name}-").partition("-")[0]


def _place(back: str) -> int | None:
    return int(back) if back.isdecimal() and len(back) < 10 else None


def _order(file: Path) -> tuple[str, int]:
    """By time, then by number: a second run in the same second has ``-2`` after the time."""
    before, _, last = file.stem.rpartition("-")
    return (before, int(last)) if last.isdecimal() else (file.stem, 1)
