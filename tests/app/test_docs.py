"""The page about the API: all of it, without a script of others and without the network."""

import re

import httpx

from copilot.kernel.security_headers import _POLICY
from tests.app.refusing import DOCUMENT, OPERATIONS
from tests.service import Service


async def test_every_operation_and_schema_is_described(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.url) as nobody:
        answer = await nobody.get("/docs")
    assert answer.status_code == 200
    for method, path, operation in OPERATIONS:
        assert f"<b>{method}</b> {path}" in answer.text
        assert f'id="{operation["operationId"]}"' in answer.text
    for name in DOCUMENT["components"]["schemas"]:
        assert f'id="schema-{name}"' in answer.text
    linked = set(re.findall(r'href="#([^"]+)"', answer.text))
    there = set(re.findall(r'\bid="([^"]+)"', answer.text))
    assert linked <= there


async def test_nothing_comes_from_elsewhere(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.url) as nobody:
        answer = await nobody.get("/docs")
        assert answer.headers["content-security-policy"].startswith(_POLICY)
        loaded = re.findall(r'(?:src|href)="([^"#]+)"', answer.text)
        assert not [one for one in loaded if not one.startswith("/") or one.startswith("//")]
        for address in loaded:
            assert (await nobody.get(address)).status_code in {200, 303}, address
    assert "<script>" not in answer.text
