import logging
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from sqlalchemy.exc import OperationalError

from copilot.kernel.errors import NotFoundError
from copilot.kernel.http import install_error_handlers
from copilot.kernel.request_id import RequestIdMiddleware
from copilot.kernel.security_headers import SecurityHeadersMiddleware
from copilot.kernel.telemetry import request_id_var


@pytest.fixture
async def client() -> Any:
    app = FastAPI()
    log = logging.getLogger("tests.request_id")

    @app.get("/ok")
    async def ok(request: Request) -> dict[str, str | None]:
        log.warning("served %s", request_id_var.get())
        return {"state": request.state.request_id, "context": request_id_var.get()}

    @app.get("/missing")
    async def missing() -> None:
        raise NotFoundError("Not there.")

    @app.get("/surrogate")
    async def surrogate() -> None:
        raise NotFoundError("There is no \ud800.")

    @app.get("/locked")
    async def locked() -> None:
        raise OperationalError("UPDATE secret details", {}, Exception("database is locked"))

    @app.get("/fault")
    async def fault() -> None:
        raise RuntimeError("secret details")

    install_error_handlers(app)
    app.add_middleware(SecurityHeadersMiddleware)
    app.add_middleware(RequestIdMiddleware)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        yield http


async def test_a_harmless_id_is_taken_over(client: httpx.AsyncClient) -> None:
    answer = await client.get("/ok", headers={"X-Request-Id": "trace-1.a_B"})
    assert answer.headers["x-request-id"] == "trace-1.a_B"
    assert answer.json() == {"state": "trace-1.a_B", "context": "trace-1.a_B"}
    assert request_id_var.get() is None


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"x" * 65,
        b"a\x1b[31mred",
        b"id level=error message=fake",
        b'"},{"level":"error"',
        b"a\tb",
        "näin".encode(),
        b"-rf",
        b"%0d%0aX: y",
        b"<script>",
    ],
)
async def test_anything_else_is_replaced(
    client: httpx.AsyncClient, given: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await client.get("/ok", headers=[(b"x-request-id", given)])
    assert answer.headers["x-request-id"].startswith("req_")
    assert answer.json()["context"] == answer.headers["x-request-id"]
    line = next(record for record in caplog.records if record.name == "tests.request_id")
    assert line.getMessage() == f"served {answer.headers['x-request-id']}"


async def test_every_request_has_its_own(client: httpx.AsyncClient) -> None:
    ids = {(await client.get("/ok")).headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.parametrize(
    ("path", "status"),
    [("/missing", 404), ("/none", 404), ("/surrogate", 404), ("/locked", 503), ("/fault", 500)],
)
async def test_errors_carry_it_and_the_security_headers(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "secret details" not in answer.text
    assert ("retry-after" in answer.headers) == (status == 503)
