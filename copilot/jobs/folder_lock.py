"""One process per folder: an advisory lock that dies with its holder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copilot.kernel.errors import ConfigurationError


@contextmanager
def folder_lock(path: Path) -> Iterator[None]:
    """Hold ``path`` until exit.

    Raises:
        ConfigurationError: Another process, or another part of this one, holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigurationError(
                f"Another process works in {path.parent}: stop it, choose another data folder, or "
                "use PostgreSQL to run several."
            ) from error
        yield
