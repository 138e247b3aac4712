"""The gate: every prompt passes it on the way to the language model.

It lets nothing out over a tenant's budget, above its number of answers at once, or without a row
in the ledger; and looks a last time for personal data that nobody masked.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from copilot.kernel.errors import UnavailableError
from copilot.kernel.text import storable
from copilot.ledger.config import LedgerConfig
from copilot.ledger.entry import Outcome
from copilot.ledger.ledger import Ended, Leaving, Ledger
from copilot.ledger.masking import LastLook, Searched
from copilot.ledger.turns import Turns
from copilot.llm.chat import (
    Chat,
    ChatMessage,
    ModelCall,
    ModelNotAskedError,
    ModelUnavailableError,
    Usage,
    Used,
)
from copilot.llm.room import per_token_of, tokens_in
from copilot.privacy.ner import NameFinder

_OPENAI = "api.openai.com"
_DEEPEST = 5


class LedgeredModels:
    """The Models port behind the gate.

    Args:
        chat: The model behind its guard.
        ledger: Writes down what leaves; None where there is no database: what leaves is masked
            and counted all the same.
        host: Where the model is, as the ledger tells it; see :func:`host_of`.
        config: Limits and prices; None: those of the ledger, or none.
        names: A model that finds names, if one is configured.
    """

    def __init__(
        self,
        chat: Chat,
        ledger: Ledger | None,
        *,
        host: str,
        config: LedgerConfig | None = None,
        names: NameFinder | None = None,
    ) -> None:
        self.chat = chat
        self.ledger = ledger
        self.host = host
        self.config = config or (ledger.config if ledger is not None else LedgerConfig())
        self.turns = Turns()
        self.searched = Searched(names=names)

    @property
    def engine(self) -> str:
        """See :class:`copilot.llm.chat.Models`."""
        return self.chat.engine

    @property
    def local(self) -> bool:
        """See :class:`copilot.llm.chat.Models`."""
        return self.chat.local

    def chat_for(self, call: ModelCall) -> "LedgeredChat":
        """The model for one piece of work; what its answers took is counted together."""
        return LedgeredChat(self, call)


class LedgeredChat:
    """The Chat and Metered ports for one piece of work.

    Args:
        models: The gate.
        call: Who asks, and what for.
    """

    def __init__(self, models: LedgeredModels, call: ModelCall) -> None:
        self._models = models
        self._chat = models.chat
        self._call = call
        self.usage: list[Usage] = []

    @property
    def engine(self) -> str:
        """See :class:`copilot.llm.chat.Chat`."""
        return self._chat.engine

    @property
    def local(self) -> bool:
        """See :class:`copilot.llm.chat.Chat`."""
        return self._chat.local

    @property
    def deadline_s(self) -> float:
        """See :class:`copilot.llm.chat.Chat`."""
        return self._chat.deadline_s

    @property
    def context_tokens(self) -> int:
        """See :class:`copilot.llm.chat.Chat`."""
        return self._chat.context_tokens

    @property
    def characters_per_token(self) -> float:
        """See :class:`copilot.llm.chat.Calibrated`."""
        return per_token_of(self._chat)

    @property
    def cost(self) -> Decimal | None:
        """See :class:`copilot.llm.chat.Metered`."""
        prompt = sum(one.prompt_tokens for one in self.usage)
        return self._models.config.cost_of(prompt, sum(one.answer_tokens for one in self.usage))

    @property
    def currency(self) -> str | None:
        """See :class:`copilot.llm.chat.Metered`."""
        config = self._models.config
        return None if config.prompt_price is None else config.currency

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
        """See :meth:`copilot.llm.chat.Chat.complete`."""
        until = self._until(until)
        async with self._exchange(messages, until, used) as exchange:
            answer = await self._chat.complete(
                exchange.messages,
                schema=schema,
                schema_name=schema_name,
                max_tokens=max_tokens,
                until=until,
                used=exchange.note,
            )
            exchange.received = len(answer)
        return exchange.look.restore(answer) if exchange.look else answer

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int = 1024,
        until: float | None = None,
        used: Used | None = None,
    ) -> AsyncGenerator[str, None]:
        """See :meth:`copilot.llm.chat.Chat.stream`."""
        until = self._until(until)
        async with self._exchange(messages, until, used) as exchange:
            stream = self._chat.stream(
                exchange.messages, max_tokens=max_tokens, until=until, used=exchange.note
            )
            async with aclosing(stream) as pieces:
                async for piece in pieces:
                    if shown := exchange.take(piece):
                        yield shown
            if shown := exchange.rest():
                yield shown

    def _until(self, wanted: float | None) -> float:
        """The end of a call that begins now: waiting for its turn counts too."""
        until = time.monotonic() + self.deadline_s
        return until if wanted is None else min(until, wanted)

    @asynccontextmanager
    async def _exchange(
        self, messages: Sequence[ChatMessage], until: float, used: Used | None
    ) -> "AsyncIterator[_Exchange]":
        """One prompt and its answer, from the budget to the end of its row.

        Raises:
            ModelNotAskedError: Nothing may leave.
        """
        models, tenant = self._models, self._call.tenant
        limits = models.config.limits_of(tenant)
        async with AsyncExitStack() as stack:
            try:
                if models.ledger is not None:
                    await models.ledger.spending.check(tenant)
                wait_s = min(models.config.wait_s, until - time.monotonic())
                turn = models.turns.turn(tenant, limits.concurrency, wait_s)
                await stack.enter_async_context(turn)
            except ModelNotAskedError:
                if models.ledger is not None:
                    models.ledger.refused(self._leaving(messages, {}))
                raise
            look = None
            if not self.local:
                look = await self._look(messages)
            exchange = _Exchange(messages, look, used, per_token_of(self))
            entry_id = await self._begin(exchange, until)
            outcome: Outcome = "failed"
            try:
                yield exchange
                outcome = "answered"
            except ModelUnavailableError as error:
                outcome = _outcome(error)
                raise
            except (asyncio.CancelledError, GeneratorExit):
                outcome = "cancelled"
                raise
            finally:
                await self._end(entry_id, exchange, outcome)

    async def _look(self, messages: Sequence[ChatMessage]) -> LastLook:
        searched = self._models.searched
        try:
            if searched.is_brief(messages):
                return LastLook(messages, searched)
            return await asyncio.to_thread(LastLook, messages, searched)
        except UnavailableError as error:  # the model that finds names
            raise ModelNotAskedError(error.detail, retry_after_s=error.retry_after_s) from error

    async def _begin(self, exchange: "_Exchange", until: float) -> str | None:
        ledger = self._models.ledger
        if ledger is None:
            return None
        masked = exchange.look.masked if exchange.look else {}
        try:
            return await ledger.begin(
                self._leaving(exchange.messages, masked),
                within_s=max(0.01, until - time.monotonic()),
            )
        except UnavailableError as error:
            raise ModelNotAskedError(error.detail, retry_after_s=error.retry_after_s) from error

    async def _end(self, entry_id: str | None, exchange: "_Exchange", outcome: Outcome) -> None:
        usage = exchange.told or exchange.estimate(outcome)
        if usage is not None:
            self.usage.append(usage)
            if exchange.used is not None:
                exchange.used(usage)
        if entry_id is None or self._models.ledger is None:
            return
        ended = Ended(outcome)
        if usage is not None:
            cost = self._models.config.cost_of(usage.prompt_tokens, usage.answer_tokens)
            ended = Ended(outcome, *usage, cost)
        await self._models.ledger.end(self._call.tenant, entry_id, ended)

    def _leaving(self, messages: Sequence[ChatMessage], masked: dict[str, int]) -> Leaving:
        call = self._call
        return Leaving(
            tenant=call.tenant,
            task=call.task,
            engine=self.engine,
            host=self._models.host,
            local=self.local,
            sent=[{"role": one.role, "content": storable(one.content)} for one in messages],
            characters=sum(len(one.content) for one in messages),
            masked=masked,
            conversation_id=call.conversation_id,
            customer_id=call.customer_id,
            principal_id=call.principal_id,
        )


class _Exchange:
    """One prompt on its way, and what is known of its answer."""

    def __init__(
        self,
        messages: Sequence[ChatMessage],
        look: LastLook | None,
        used: Used | None,
        per_token: float,
    ) -> None:
        self.per_token = per_token
        self.messages = list(messages) if look is None else look.messages
        self.look = look
        self.used = used
        self.told: Usage | None = None
        self.received = 0

    def note(self, usage: Usage) -> None:
        """Keep what the client tells of the answer."""
        self.told = usage

    def take(self, piece: str) -> str:
        """What can be shown after the next piece of a streamed answer."""
        self.received += len(piece)
        return piece if self.look is None else self.look.take(piece)

    def rest(self) -> str:
        """What is left to show when the answer has ended."""
        return "" if self.look is None else self.look.rest()

    def estimate(self, outcome: Outcome) -> Usage | None:
        """What the answer took when nobody told; None when the model may not have begun."""
        if outcome == "refused" or (outcome == "failed" and not self.received):
            return None
        characters = sum(len(one.content) for one in self.messages)
        prompt = tokens_in(characters, self.per_token)
        return Usage(prompt, tokens_in(self.received, self.per_token), estimated=True)


def gated(
    chat: Chat | None,
    base_url: str | None,
    config: LedgerConfig,
    ledger: Ledger | None = None,
    names: NameFinder | None = None,
) -> LedgeredModels | None:
    """``chat`` behind the gate that everything which asks it goes through, or None.

    Args:
        chat: The model behind its guard.
        base_url: Where it is; None: OpenAI itself.
        config: What a tenant may take of it.
        ledger: Where what leaves is written down; None where nothing is stored.
        names: A model that finds names, if one is configured.
    """
    if chat is None:
        return None
    return LedgeredModels(chat, ledger, host=host_of(base_url), config=config, names=names)


def host_of(base_url: str | None) -> str:
    """The host, and port where one is named, of a model server; never what else its URL holds."""
    if base_url is None:
        return _OPENAI
    parts = urlsplit(base_url)
    try:
        port = parts.port
    except ValueError:
        port = None
    host = parts.hostname or "unknown"
    return host if port is None else f"{host}:{port}"


def _outcome(error: BaseException) -> Outcome:
    if isinstance(error, ModelNotAskedError):
        return "refused"
    cause: BaseException | None = error
    for _ in range(_DEEPEST):
        # The SDK's own timeouts are no TimeoutError, and it is imported in one file alone.
        if isinstance(cause, TimeoutError) or "Timeout" in type(cause).__name__:
            return "timed_out"
        # An error that was raised again may be told as its own cause.
        cause = cause and (cause.__context__ if cause.__cause__ is cause else cause.__cause__)
    return "failed"
