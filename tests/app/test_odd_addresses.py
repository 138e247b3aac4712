"""Addresses, ids, cursors and methods that lead nowhere: a problem that helps, or a good result."""

import base64

import httpx
import pytest

from tests.app.filling import CONVERSATION, address
from tests.app.refusing import OPERATIONS, refused
from tests.service import Service

LISTS = [
    path
    for _, path, operation in OPERATIONS
    if any(one["name"] == "cursor" for one in operation.get("parameters", []))
]
IDS = (
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "..%5c..%5c",
    "%00",
    "a%00b",
    "a%0Ab",
    "%ff%fe",
    "%ed%a0%80",
    "%f0%9f%93%a6",
    "%E2%80%AE",
    "'%20OR%201=1--",
    "%25",
    "{}",
    "null",
    "-1",
    "x" * 8_000,
    "%F0%9F%93%A6" * 2_000,
)
CURSORS = (
    "x",
    "%00",
    "%ff",
    "é",
    "=",
    "x" * 500,
    *(
        base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        for text in (
            "[]",
            "{}",
            "null",
            "NaN",
            "[" * 300,
            '["9999999999999999999", "x"]',
            '["2026-01-01", 5]',
            '["0001-01-01T00:00:00+14:00", "x"]',
            '["9999-12-31T23:59:59-14:00", "x"]',
            '["2026-01-01T00:00:00", "\\u0000\\ud800"]',
            '["\\ud800"]',
            '["-5"]',
            '["1", "2", "3", "4"]',
        )
    ),
)


@pytest.mark.parametrize("text", IDS)
def test_ids(desk: httpx.Client, text: str) -> None:
    for method, path, operation in OPERATIONS:
        names = [one["name"] for one in operation.get("parameters", []) if one["in"] == "path"]
        if not names or method == "PUT":
            continue
        place = path
        for name in names:
            place = place.replace(f"{{{name}}}", text)
        body = {"action": "shorten"} if path.endswith("refine") else {"action": "accepted"}
        given = body if path.endswith(("refine", "review")) else {"text": "x"}
        answer = desk.request(method, place, json=given if method in {"POST", "PATCH"} else None)
        # A path with more slashes is another route, which may not take the method.
        refused(answer, 400, 404, 405, 422)


@pytest.mark.parametrize("text", IDS)
@pytest.mark.parametrize("kind", ["articles", "customers", "orders", "conversations"])
def test_names_given_by_others(desk: httpx.Client, kind: str, text: str) -> None:
    bodies = {
        "articles": {"title": "t", "body": "b"},
        "customers": {"name": "n"},
        "orders": {"customer": {"source": "a", "external_id": "b"}, "status": "s"},
        "conversations": CONVERSATION,
    }
    answer = desk.put(f"/v1/{kind}/crm/{text}", json=bodies[kind])
    if answer.status_code not in {200, 201}:
        refused(answer, 400, 404, 405, 422)


@pytest.mark.parametrize("path", LISTS)
def test_paging(desk: httpx.Client, ids: dict[str, str], path: str) -> None:
    place = address(path, ids)
    for limit in ("0", "101", "-1", "abc", "1e2", "1.5", "", " ", "9" * 5_000, "%00", "٣"):
        assert "limit" in refused(desk.get(f"{place}?limit={limit}"), 422)["detail"]
    for cursor in CURSORS:
        answer = desk.get(place, params={"cursor": cursor})
        if answer.status_code != 200:
            assert "cursor" in refused(answer, 422)["detail"]
    assert desk.get(f"{place}?limit=1&limit=2").status_code == 200
    assert desk.get(f"{place}?limit=1&no_such_parameter=%ff%00").status_code == 200
    refused(desk.get(f"{place}?limit=1&limit=abc"), 422)


def test_an_unknown_parameter_value_is_named(desk: httpx.Client) -> None:
    for place in (
        "/v1/conversations?channel=telepathy",
        "/v1/conversations?updated_since=yesterday",
        "/v1/conversations?updated_since=0001-01-01T00:00:00%2B14:00",
        "/v1/jobs?status=lost",
        "/v1/articles?visibility=secret",
        "/v1/audit?kind=x",
    ):
        name = place.partition("?")[2].partition("=")[0]
        assert name in refused(desk.get(place), 422)["detail"]


def test_methods_that_no_route_takes(desk: httpx.Client) -> None:
    for method in ("DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"):
        answer = desk.request(method, "/v1/search")
        assert refused(answer, 405)["code"] == "method_not_allowed"
        assert answer.headers["allow"] == "POST"
    head = desk.head("/v1/search")
    assert (head.status_code, head.content) == (405, b"")


@pytest.mark.parametrize(
    "path", ["/v1/nope", "/v1", "/v1/", "/v1/keys/a/b", "/V1/me", "/v1//me", "/nope"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_addresses_that_do_not_exist(
    service: Service, desk: httpx.Client, method: str, path: str
) -> None:
    with httpx.Client(base_url=service.url) as nobody:
        for client in (desk, nobody):
            assert refused(client.request(method, path), 404)["code"] == "not_found"
