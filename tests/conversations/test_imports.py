"""Imports: accepted with their job, resumable, never half told."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from copilot.conversations import files, imports, store
from copilot.conversations.errors import UnreadableFileError
from copilot.conversations.files import Entry
from copilot.conversations.imports import import_handler
from copilot.jobs import store as jobs
from copilot.jobs.imports import Import
from copilot.jobs.tables import JobRow
from copilot.kernel.blobs_obstore import BlobsConfig, ObstoreBlobs
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.errors import NotFoundError
from copilot.kernel.ids import TenantId
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
    assert queue.waiting == [("import_conversations", accepted.id, accepted.job_id)]
    async with db.read() as session:
        assert (await jobs.get(session, tenant, accepted.job_id)).status == "queued"
    return Context(tenant, accepted.id)


async def told(db: Database, context: Context) -> Import:
    async with db.read() as session:
        return await imports.get_import(session, context.tenant, context.subject_id)


def lines(number: int) -> bytes:
    rows = []
    for n in range(number):
        message = {"external_id": "m", "author": {"role": "customer"}, "text": f"Talk {n}"}
        message["sent_at"] = "2026-03-01T08:00:00Z"
        talk = {"source": "desk", "external_id": str(n), "channel": "chat", "messages": [message]}
        rows.append(json.dumps(talk))
    return "\n".join(rows).encode()


async def test_an_import_dies_anywhere_and_stores_everything_once(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs
) -> None:
    context = await upload(db, blobs, tenant, "talks.jsonl", lines(90) + b"\n{broken\n")
    run = import_handler(db, blobs)
    for _ in range(10):
        context.steps_left = 1
        try:
            await run(context)
        except CrashError:
            continue
        break
    result = await told(db, context)
    assert (result.found, result.stored, list(result.faults)) == (91, 90, ["line 91"])
    assert result.finished_at is not None
    assert context.shares[-1] == 1
    async with db.read() as session:
        page = await store.find(session, tenant, limit=100)
    assert len(page.items) == 90
    with pytest.raises(NotFoundError):
        await blobs.size(f"{tenant}/imports/{context.subject_id}")
    await run(context)
    assert await told(db, context) == result


async def test_a_step_that_ran_twice_changes_nothing(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs
) -> None:
    context = await upload(db, blobs, tenant, "talks.jsonl", lines(30))
    again = Context(tenant, context.subject_id)
    context.steps_left = 1
    with pytest.raises(CrashError):
        await import_handler(db, blobs)(context)
    await import_handler(db, blobs)(again)
    result = await told(db, again)
    assert (result.found, result.stored, result.faults) == (30, 30, {})


async def test_an_empty_or_unknown_file_is_refused_and_not_kept(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, tmp_path: Path
) -> None:
    for name, content in (("a.eml", b""), ("a.exe", b"MZ"), ("", b"x")):
        with pytest.raises(UnreadableFileError):
            await upload(db, blobs, tenant, name, content)
    assert not [one for one in (tmp_path / "blobs").rglob("*") if one.is_file()]


async def test_a_file_name_is_only_a_name(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs
) -> None:
    context = await upload(db, blobs, tenant, "..\\..\\x/../talks\x00.jsonl", lines(1))
    assert (await told(db, context)).filename == "talks.jsonl"


async def test_one_that_died_after_its_last_word_keeps_no_file(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = await upload(db, blobs, tenant, "talks.jsonl", lines(3))

    async def die(name: str) -> None:
        raise CrashError

    with monkeypatch.context() as patched:
        patched.setattr(blobs, "delete", die)
        with pytest.raises(CrashError):
            await import_handler(db, blobs)(context)
    done = await told(db, context)
    assert done.finished_at is not None
    await import_handler(db, blobs)(context)
    assert await told(db, context) == done
    with pytest.raises(NotFoundError):
        await blobs.size(f"{tenant}/imports/{context.subject_id}")


async def test_a_file_that_can_never_be_read_is_not_kept(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, tmp_path: Path
) -> None:
    context = await upload(db, blobs, tenant, "mails.zip", b"Anna's words, in no archive")
    with pytest.raises(UnreadableFileError):
        await import_handler(db, blobs)(context)
    assert not [one for one in (tmp_path / "blobs").rglob("*") if one.is_file()]
    with pytest.raises(NotFoundError, match=r"'mails.zip' is not kept any more: upload it again"):
        await import_handler(db, blobs)(context)


async def test_a_file_that_could_not_be_noted_is_not_kept(
    db: Database,
    tenant: TenantId,
    blobs: ObstoreBlobs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*args: object, **more: object) -> str:
        raise CrashError

    monkeypatch.setattr(jobs, "release", fail)
    with pytest.raises(CrashError):
        await upload(db, blobs, tenant, "talks.jsonl", lines(3))
    assert not [one for one in (tmp_path / "blobs").rglob("*") if one.is_file()]


async def test_a_file_whose_upload_was_cut_off_is_removed(
    db: Database,
    tenant: TenantId,
    blobs: ObstoreBlobs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*args: object, **more: object) -> str:
        raise asyncio.CancelledError  # as when the process is told to go

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "release", fail)
        with pytest.raises(asyncio.CancelledError):
            await upload(db, blobs, tenant, "talks.jsonl", lines(3))
    (kept,) = [one for one in (tmp_path / "blobs").rglob("*") if one.is_file()]
    async with db.read() as session:
        (job,) = (await jobs.find(session, tenant)).items
        waiting = await session.scalar(select(JobRow.run_after))
    assert waiting is not None
    assert waiting > now() + timedelta(hours=23), "a slow upload is not taken for a cut off one"
    with pytest.raises(NotFoundError):
        await import_handler(db, blobs)(Context(tenant, kept.name))
    assert job.kind == imports.KIND
    assert not kept.exists()


async def test_faults_of_one_place_are_counted_one_by_one(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def same(*args: object, **more: object) -> Iterator[Entry]:
        return iter([Entry("Kettle", fault="too long"), Entry("Kettle", fault="too short")])

    monkeypatch.setattr(imports, "read_conversations", same)
    context = await upload(db, blobs, tenant, "mails.mbox", b"x")
    await import_handler(db, blobs)(context)
    result = await told(db, context)
    assert (result.found, result.stored, list(result.faults)) == (2, 0, ["Kettle"])


async def test_a_large_file_is_read_bit_by_bit(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more of it is in memory than a step stores."""
    read = files.read_conversations
    ahead: list[int] = []
    stored = 0

    def counted(*args: Any, **more: Any) -> Iterator[Entry]:
        for number, entry in enumerate(read(*args, **more)):
            ahead.append(number - stored)
            yield entry

    class Counting(Context):
        async def progress(self, share: float) -> None:
            nonlocal stored
            stored += 20

    monkeypatch.setattr(imports, "read_conversations", counted)
    content = b'{"channel": "chat"}\n' * 200
    context = await upload(db, blobs, tenant, "talks.jsonl", content)
    await import_handler(db, blobs)(Counting(tenant, context.subject_id))
    counting, storing = ahead[:200], ahead[200:]
    assert len(counting) == len(storing) == 200
    assert max(storing) < 20
