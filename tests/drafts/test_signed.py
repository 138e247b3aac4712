"""Whose name stands below a draft."""

from collections.abc import AsyncIterator

import httpx
import pytest

from copilot.drafts.draft import DraftOptions
from copilot.drafts.material import gather, known_facts, trusted_sources
from copilot.kernel.ids import new_id
from tests.drafts.conftest import Shop
from tests.service import Credentials, Service

_NAME = "Aino Lehtipuro"
_BODY = {
    "channel": "email",
    "language": "fi",
    "messages": [
        {
            "external_id": "m1",
            "author": {"role": "customer", "name": "Maija Virtanen"},
            "sent_at": "2026-03-01T08:00:00Z",
            "text": "Hei, voinko palauttaa avatun paketin?",
        }
    ],
}


@pytest.fixture
async def agent(service: Service, credentials: Credentials) -> AsyncIterator[httpx.AsyncClient]:
    """The console of an agent who is signed in."""
    auth, email = service.deps.auth, f"{new_id('mail')}@acme.example"
    made = service.call(auth.create_agent(credentials.tenant, email, _NAME, "agent"))
    token = service.call(auth.redeem_link(service.call(auth.create_link(made.id))))
    session = service.call(auth.session(token))
    assert session is not None
    headers = {"X-CSRF-Token": session.csrf_token}
    async with httpx.AsyncClient(base_url=service.url, headers=headers, timeout=60) as client:
        client.cookies.set("copilot_session", token)
        yield client


async def _text(client: httpx.AsyncClient, **options: object) -> str:
    conversation = (await client.put("/v1/conversations/test/signed", json=_BODY)).json()["id"]
    answer = await client.post(f"/v1/conversations/{conversation}/drafts", json=options)
    assert answer.status_code == 200, answer.text
    inline = {"conversation": _BODY, "options": options}
    again = await client.post("/v1/draft", json=inline)
    assert again.json()["text"] == answer.json()["text"]
    assert {one["code"] for one in answer.json()["warnings"]}.isdisjoint({"foreign_data"})
    return str(answer.json()["text"])


async def test_the_agent_who_is_signed_in_signs(agent: httpx.AsyncClient) -> None:
    assert (await _text(agent)).endswith(f"\n\nYstävällisin terveisin\n{_NAME}")


async def test_a_signature_that_is_given_stands_instead(agent: httpx.AsyncClient) -> None:
    assert (await _text(agent, signature="Kuusikulma")).endswith("terveisin\nKuusikulma")
    assert (await _text(agent, signature="")).endswith("\n\nYstävällisin terveisin")


async def test_an_api_key_is_nobodys_name(client: httpx.AsyncClient) -> None:
    assert (await _text(client)).endswith("\n\nYstävällisin terveisin")


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_a_signature_is_masked_like_a_name_and_trusted_like_an_agent(shop: Shop) -> None:
    conversation = await shop.put("Voinko palauttaa?")
    card = await shop.context.for_conversation(shop.tenant, conversation.id)
    options = DraftOptions(signature=f"{_NAME}\nKuusikulma, 09 4245 0123")
    material = gather(conversation, card, options, [])
    assert _NAME in known_facts(material).names
    assert any("09 4245 0123" in one.text for one in trusted_sources(material))
