"""The routes of conversations, over HTTP."""

import asyncio
import json
from typing import Any

import httpx
import pytest

BODY: dict[str, Any] = {
    "channel": "email",
    "subject": "Broken kettle",
    "status": "open",
    "language": None,
    "tags": ["returns"],
    "customer": {
        "source": "crm",
        "external_id": "c-77",
        "name": "Anna Aho",
        "emails": ["anna@home.example"],
        "phones": ["+358401234567"],
    },
    "messages": [
        {
            "external_id": "m1",
            "author": {"role": "customer", "name": "Anna Aho"},
            "visibility": "public",
            "sent_at": "2026-03-01T08:00:00Z",
            "text": "My new kettle is broken.\n\n-- \nAnna",
            "html": None,
        }
    ],
}
URL = "/v1/conversations/helpdesk/4711"


async def test_put_creates_then_merges(client: httpx.AsyncClient) -> None:
    created = await client.put(URL, json=BODY)
    assert created.status_code == 201
    first = created.json()
    assert (first["version"], first["language"], first["status"]) == (1, "en", "open")
    assert first["messages"][0]["text"] == "My new kettle is broken."
    assert first["messages"][0]["signature"] == "--\nAnna"
    assert first["messages"][0]["seq"] == 1
    again = await client.put(URL, json=BODY)
    assert again.status_code == 200
    assert again.json() == first
    assert (await client.get(f"/v1/conversations/{first['id']}")).json() == first


async def test_lists_are_filtered_and_paged(client: httpx.AsyncClient) -> None:
    made = []
    for n, status in enumerate(["open", "solved", "open"]):
        sent = [BODY["messages"][0] | {"sent_at": f"2026-03-01T08:0{n}:00Z"}]
        put = await client.put(f"{URL}-{n}", json=BODY | {"status": status, "messages": sent})
        made.append(put.json())
    found = await client.get("/v1/conversations", params={"status": "open"})
    assert [one["id"] for one in found.json()["items"]] == [made[2]["id"], made[0]["id"]]
    assert "messages" not in found.json()["items"][0]
    for query, ids in (
        ({"channel": "chat"}, []),
        ({"customer_id": made[0]["customer_id"], "limit": 2}, [made[2]["id"], made[1]["id"]]),
        ({"updated_since": made[2]["updated_at"]}, [made[2]["id"]]),
        ({"updated_since": "2999-01-01T00:00:00Z"}, []),
    ):
        page = (await client.get("/v1/conversations", params=query)).json()
        assert [one["id"] for one in page["items"]] == ids
    page = (await client.get("/v1/conversations", params={"limit": 2})).json()
    rest = await client.get("/v1/conversations", params={"cursor": page["next_cursor"]})
    assert [one["id"] for one in rest.json()["items"]] == [made[0]["id"]]
    assert rest.json()["next_cursor"] is None


async def test_messages_are_paged_in_order(client: httpx.AsyncClient) -> None:
    messages = [
        BODY["messages"][0] | {"external_id": f"m{n}", "sent_at": f"2026-03-01T08:0{n}:00Z"}
        for n in range(5)
    ]
    made = (await client.put(URL, json=BODY | {"messages": messages})).json()
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(f"/v1/conversations/{made['id']}/messages", params=query)).json()
        seen += [one["external_id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["m0", "m1", "m2", "m3", "m4"]


async def test_the_timeline_has_contacts_and_orders(client: httpx.AsyncClient) -> None:
    made = (await client.put(URL, json=BODY)).json()
    order = {
        "customer": {"source": "crm", "external_id": "c-77"},
        "status": "shipped",
        "placed_at": "2026-02-01T08:00:00Z",
    }
    await client.put("/v1/orders/shop/KK-1", json=order)
    await client.put("/v1/orders/shop/KK-2", json=order | {"placed_at": "2026-03-02T08:00:00Z"})
    url = f"/v1/customers/{made['customer_id']}/timeline"
    page = (await client.get(url)).json()
    assert [(one["kind"], one["at"]) for one in page["items"]] == [
        ("order", "2026-03-02T08:00:00Z"),
        ("conversation", "2026-03-01T08:00:00Z"),
        ("order", "2026-02-01T08:00:00Z"),
    ]
    assert page["items"][1]["conversation"]["id"] == made["id"]
    seen, cursor = [], None
    while True:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        part = (await client.get(url, params=query)).json()
        seen += [one["at"] for one in part["items"]]
        cursor = part["next_cursor"]
        if cursor is None:
            break
    assert seen == [one["at"] for one in page["items"]]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"surprise": 1}, "surprise"),
        ({"messages": [{"external_id": "m1"}]}, "messages"),
        ({"tags": ["x" * 101]}, "tags"),
    ],
)
async def test_what_is_not_valid_is_told(
    client: httpx.AsyncClient, change: dict[str, Any], where: str
) -> None:
    answer = await client.put(URL, json=BODY | change)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert any(where in one["loc"] for one in answer.json()["errors"])


