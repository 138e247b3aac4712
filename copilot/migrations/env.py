"""Alembic's entry: one set of migrations for SQLite and PostgreSQL."""

from alembic import context
from sqlalchemy import Connection

from copilot.kernel.db import Base
from copilot.migrations import tables as _tables  # noqa: F401 - fills the metadata


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
