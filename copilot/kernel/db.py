"""The database: SQLite or PostgreSQL behind one pair of typed sessions.

One request or one job step is one transaction: callers never commit. A reader cannot be handed
to a function that writes, because the two session types differ for the type checker.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NewType, Self

from sqlalchemy import BindParameter, ColumnElement, DateTime, MetaData, event, text
from sqlalchemy.engine import URL, Connection, Dialect, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute
from sqlalchemy.types import TypeDecorator

from copilot.kernel.errors import ConfigurationError
from copilot.kernel.sqlite_connection import BEGIN_TO_WRITE, open_connection

ReadSession = AsyncSession
"""A session for queries."""

WriteSession = NewType("WriteSession", AsyncSession)
"""A session that may change rows; it may also be passed where a reader is wanted."""

ReadConnection = AsyncConnection
"""As :data:`ReadSession`, for statements of tables alone."""

WriteConnection = NewType("WriteConnection", AsyncConnection)
"""As :data:`WriteSession`, for statements of tables alone."""


class Base(DeclarativeBase):
    """Parent of every table, with names for constraints so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """A column of aware UTC times on both databases (SQLite drops the zone; this restores it)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class fixes the signature
        """Refuse naive times, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class fixes the signature
        """Give back an aware UTC time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def belongs_to(
    column: InstrumentedAttribute[str], tenant: str | BindParameter[str]
) -> ColumnElement[bool]:
    """``column = tenant`` for rows that are looked up by something else: their ids, mostly.

    SQLite knows nothing of how many rows a tenant has. Where it may look rows up by the tenant it
    does, and reads all of them to find fifty by their ids. An expression it cannot look up by.
    """
    return column.concat("") == tenant


class Database:
    """An engine and its sessions.

    Args:
        engine: An open async engine; use :meth:`open` to make one.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(copilot_writes=True)
        self._brief_reader = engine.execution_options(copilot_brief=True)
        self._brief_writer = engine.execution_options(copilot_writes=True, copilot_brief=True)

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator[Self]:
        """Open ``url`` (``sqlite+aiosqlite:///…`` or ``postgresql+psycopg://…``) until exit."""
        address = driver_url(url)
        engine = create_async_engine(address, **_engine_options(address))
        if engine.dialect.name == "sqlite":
            _tune_sqlite(engine)
        try:
            yield cls(engine)
        finally:
            await engine.dispose()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """A session for queries, rolled back at the end."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """A session in one transaction: committed at the end, rolled back on any error."""
        async with AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
            yield WriteSession(session)

    @asynccontextmanager
    async def read_statement(self) -> AsyncIterator[ReadConnection]:
        """As :meth:`read`, for one statement of tables: half the processor time of a session.

        For the way of every request. SQLite sees each statement by itself, in no transaction.
        """
        async with self._brief_reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write_statements(self) -> AsyncIterator[WriteConnection]:
        """As :meth:`write`, for statements of tables alone; to spare the time of a session.

        SQLite takes its lock with the first of them, in the same change of threads.
        """
        async with self._brief_writer.begin() as connection:
            yield WriteConnection(connection)

    async def settle(self) -> bool:
        """Have SQLite move what its log holds into the file, where what was deleted is zeros.

        Until then, and while others read, the log keeps pages as they were. PostgreSQL does the
        same by itself, in its own time.

        Returns:
            Whether the log is empty now.
        """
        if not self.is_sqlite:
            return True
        async with self.engine.connect() as pooled:
            # Past the session: nothing may have begun a transaction.
            connection: Any = (await pooled.get_raw_connection()).driver_connection
            busy, *_ = await connection.run(
                lambda: connection._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            )
        return bool(busy == 0)

    async def ping(self) -> None:
        """Raise if the database does not answer."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file."""
    return URL.create("sqlite+aiosqlite", database=str(path)).render_as_string()


def driver_url(url: str) -> URL:
    """``url`` with the driver that is installed, where it names none.

    Raises:
        ConfigurationError: It is not the URL of an SQLite or PostgreSQL database.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _not_ours() from error
    if parsed.drivername == "sqlite":
        return parsed.set(drivername="sqlite+aiosqlite")
    if parsed.drivername in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in {"sqlite+aiosqlite", "postgresql+psycopg"}:
        raise _not_ours()
    return parsed


def _not_ours() -> ConfigurationError:
    # Without the URL, which may hold a password.
    return ConfigurationError(
        "COPILOT_DATABASE__URL is not an address that can be used: write it like "
        "postgresql+psycopg://user:password@host/database, or leave it out for SQLite."
    )


def _engine_options(url: URL) -> dict[str, Any]:
    # Values are what customers wrote: an error's text, which is logged, must not repeat them.
    options: dict[str, Any] = {"pool_size": 8, "max_overflow": 8, "hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        return {**options, "connect_args": {"async_creator_fn": open_connection}}
    return {**options, "pool_pre_ping": True}


def _tune_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        # The driver must open no transactions of its own: `begin` below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "synchronous=NORMAL",
            # What was deleted is overwritten, not only given up: see Database.settle.
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads first cannot be upgraded while another writes:
        # SQLite then fails at once, busy timeout or not. Taking the lock first makes it wait.
        options = connection.get_execution_options()
        writes = options.get("copilot_writes", False)
        if options.get("copilot_brief", False):
            if writes:
                driven: Any = connection.connection.driver_connection
                driven.begin_later(BEGIN_TO_WRITE)
            return
        connection.exec_driver_sql(BEGIN_TO_WRITE if writes else "BEGIN")
