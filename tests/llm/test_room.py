"""Prompts follow the window of the model."""

import pytest

from copilot.llm.chat import ChatMessage
from copilot.llm.guard import GuardedChat
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from copilot.llm.room import answer_tokens, characters_for

_OWN = [ChatMessage("system", "x" * 700), ChatMessage("user", "y" * 300)]


@pytest.mark.parametrize(
    ("context", "answer", "room"), [(8192, 800, 17_480), (2048, 512, 2840), (1024, 1000, 0)]
)
def test_room_is_the_window_without_answer_and_own_words(
    context: int, answer: int, room: int
) -> None:
    assert characters_for(context, answer, _OWN) == room


def test_an_answer_takes_a_quarter_of_the_window_at_most() -> None:
    assert answer_tokens(1600, 8192) == 1600
    assert answer_tokens(1600, 2048) == 512


async def test_the_configured_window_is_told_through_the_guard() -> None:
    config = LlmConfig(
        kind="openai", base_url="http://127.0.0.1:1/v1", model="fake", context_tokens=3000
    )
    async with OpenAIChat.open(config) as model:
        chat = GuardedChat(model, deadline_s=7)
        assert (chat.context_tokens, chat.deadline_s) == (3000, 7)
