"""Requests that no sane client sends: every one gets a problem that helps, or a good result."""

import gzip
import json
import socket

import httpx
import pytest

from tests.app.filling import CONVERSATION, SECRET, address, silence
from tests.app.refusing import OPERATIONS, refused
from tests.service import Service

TAKE_JSON = [
    (method, path)
    for method, path, operation in OPERATIONS
    if "application/json" in operation.get("requestBody", {}).get("content", {})
]
TAKE_FILES = [
    (method, path)
    for method, path, operation in OPERATIONS
    if "multipart/form-data" in operation.get("requestBody", {}).get("content", {})
]
JSON = "application/json"
PARTS = "multipart/form-data; boundary=b"
DEEP = 100_000
BODIES: dict[str, tuple[bytes, str]] = {
    "cut off": (b'{"channel":', JSON),
    "no JSON": (b"channel=chat", JSON),
    "form": (b"channel=chat&query=x", "application/x-www-form-urlencoded"),
    "JSON as text": (json.dumps({"query": "x"}).encode(), "text/plain"),
    "JSON without a type": (json.dumps({"query": "x"}).encode(), ""),
    "type without sense": (b"{}", ";;;===\x7f"),
    "multipart without parts": (b"--b--\r\n", PARTS),
    "array": (b"[]", JSON),
    "array of itself": (b"[" * DEEP + b"]" * DEEP, JSON),
    "open brackets": (b"[" * DEEP, JSON),
    "objects of objects": (b'{"a":' * DEEP + b"1" + b"}" * DEEP, JSON),
    "text": (b'"x"', JSON),
    "number": (b"1e999", JSON),
    "long number": (b"9" * 10_000, JSON),
    "not a number": (b"NaN", JSON),
    "no UTF-8": (b'{"channel": "\xff\xfe\xc3\x28"}', JSON),
    "UTF-16": ('{"channel": "chät"}'.encode("utf-16"), JSON),
    "gzip": (gzip.compress(b'{"query": "x"}'), JSON),
    "surrogate as a name": (b'{"\\ud800": 1, "\\udfff\\u0000": "\\ud800"}', JSON),
    "long name": (json.dumps({"x" * 1_000_000: 1}).encode(), JSON),
    "many names": (json.dumps({f"x{n}": n for n in range(50_000)}).encode(), JSON),
}


# What the answer must say for the caller to find the fault.
HELP = {
    "JSON as text": "Content-Type: application/json",
    "JSON without a type": "Content-Type: application/json",
    "gzip": "not compressed",
    "open brackets": "nested",
    "no UTF-8": "UTF-8",
}


@pytest.mark.parametrize(("method", "path"), TAKE_JSON)
def test_bodies(desk: httpx.Client, ids: dict[str, str], method: str, path: str) -> None:
    for name, (content, kind) in BODIES.items():
        headers = {"Content-Type": kind} if kind else {}
        if name == "gzip":
            headers["Content-Encoding"] = "gzip"
        place = address(path, ids)
        answer = desk.request(method, place, content=content, headers=headers)
        told = refused(answer, 400, 422)["detail"]
        assert HELP.get(name, "") in told, name


