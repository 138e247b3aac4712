"""Every route has a principal or stands on the public list; errors are documented."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from copilot.app import create_app
from copilot.settings import ServerConfig, Settings
from tests.service import Service

PUBLIC = {
    ("GET", "/health"),
    ("GET", "/ready"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/login/link/{token}"),
    ("POST", "/login/link/{token}"),
    ("POST", "/logout"),
    ("POST", "/locale"),
    ("GET", "/static/{version}/{path:path}"),
    ("GET", "/panel"),
    ("GET", "/panel/element.js"),
    ("GET", "/panel/allow"),
    ("POST", "/panel/allow"),
    ("POST", "/v1/panel/token"),
    ("GET", "/f/{token}"),
    ("POST", "/f/{token}"),
}
# These answer a visitor without a session with the way to the sign-in page.
PAGES = {
    ("GET", "/"),
    ("GET", "/c/{conversation_id}"),
    ("GET", "/calls"),
    ("GET", "/calls/{call_id}"),
    ("GET", "/knowledge"),
    ("GET", "/knowledge/{article_id}"),
    ("GET", "/settings"),
    ("GET", "/settings/{section}"),
}


def routes() -> Iterator[tuple[str, str]]:
    app = create_app(Settings(_env_file=None))  # type: ignore[call-arg]
    for route in _api_routes(app.routes):
        for method in sorted(route.methods - {"HEAD"}):
            yield method, route.path


def _api_routes(found: object) -> Iterator[APIRoute]:
    for route in found:  # type: ignore[attr-defined]
        if isinstance(route, APIRoute):
            yield route
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if inner is not None:
            yield from _api_routes(inner.routes)


ROUTES = sorted(set(routes()))


def test_routes_are_found() -> None:
    assert len(ROUTES) > 40
    assert set(ROUTES) >= PUBLIC | PAGES, "the lists name routes that are gone"
    assert all(path.startswith("/v1/") or path == "/metrics" for _, path in OTHERS)


OTHERS = set(ROUTES) - PUBLIC - PAGES
DOCS = ["/docs", "/openapi.json"]


@pytest.mark.parametrize("path", DOCS)
def test_docs_are_public_and_can_be_switched_off(path: str) -> None:
    shown = create_app(Settings(_env_file=None))  # type: ignore[call-arg]
    assert path in {getattr(route, "path", None) for route in shown.routes}
    hidden = create_app(Settings(_env_file=None, server=ServerConfig(docs=False)))  # type: ignore[call-arg]
    assert path not in {getattr(route, "path", None) for route in hidden.routes}


def test_nothing_else_is_mounted() -> None:
    """Only what is walked above answers: no mounted application, no websocket."""
    app = create_app(Settings(_env_file=None))  # type: ignore[call-arg]
    plain = {
        route.path for route in app.routes if isinstance(route, BaseRoute) and not _is_walked(route)
    }
    assert plain == set(DOCS)


def _is_walked(route: BaseRoute) -> bool:
    return bool(list(_api_routes([route])))


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_route_needs_a_principal(service: Service, method: str, path: str) -> None:
    if (method, path) in PUBLIC:
        return
    address = path.replace(":path}", "}").replace("{", "x").replace("}", "x")
    async with httpx.AsyncClient(base_url=service.url) as nobody:
        answer = await nobody.request(method, address)
        if (method, path) in PAGES:
            assert answer.status_code == 303
            assert answer.headers["location"] == "/login"
            return
        assert answer.status_code == 401, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"
        for wrong in (
            {"Authorization": "Bearer cpk_wrong"},
            {"Cookie": "copilot_session=wrong"},
            {"Idempotency-Key": "x"},
        ):
            assert (await nobody.request(method, address, headers=wrong)).status_code == 401
