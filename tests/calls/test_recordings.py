"""Recordings that are cut off, locked or sent twice, over HTTP."""

import asyncio

import httpx
import pytest

from tests.calls.test_http import ended, send
from tests.speech.sounds import wav


@pytest.mark.timeout(300)
async def test_what_is_wrong_with_a_recording_is_told_with_the_call(
    client: httpx.AsyncClient,
) -> None:
    whole = wav(40)
    accepted = await send(client, whole[: len(whole) // 2], {"language": "en"})
    assert accepted.status_code == 202, accepted.text
    call = await ended(client, accepted.json()["id"])
    assert call["status"] == "done", call
    told = {one["code"]: one["detail"] for one in call["warnings"]}
    assert set(told) == {"audio_truncated", "audio_silent"}
    assert "0:20 of 0:40" in told["audio_truncated"]
    listed = (await client.get("/v1/calls")).json()["items"]
    assert listed[0]["warnings"] == call["warnings"]


async def test_an_encrypted_file_is_refused_as_such(client: httpx.AsyncClient) -> None:
    answer = await send(client, b"-----BEGIN PGP MESSAGE-----\n\n" + b"hQEMA" * 999)
    assert (answer.status_code, answer.json()["code"]) == (422, "audio_encrypted")


async def test_two_uploads_of_one_recording_at_once_are_one_call(
    client: httpx.AsyncClient,
) -> None:
    content = wav(3)
    answers = await asyncio.gather(*(send(client, content, {"language": "en"}) for _ in range(4)))
    assert {one.status_code for one in answers} == {202}
    assert len({one.json()["id"] for one in answers}) == 1
    assert len((await client.get("/v1/calls")).json()["items"]) == 1


async def test_an_upload_that_broke_off_can_be_sent_again(client: httpx.AsyncClient) -> None:
    whole = wav(3)

    async def breaking() -> object:
        yield b'--x\r\nContent-Disposition: form-data; name="audio"; filename="a.wav"\r\n\r\n'
        yield whole[:5000]
        raise ConnectionResetError

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    with pytest.raises((ConnectionResetError, httpx.HTTPError)):
        await client.post("/v1/calls", content=breaking(), headers=headers)
    assert (await client.get("/v1/calls")).json()["items"] == []
    accepted = await send(client, whole)
    assert accepted.status_code == 202
    assert len((await client.get("/v1/calls")).json()["items"]) == 1
