"""Imports of articles: resumable, and nothing of the file is kept."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from copilot.conversations.errors import UnreadableFileError
from copilot.jobs.imports import Import
from copilot.kernel.blobs_obstore import BlobsConfig, ObstoreBlobs
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge import imports, store
from copilot.knowledge.errors import ArticleImportNotFoundError, UnreadableArticlesError
from tests.importing import Context, CrashError, WaitingQueue, in_chunks


@pytest.fixture
async def blobs(tmp_path: Path) -> AsyncIterator[ObstoreBlobs]:
    async with ObstoreBlobs.open(BlobsConfig(), folder=tmp_path / "blobs") as opened:
        yield opened


async def upload(
    db: Database, blobs: ObstoreBlobs, tenant: TenantId, name: str, content: bytes
) -> Context:
    queue = WaitingQueue()
    accepted = await imports.accept_upload(db, blobs, queue, tenant, name, in_chunks(content))
    assert queue.waiting == [("import_articles", accepted.id, accepted.job_id)]
    return Context(tenant, accepted.id)


async def told(db: Database, context: Context) -> Import:
    async with db.read() as session:
        return await imports.get_import(session, context.tenant, context.subject_id)


async def test_an_import_dies_anywhere_and_stores_everything_once(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, tmp_path: Path
) -> None:
    rows = [json.dumps({"external_id": str(n), "title": f"T{n}", "body": "x"}) for n in range(50)]
    content = "\n".join([*rows, "{broken"]).encode()
    context = await upload(db, blobs, tenant, "articles.jsonl", content)
    run = imports.import_handler(db, blobs)
    for _ in range(10):
        context.steps_left = 1
        try:
            await run(context)
        except CrashError:
            continue
        break
    result = await told(db, context)
    assert (result.found, result.stored, len(result.faults)) == (51, 50, 1)
    assert "not a JSON object" in result.faults.values()
    assert result.finished_at is not None
    assert context.shares[-1] == 1
    async with db.read() as session:
        page = await store.list_articles(session, tenant, visibility=None, limit=100, cursor=None)
    assert len(page.items) == 50
    assert not [one for one in (tmp_path / "blobs").rglob("*") if one.is_file()]


async def test_what_holds_no_articles_is_refused_and_not_kept(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, tmp_path: Path
) -> None:
    for name, content in (("a.md", b""), ("a.exe", b"MZ")):
        with pytest.raises(UnreadableArticlesError):
            await upload(db, blobs, tenant, name, content)
    context = await upload(db, blobs, tenant, "a.zip", b"no archive")
    with pytest.raises(UnreadableFileError):
        await imports.import_handler(db, blobs)(context)
    assert not [one for one in (tmp_path / "blobs").rglob("*") if one.is_file()]


async def test_no_tenant_sees_anothers(db: Database, tenant: TenantId, blobs: ObstoreBlobs) -> None:
    context = await upload(db, blobs, tenant, "a.md", b"# Kettle")
    async with db.read() as session:
        with pytest.raises(ArticleImportNotFoundError):
            await imports.get_import(session, TenantId("ten_other"), context.subject_id)


async def test_an_uploaded_export_tells_what_it_left_out_after_what_is_wrong(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs
) -> None:
    article = {"title": "Returns", "body": "<p>30 days</p>", "locale": "en-us"}
    rows = [{**article, "id": number, "draft": True} for number in range(250)]
    rows += [{**article, "id": 900}, {**article, "id": "x"}]
    content = json.dumps({"articles": rows}).encode()
    context = await upload(db, blobs, tenant, "export.json", content)
    await imports.import_handler(db, blobs)(context)
    result = await told(db, context)
    assert (result.found, result.stored, len(result.faults)) == (252, 1, 200)
    place, fault = next(iter(result.faults.items()))
    assert (place, fault) == ("export.json, articles 252", "id: a number is wanted")
    assert result.faults["export.json, articles 1"] == "skipped: a draft"
    async with db.read() as session:
        stored = await store.find_article(session, tenant, "zendesk", "900/en-US")
    assert (stored.text, stored.language) == ("30 days", "en-US")
