"""The routes of jobs, on the real queue and the real access checks."""

import asyncio
import json
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from copilot.auth.service import AuthService
from copilot.jobs import store
from copilot.jobs.dbos_queue import DbosQueue
from copilot.jobs.http import job_changes, router
from copilot.jobs.queue import JobContext
from copilot.kernel.db import Database
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.http import install_error_handlers
from copilot.kernel.ids import TenantId
from tests.jobs.conftest import OpenQueue, ended


class WithDeps:
    """What a server does with the lifespan's state."""

    def __init__(self, app: ASGIApp, deps: Any) -> None:
        self._app = app
        self._deps = deps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = {"deps": self._deps, "stopping": asyncio.Event()}
        await self._app(scope, receive, send)


class Setting:
    """The application, its queue, and a lever that lets its jobs go on."""

    def __init__(self, db: Database, queue: DbosQueue, auth: AuthService) -> None:
        self.db = db
        self.queue = queue
        self.auth = auth
        self.go_on = asyncio.Event()
        app = FastAPI()
        app.include_router(router)
        install_error_handlers(app)
        deps = SimpleNamespace(db=db, queue=queue, auth=auth)
        self._transport = httpx.ASGITransport(WithDeps(app, deps))

    async def client(self, tenant: TenantId, *scopes: Any) -> httpx.AsyncClient:
        made = await self.auth.create_key(tenant, "test", list(scopes))
        return httpx.AsyncClient(
            transport=self._transport,
            base_url="http://test",
            headers={"Authorization": f"Bearer {made.secret}"},
        )


@pytest.fixture
async def setting(db: Database, open_queue: OpenQueue) -> AsyncIterator[Setting]:
    async def waits(context: JobContext) -> None:
        async def work() -> None:
            for _ in range(2000):
                if made.go_on.is_set():
                    return
                await asyncio.sleep(0.02)
                await context.progress(0.5)

        await context.step("wait", work)

    async def fails(_context: JobContext) -> None:
        raise InvalidInputError("The file is empty.")

    async with open_queue({"call": waits, "import": fails}) as queue:
        made = Setting(db, queue, AuthService(db, b"0123456789abcdef0123456789abcdef"))
        yield made
        made.go_on.set()


async def test_jobs_are_shown_cancelled_and_run_again(setting: Setting) -> None:
    tenant = await setting.auth.create_tenant("Kettles")
    async with await setting.client(tenant, "conversations:read", "conversations:write") as api:
        job_id = await setting.queue.enqueue(tenant, "call", "cal_1")
        shown = (await api.get(f"/v1/jobs/{job_id}")).json()
        assert shown["id"] == job_id
        assert (shown["kind"], shown["subject_id"], shown["error"]) == ("call", "cal_1", None)

        cancelled = await api.post(f"/v1/jobs/{job_id}/cancel")
        assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
        setting.go_on.set()
        again = await api.post(f"/v1/jobs/{job_id}/retry")
        assert again.status_code == 200
        assert again.json()["status"] in {"queued", "running", "succeeded"}
        assert (await ended(setting.db, tenant, job_id)).status == "succeeded"
        refused = await api.post(f"/v1/jobs/{job_id}/retry")
        assert (refused.status_code, refused.json()["code"]) == (409, "job_not_retryable")
        refused = await api.post(f"/v1/jobs/{job_id}/cancel")
        assert (refused.status_code, refused.json()["code"]) == (409, "job_finished")
        missing = await api.get("/v1/jobs/job_nonsense")
        assert (missing.status_code, missing.json()["code"]) == (404, "job_not_found")


