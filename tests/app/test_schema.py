"""Schemathesis over the OpenAPI document: no server error, no answer that breaks the schema."""

import asyncio
import hashlib
from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.app.filling import fill, ids_for, settled
from tests.app.refusing import DOCUMENT
from tests.app.refusing import OPERATIONS as LISTED
from tests.service import Credentials, Service

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
KEY = "Idempotency-Key"
PROBLEM = {"$ref": "#/components/schemas/Problem"}

# The document needs no running service, so each operation is a test of its own.
schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.config.generation = GenerationConfig(deterministic=True)
OPERATIONS = {(method, path): operation for method, path, operation in LISTED}


class Filled(NamedTuple):
    """A tenant with one of everything: its key, the value of each path parameter, the answers."""

    credentials: Credentials
    ids: dict[str, str]
    answers: list[httpx.Response]


@pytest.fixture(scope="module")
def kept(service: Service) -> Filled:
    return _filled(service)


@pytest.fixture(scope="module")
def doomed(service: Service) -> Filled:
    """What DELETE may take away without leaving nothing for the others."""
    return _filled(service)


@pytest.fixture(scope="module")
def connection() -> Iterator[requests.Session]:
    with requests.Session() as made:
        yield made


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_api_keeps_its_schema(
    case: schemathesis.Case,
    service: Service,
    kept: Filled,
    doomed: Filled,
    connection: requests.Session,
) -> None:
    filled = doomed if case.method == "DELETE" else kept
    digest = hashlib.sha256(repr((case.path_parameters, case.query, case.body)).encode()).digest()
    _use_what_is_there(case, ids_for(case.operation.path, filled.ids), digest[0])
    if case.operation.path.endswith(("/summary/events", "/conversations/events")):
        # It goes on for ever unless it is told how long.
        case.query = {**(case.query or {}), "seconds": 0.2}
    headers = dict(filled.credentials.headers)
    if digest[1] & 1:
        headers["Accept"] = "text/event-stream"
    if case.operation.path.endswith("/audio") and digest[3] & 1:
        headers["Range"] = "bytes=100-199"
    # Hypothesis likes short keys, and a key used twice ends in 409 before anything happens.
    if digest[2] & 7 and case.headers:
        case.headers.pop(KEY, None)
    case.call_and_validate(
        base_url=service.url, session=connection, headers=headers, checks=CHECKS, timeout=60
    )


def _use_what_is_there(case: schemathesis.Case, ids: dict[str, str], chance: int) -> None:
    # Made-up ids end in 404 before anything happens: half of the cases get one that exists.
    for number, name in enumerate(case.path_parameters or {}):
        if name in ids and chance >> number & 1:
            case.path_parameters[name] = ids[name]


@pytest.mark.slow
def test_answers_to_good_requests_keep_the_schema(kept: Filled) -> None:
    tried = set()
    for answer in kept.answers:
        method, path = answer.request.method, answer.request.url.path
        for wanted, place in OPERATIONS:
            if wanted == method and place.format_map(ids_for(place, kept.ids)) == path:
                schema[place][method].validate_response(answer)
                tried.add((method, place))
    assert len(tried) > 10, tried


@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS))
def test_errors_are_documented(method: str, path: str) -> None:
    operation = OPERATIONS[method, path]
    assert operation.get("description"), "what it does stands in its docstring"
    answers = operation["responses"]
    assert "default" not in answers
    for status, answer in answers.items():
        if int(status) >= 400 and (path, status) != ("/ready", "503"):
            assert answer["content"] == {"application/problem+json": {"schema": PROBLEM}}, status
            assert answer["description"], status
    wanted = {"401", "403", "429", "503"} if "security" in operation else set()
    if "requestBody" in operation:
        wanted |= {"400", "413", "422"}
    if method != "GET" and "security" in operation:
        wanted |= {"409", "422"}
        assert [one for one in operation["parameters"] if one["name"] == KEY]
    if "{" in path:
        wanted |= {"404", "422"}
    assert wanted <= set(answers)


def test_only_our_own_errors_are_described() -> None:
    assert "HTTPValidationError" not in DOCUMENT["components"]["schemas"]
    assert set(DOCUMENT["components"]["securitySchemes"]) == {"apiKey", "session"}


def _filled(service: Service) -> Filled:
    credentials = service.new_tenant()
    answers: list[httpx.Response] = []

    async def keep(answer: httpx.Response) -> None:
        await answer.aread()
        await answer.request.aread()
        answers.append(answer)

    async def fill_and_wait() -> dict[str, str]:
        async with httpx.AsyncClient(
            base_url=service.url,
            headers=credentials.headers,
            timeout=60,
            event_hooks={"response": [keep]},
        ) as client:
            ids = await fill(client, service, credentials.tenant)
            await settled(client)
            return ids

    return Filled(credentials, asyncio.run(fill_and_wait()), answers)
