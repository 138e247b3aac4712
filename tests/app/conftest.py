"""A tenant with one of everything, and a client of it."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from tests.app.filling import fill
from tests.service import Credentials, Service


@pytest.fixture(scope="module")
def filled(service: Service) -> tuple[Credentials, dict[str, str]]:
    credentials = service.new_tenant()

    async def run() -> dict[str, str]:
        async with httpx.AsyncClient(
            base_url=service.url, headers=credentials.headers, timeout=60
        ) as client:
            return await fill(client, service, credentials.tenant)

    return credentials, asyncio.run(run())


@pytest.fixture
def ids(filled: tuple[Credentials, dict[str, str]]) -> dict[str, str]:
    """What to put for each path parameter."""
    return filled[1]


@pytest.fixture
def desk(service: Service, filled: tuple[Credentials, dict[str, str]]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, headers=filled[0].headers, timeout=20) as client:
        yield client
