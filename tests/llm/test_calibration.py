"""A tokenizer that makes more of text than is usual is learnt from what its server counts."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from copilot.llm.calibration import Calibration
from copilot.llm.chat import ChatMessage, ModelUnavailableError, Usage
from copilot.llm.guard import GuardedChat
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from copilot.llm.room import CHARACTERS_PER_TOKEN, characters_for, per_token_of
from tests.fake_openai import FakeOpenAI

_WINDOW = 2048
_ANSWER = 400


def counting(per_token: float) -> Callable[[dict[str, Any]], Response]:
    """A server whose tokens are that long, and that refuses what its window does not hold."""

    def answer(body: dict[str, Any]) -> Response:
        sent = sum(len(one["content"]) for one in body["messages"])
        tokens = int(sent / per_token) + 10
        if tokens + body["max_tokens"] > _WINDOW:
            told = f"This model's maximum context length is {_WINDOW} tokens."
            return JSONResponse({"error": {"message": told}}, 400)
        choice = {"index": 0, "finish_reason": "stop", "message": {"content": "Hei."}}
        usage = {"prompt_tokens": tokens, "completion_tokens": 2, "total_tokens": tokens + 2}
        return JSONResponse({"id": "c", "choices": [choice], "usage": usage})

    return answer


def config(server: FakeOpenAI) -> LlmConfig:
    return LlmConfig(
        kind="openai", base_url=server.base_url, model="fake", context_tokens=_WINDOW, local=True
    )


@pytest.mark.parametrize("per_token", [0.9, 1.6, 2.2, 4.2])
async def test_prompts_come_to_fit_and_stay_so(model_server: FakeOpenAI, per_token: float) -> None:
    model_server.odd = counting(per_token)
    async with OpenAIChat.open(config(model_server)) as model:
        chat = GuardedChat(model, deadline_s=5, failures_to_open=100)
        answered = []
        for _ in range(12):
            room = characters_for(chat.context_tokens, _ANSWER, [], per_token_of(chat))
            asked = [ChatMessage("user", "x" * room)]
            answered.append(False)
            with suppress(ModelUnavailableError):
                await chat.complete(asked, max_tokens=_ANSWER)
                answered[-1] = True
    assert all(answered[5:])
    assert per_token_of(chat) <= min(CHARACTERS_PER_TOKEN, per_token)


async def test_a_short_prompt_teaches_before_a_long_one_is_refused(
    model_server: FakeOpenAI,
) -> None:
    model_server.odd = counting(1.6)
    async with OpenAIChat.open(config(model_server)) as chat:
        await chat.complete([ChatMessage("user", "x" * 1500)], max_tokens=_ANSWER)
        room = characters_for(chat.context_tokens, _ANSWER, [], per_token_of(chat))
        await chat.complete([ChatMessage("user", "x" * room)], max_tokens=_ANSWER)


async def test_what_the_server_does_not_count_is_reckoned_by_what_is_known(
    model_server: FakeOpenAI,
) -> None:
    told: list[Usage] = []
    asked = [ChatMessage("user", "x" * 1500)]
    async with OpenAIChat.open(config(model_server)) as chat:
        await chat.complete(asked, max_tokens=_ANSWER, used=told.append)
        model_server.odd = counting(1.0)
        await chat.complete(asked, max_tokens=_ANSWER, used=told.append)
        model_server.odd = None
        await chat.complete(asked, max_tokens=_ANSWER, used=told.append)
    assert told[0].prompt_tokens == 600
    assert told[1] == Usage(1510, 2)
    assert told[2].estimated
    assert told[2].prompt_tokens > 1500


def test_what_cannot_be_teaches_nothing() -> None:
    known = Calibration()
    for characters, tokens in ((999, 999), (5000, 0), (5000, -3), (5000, 1), (5000, 1_000_000)):
        known.learn(characters, tokens)
    assert known.per_token == CHARACTERS_PER_TOKEN


def test_one_odd_text_is_forgotten_in_time_and_nothing_grows_beyond_the_start() -> None:
    known = Calibration()
    known.learn(5000, 5000)
    assert known.per_token == pytest.approx(0.95)
    for _ in range(100):
        known.learn(5000, 1200)
    assert known.per_token == CHARACTERS_PER_TOKEN
    for _ in range(100):
        known.too_long()
    assert known.per_token == pytest.approx(0.5)
