"""A model that says what it is told to, with the real port's manners."""

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

from copilot.llm.chat import Chat, ChatMessage, ModelCall, ModelUnavailableError, Used

Reply = str | Exception | Callable[[Sequence[ChatMessage]], str]


class ScriptedChat:
    """Gives ``replies`` in turn, the last again and again; keeps what it was asked.

    Args:
        replies: Texts, errors to raise, or functions of the prompt.
    """

    engine = "openai:scripted"
    local = True
    deadline_s = 20.0
    context_tokens = 32_000

    def __init__(self, *replies: Reply) -> None:
        self._replies = list(replies)
        self.asked: list[list[ChatMessage]] = []
        self.schemas: list[dict[str, Any] | None] = []
        self.untils: list[float | None] = []
        self.longest: list[int] = []

    def chat_for(self, call: ModelCall) -> Chat:
        """Itself."""
        return self

    async def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        schema: dict[str, Any] | None = None,
        schema_name: str = "answer",
        max_tokens: int = 1024,
        until: float | None = None,
        used: Used | None = None,
    ) -> str:
        """The next reply."""
        self.untils.append(until)
        self.longest.append(max_tokens)
        self.asked.append(list(messages))
        self.schemas.append(schema)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, str) else reply(messages)

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int = 1024,
        until: float | None = None,
        used: Used | None = None,
    ) -> AsyncGenerator[str, None]:
        """The next reply, word by word."""
        told = await self.complete(messages, max_tokens=max_tokens, until=until)
        for word in told.split(" "):
            yield word + " "


DOWN = ModelUnavailableError("The model is down.")


def answer(*sentences: tuple[str, str, list[int]], headline: str = "Rikkinäinen keitin") -> str:
    """What a well-behaved model answers; each sentence is a section's kind, text and messages."""
    return json.dumps(
        {
            "headline": headline,
            "sections": [
                {"kind": kind, "sentences": [{"text": text, "messages": messages}]}
                for kind, text, messages in sentences
            ],
        },
        ensure_ascii=False,
    )
