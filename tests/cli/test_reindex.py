"""``reindex`` and ``reconcile`` beside a running server, which holds the index."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from typer.testing import CliRunner

from copilot import wiring
from copilot.cli import reindex
from copilot.cli.console import BAD_USAGE, DONE
from copilot.cli.main import app
from copilot.cli.progress import Bar
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge.article import ArticleIn
from copilot.knowledge.flow import put_article
from copilot.search import outbox
from copilot.search.index import IndexInUseError
from tests.timing import limit


@pytest.fixture
def beside_a_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def opening(_settings: object, **_: Any) -> NoReturn:
        raise IndexInUseError("The search index in here is in use by another process.")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(wiring, "open_deps", opening)


@pytest.mark.usefixtures("beside_a_server")
def test_reindex_leaves_the_work_to_the_server() -> None:
    result = CliRunner().invoke(app, ["reindex", "--json"])
    assert result.exit_code == DONE
    assert json.loads(result.stdout) == {"reindexed": {}, "by_server": True}
    assert "A server is running on this data" in " ".join(result.stderr.split())


@pytest.mark.usefixtures("beside_a_server")
def test_reconcile_says_that_the_server_does_it_when_it_starts() -> None:
    result = CliRunner().invoke(app, ["reconcile"])
    assert result.exit_code == BAD_USAGE
    assert "repairs whenever it starts" in " ".join(result.stderr.split())


async def test_reindex_ends_when_the_server_has_indexed_everything(
    db: Database, tenant: TenantId
) -> None:
    for n in range(5):
        async with db.write() as session:
            body = ArticleIn(title="Page", body=f"About topic{n}.", language="en")
            await put_article(session, tenant, "kb", str(n), body)
    async with db.write() as session:
        claims = await outbox.claim(session, "server", limit=9, alone=True)
    async with db.write() as session:
        await outbox.clear(session, claims)
    core: Any = SimpleNamespace(db=db)
    with Bar() as bar:
        watching = asyncio.create_task(reindex._watched(core, [tenant], bar))
        async with asyncio.timeout(limit(30)):
            done = 0
            while done < 5:
                assert not watching.done()
                async with db.write() as session:
                    claims = await outbox.claim(session, "server", limit=2, alone=True)
                assert all(one.bulk for one in claims)
                async with db.write() as session:
                    await outbox.clear(session, claims)
                done += len(claims)
                await asyncio.sleep(0.01)
            assert await watching == {tenant: 5}
