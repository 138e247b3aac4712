"""The folder of an export: written beside its place, checked, and put there in one step."""

import ctypes
import errno
import glob
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from copilot.evals.export.coverage import Coverage
from copilot.evals.jsonl import file_digest
from copilot.kernel.errors import ConfigurationError

COVERAGE = "coverage.json"
_AT_CWD = -100
_EXCHANGE = 2


class ExportFolderError(ConfigurationError):
    """The export cannot go where it was told to."""

    code = "export_folder_unusable"
    title = "The export cannot go there"


def check_place(out: Path) -> None:
    """Refuse a place where something else would be lost.

    Raises:
        ExportFolderError: There is something that no export wrote.
    """
    if not out.exists():
        return
    if not out.is_dir():
        raise ExportFolderError(f"{out} is a file: name a folder that is new, empty or an export.")
    # One at a time: somebody may name their home folder.
    files = (one for one in out.rglob("*") if one.is_symlink() or not one.is_dir())
    first = next(files, None)
    if first is None:
        return
    try:
        earlier = Coverage.model_validate_json((out / COVERAGE).read_bytes())
    except (OSError, ValidationError) as error:
        raise ExportFolderError(
            f"{out} holds something else: name a folder that is new, empty or an earlier export."
        ) from error
    there = {one.relative_to(out).as_posix() for one in (first, *files)}
    if foreign := sorted(there - earlier.files.keys() - {COVERAGE}):
        raise ExportFolderError(
            f"{out} is an earlier export with something else in it ({foreign[0]}): move that away,"
            " or name another folder."
        )
    for name, checksum in earlier.files.items():
        if name in there and file_digest(out / name) != checksum:
            raise ExportFolderError(
                f"{out / name} was changed since it was exported: keep a copy under another name"
                " elsewhere and delete this one, or name another folder."
            )


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A new folder to fill, that takes the place of ``out`` at the end; gone after any error.

    Somebody who looks, or a process that dies, finds the old export or the new one.
    """
    place = out.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    _sweep(place)
    fresh = place.with_name(f".{place.name}.{os.getpid()}.partial")
    fresh.mkdir(mode=0o700)
    try:
        yield fresh
        _put(fresh, place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def write_private(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file that only its owner may read, in folders that only they may enter.

    Args:
        path: The file; nothing may be there.
        content: Whole, or part after part where it would be large.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines([content] if isinstance(content, bytes) else content)
        file.flush()
        os.fsync(file.fileno())


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of each file in ``folder``, by its path there."""
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return {one.relative_to(folder).as_posix(): file_digest(one) for one in files}


def json_line(value: object) -> bytes:
    """One line of a ``.jsonl`` file."""
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _put(fresh: Path, place: Path) -> None:
    """Afterwards ``place`` is what ``fresh`` was; ``fresh`` may be what ``place`` was."""
    if not place.exists() or not any(place.iterdir()):
        fresh.replace(place)
        return
    if _exchanged(fresh, place):
        return
    # Some file systems cannot exchange two folders: then there is a moment without either.
    aside = fresh.with_suffix(".old")
    place.replace(aside)
    try:
        fresh.replace(place)
    except OSError:
        aside.replace(place)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, as Linux can; see renameat2(2)."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(other), _EXCHANGE) == 0:
        return True
    failure = ctypes.get_errno()
    if failure in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}:
        return False
    raise OSError(failure, os.strerror(failure), str(other))


def _sweep(place: Path) -> None:
    """Remove what exports that were killed left beside ``place``."""
    for left in place.parent.glob(f".{glob.escape(place.name)}.*.partial"):
        number = left.name.removesuffix(".partial").rpartition(".")[2]
        if number.isdecimal() and not _lives(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