@pytest.mark.parametrize(
    "content",
    [b"{", b'{"channel": "chat", "messages": NaN}', b"[]", b"", b"\xff", b'{"channel": "\\ud800"}'],
)
async def test_malformed_bodies_are_no_fault_of_ours(
    client: httpx.AsyncClient, content: bytes
) -> None:
    answer = await client.put(URL, content=content, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sent_at", "0001-01-01T00:00:00+14:00"),
        ("sent_at", "9999-12-31T23:59:59-14:00"),
        ("sent_at", "0001-01-01T00:00:00Z"),
        ("start", 1e308),
        ("text", "nul \x00 and half \ud83e a pair"),
        ("external_id", "\x00"),
    ],
)
async def test_extreme_values_are_taken_or_refused(
    client: httpx.AsyncClient, field: str, value: Any
) -> None:
    messages = [BODY["messages"][0] | {field: value}]
    content = json.dumps(BODY | {"messages": messages})
    answer = await client.put(URL, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in {200, 201, 422, 400}
    if answer.is_success:
        listed = await client.get(f"/v1/conversations/{answer.json()['id']}")
        assert listed.json() == answer.json()


@pytest.mark.parametrize("name", ["%00", "nope", "%F0%9F%AB%96", "x" * 3000])
async def test_ids_that_do_not_exist_are_not_found(client: httpx.AsyncClient, name: str) -> None:
    for url in (f"/v1/conversations/{name}", f"/v1/conversation-imports/{name}"):
        answer = await client.get(url)
        assert answer.status_code in {404, 422}
        assert answer.headers["content-type"] == "application/problem+json"
    for query in ({"cursor": "nonsense"}, {"cursor": "W10"}, {"limit": 0}, {"updated_since": "x"}):
        assert (await client.get("/v1/conversations", params=query)).status_code == 422
    empty = await client.get("/v1/conversations", params={"status": "\x00", "customer_id": "\x00"})
    assert empty.json()["items"] == []


async def test_an_external_id_may_hold_anything(client: httpx.AsyncClient) -> None:
    answer = await client.put("/v1/conversations/mail/a%2Fb%3Fc%40d", json=BODY)
    assert answer.json()["external_id"] == "a/b?c@d"


async def finished(client: httpx.AsyncClient, job_id: str) -> dict[str, Any]:
    for _ in range(1000):
        job: dict[str, Any] = (await client.get(f"/v1/jobs/{job_id}")).json()
        if job["status"] not in {"queued", "running"}:
            return job
        await asyncio.sleep(0.1)
    raise AssertionError(job)


async def test_a_file_is_imported_and_its_faults_told(client: httpx.AsyncClient) -> None:
    lines = [json.dumps(BODY | {"source": "desk", "external_id": f"i{n}"}) for n in range(45)]
    lines[7] = "{broken"
    accepted = await client.post(
        "/v1/conversations:import", files={"file": ("talks.jsonl", "\n".join(lines).encode())}
    )
    assert accepted.status_code == 202
    assert accepted.json()["status"] == "queued"
    assert (await finished(client, accepted.json()["job_id"]))["status"] == "succeeded"
    told = (await client.get(f"/v1/conversation-imports/{accepted.json()['id']}")).json()
    assert (told["found"], told["stored"], list(told["faults"])) == (45, 44, ["line 8"])
    page = (await client.get("/v1/conversations", params={"limit": 100})).json()
    assert len(page["items"]) == 44


@pytest.mark.parametrize(
    ("name", "content"), [("a.mbox", b""), ("a.exe", b"MZ"), ("", b"x"), ("../../a.wav", b"RIFF")]
)
async def test_files_that_hold_no_conversation_are_refused(
    client: httpx.AsyncClient, name: str, content: bytes
) -> None:
    answer = await client.post("/v1/conversations:import", files={"file": (name, content)})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_unreadable_file_fails_its_job(client: httpx.AsyncClient) -> None:
    accepted = await client.post(
        "/v1/conversations:import", files={"file": ("a.zip", b"not a zip at all")}
    )
    job = await finished(client, accepted.json()["job_id"])
    assert (job["status"], job["error"]["code"]) == ("failed", "file_unreadable")
