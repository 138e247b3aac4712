"""An amount said aloud in a call is found by search, with the engine that comes packaged."""

import asyncio
import time
from typing import Any

import httpx
import pytest

from tests.calls.talk import short_call
from tests.calls.test_http import METADATA, ended, send
from tests.timing import limit


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_what_was_said_aloud_is_found(client: httpx.AsyncClient) -> None:
    call_id = (await send(client, short_call(seconds=44), METADATA)).json()["id"]
    assert (await ended(client, call_id))["status"] == "done"
    transcript = (await client.get(f"/v1/calls/{call_id}/transcript")).json()
    stated = [one for segment in transcript["segments"] for one in segment["figures"]]
    assert "£64.90" in [one["written"] for one in stated]
    for query, number in (("64.90", "£64.90"),):
        hits = await _found(client, query)
        assert any(one["call_id"] == call_id and number in one["text"] for one in hits), hits


async def _found(client: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    """The calls among the hits, once there are any: they are indexed a moment later."""
    deadline = time.monotonic() + limit(30)
    while True:
        answer: dict[str, Any] = (await client.post("/v1/search", json={"query": query})).json()
        calls = [one for one in answer["hits"] if one.get("call_id")]
        if calls or time.monotonic() > deadline:
            return calls
        await asyncio.sleep(0.2)
