"""SQLite for asyncio with one change of threads per statement, where the driver makes seven.

The driver asks its thread to make a cursor, to execute, to fetch and to close, each by itself, and
the same again to begin. Every change of threads costs a fraction of a millisecond, and up to
Python's switch interval (5 ms) while another thread computes: for short queries that is all.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self, TypeVar

import aiosqlite

_AT_ONCE = 200
"""Rows that come along with the execution; a longer result takes one more change of threads."""

_BEGIN = "BEGIN"
BEGIN_TO_WRITE = "BEGIN IMMEDIATE"
Result = TypeVar("Result")


class _Connection(sqlite3.Connection):
    """A connection that ends its transaction when it is closed.

    Closing alone does not where a statement is still held somewhere, by an error's traceback for
    one: its lock would stand until that is collected, and every writer wait for it.
    """

    def close(self) -> None:
        """Roll back and close."""
        if self.in_transaction:
            self.rollback()
        super().close()


def open_connection(database: str, **options: Any) -> "SqliteConnection":
    """A connection that opens when it is awaited.

    Args:
        database: Path or URI of the file.
        options: For ``sqlite3.connect``.
    """
    options.setdefault("factory", _Connection)
    connection = SqliteConnection(lambda: sqlite3.connect(database, **options), 64)
    # Until 0.21 the driver's connection is its thread, later it has one.
    thread: Any = getattr(connection, "_thread", connection)
    thread.daemon = True
    return connection


class SqliteConnection(aiosqlite.Connection):
    """The driver's connection, with what can be done at once done at once.

    ``BEGIN`` is only noted and goes along with the next statement: SQLite itself waits until then
    before it looks at the file. Ending a transaction that never began does nothing.
    """

    _begins: str | None = None
    # True while a statement runs, and for good when its caller left: what it did is unknown then.
    _unsure = False

    def cursor(self) -> "SqliteCursor":  # type: ignore[override]
        """A cursor; nothing happens until it executes."""
        return SqliteCursor(self)

    async def commit(self) -> None:
        """Commit, if there is anything to commit."""
        await self._end(lambda: self._conn.commit())

    async def rollback(self) -> None:
        """Roll back, if there is anything to roll back."""
        await self._end(lambda: self._conn.rollback())

    async def run(self, work: Callable[[], Result]) -> Result:
        """What ``work`` returns, called in the connection's thread."""
        self._unsure = True
        try:
            found: Result = await self._execute(work)  # type: ignore[no-untyped-call]
        except Exception:
            self._unsure = False  # it failed, so it has ended
            raise
        self._unsure = False
        return found

    async def _end(self, work: Callable[[], None]) -> None:
        self._begins = None
        # A statement whose caller left may begin a transaction yet: this queues up behind it.
        if self._unsure or self.in_transaction:
            await self.run(work)

    def begin_later(self, begin: str = _BEGIN) -> None:
        """Begin a transaction with the next statement, by ``begin``."""
        self._begins = begin

    def take_begin(self) -> str | None:
        """How the next statement has to begin a transaction, if it has to; it is told once."""
        begins, self._begins = self._begins, None
        return begins

    @contextmanager
    def using_cursor(self, *, begins: str | None) -> Iterator[sqlite3.Cursor]:
        """A cursor, in a new transaction if it ``begins`` one. Only in the connection's thread.

        It is closed when the block fails: a statement that is held keeps what it has locked.
        """
        cursor = self._conn.cursor()
        try:
            if begins is not None:
                cursor.execute(begins)
            yield cursor
        except BaseException:
            cursor.close()
            raise


class SqliteCursor:
    """One statement and its result, as far as SQLAlchemy asks of an asynchronous cursor.

    Args:
        connection: Where it runs.
    """

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self._more = False
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def description(self) -> Any:
        """The columns of the result; None without one."""
        return self._cursor.description if self._cursor is not None else None

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._cursor.rowcount if self._cursor is not None else -1

    @property
    def lastrowid(self) -> int | None:
        """The id of the last row inserted."""
        return self._cursor.lastrowid if self._cursor is not None else None

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Execute ``sql`` and fetch the beginning of its result."""
        if sql == _BEGIN:
            self._connection.begin_later()
            return self

        begins = self._connection.take_begin()

        def work() -> None:
            with self._connection.using_cursor(begins=begins) as self._cursor:
                self._cursor.execute(sql, parameters)
                self._fetch(_AT_ONCE if self._cursor.description is not None else 0)

        await self._connection.run(work)
        return self

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Self:
        """Execute ``sql`` with each of ``parameters``."""
        begins = self._connection.take_begin()

        def work() -> None:
            with self._connection.using_cursor(begins=begins) as self._cursor:
                self._cursor.executemany(sql, parameters)
                self._cursor.close()

        await self._connection.run(work)
        return self

    async def fetchone(self) -> Any:
        """The next row, or None."""
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next ``size`` rows, fewer at the end."""
        size = size or self.arraysize
        if self._more and len(self._rows) < size:
            await self._connection.run(lambda: self._fetch(max(size, _AT_ONCE)))
        found, self._rows = self._rows[:size], self._rows[size:]
        return found

    async def fetchall(self) -> list[Any]:
        """All rows that are left."""
        if self._more:
            await self._connection.run(lambda: self._fetch(None))
        found, self._rows = self._rows, []
        return found

    async def __aiter__(self) -> AsyncIterator[Any]:
        while (row := await self.fetchone()) is not None:
            yield row

    async def close(self) -> None:
        """Let go of what was not fetched."""
        self._rows = []
        if self._more and self._cursor is not None:
            self._more = False
            await self._connection.run(self._cursor.close)

    def _fetch(self, most: int | None) -> None:
        assert self._cursor is not None  # noqa: S101 - only called after executing
        try:
            rows = self._cursor.fetchall() if most is None else self._cursor.fetchmany(most)
        except BaseException:
            self._cursor.close()
            raise
        self._rows += rows
        self._more = most is not None and 0 < most <= len(rows)
        if not self._more:
            self._cursor.close()
