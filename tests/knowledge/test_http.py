"""The routes of articles and search, over HTTP on the whole service."""

import asyncio
import io
import json
import zipfile
from typing import Any

import httpx

BODY: dict[str, Any] = {
    "title": "Returning a kettle",
    "body": "# Returns\n\nA broken kettle can be returned within **30 days**.",
    "format": "markdown",
    "url": "https://kb.example/returns",
    "language": "en",
    "visibility": "public",
    "tags": ["returns"],
    "updated_at": "2026-03-01T08:00:00Z",
}
URL = "/v1/articles/helpcenter/returns/kettle"


async def hits(client: httpx.AsyncClient, query: str, **options: Any) -> list[dict[str, Any]]:
    answer = await client.post("/v1/search", json={"query": query, **options})
    assert answer.status_code == 200, answer.text
    assert answer.json()["timings_ms"].keys() == {"embed", "index", "read", "order", "total"}
    found: list[dict[str, Any]] = answer.json()["hits"]
    return found


async def eventually(client: httpx.AsyncClient, query: str, **options: Any) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while not (found := await hits(client, query, **options)):
            await asyncio.sleep(0.1)
    return found[0]


async def test_an_article_is_put_found_hidden_and_deleted(client: httpx.AsyncClient) -> None:
    created = await client.put(URL, json=BODY)
    assert created.status_code == 201
    article = created.json()
    assert article["text"] == "# Returns\n\nA broken kettle can be returned within 30 days."
    assert article["updated_at"] == "2026-03-01T08:00:00Z"
    again = await client.put(URL, json=BODY)
    assert (again.status_code, again.json()) == (200, article)
    assert (await client.get(URL)).json() == article
    assert (await client.get(f"/v1/articles/{article['id']}")).json() == article

    hit = await eventually(client, "my kettle is broken")
    assert hit["article_id"] == article["id"]
    assert hit["conversation_id"] is None
    assert hit["kind"] == "article"
    assert hit["url"] == BODY["url"]
    assert hit["title"] == "Returning a kettle › Returns"
    # Both halves make up to 1, the name up to 0.4, the language up to 15 % on top.
    assert 0 < hit["score"] <= 1.4 * 1.15

    hidden = await client.put(URL, json=BODY | {"visibility": "internal"})
    assert hidden.json()["visibility"] == "internal"
    assert await hits(client, "my kettle is broken", visibility="public") == []
    assert len(await hits(client, "my kettle is broken")) == 1

    assert (await client.delete(URL)).status_code == 204
    assert await hits(client, "my kettle is broken") == []
    for missing in (await client.get(URL), await client.delete(URL)):
        assert missing.status_code == 404
        assert missing.json()["code"] == "article_not_found"


async def test_articles_are_listed_in_pages(client: httpx.AsyncClient) -> None:
    made = [
        (await client.put(f"{URL}-{n}", json=BODY | {"updated_at": f"2026-03-0{n}T08:00:00Z"}))
        for n in range(1, 4)
    ]
    page = (await client.get("/v1/articles", params={"limit": 2})).json()
    assert [one["id"] for one in page["items"]] == [made[2].json()["id"], made[1].json()["id"]]
    rest = (await client.get("/v1/articles", params={"cursor": page["next_cursor"]})).json()
    assert [one["id"] for one in rest["items"]] == [made[0].json()["id"]]
    assert rest["next_cursor"] is None


async def test_faulty_bodies_are_told(client: httpx.AsyncClient) -> None:
    for change in ({"title": ""}, {"surprise": 1}, {"visibility": "secret"}, {"format": "pdf"}):
        answer = await client.put(URL, json=BODY | change)
        assert answer.status_code == 422, change
    for query in ({}, {"query": ""}, {"query": "x", "limit": 0}, {"query": "x", "kinds": []}):
        assert (await client.post("/v1/search", json=query)).status_code == 422, query
    assert await hits(client, "😀 \u202e שלום \x00") == []


async def test_a_zip_is_imported(client: httpx.AsyncClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("umbrellas.md", "# Umbrellas\n\nAn umbrella dries open.")
        archive.writestr("broken.md", "---\ntitle: [\n---\n")
    upload = {"file": ("kb.zip", packed.getvalue(), "application/zip")}
    accepted = await client.post("/v1/articles:import", files=upload)
    assert accepted.status_code == 202
    assert accepted.json()["status"] == "queued"
    async with asyncio.timeout(30):
        while True:
            state = (await client.get(f"/v1/article-imports/{accepted.json()['id']}")).json()
            if state["finished_at"]:
                break
            await asyncio.sleep(0.1)
    assert (state["found"], state["stored"], list(state["faults"])) == (2, 1, ["broken.md"])
    assert (await eventually(client, "umbrella dries"))["title"] == "Umbrellas"

    for name, content in (("kb.pdf", b"%PDF"), ("kb.zip", b"")):
        refused = await client.post("/v1/articles:import", files={"file": (name, content)})
        assert refused.status_code == 422
        assert refused.json()["code"] == "file_unreadable"


async def test_a_file_of_json_is_taken(client: httpx.AsyncClient) -> None:
    page = {"external_id": "u", "title": "Umbrellas", "body": "An umbrella dries open."}
    upload = {"file": ("kb.json", json.dumps([page]).encode(), "application/json")}
    accepted = await client.post("/v1/articles:import", files=upload)
    assert accepted.status_code == 202, accepted.text
    async with asyncio.timeout(30):
        while True:
            state = (await client.get(f"/v1/article-imports/{accepted.json()['id']}")).json()
            if state["finished_at"]:
                break
            await asyncio.sleep(0.1)
    assert (state["found"], state["stored"], state["faults"]) == (1, 1, {})


async def test_the_old_id_of_a_merged_customer_goes_on_finding(client: httpx.AsyncClient) -> None:
    people = [
        {"source": "crm", "external_id": "1", "emails": ["ann@mail.example"]},
        {"source": "shop", "external_id": "9", "emails": ["ann@work.example"]},
    ]
    ids = []
    for number, person in enumerate(people):
        message = {
            "external_id": "m",
            "author": {"role": "customer"},
            "sent_at": "2026-03-01T08:00:00Z",
            "text": f"The zeppelin number {number} leaks.",
        }
        case = {"channel": "email", "customer": person, "messages": [message]}
        made = await client.put(f"/v1/conversations/t/{number}", json=case)
        assert made.status_code == 201, made.text
        ids.append(made.json()["customer_id"])
    for one in ids:
        await eventually(client, "leaking zeppelin", customer_id=one)
    both = people[0] | {"emails": ["ann@mail.example", "ann@work.example"]}
    again = await client.put(
        "/v1/conversations/t/2", json={"channel": "email", "customer": both, "messages": []}
    )
    assert again.status_code == 201, again.text
    kept = again.json()["customer_id"]
    assert kept in ids
    for one in ids:
        async with asyncio.timeout(30):
            found: set[str] = set()
            while len(found) < 2:
                said = await hits(client, "leaking zeppelin", customer_id=one)
                found = {hit["conversation_id"] for hit in said}
                await asyncio.sleep(0.05)
    assert await hits(client, "leaking zeppelin", customer_id="cus_nobody") == []
