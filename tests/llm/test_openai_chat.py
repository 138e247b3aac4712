"""The OpenAI adapter behind its guard against a real server, good and bad."""

import asyncio
import gc
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import AsyncGeneratorType

import pytest

from copilot.kernel.errors import ConfigurationError
from copilot.llm.chat import ChatMessage, ModelUnavailableError
from copilot.llm.guard import GuardedChat
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from tests.fake_openai import MISBEHAVIOURS, Behaviour, FakeOpenAI
from tests.timing import limit

_DEADLINE_S = 1.5
_ASK = [ChatMessage("system", "Be brief."), ChatMessage("user", "Hei, missä paketti? 😀")]


@asynccontextmanager
async def open_chat(server: FakeOpenAI) -> AsyncIterator[GuardedChat]:
    config = LlmConfig(
        kind="openai", base_url=server.base_url, model="fake", deadline_s=_DEADLINE_S
    )
    async with OpenAIChat.open(config) as chat:
        yield GuardedChat(chat, deadline_s=_DEADLINE_S)


async def test_complete_and_stream_give_the_same_answer(model_server: FakeOpenAI) -> None:
    model_server.answer = "Pakettisi on matkalla. [S1] 😀"
    async with open_chat(model_server) as chat:
        assert await chat.complete(_ASK) == model_server.answer
        pieces = [piece async for piece in chat.stream(_ASK)]
    assert "".join(pieces) == model_server.answer
    assert len(pieces) > 2
    assert model_server.prompts[0] == "Be brief.\nHei, missä paketti? 😀"
    assert chat.engine == "openai:fake"


async def test_a_schema_is_sent_when_one_is_wanted(model_server: FakeOpenAI) -> None:
    async with open_chat(model_server) as chat:
        await chat.complete(_ASK, schema={"type": "object"}, schema_name="summary")
    assert model_server.requests[0]["response_format"]["json_schema"]["name"] == "summary"


@pytest.mark.parametrize("behaviour", MISBEHAVIOURS)
async def test_every_misbehaviour_is_one_error_within_the_deadline(
    model_server: FakeOpenAI, behaviour: Behaviour
) -> None:
    model_server.behaviour = behaviour
    model_server.answer = "word " * 40
    for streamed in (False, True):
        async with open_chat(model_server) as chat:
            started = time.monotonic()
            if streamed and behaviour == "empty":
                assert [piece async for piece in chat.stream(_ASK)] == []
            else:
                with pytest.raises(ModelUnavailableError):
                    await (_drain(chat) if streamed else chat.complete(_ASK))
            took = time.monotonic() - started
        assert took < limit(1 if behaviour == "refuses" else _DEADLINE_S + 0.75)


async def test_after_repeated_failures_calls_are_refused_at_once(model_server: FakeOpenAI) -> None:
    model_server.behaviour = "error_500"
    async with open_chat(model_server) as chat:
        for _ in range(3):
            with pytest.raises(ModelUnavailableError):
                await chat.complete(_ASK)
        with pytest.raises(ModelUnavailableError) as refused:
            await chat.complete(_ASK)
        assert chat.refusing
        assert refused.value.retry_after_s is not None
        assert len(model_server.requests) == 3


async def test_after_a_pause_one_call_is_let_through(model_server: FakeOpenAI) -> None:
    model_server.behaviour = "error_500"
    config = LlmConfig(kind="openai", base_url=model_server.base_url, model="fake")
    async with OpenAIChat.open(config) as adapter:
        chat = GuardedChat(adapter, deadline_s=5, failures_to_open=1, open_for_s=0.05)
        with pytest.raises(ModelUnavailableError):
            await chat.complete(_ASK)
        model_server.behaviour = "good"
        await asyncio.sleep(0.06)
        assert await chat.complete(_ASK) == model_server.answer
        assert not chat.refusing


async def test_while_one_call_looks_the_others_are_refused(model_server: FakeOpenAI) -> None:
    model_server.behaviour = "hangs"
    config = LlmConfig(kind="openai", base_url=model_server.base_url, model="fake")
    async with OpenAIChat.open(config) as adapter:
        chat = GuardedChat(adapter, deadline_s=0.5, failures_to_open=1, open_for_s=5)
        with pytest.raises(ModelUnavailableError):
            await chat.complete(_ASK)
        chat._open_until = time.monotonic()  # the pause is over
        answers = await asyncio.gather(
            *(chat.complete(_ASK) for _ in range(5)), return_exceptions=True
        )
    assert all(isinstance(one, ModelUnavailableError) for one in answers)
    assert len(model_server.requests) == 2


async def test_an_answer_cut_at_its_longest_is_no_answer(model_server: FakeOpenAI) -> None:
    model_server.behaviour = "cut_short"
    async with open_chat(model_server) as chat:
        with pytest.raises(ModelUnavailableError, match="length"):
            await _drain(chat)


async def test_leaving_a_stream_early_is_no_failure(model_server: FakeOpenAI) -> None:
    async with open_chat(model_server) as chat:
        for _ in range(4):
            stream = chat.stream(_ASK)
            assert await anext(stream)
            await stream.aclose()
        assert not chat.refusing
        assert await chat.complete(_ASK)


async def test_errors_hold_neither_prompt_nor_key(model_server: FakeOpenAI) -> None:
    model_server.behaviour = "error_500"
    async with open_chat(model_server) as chat:
        with pytest.raises(ModelUnavailableError) as error:
            await chat.complete([ChatMessage("user", "secret words")])
    assert "secret" not in error.value.detail
    assert "memory" not in error.value.detail


async def test_a_model_without_a_name_is_refused_in_words() -> None:
    with pytest.raises(ConfigurationError, match="COPILOT_LLM__MODEL"):
        async with OpenAIChat.open(LlmConfig(kind="openai", base_url="http://127.0.0.1:1/v1")):
            pass


async def _drain(chat: GuardedChat) -> None:
    async for _ in chat.stream(_ASK):
        pass


async def test_a_stream_that_is_closed_early_leaves_nothing_half_way(
    model_server: FakeOpenAI,
) -> None:
    def unfinished() -> list[str]:
        # The server runs in this process too: of the SDK alone.
        found = (one for one in gc.get_objects() if isinstance(one, AsyncGeneratorType))
        return [
            one.__qualname__
            for one in found
            if one.ag_frame is not None and f"{os.sep}openai{os.sep}" in one.ag_code.co_filename
        ]

    model_server.answer = "sana " * 200
    config = LlmConfig(kind="openai", base_url=model_server.base_url, model="fake")
    async with OpenAIChat.open(config) as chat:
        before = unfinished()
        for _ in range(3):
            stream = chat.stream([ChatMessage("user", "x")])
            assert await anext(stream)
            await stream.aclose()
            del stream
        assert [one for one in unfinished() if one not in before] == []
        # And the next one is answered.
        assert "".join([one async for one in chat.stream([ChatMessage("user", "x")])])
