"""The model gets what is left of a request's time, and leaves some for what follows it."""

import time

import pytest

from copilot.llm.chat import ModelUnavailableError
from copilot.llm.deadline import left, model_until
from copilot.llm.guard import GuardedChat
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from tests.fake_openai import FakeOpenAI
from tests.llm.test_openai_chat import _ASK, open_chat
from tests.timing import limit


@pytest.mark.parametrize(("deadline_s", "reserve_s"), [(1.0, 0.3), (10.0, 1.0), (60.0, 2.0)])
def test_a_part_of_the_time_is_kept_for_the_fallback(deadline_s: float, reserve_s: float) -> None:
    started = time.monotonic()
    assert model_until(deadline_s, started) == pytest.approx(started + deadline_s - reserve_s)


def test_time_that_was_spent_is_not_the_models() -> None:
    spent = time.monotonic() - 5
    assert model_until(20, spent) == pytest.approx(spent + 18)
    assert left(20, spent) == pytest.approx(15, abs=1)


def test_after_a_slow_start_a_little_is_left() -> None:
    long_ago = time.monotonic() - 60
    assert 0 < model_until(20, long_ago) - time.monotonic() <= 0.5
    assert left(20, long_ago) == 0


@pytest.mark.timed
@pytest.mark.parametrize("streamed", [False, True])
async def test_a_call_ends_when_it_is_told_to(model_server: FakeOpenAI, *, streamed: bool) -> None:
    model_server.behaviour = "hangs"
    config = LlmConfig(kind="openai", base_url=model_server.base_url, model="fake")
    async with OpenAIChat.open(config) as model:
        chat = GuardedChat(model, deadline_s=60)
        started = time.monotonic()
        until = started + 0.3
        asking = anext(chat.stream(_ASK, until=until)) if streamed else None
        with pytest.raises(ModelUnavailableError):
            await (asking or chat.complete(_ASK, until=until))
        assert time.monotonic() - started < limit(1.5)


async def test_no_time_is_no_failure_of_the_model(model_server: FakeOpenAI) -> None:
    async with open_chat(model_server) as chat:
        for _ in range(5):
            with pytest.raises(ModelUnavailableError, match="no time left"):
                await chat.complete(_ASK, until=time.monotonic())
        assert not chat.refusing
        assert model_server.requests == []
        assert await chat.complete(_ASK)
