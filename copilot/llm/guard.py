"""What stands between us and a model that is down: a deadline, and a breaker that remembers.

The breaker is the classic three-state one (Nygard, "Release It!", 2007): after some failures in
a row calls are refused at once; after a pause one call is let through to see.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from copilot.llm.chat import (
    Chat,
    ChatMessage,
    ModelCall,
    ModelNotAskedError,
    ModelUnavailableError,
    Used,
)
from copilot.llm.room import per_token_of


class GuardedChat:
    """A Chat that never takes longer than its deadline and gives up early on a dead model.

    Args:
        chat: The model.
        deadline_s: Seconds for a whole answer, streaming included. A call may ask for less.
        failures_to_open: Failures in a row after which calls are refused.
        open_for_s: Seconds until the next try after that.
    """

    def __init__(
        self,
        chat: Chat,
        *,
        deadline_s: float,
        failures_to_open: int = 3,
        open_for_s: float = 15.0,
    ) -> None:
        self._chat = chat
        self._deadline_s = deadline_s
        self._failures_to_open = failures_to_open
        self._open_for_s = open_for_s
        self._failures = 0
        self._open_until = 0.0

    @property
    def engine(self) -> str:
        """See :class:`Chat`."""
        return self._chat.engine

    @property
    def local(self) -> bool:
        """See :class:`Chat`."""
        return self._chat.local

    @property
    def deadline_s(self) -> float:
        """See :class:`Chat`."""
        return self._deadline_s

    @property
    def context_tokens(self) -> int:
        """See :class:`Chat`."""
        return self._chat.context_tokens

    @property
    def characters_per_token(self) -> float:
        """See :class:`copilot.llm.chat.Calibrated`."""
        return per_token_of(self._chat)

    @property
    def refusing(self) -> bool:
        """Whether calls are refused now because the model failed repeatedly."""
        return time.monotonic() < self._open_until

    def reset(self) -> None:
        """Forget all failures: the next call goes to the model."""
        self._failures = 0
        self._open_until = 0.0

    def chat_for(self, call: ModelCall) -> Chat:  # noqa: ARG002 - the port's
        """Itself: one guard remembers for all callers whether the model is well."""
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
        """See :meth:`Chat.complete`."""
        until = self._until(until)
        self._refuse_when_open()
        try:
            async with asyncio.timeout(_seconds_to(until)):
                answer = await self._chat.complete(
                    messages,
                    schema=schema,
                    schema_name=schema_name,
                    max_tokens=max_tokens,
                    until=until,
                    used=used,
                )
        except ModelUnavailableError as error:
            self._count_failure()
            raise error from error.__cause__
        except TimeoutError as error:
            self._count_failure()
            raise ModelUnavailableError(self._too_late) from error
        self.reset()
        return answer

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int = 1024,
        until: float | None = None,
        used: Used | None = None,
    ) -> AsyncGenerator[str, None]:
        """See :meth:`Chat.stream`."""
        until = self._until(until)
        self._refuse_when_open()
        try:
            stream = self._chat.stream(messages, max_tokens=max_tokens, until=until, used=used)
            async with aclosing(stream) as pieces:
                while True:
                    # The time a slow reader takes between pieces counts too: the deadline is the
                    # agent's waiting time, not the model's.
                    async with asyncio.timeout(_seconds_to(until)):
                        piece = await anext(pieces)
                    yield piece
        except StopAsyncIteration:
            self.reset()
        except ModelUnavailableError as error:
            self._count_failure()
            raise error from error.__cause__
        except TimeoutError as error:
            self._count_failure()
            raise ModelUnavailableError(self._too_late) from error

    def _until(self, wanted: float | None) -> float:
        """The end of a call that begins now; no call begins when it has passed already."""
        now = time.monotonic()
        until = now + self._deadline_s
        if wanted is not None:
            until = min(until, wanted)
        if until <= now:
            # That is nothing the model did: it does not count as a failure of it.
            raise ModelNotAskedError("There was no time left to ask the language model.")
        return until

    def _refuse_when_open(self) -> None:
        if self.refusing:
            wait = self._open_until - time.monotonic()
            raise ModelNotAskedError(
                "The language model failed repeatedly and is left alone for a moment.",
                retry_after_s=wait,
            )
        if self._open_until:
            # This call is the one that looks whether the model is back; the others need not wait.
            self._open_until = time.monotonic() + self._open_for_s

    def _count_failure(self) -> None:
        self._failures += 1
        if self._failures >= self._failures_to_open:
            self._open_until = time.monotonic() + self._open_for_s
            # One more failure after the pause opens it again at once.
            self._failures = self._failures_to_open - 1

    @property
    def _too_late(self) -> str:
        return (
            f"The language model did not answer in time: a whole answer may take "
            f"{self._deadline_s:g} s."
        )


def _seconds_to(until: float) -> float:
    return max(0.0, until - time.monotonic())
