"""The migrated schema is the declared one, on both databases."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

import copilot.migrations.tables  # noqa: F401 - fills the metadata
from copilot.kernel.db import Base
from copilot.knowledge.fulltext_tables import is_ours
from copilot.migrations.run import upgrade


def _of_models(one: Any, name: str | None, kind: str, *_: object) -> bool:
    """Full-text search is of the database alone; tests/knowledge/test_fulltext.py compares it."""
    return not is_ours(name, kind, one.table.name if kind in ("column", "index") else None)


def test_a_migration_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    """Or the next start would find tables that it is about to make."""
    path = tmp_path / "broken.db"
    url = f"sqlite:///{path}"
    last = list(Base.metadata.sorted_tables)[-1].name
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE {last} (in_the_way integer)")
    with pytest.raises(OperationalError, match="already exists"):
        upgrade(url)
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        assert found == [(last,)]
        connection.execute(f"DROP TABLE {last}")
    assert upgrade(url) is True


def test_processes_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    script = "import sys; from copilot.migrations.run import upgrade; print(upgrade(sys.argv[1]))"
    started = [
        subprocess.Popen([sys.executable, "-c", script, url], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert sorted(one.communicate()[0].strip() for one in started) == ["False", "False", "True"]


def test_an_address_without_a_driver_will_do(postgres_database_url: str) -> None:
    url = make_url(postgres_database_url).set(drivername="postgresql")
    assert upgrade(url.render_as_string(hide_password=False)) is True


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_migrated_schema_is_the_declared_one(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'migrated.db'}"
    else:
        url = request.getfixturevalue("postgres_database_url")
    assert upgrade(url) is True
    assert upgrade(url) is False
    engine = create_engine(url)
    with engine.connect() as connection:
        opts = {"compare_type": True, "include_object": _of_models}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()