async def test_lists_are_filtered_and_paged(setting: Setting) -> None:
    tenant = await setting.auth.create_tenant("Kettles")
    async with await setting.client(tenant, "conversations:read") as api:
        jobs = [await setting.queue.enqueue(tenant, "import", str(n)) for n in range(5)]
        for job_id in jobs:
            await ended(setting.db, tenant, job_id)
        seen: list[str] = []
        query: dict[str, Any] = {"limit": 2, "status": "failed", "kind": "import"}
        while True:
            page = (await api.get("/v1/jobs", params=query)).json()
            seen += [job["id"] for job in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert seen == sorted(jobs, reverse=True)
        assert page["items"][0]["error"]["detail"] == "The file is empty."
        assert (await api.get("/v1/jobs?status=succeeded")).json()["items"] == []
        assert (await api.get("/v1/jobs?kind=call")).json()["items"] == []
        for wrong in ("status=lost", "limit=0", "limit=101", "cursor=xx"):
            assert (await api.get(f"/v1/jobs?{wrong}")).status_code == 422
        assert (await api.get("/v1/jobs?kind=%00")).status_code == 200


async def test_scopes_and_tenants_are_kept_apart(setting: Setting) -> None:
    tenant = await setting.auth.create_tenant("Kettles")
    other = await setting.auth.create_tenant("Teapots")
    setting.go_on.set()
    job_id = await setting.queue.enqueue(tenant, "call", "cal_1")
    await ended(setting.db, tenant, job_id)
    async with await setting.client(tenant, "conversations:read") as reader:
        assert (await reader.post(f"/v1/jobs/{job_id}/cancel")).status_code == 403
        reader.headers.pop("Authorization")
        assert (await reader.get("/v1/jobs")).status_code == 401
    async with await setting.client(other, "admin") as stranger:
        assert (await stranger.get("/v1/jobs")).json()["items"] == []
        for method, path in (
            ("GET", ""),
            ("GET", "/events"),
            ("POST", "/cancel"),
            ("POST", "/retry"),
        ):
            answer = await stranger.request(method, f"/v1/jobs/{job_id}{path}")
            assert answer.json()["code"] == "job_not_found"


async def test_events_tell_of_every_change_until_the_end(setting: Setting) -> None:
    tenant = await setting.auth.create_tenant("Kettles")
    async with await setting.client(tenant, "conversations:read") as api:
        job_id = await setting.queue.enqueue(tenant, "call", "cal_1")
        asyncio.get_running_loop().call_later(0.8, setting.go_on.set)
        answer = await api.get(f"/v1/jobs/{job_id}/events", timeout=30)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [block.splitlines() for block in answer.text.strip().split("\n\n")]
    assert {lines[0] for lines in events} == {"event: job"}
    jobs = [json.loads(lines[1].removeprefix("data: ")) for lines in events]
    assert jobs[-1]["status"] == "succeeded"
    assert jobs[0]["status"] in {"queued", "running"}
    assert len(jobs) >= 2


async def test_a_quiet_stream_says_that_it_is_alive_and_ends_with_a_forgotten_job(
    db: Database, tenant: TenantId
) -> None:
    async with db.write() as session:
        job_id = await store.add(session, tenant, "call", "cal_1")
        first = await store.get(session, tenant, job_id)
    going_on = asyncio.Event()
    stream = job_changes(db, tenant, first, going_on, look_every_s=0.02, heartbeat_s=0.1)
    assert (await anext(stream)).startswith("event: job\n")
    assert await anext(stream) == ": still here\n\n"
    async with db.write() as session:
        await store.delete(session, tenant, job_id)
    assert [rest async for rest in stream if not rest.startswith(":")] == []


async def test_a_stream_ends_when_the_server_is_asked_to(db: Database, tenant: TenantId) -> None:
    async with db.write() as session:
        job_id = await store.add(session, tenant, "call", "cal_1")
        first = await store.get(session, tenant, job_id)
    stop = asyncio.Event()
    stream = job_changes(db, tenant, first, stop, look_every_s=3600)
    assert (await anext(stream)).startswith("event: job\n")
    asyncio.get_running_loop().call_later(0.1, stop.set)
    async with asyncio.timeout(60):
        assert [one async for one in stream] == []
