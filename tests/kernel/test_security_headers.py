import httpx
import pytest
from fastapi import FastAPI, Response

from copilot.kernel.errors import ConfigurationError
from copilot.kernel.security_headers import SecurityHeadersMiddleware


def client(**options: object) -> httpx.AsyncClient:
    app = FastAPI()

    @app.get("/page")
    @app.get("/v1/thing")
    async def thing() -> dict[str, str]:
        return {}

    @app.get("/v1/own")
    async def own() -> Response:
        return Response(headers={"Cache-Control": "private, max-age=60", "X-Frame-Options": "X"})

    app.add_middleware(SecurityHeadersMiddleware, **options)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x")


async def test_pages_are_locked_down() -> None:
    async with client() as http:
        headers = (await http.get("/page")).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"


async def test_personal_data_is_not_cached_unless_a_route_says_so() -> None:
    async with client() as http:
        assert (await http.get("/v1/thing")).headers["cache-control"] == "no-store"
        own = (await http.get("/v1/own")).headers
    assert own["cache-control"] == "private, max-age=60"
    assert own["x-frame-options"] == "X"


async def test_a_helpdesk_may_show_our_pages_when_named() -> None:
    async with client(
        frame_ancestors=["https://acme.zendesk.com", "https://*.example.com"]
    ) as http:
        headers = (await http.get("/page")).headers
    assert (
        "frame-ancestors https://acme.zendesk.com https://*.example.com"
        in headers["content-security-policy"]
    )
    assert "x-frame-options" not in headers


@pytest.mark.parametrize("origin", ["https://a; script-src *", "a b", "", "https://a\r\nX: y"])
def test_an_origin_cannot_change_the_policy(origin: str) -> None:
    with pytest.raises(ConfigurationError):
        SecurityHeadersMiddleware(FastAPI(), frame_ancestors=[origin])
