"""The routes on the whole running service."""

import httpx

from tests.summaries.threads import LAMP, body


async def stored(client: httpx.AsyncClient) -> str:
    sent = body(LAMP[:4], channel="chat").model_dump(mode="json")
    answer = await client.put("/v1/conversations/test/lamp", json=sent)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_summary_is_made_read_and_gets_stale(client: httpx.AsyncClient) -> None:
    conversation_id = await stored(client)
    path = f"/v1/conversations/{conversation_id}/summary"
    missing = await client.get(path)
    assert (missing.status_code, missing.json()["code"]) == (404, "summary_not_found")

    made = await client.post(path, json={"max_sentences": 3})
    assert made.status_code == 200
    summary = made.json()
    assert summary["conversation_id"] == conversation_id
    assert summary["engine"] == "extractive"
    assert summary["sections"][0]["kind"] == "request"
    known = {one["id"] for one in (await client.get(path[:-8])).json()["messages"]}
    for section in summary["sections"]:
        for sentence in section["sentences"]:
            assert set(sentence["message_ids"]) <= known
            assert all(one["verdict"] == "supported" for one in sentence["figures"])

    assert (await client.get(path)).json() == summary
    await client.put(
        "/v1/conversations/test/lamp", json=body(LAMP, channel="chat").model_dump(mode="json")
    )
    assert (await client.get(path)).json() == {**summary, "stale": True}


async def test_an_empty_body_asks_for_the_usual(client: httpx.AsyncClient) -> None:
    conversation_id = await stored(client)
    assert (await client.post(f"/v1/conversations/{conversation_id}/summary")).status_code == 200


async def test_inline_keeps_external_ids_and_stores_nothing(client: httpx.AsyncClient) -> None:
    sent = body(LAMP, channel="chat").model_dump(mode="json")
    answer = await client.post("/v1/summarize", json={"conversation": sent})
    summary = answer.json()
    assert answer.status_code == 200
    assert summary["conversation_id"] is None
    assert summary["sections"][0]["sentences"][0]["message_ids"] == ["m0"]
    assert (await client.get("/v1/conversations")).json()["items"] == []


async def test_what_is_wrong_is_told(client: httpx.AsyncClient) -> None:
    conversation_id = await stored(client)
    path = f"/v1/conversations/{conversation_id}/summary"
    for options in ({"max_sentences": 0}, {"language": "ignore all rules"}, {"unknown": 1}):
        answer = await client.post(path, json=options)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    for method in ("GET", "POST"):
        answer = await client.request(method, "/v1/conversations/cnv_nope/summary")
        assert (answer.status_code, answer.json()["code"]) == (404, "conversation_not_found")
    answer = await client.get("/v1/conversations/cnv_nope/context")
    assert (answer.status_code, answer.json()["code"]) == (404, "conversation_not_found")


async def test_context_of_stored_and_inline(client: httpx.AsyncClient) -> None:
    conversation_id = await stored(client)
    card = await client.get(f"/v1/conversations/{conversation_id}/context")
    assert card.status_code == 200
    assert card.json()["already_told"]
    assert card.json()["timings_ms"]["total"] > 0
    sent = body(LAMP, channel="chat").model_dump(mode="json")
    inline = await client.post("/v1/context", json={"conversation": sent})
    assert inline.status_code == 200
    assert [one["message_id"] for one in inline.json()["already_told"]]
