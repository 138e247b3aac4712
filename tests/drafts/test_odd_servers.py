"""Servers that speak the OpenAI protocol in their own way: a valid draft, whatever they do."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from copilot.drafts.draft import DraftOptions
from copilot.drafts.flow import Drafter
from copilot.llm.chat import ChatMessage, ModelUnavailableError, Usage
from copilot.llm.guard import GuardedChat
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from tests.drafts.conftest import Shop
from tests.fake_openai import FakeOpenAI
from tests.odd_answers import ANSWER, BROKEN, TAKEN, busy_for_an_hour, thinks_unopened
from tests.timing import limit

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
_DEADLINE_S = 4.0
_QUESTION = "Hei, paljonko palautus maksaa Suomesta? Tilaus KK-20694."
_WRONG = ("9,99", "8,88", "think", "send_mail")


@asynccontextmanager
async def drafter(shop: Shop, base_url: str) -> AsyncIterator[Drafter]:
    config = LlmConfig(
        kind="openai", base_url=base_url, model="fake", local=True, deadline_s=_DEADLINE_S
    )
    async with OpenAIChat.open(config) as chat:
        guarded = GuardedChat(chat, deadline_s=_DEADLINE_S)
        yield Drafter(shop.db, shop.context, guarded, shop.prompts, shop.search)


@pytest.mark.parametrize("name", TAKEN)
async def test_what_can_be_used_is_used(shop: Shop, model_server: FakeOpenAI, name: str) -> None:
    model_server.answer, model_server.odd = ANSWER, TAKEN[name]()
    conversation = await shop.conversation(_QUESTION)
    async with drafter(shop, model_server.base_url) as drafts:
        draft = await drafts.draft(shop.tenant, conversation, DraftOptions())
        asked = len(model_server.requests)
        again = await drafts.draft(shop.tenant, conversation, DraftOptions())
    for one in (draft, again):
        assert one.engine == "openai:fake", one.warnings
        assert not one.degraded
        assert one.text.count("Palautusmaksu Suomesta on 4,90 €.") == 1
        assert not any(wrong in one.text for wrong in _WRONG)
    assert len(model_server.requests) - asked == 1, "what a server refuses is found out once"


@pytest.mark.parametrize("name", BROKEN)
async def test_what_cannot_be_used_is_replaced(
    shop: Shop, model_server: FakeOpenAI, name: str
) -> None:
    model_server.odd = BROKEN[name]
    conversation = await shop.conversation(_QUESTION)
    async with drafter(shop, model_server.base_url) as drafts:
        started = time.monotonic()
        draft = await drafts.draft(shop.tenant, conversation, DraftOptions())
        took = time.monotonic() - started
    assert took < limit(_DEADLINE_S + 1)
    assert draft.degraded
    assert draft.engine == "extractive"
    assert "4,90 €" in draft.text
    assert not any(wrong in draft.text for wrong in _WRONG)
    assert draft.warnings[0].code == "model_unavailable"


@pytest.mark.parametrize(
    ("path", "pasted"),
    [
        ("/v1/chat/completions", ""),
        ("/v1/chat/completions", "/v1/"),
        ("/v1/chat/completions", "/v1/chat/completions"),
        ("/chat/completions", ""),
        ("/chat/completions", "/"),
        ("/openai/chat/completions", "/openai"),
        ("/openai/v1/chat/completions", "/openai"),
    ],
)
async def test_the_address_may_be_written_as_people_write_it(
    shop: Shop, model_server: FakeOpenAI, path: str, pasted: str
) -> None:
    model_server.answer, model_server.paths = ANSWER, frozenset((path,))
    conversation = await shop.conversation(_QUESTION)
    async with drafter(shop, model_server.base_url.removesuffix("/v1") + pasted) as drafts:
        draft = await drafts.draft(shop.tenant, conversation, DraftOptions())
    assert draft.engine == "openai:fake"


async def test_thinking_without_a_tag_is_known_from_then_on(
    shop: Shop, model_server: FakeOpenAI
) -> None:
    model_server.odd = thinks_unopened
    conversation = await shop.conversation(_QUESTION)
    async with drafter(shop, model_server.base_url) as drafts:
        first = await drafts.draft(shop.tenant, conversation, DraftOptions())
        second = await drafts.draft(shop.tenant, conversation, DraftOptions())
    assert (first.degraded, second.degraded) == (True, False)
    assert "9,99" not in first.text + second.text


async def test_how_long_to_wait_is_told_on(shop: Shop, model_server: FakeOpenAI) -> None:
    model_server.odd = busy_for_an_hour
    config = LlmConfig(kind="openai", base_url=model_server.base_url, model="fake")
    async with OpenAIChat.open(config) as chat:
        with pytest.raises(ModelUnavailableError) as caught:
            await chat.complete([ChatMessage("user", "Hello")])
    assert caught.value.retry_after_s == 3600
    assert len(model_server.requests) == 1


async def test_what_an_answer_took_is_told_once(shop: Shop, model_server: FakeOpenAI) -> None:
    told: list[Usage] = []
    model_server.answer = "Yes."
    config = LlmConfig(kind="openai", base_url=model_server.base_url, model="fake")
    async with OpenAIChat.open(config) as chat:
        await chat.complete([ChatMessage("user", "Hello")], used=told.append)
        pieces = [one async for one in chat.stream([ChatMessage("user", "A")], used=told.append)]
    assert "".join(pieces) == "Yes."
    assert len(told) == 2
    assert all(one.estimated and one.prompt_tokens > 0 < one.answer_tokens for one in told)
