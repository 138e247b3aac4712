"""Any OpenAI-compatible model server, through the ``openai`` package (its only importer)."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from copilot.kernel.clock import now
from copilot.kernel.errors import ConfigurationError
from copilot.kernel.text import storable
from copilot.llm.calibration import Calibration
from copilot.llm.chat import ChatMessage, ModelUnavailableError, Usage, Used
from copilot.llm.room import tokens_in
from copilot.llm.server_ways import ServerWays, base_urls, is_unknown_path
from copilot.llm.stream_ways import StreamReader, text_of
from copilot.llm.thinking import ThinkingFilter, UnopenedThinkingError, without_thinking

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI


_CUT = frozenset(("length", "content_filter"))
"""Why a server ends an answer that the model had not ended."""

_SHORTEST_S = 0.01
_LONGEST_END_S = 1.0
_MOST_ATTEMPTS = 6
_BUSY = frozenset((429, 503))
_SHARE_TO_WAIT = 0.5
_BROKEN_ANSWERS = (ValueError, IndexError, AttributeError, TypeError, KeyError)
"""What reading something that is no answer raises."""

_REFUSALS = frozenset((400, 415, 422))
_BROKEN = frozenset((500, 501))
_NAMES_FORM = re.compile(r"response_format|json_schema|json_object|grammar|guided|schema")
_TOO_LONG = re.compile(r"context.{0,20}(?:length|size|window)|too many tokens|maximum context")


class LlmConfig(BaseModel):
    """Which language model answers, if any.

    Attributes:
        kind: ``none`` serves extractively; ``openai`` is any OpenAI-compatible server.
        base_url: E.g. ``http://127.0.0.1:8000/v1``; None means OpenAI itself.
        local: True when text may go there unmasked.
        deadline_s: Seconds for a whole request; in time for that the extractive engine answers.
        context_tokens: The model's window, answer included; prompts are made to fit it.
        json_schema: Whether to ask for answers by a JSON schema. A server that refuses that is
            asked for any JSON, then for text; the answer is read tolerantly either way.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["none", "openai"] = "none"
    base_url: str | None = None
    model: str | None = None
    api_key: SecretStr | None = None
    local: bool = False
    deadline_s: float = Field(default=20.0, gt=0, le=600)
    context_tokens: int = Field(default=8192, ge=1024)
    json_schema: bool = True