@pytest.mark.parametrize(("method", "path"), TAKE_FILES)
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", PARTS),
        (b"--b--\r\n", PARTS),
        (b"--b--\r\n", "multipart/form-data"),
        (b"--b\r\nno headers", PARTS),
        (b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\ny\r\n--b--\r\n", PARTS),
        (b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\ny\r\n--b--\r\n', PARTS),
        (b'--b\r\nContent-Disposition: form-data; name="audio"\r\n\r\ny\r\n--b--\r\n', PARTS),
        (b'--b\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\n\r\n--b--\r\n', PARTS),
        (b"{}", JSON),
        (b"RIFF", "audio/wav"),
        (b"file=x&audio=y", "application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
def test_uploads(desk: httpx.Client, method: str, path: str, content: bytes, kind: str) -> None:
    answer = desk.request(method, path, content=content, headers={"Content-Type": kind})
    refused(answer, 400, 422)


@pytest.mark.parametrize("name", ["", "x" * 5_000, "../../etc/passwd", "\u202etxt.exe", "a.exe"])
@pytest.mark.parametrize("path", ["/v1/conversations:import", "/v1/articles:import"])
def test_file_names(desk: httpx.Client, path: str, name: str) -> None:
    answer = desk.post(path, files={"file": (name, b"hello", "text/plain")})
    refused(answer, 400, 422)


@pytest.mark.parametrize(
    "metadata",
    ["null", "[]", "[" * DEEP, '{"agent_channel": 1e999}', '{"started_at": NaN}',
     '{"\\ud800": 1}', '{"started_at": "0001-01-01T00:00:00+14:00"}', '{"language": "\\u0000"}'],
)  # fmt: skip
def test_metadata_of_calls(desk: httpx.Client, metadata: str) -> None:
    files = {"audio": ("call.wav", silence(0.2), "audio/wav")}
    answer = desk.post("/v1/calls", files=files, data={"metadata": metadata})
    refused(answer, 400, 422)


@pytest.mark.parametrize(
    "value", ["1e999", "-1e999", "NaN", "Infinity", "9" * 400, "9" * 5_000, "1.5", "-1", '"1e999"']
)
def test_numbers_out_of_range(desk: httpx.Client, value: str) -> None:
    message = json.dumps({**CONVERSATION["messages"][0], "start": "HERE"})
    order = '{"customer": {"source": "a", "external_id": "b"}, "status": "s", '
    for method, path, text in (
        ("POST", "/v1/search", '{"query": "x", "limit": HERE}'),
        ("POST", "/v1/summarize", '{"conversation": {}, "options": {"max_sentences": HERE}}'),
        ("PUT", "/v1/conversations/a/b", '{"channel": "phone", "messages": [' + message + "]}"),
        ("PUT", "/v1/orders/a/b", order + '"items": [{"name": "n", "quantity": HERE}]}'),
        (
            "PUT",
            "/v1/orders/a/b",
            order + '"total": {"amount": "HERE", "currency": "EUR"}}',
        ),
    ):
        sent = text.replace('"HERE"', value).replace("HERE", value).encode()
        answer = desk.request(method, path, content=sent, headers={"Content-Type": JSON})
        if answer.status_code not in {200, 201} or value not in {"1.5", "-1"}:
            refused(answer, 400, 422)


@pytest.mark.parametrize(
    "accept", ["", "*/*", "image/png", "text/event-stream;q=0", "application/json;q=2", "\xe9;;,,"]
)
def test_accept(desk: httpx.Client, accept: str) -> None:
    answer = desk.get("/v1/conversations", headers={"Accept": accept.encode("latin-1")})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == JSON


@pytest.mark.parametrize("key", [b"", b"x" * 256, b"\xff\xfe", b"a\tb"])
def test_idempotency_keys(desk: httpx.Client, key: bytes) -> None:
    answer = desk.post("/v1/search", json={"query": "x"}, headers={b"Idempotency-Key": key})
    assert refused(answer, 422)["code"] == "idempotency_key_invalid"


@pytest.mark.parametrize(
    "given",
    [b"", b"Bearer", b"bearer \xff\xfe", b"Basic YTpi", b"Bearer " + b"x" * 5_000,
     b"Bearer cpk_\xc3\xa9", b"Digest a=b", b"Bearer a b c"],
)  # fmt: skip
def test_credentials(service: Service, given: bytes) -> None:
    with httpx.Client(base_url=service.url) as client:
        for path in ("/v1/me", "/v1/search"):
            method = "GET" if path == "/v1/me" else "POST"
            answer = client.request(method, path, headers={b"Authorization": given})
            assert refused(answer, 401)["code"] == "not_authenticated"
            assert answer.headers["www-authenticate"] == "Bearer"


def test_a_conversation_of_too_many_messages(desk: httpx.Client) -> None:
    messages = [{**CONVERSATION["messages"][0], "external_id": f"m{n}"} for n in range(10_000)]
    answer = desk.put("/v1/conversations/test/long", json={**CONVERSATION, "messages": messages})
    body = refused(answer, 422)
    assert "messages" in body["detail"]
    assert "5000" in body["detail"]


@pytest.mark.parametrize(
    "head",
    [
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"PUT /v1/articles/a/b HTTP/1.1\r\nHost: x\r\nContent-Length: 9" + b"9" * 400 + b"\r\n\r\n",
        b"PUT /v1/articles/a/b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /v1/" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
    ids=["negative length", "endless length", "bad chunk", "long path", "long header", "TLS"],
)
def test_what_is_hardly_http(service: Service, head: bytes) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as raw:
        raw.settimeout(30)
        told = b""
        try:
            raw.sendall(head)
            while part := raw.recv(4_000):
                told += part
                if b"\r\n\r\n" in told:
                    break
        except ConnectionError:
            return  # cut off, which is an answer too
    assert told.split(b" ")[1][:1] == b"4", told[:200]


def test_everything_is_still_there(desk: httpx.Client, ids: dict[str, str]) -> None:
    assert desk.get(f"/v1/articles/crm/{SECRET}").json()["id"] == ids["article_id"]
    assert desk.get(f"/v1/conversations/{ids['conversation_id']}").json()["subject"] == SECRET
