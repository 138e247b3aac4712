"""Outputs of earlier runs, by what they were made of: rescoring makes nothing anew."""

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple, Self

from copilot.evals.case import Output
from copilot.evals.errors import CacheError

_AT_ONCE = 500
_PATIENCE_S = 30.0
_PAUSE_S = 0.02
_SCHEMA = """
CREATE TABLE IF NOT EXISTS outputs (
    key TEXT PRIMARY KEY, suite TEXT NOT NULL, seconds REAL NOT NULL, output TEXT NOT NULL,
    made_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) WITHOUT ROWID
"""


class Made(NamedTuple):
    """An output and how long the engine worked on it, in seconds."""

    output: Output
    seconds: float


class OutputCache:
    """A file of outputs. Each is kept at once, so that a broken-off run goes on where it was.

    Several runs may use one file at the same time.

    Args:
        connection: To the open file.
        file: Where it is.
    """

    def __init__(self, connection: sqlite3.Connection, file: Path) -> None:
        self._connection = connection
        self._file = file

    @classmethod
    @contextmanager
    def open(cls, file: Path) -> Iterator[Self]:
        """Open ``file``; it is made when it is not there, readable for its owner alone.

        The outputs derive from cases, which may derive from customers.

        Raises:
            OSError: The file cannot be made.
            CacheError: It is there and cannot be used.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600, exist_ok=True)
        with _told(file):
            connection = sqlite3.connect(file, timeout=_PATIENCE_S, isolation_level=None)
        with closing(connection):
            with _told(file):
                _prepare(connection)
            yield cls(connection, file)

    def get(self, keys: Sequence[str]) -> dict[str, Made]:
        """What is there of ``keys``.

        Raises:
            CacheError: The file cannot be read.
        """
        found: dict[str, Made] = {}
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            with _told(self._file):
                rows = self._connection.execute(
                    f"SELECT key, output, seconds FROM outputs WHERE key IN ({marks})",  # noqa: S608
                    some,
                ).fetchall()
            found.update((key, Made(json.loads(text), seconds)) for key, text, seconds in rows)
        return found

    def put(self, key: str, suite: str, made: Made) -> None:
        """Keep an output.

        Raises:
            CacheError: The file cannot be written, e.g. on a full disk.
        """
        text = json.dumps(made.output, ensure_ascii=False, separators=(",", ":"))
        with _told(self._file):
            self._connection.execute(
                "INSERT OR REPLACE INTO outputs (key, suite, seconds, output) VALUES (?, ?, ?, ?)",
                (key, suite, made.seconds, text),
            )


def _prepare(connection: sqlite3.Connection) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_SCHEMA)
        except sqlite3.OperationalError as error:
            # SQLite does not wait for others while it changes the journal, whatever the timeout.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise CacheError(
            f"{file}: {error}. Make room or make it writable, or move it away: it is made anew."
        ) from error
