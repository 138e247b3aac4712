"""Schemathesis over the OpenAPI document: no server error, no answer that breaks the schema."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.service import Service

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def api(service: Service) -> schemathesis.schemas.BaseSchema:
    return schemathesis.openapi.from_url(f"{service.url}/openapi.json")


@pytest.fixture(scope="module")
def headers(service: Service) -> dict[str, str]:
    return service.new_tenant().headers


schema = schemathesis.pytest.from_fixture("api")


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_api_keeps_its_schema(case: schemathesis.Case, headers: dict[str, str]) -> None:
    if case.path.endswith("/events"):
        return  # streams until its job ends
    case.call_and_validate(headers=headers, checks=CHECKS, timeout=60)
