"""Who may not send a body is refused before any of it is read, whatever its size."""

import socket

import pytest

from tests.app.filling import address
from tests.app.refusing import DOCUMENT, OPERATIONS
from tests.service import Service

TAKE_BODIES = [
    (method, path, next(iter(operation["requestBody"]["content"])))
    for method, path, operation in OPERATIONS
    if "requestBody" in operation and "security" in operation
]
CALLS = ("POST", "/v1/calls")
UPLOADS = {"/v1/calls", "/v1/conversations:import", "/v1/articles:import"}


def answer_to_head(service: Service, method: str, path: str, kind: str, extra: str) -> bytes:
    """The answer to a request that announces a body and sends none of it."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as raw:
        raw.sendall(
            f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
            f"Content-Type: {kind}; boundary=b\r\n{extra}\r\n".encode()
        )
        told = b""
        while b"request_id" not in told:
            part = raw.recv(4_000)
            if not part:
                break
            told += part
        return told


def test_every_upload_is_among_them() -> None:
    assert {path for _, path, kind in TAKE_BODIES if kind == "multipart/form-data"} == UPLOADS
    assert len(TAKE_BODIES) > 15


@pytest.mark.parametrize(("method", "path", "kind"), TAKE_BODIES)
def test_a_body_is_not_waited_for(service: Service, method: str, path: str, kind: str) -> None:
    limited = service.new_tenant(scopes=("insights:read",))
    ids = dict.fromkeys(("conversations/import_id", "articles/import_id"), "x")
    place = address(path, ids).replace("{n}", "1").replace("{", "").replace("}", "")
    again = "Idempotency-Key: one\r\n"
    key = f"Authorization: Bearer {limited.key}\r\n"
    wrong = "Authorization: Bearer cpk_wrong\r\n"
    for extra, status in (
        ("", 401),
        (again, 401),
        (wrong + again, 401),
        (key, 403),
        (key + again, 403),
    ):
        told = answer_to_head(service, method, place, kind, extra)
        assert told.startswith(f"HTTP/1.1 {status} ".encode()), (extra, told[:300])
        assert b"application/problem+json" in told


def test_a_form_keeps_its_description() -> None:
    operation = next(one for method, path, one in OPERATIONS if (method, path) == CALLS)
    schema = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    fields = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"]
    assert set(fields) == {"audio", "metadata"}
