"""Alive, ready, measured."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from copilot.app import create_app
from copilot.kernel.errors import ConfigurationError
from copilot.settings import Settings
from copilot.wiring import open_core
from tests.service import Service


async def test_health(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health", headers={"Authorization": ""})
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_ready_names_every_engine(client: httpx.AsyncClient) -> None:
    answer = await client.get("/ready")
    assert answer.status_code == 200, answer.text
    assert answer.json()["degraded"] == []
    assert answer.json()["detail"] is None
    engines = answer.json()["engines"]
    assert set(engines) == {"database", "index", "embedder", "speech", "llm"}
    assert engines["llm"]["engine"] == "none"
    assert engines["database"]["engine"] == "sqlite"


async def test_metrics_are_for_admins(client: httpx.AsyncClient, service: Service) -> None:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert "copilot_index_outbox" in answer.text
    assert "copilot_searches_total" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    reader = service.new_tenant(scopes=("conversations:read",))
    assert (await client.get("/metrics", headers=reader.headers)).status_code == 403
    assert (await client.get("/metrics", headers={"Authorization": "Bearer x"})).status_code == 401


async def test_alive_while_the_parts_are_still_coming() -> None:
    never = asyncio.Event()

    @asynccontextmanager
    async def opening(settings: Settings) -> AsyncIterator[Any]:
        await never.wait()
        yield None

    async with serving(opening) as client:
        assert (await client.get("/health")).status_code == 200
        ready = await client.get("/ready")
        assert ready.status_code == 503
        assert ready.json()["engines"]["service"]["detail"] == "starting"
        never.set()


async def test_parts_that_cannot_be_opened() -> None:
    told: list[BaseException] = []

    @asynccontextmanager
    async def opening(settings: Settings) -> AsyncIterator[Any]:
        raise ConfigurationError("The disk has the secret word xyzzy.")
        yield

    async with serving(opening, told.append) as client:
        await asyncio.sleep(0)
        assert (await client.get("/health")).status_code == 200
        ready = await client.get("/ready")
        assert ready.status_code == 503
        answer = await client.get("/v1/me")
        assert answer.status_code == 503
        assert answer.json()["code"] == "unavailable"
        assert "xyzzy" not in ready.text + answer.text, "the log is the place for it"
    assert [type(one) for one in told] == [ConfigurationError]


async def test_it_can_be_stopped_while_a_part_does_not_open() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def opening(settings: Settings) -> AsyncIterator[Any]:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        yield None

    async with asyncio.timeout(30), serving(opening) as client:
        await begun.wait()
        assert (await client.get("/ready")).status_code == 503
    assert ended.is_set()


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "one"}])
async def test_a_database_that_is_down_is_told_as_such(key: dict[str, str]) -> None:
    class Down:
        async def principal_for_key(self, text: str) -> None:
            raise OperationalError("SELECT", {}, ConnectionError("db.internal refused"))

    @asynccontextmanager
    async def opening(settings: Settings) -> AsyncIterator[Any]:
        yield SimpleNamespace(auth=Down())

    headers = {"Authorization": "Bearer x", **key}
    async with serving(opening) as client:
        for method, path in (("GET", "/v1/me"), ("POST", "/v1/search")):
            answer = await client.request(method, path, headers=headers)
            assert answer.status_code == 503
            assert answer.json()["request_id"] == answer.headers["x-request-id"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert int(answer.headers["retry-after"]) > 0
            assert "db.internal" not in answer.text


async def test_the_last_use_of_a_key_is_noted_before_the_database_closes(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]
    async with open_core(settings) as core:
        tenant = await core.auth.create_tenant("Acme")
        made = await core.auth.create_key(tenant, "k", ["admin"])
        await core.auth.principal_for_key(made.secret)
    async with open_core(settings) as core:
        assert (await core.auth.keys(tenant)).items[0].last_used_at is not None


@asynccontextmanager
async def serving(
    opening: Any, on_failure: Callable[[BaseException], None] | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(_env_file=None), open_deps=opening, on_failure=on_failure)  # type: ignore[call-arg]
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, "state": dict(state)}, receive, send)

        transport = httpx.ASGITransport(with_state)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client
