"""Imports: accepted with their job, resumable, never half told."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from copilot.conversations import imports, store
from copilot.conversations.errors import UnreadableFileError
from copilot.conversations.imports import Import, import_handler
from copilot.jobs import store as jobs
from copilot.jobs.queue import Json, QueueName
from copilot.kernel.blobs_obstore import BlobsConfig, ObstoreBlobs
from copilot.kernel.db import Database
from copilot.kernel.errors import NotFoundError
from copilot.kernel.ids import TenantId

Result = TypeVar("Result", bound=Json)


class CrashError(Exception):
    """The process dies."""


class Context:
    """A job context that remembers finished steps and can die after one of them."""

    def __init__(self, tenant: TenantId, subject_id: str) -> None:
        self.job_id, self.tenant, self.subject_id = "job_1", tenant, subject_id
        self.done: dict[str, Json] = {}
        self.shares: list[float] = []
        self.steps_left = 1_000

    async def step(self, name: str, work: Callable[[], Awaitable[Result]]) -> Result:
        if name not in self.done:
            if self.steps_left == 0:
                raise CrashError
            self.steps_left -= 1
            self.done[name] = await work()
        return self.done[name]  # type: ignore[return-value]

    async def progress(self, share: float) -> None:
        self.shares.append(share)


class WaitingQueue:
    """A queue that only takes note."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, str, str | None]] = []

    async def enqueue(
        self,
        tenant: TenantId,
        kind: str,
        subject_id: str,
        *,
        queue: QueueName = "interactive",
        job_id: str | None = None,
    ) -> str:
        self.waiting.append((kind, subject_id, job_id))
        return job_id or ""

    async def cancel(self, tenant: TenantId, job_id: str) -> None: ...

    async def retry(self, tenant: TenantId, job_id: str) -> None: ...


@pytest.fixture
async def blobs(tmp_path: Path) -> AsyncIterator[ObstoreBlobs]:
    async with ObstoreBlobs.open(BlobsConfig(), folder=tmp_path / "blobs") as opened:
        yield opened


async def upload(
    db: Database, blobs: ObstoreBlobs, tenant: TenantId, name: str, content: bytes
) -> Context:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 1000):
            yield content[start : start + 1000]

    queue = WaitingQueue()
    accepted = await imports.accept_upload(db, blobs, queue, tenant, name, chunks())
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
