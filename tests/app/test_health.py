"""Alive, ready, measured."""

import httpx


async def test_health(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health", headers={"Authorization": ""})
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


async def test_ready_names_every_engine(client: httpx.AsyncClient) -> None:
    # The embedding model loads in the background: a search waits for it.
    await client.post("/v1/search", json={"query": "is it there"})
    answer = await client.get("/ready")
    assert answer.status_code == 200, answer.text
    engines = answer.json()["engines"]
    assert set(engines) == {"database", "index", "embedder", "speech", "llm"}
    assert engines["llm"]["engine"] == "none"
    assert engines["database"]["engine"] == "sqlite"


async def test_metrics_are_for_admins(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert "copilot_index_outbox" in answer.text
