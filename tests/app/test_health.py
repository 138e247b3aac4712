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
from copilot.health import http as health
from copilot.kernel.errors import ConfigurationError, UnavailableError
from copilot.knowledge.index_state import IndexState
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


class Database:
    engine = SimpleNamespace(dialect=SimpleNamespace(name="made"))

    async def ping(self) -> None:
        pass


class Counted:
    """The counts of an index, when told so."""

    def __init__(self, total: int = 3, largest: int = 2) -> None:
        self.may_count = asyncio.Event()
        self.may_count.set()
        self.failure: Exception | None = None
        self.sizes = (total, largest)
        self.fresh = False

    def read(self) -> Any:
        @asynccontextmanager
        async def session() -> AsyncIterator[Any]:
            async def execute(_statement: object) -> Any:
                return SimpleNamespace(one=lambda: self.sizes)

            yield SimpleNamespace(execute=execute)

        return session()

    async def count(self) -> int:
        await self.may_count.wait()
        if self.failure is not None:
            raise self.failure
        return self.sizes[0]


def parts(counted: Counted, *, kind: str = "edge", reranking: object = None) -> Any:
    state: Any = IndexState(counted, counted)  # type: ignore[arg-type]
    speech = {"engine": "made", "problem": None, "low_accuracy": False}
    return SimpleNamespace(
        db=Database(),
        searcher=SimpleNamespace(state=state),
        settings=SimpleNamespace(index=SimpleNamespace(kind=kind)),
        embedding=SimpleNamespace(ready=True, name="made", error=None),
        reranking=reranking,
        speech=SimpleNamespace(describe=lambda: speech),
        chat=None,
    )


@asynccontextmanager
async def asked(deps: Any) -> AsyncIterator[Callable[[], Any]]:
    @asynccontextmanager
    async def opening(settings: Settings) -> AsyncIterator[Any]:
        yield deps

    async with serving(opening) as client:

        async def ready() -> dict[str, Any]:
            answer = await client.get("/ready")
            assert answer.status_code == 200, answer.text
            told: dict[str, Any] = answer.json()
            return told

        async with asyncio.timeout(30):
            while (await client.get("/ready")).status_code != 200:
                await asyncio.sleep(0.01)
        yield ready


@pytest.mark.parametrize(
    ("kind", "total", "largest", "told"),
    [
        ("edge", 200_000, 20_000, "200000 passages"),
        ("edge", 20_002, 20_001, "one tenant has over 20000"),
        ("edge", 200_001, 5, "set COPILOT_INDEX__KIND=server"),
        ("server", 999_999, 999_999, "999999 passages"),
    ],
)
async def test_an_index_that_has_become_too_large_is_told(
    kind: str, total: int, largest: int, told: str
) -> None:
    async with asked(parts(Counted(total, largest), kind=kind)) as ready:
        index = (await ready())["engines"]["index"]
    assert index["ready"] is True
    assert told in index["detail"]
    assert ("COPILOT_INDEX__KIND" in index["detail"]) == (kind == "edge" and total != 200_000)


async def test_an_index_that_takes_long_to_count_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "_COUNT_S", 0.02)
    counted = Counted()
    counted.may_count.clear()
    async with asked(parts(counted)) as ready:
        first = await ready()
        assert first["engines"]["index"]["ready"] is True
        assert first["engines"]["index"]["detail"] == "loading: not counted yet"
        assert first["degraded"] == []
        counted.may_count.set()
        async with asyncio.timeout(30):
            while (told := await ready())["engines"]["index"]["detail"] != "3 passages":
                await asyncio.sleep(0.01)
        assert told["degraded"] == []
        # Counting anew takes long: what was counted last is told.
        counted.may_count.clear()
        counted.sizes = (7, 7)
        assert (await ready())["engines"]["index"]["detail"] == "3 passages"
        # It failed at last: that is told while the next count goes on.
        counted.failure = UnavailableError("The search index failed.")
        counted.may_count.set()
        async with asyncio.timeout(30):
            while (told := await ready())["engines"]["index"]["ready"]:
                await asyncio.sleep(0.01)
        assert told["degraded"] == ["full_text_only"]
        counted.may_count.clear()
        assert (await ready())["engines"]["index"]["ready"] is False
        counted.failure = None
        counted.may_count.set()
        async with asyncio.timeout(30):
            while not (told := await ready())["engines"]["index"]["ready"]:
                await asyncio.sleep(0.01)
        assert told["engines"]["index"]["detail"] == "7 passages"


@pytest.mark.parametrize(
    ("loaded", "error"),
    [(True, None), (False, None), (False, "no such folder"), (True, "resting: too slow")],
)
async def test_a_reranker_is_told_and_never_needed(loaded: bool, error: str | None) -> None:
    reranking = SimpleNamespace(ready=loaded, name="made", error=error)
    async with asked(parts(Counted(), reranking=reranking)) as ready:
        told = await ready()
    well = loaded and error is None
    assert told["ready"] is True
    assert told["engines"]["reranker"] == {"ready": well, "engine": "made", "detail": error}
    assert told["degraded"] == ([] if well else ["no_reranking"])


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
