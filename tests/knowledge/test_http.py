"""The routes of articles and search, over HTTP on the whole service."""

import asyncio
import io
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
    assert answer.json()["timings_ms"].keys() == {"embed", "index", "read", "total"}
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
    assert 0 < hit["score"] < 1

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
