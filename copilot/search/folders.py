"""Copying, removing and waiting for folders of an index."""

import fcntl
import os
import shutil
import time
from pathlib import Path


def remove(path: Path) -> None:
    """Remove a folder or file, or nothing."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


class FolderInUseError(Exception):
    """Somebody else holds a folder of the index. Nothing is wrong with it."""


def wait_until_free(folder: Path, *, limit_s: float) -> None:
    """Return when nobody holds an advisory lock on ``folder``, also when it is not there.

    Args:
        folder: A folder that the engine locks while it is open.
        limit_s: Longest to wait, in seconds.

    Raises:
        FolderInUseError: It is still held.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return
    until = time.monotonic() + limit_s
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise FolderInUseError(f"{folder} is in use") from None
                time.sleep(0.05)
            else:
                return
    finally:
        os.close(descriptor)


def files_of(folder: Path) -> set[str]:
    """The files of a shard that stay once they are there, relative to its folder."""
    found = (one for one in (folder / "segments").rglob("*") if one.is_file())
    # Journals go when they were applied, and flags alternate between two files.
    lasting = (one for one in found if "journal" not in one.name and "flags_" not in one.name)
    return {str(one.relative_to(folder)) for one in lasting}


def copy_sparsely(source: Path, target: Path) -> None:
    """Copy a folder; holes in its files stay holes.

    The engine's files are a hundred megabytes of almost nothing but holes.

    Args:
        source: A folder of folders and files.
        target: Not there yet.
    """
    target.mkdir(mode=0o700)
    for one in source.iterdir():
        if one.is_dir():
            copy_sparsely(one, target / one.name)
        else:
            _copy_file(one, target / one.name)


def _copy_file(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("wb") as written:
        size = os.fstat(read.fileno()).st_size
        written.truncate(size)
        end = 0
        while end < size:
            try:
                start = os.lseek(read.fileno(), end, os.SEEK_DATA)
            except OSError:  # nothing but a hole from here
                return
            end = os.lseek(read.fileno(), start, os.SEEK_HOLE)
            os.lseek(written.fileno(), start, os.SEEK_SET)
            while start < end:
                start += os.sendfile(written.fileno(), read.fileno(), start, end - start)
