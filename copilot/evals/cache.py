"""Outputs of earlier runs, by what they were made of: rescoring makes nothing anew."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple, Self

from copilot.evals.case import Output

_AT_ONCE = 500
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
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, file: Path) -> Iterator[Self]:
        """Open ``file``; it is made when it is not there, readable for its owner alone.

        The outputs derive from cases, which may derive from customers.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_SCHEMA)
            yield cls(connection)

    def get(self, keys: Sequence[str]) -> dict[str, Made]:
        """What is there of ``keys``."""
        found: dict[str, Made] = {}
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            rows = self._connection.execute(
                f"SELECT key, output, seconds FROM outputs WHERE key IN ({marks})",  # noqa: S608
                some,
            )
            found.update((key, Made(json.loads(text), seconds)) for key, text, seconds in rows)
        return found

    def put(self, key: str, suite: str, made: Made) -> None:
        """Keep an output."""
        text = json.dumps(made.output, ensure_ascii=False, separators=(",", ":"))
        self._connection.execute(
            "INSERT OR REPLACE INTO outputs (key, suite, seconds, output) VALUES (?, ?, ?, ?)",
            (key, suite, made.seconds, text),
        )
