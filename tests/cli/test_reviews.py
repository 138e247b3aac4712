"""``copilot reviews stats`` as a team lead uses it."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from copilot.cli.main import app
from copilot.kernel.db import Database, sqlite_url
from copilot.kernel.ids import TenantId
from tests.evals.export import desk


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_reviews_are_counted_for_people_and_programs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    made = run("keys", "create", "--tenant", "shop", "--scope", "admin", "--json")
    assert made.exit_code == 0, made.output
    database = next((tmp_path / "data").glob("*.db"))
    asyncio.run(_reviewed(database, TenantId(json.loads(made.stdout)["tenant"])))
    result = run("reviews", "stats", "--group-by", "article", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["total"]["reviews"], told["total"]["accepted_share"]) == (2, 0.5)
    (article,) = told["groups"]
    assert (article["label"], article["cited"], article["kept_share"]) == ("Returns", 2, 0.5)
    people = run("reviews", "stats", "--group-by", "article")
    assert "Returns" in people.output
    assert "50%" in people.output
    none = run("reviews", "stats", "--since", "2999-01-01", "--json")
    assert json.loads(none.stdout)["total"]["reviews"] == 0
    assert run("reviews", "stats", "--group-by", "weather").exit_code == 2


async def _reviewed(database: Path, tenant: TenantId) -> None:
    async with Database.open(sqlite_url(database)) as db:
        page = await desk.article(db, tenant, "Returns", "You have 30 days to return it.")
        for name, action in (("a", "accepted"), ("b", "rejected")):
            about = await desk.conversation(db, tenant, name, f"May I return {name}?")
            draft = await desk.draft(db, tenant, about, "You have 30 days.", cites=[page])
            await desk.review(db, tenant, draft, action)  # type: ignore[arg-type]
