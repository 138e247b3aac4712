"""Bringing a database to the newest schema, safely when several processes start at once."""

from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import URL

from copilot.kernel.db import driver_url

_WAIT_S = 60  # for another process that migrates
_LOCK = 7_262_011  # any number that no other program on the same PostgreSQL database uses


def upgrade(url: str) -> bool:
    """Migrate the database at ``url`` to the newest schema. Blocking.

    Returns:
        Whether anything had to be done.
    """
    sync = _blocking(url)
    waits = {"timeout": _WAIT_S} if sync.get_backend_name() == "sqlite" else {}
    engine = create_engine(sync, connect_args=waits)
    try:
        with engine.begin() as connection:
            if _current(connection) == _newest():
                return False
            _wait_for_others(connection)
            if _current(connection) == _newest():
                return False
            _migrate(connection)
            return True
    finally:
        engine.dispose()


def _blocking(url: str) -> URL:
    parsed = driver_url(url)
    return parsed.set(drivername="sqlite") if parsed.get_backend_name() == "sqlite" else parsed


def _wait_for_others(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    else:
        # The driver itself begins no transaction for CREATE TABLE: what is interrupted half way
        # would stay half done.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if revision is None else str(revision)


def _newest() -> str:
    # The files are numbered; reading a name is much quicker than loading Alembic at every start.
    folder = Path(__file__).parent / "versions"
    return max(path.stem.split("_", 1)[0] for path in folder.glob("[0-9]*.py"))


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