class OpenAIChat:
    """The Chat port on an OpenAI-compatible server.

    Args:
        client: An open client.
        config: Its settings; ``model`` is set.
    """

    def __init__(self, client: "AsyncOpenAI", config: LlmConfig) -> None:
        self._client = client
        self._model = config.model or ""
        self._schemas = config.json_schema
        self._refused: dict[str, int] = {}
        self._ways = ServerWays()
        self._calibration = Calibration()
        self._addresses = base_urls(config.base_url)[1:] if config.base_url else []
        self.local = config.local
        self.deadline_s = config.deadline_s
        self.context_tokens = config.context_tokens

    @classmethod
    @asynccontextmanager
    async def open(cls, config: LlmConfig) -> AsyncIterator[Self]:
        """Open a client for ``config``; nothing is sent yet.

        Raises:
            ConfigurationError: The model's name is missing, or the key for OpenAI itself.
        """
        from openai import AsyncOpenAI

        if not config.model:
            raise ConfigurationError("COPILOT_LLM__MODEL is not set: name the model to use.")
        if config.base_url is None and config.api_key is None:
            raise ConfigurationError(
                "COPILOT_LLM__KIND is openai: set COPILOT_LLM__BASE_URL to your model server, "
                "or COPILOT_LLM__API_KEY to use OpenAI's."
            )
        key = config.api_key.get_secret_value() if config.api_key else "none"
        address = base_urls(config.base_url)[0] if config.base_url else None
        async with AsyncOpenAI(
            api_key=key, base_url=address, timeout=config.deadline_s, max_retries=0
        ) as client:
            yield cls(client, config)

    @property
    def engine(self) -> str:
        """See :class:`copilot.llm.chat.Chat`."""
        return f"openai:{self._model}"

    @property
    def characters_per_token(self) -> float:
        """See :class:`copilot.llm.chat.Calibrated`."""
        return self._calibration.per_token

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
        from openai import APIStatusError, OpenAIError, omit

        forms: list[dict[str, Any] | None] = [None]
        known = 0
        if schema is not None and self._schemas:
            forms, known = _forms(schema, schema_name), self._refused.get(schema_name, 0)
        answer: Any = None
        for place in range(known, len(forms)):
            form: Any = omit if forms[place] is None else forms[place]
            try:
                answer = await self._ask(messages, max_tokens, until, response_format=form)
            except APIStatusError as error:
                if place + 1 == len(forms) or not _refuses_form(error):
                    raise _unavailable(error) from error
                continue
            except (OpenAIError, *_BROKEN_ANSWERS) as error:
                raise _unavailable(error) from error
            # Only now is it known that the form was what the server refused.
            if place:
                self._refused[schema_name] = place
            break
        try:
            written = text_of(answer.choices[0].message.content)
        except _BROKEN_ANSWERS as error:
            # Servers that answer 200 with something that is no completion.
            raise _unavailable(error) from error
        self._tell(used, getattr(answer, "usage", None), messages, len(written))
        text = without_thinking(written)
        if not text:
            raise ModelUnavailableError("The language model gave an empty answer.")
        return storable(text)

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int = 1024,
        until: float | None = None,
        used: Used | None = None,
    ) -> AsyncGenerator[str, None]:
        """See :meth:`copilot.llm.chat.Chat.stream`."""
        import httpx2
        from openai import OpenAIError

        reader = StreamReader(max_tokens)
        thinking = ThinkingFilter(unopened=self._ways.thinks_unopened)
        try:
            events = await self._ask(messages, max_tokens, until, stream=True)
            async with _read_out(events) as told:
                if shown := thinking.feed(await reader.whole(events.response)):
                    yield shown
                async for event in told:
                    if shown := thinking.feed(reader.read(event)):
                        yield shown
            if shown := thinking.end():
                yield shown
        except UnopenedThinkingError as error:
            self._ways.thinks_unopened = True
            raise ModelUnavailableError(
                "The language model thought aloud without saying so; from now on that is known."
            ) from error
        except (OpenAIError, httpx2.HTTPError, httpx2.StreamError, *_BROKEN_ANSWERS) as error:
            raise _unavailable(error) from error
        finally:
            # Of a server that never answered nobody knows whether it read the prompt.
            if reader.usage is not None or reader.characters:
                self._tell(used, reader.usage, messages, reader.characters)
        if reader.ended is None:
            raise ModelUnavailableError("The language model broke off in the middle.")
        if reader.ended in _CUT:
            raise ModelUnavailableError(
                f"The language model did not end its answer ({reader.ended})."
            )

    async def _ask(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        until: float | None,
        *,
        stream: bool = False,
        **more: Any,
    ) -> Any:
        """The server's answer, asked again as it wants to be asked, or when it says to wait."""
        from openai import APIStatusError

        for attempt in range(_MOST_ATTEMPTS):
            wanted = self._ways.parameters(messages, max_tokens, stream=stream)
            try:
                return await self._client.chat.completions.create(
                    model=self._model, timeout=self._timeout(until), **wanted, **more
                )
            except APIStatusError as error:
                told = str(error.message)
                if error.status_code in _REFUSALS and _TOO_LONG.search(told.lower()):
                    self._calibration.too_long()
                if attempt + 1 == _MOST_ATTEMPTS:
                    raise
                if is_unknown_path(error.status_code, told) and self._addresses:
                    self._client = self._client.copy(base_url=self._addresses.pop(0))
                elif not self._ways.learn(error.status_code, told, stream=stream):
                    await self._wait(error, until)
        raise AssertionError  # pragma: no cover - the last attempt raises or returns

    def _tell(
        self, used: Used | None, usage: Any, messages: Sequence[ChatMessage], written: int
    ) -> None:
        """Tell what an answer took, by the server's count or by its ``written`` characters."""
        sent = sum(len(one.content) for one in messages)
        counts = (getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens"))
        prompt, answer = counts
        if isinstance(prompt, int) and isinstance(answer, int):
            self._calibration.learn(sent, prompt)
            told = Usage(prompt, answer)
        else:
            per_token = self._calibration.per_token
            told = Usage(tokens_in(sent, per_token), tokens_in(written, per_token), estimated=True)
        if used is not None:
            used(told)

    async def _wait(self, error: "APIStatusError", until: float | None) -> None:
        """Wait as long as the server asks for, when there is time for that and the answer.

        Raises:
            openai.APIStatusError: ``error``, when there is not, or it does not say to wait.
        """
        wait_s = retry_after_s(error.response.headers) if error.status_code in _BUSY else None
        left_s = self._timeout(until)
        if wait_s is None or wait_s > left_s * _SHARE_TO_WAIT:
            raise error
        await asyncio.sleep(wait_s)

    def _timeout(self, until: float | None) -> float:
        """Seconds that the server may be silent."""
        if until is None:
            return self.deadline_s
        return max(_SHORTEST_S, until - time.monotonic())


@asynccontextmanager
async def _read_out(events: Any) -> AsyncIterator[AsyncIterator[Any]]:
    """The events of a stream, which is at its end or closed afterwards, with all that it opened.

    The SDK and its HTTP client leave some ten generators half way when a stream is closed early.
    The loop would close them later, all at once, each while another one runs it.
    """
    try:
        async with aclosing(aiter(events)) as told:
            yield told
    finally:
        await events.close()
        # Nothing comes any more: this only lets each of them see that.
        with suppress(Exception):
            async with asyncio.timeout(_LONGEST_END_S):
                while True:
                    await anext(events)


def _forms(schema: dict[str, Any], name: str) -> list[dict[str, Any] | None]:
    """Ways to ask for JSON, the strictest first; None asks for nothing but text.

    OpenAI, vLLM, llama.cpp, Ollama and LM Studio enforce schemas (some only of some shapes). Older
    servers know ``json_object`` alone, which LM Studio does not; others know neither.
    """
    enforced = {
        "type": "json_schema",
        "json_schema": {"name": name, "schema": schema, "strict": True},
    }
    return [enforced, {"type": "json_object"}, None]


def _refuses_form(error: "APIStatusError") -> bool:
    """Whether another way of asking for JSON may be answered.

    Most servers answer 400 or 422. llama.cpp and llama-cpp-python have answered 500, with a
    message that names the form (llama.cpp issues 9522 and 23463). A prompt that is too long is
    too long in every form.
    """
    told = str(error.message).lower()
    if _TOO_LONG.search(told):
        return False
    return error.status_code in _REFUSALS or (
        error.status_code in _BROKEN and bool(_NAMES_FORM.search(told))
    )


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds that a ``Retry-After`` header asks for (RFC 9110, 10.2.3): a number or a date."""
    told = headers.get("retry-after")
    if told is None:
        return None
    try:
        return max(0.0, float(told))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(0.0, (at - now()).total_seconds()) if at.tzinfo is not None else None


def _unavailable(error: Exception) -> ModelUnavailableError:
    # The message of an SDK error may hold parts of the prompt or the key: only its kind is kept.
    response = getattr(error, "response", None)
    wait_s = None if response is None else retry_after_s(response.headers)
    detail = f"The language model failed ({type(error).__name__})."
    return ModelUnavailableError(detail, retry_after_s=wait_s)
