"""A small application with the real middleware and the real auth service on a real database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Annotated, Any

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import Depends, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from copilot.auth.config import AuthConfig
from copilot.auth.http import require, router
from copilot.auth.idempotency import IdempotencyMiddleware
from copilot.auth.passwords import Passwords
from copilot.auth.principal import Principal
from copilot.auth.service import AuthService
from copilot.kernel.db import Database
from copilot.kernel.http import install_error_handlers
from copilot.kernel.ids import TenantId
from tests.auth.idempotent import Work, with_routes

SECRET = b"0123456789abcdef0123456789abcdef"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **span: float) -> None:
        self.time += timedelta(**span)


class WithDeps:
    """What a server does with the lifespan's state: each request gets its own copy."""

    def __init__(self, app: ASGIApp, deps: Any) -> None:
        self._app = app
        self._deps = deps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = {"deps": self._deps}
        await self._app(scope, receive, send)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def config() -> AuthConfig:
    return AuthConfig()


@pytest.fixture
async def auth(db: Database, clock: Clock, config: AuthConfig) -> AsyncIterator[AuthService]:
    service = AuthService(db, SECRET, config, now=clock)
    # Real argon2, only quick: what is tested here is not how long guessing takes.
    service._passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    yield service
    await service.close()


@pytest.fixture
async def acme(auth: AuthService) -> TenantId:
    return await auth.create_tenant("Acme")


@pytest.fixture
async def other(auth: AuthService) -> TenantId:
    return await auth.create_tenant("Other")


def build_app(**options: Any) -> FastAPI:
    app = FastAPI()
    app.include_router(router)

    @app.get("/v1/notes")
    async def read(
        principal: Annotated[Principal, Depends(require("conversations:read"))],
    ) -> dict[str, str]:
        return {"tenant": principal.tenant}

    @app.post("/v1/notes")
    async def write(
        principal: Annotated[Principal, Depends(require("conversations:write"))],
    ) -> dict[str, str]:
        return {"tenant": principal.tenant}

    install_error_handlers(app)
    app.add_middleware(IdempotencyMiddleware, **options)
    return app


def client_of(
    app: ASGIApp, auth: AuthService, db: Database, *, base_url: str = "http://copilot.test"
) -> httpx.AsyncClient:
    deps = SimpleNamespace(auth=auth, db=db)
    transport = httpx.ASGITransport(WithDeps(app, deps), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=base_url)


@pytest.fixture
async def client(auth: AuthService, db: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(build_app(), auth, db) as http:
        yield http


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
async def http(auth: AuthService, db: Database, work: Work) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(with_routes(build_app(), work), auth, db) as client:
        yield client


@pytest.fixture
async def mine(auth: AuthService, acme: TenantId) -> dict[str, str]:
    made = await auth.create_key(acme, "k", ["conversations:write", "conversations:read"])
    return bearer(made.secret) | {"Idempotency-Key": "one"}
