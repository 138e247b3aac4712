"""Any OpenAI-compatible model server, through the ``openai`` package (its only importer)."""

import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from copilot.kernel.errors import ConfigurationError
from copilot.kernel.text import storable
from copilot.llm.chat import ChatMessage, ModelUnavailableError

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI
    from openai.types.chat import ChatCompletionMessageParam


_HIGH_SURROGATE = re.compile(r"[\ud800-\udbff]")
_CUT = frozenset(("length", "content_filter"))
"""Why a server ends an answer that the model had not ended."""

_SHORTEST_S = 0.01
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
        async with AsyncOpenAI(
            api_key=key, base_url=config.base_url, timeout=config.deadline_s, max_retries=0
        ) as client:
            yield cls(client, config)

    @property
    def engine(self) -> str:
        """See :class:`copilot.llm.chat.Chat`."""
        return f"openai:{self._model}"

    async def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        schema: dict[str, Any] | None = None,
        schema_name: str = "answer",
        max_tokens: int = 1024,
        until: float | None = None,
    ) -> str:
        """See :meth:`copilot.llm.chat.Chat.complete`."""
        from openai import APIStatusError, OpenAIError

        forms: list[dict[str, Any] | None] = [None]
        known = 0
        if schema is not None and self._schemas:
            forms, known = _forms(schema, schema_name), self._refused.get(schema_name, 0)
        text = None
        for place in range(known, len(forms)):
            try:
                text = await self._completed(messages, forms[place], max_tokens, until)
            except APIStatusError as error:
                if place + 1 == len(forms) or not _refuses_form(error):
                    raise _unavailable(error) from error
                continue
            except (OpenAIError, ValueError, IndexError, AttributeError, TypeError) as error:
                # The last four: servers that answer 200 with something that is no completion.
                raise _unavailable(error) from error
            # Only now is it known that the form was what the server refused.
            if place:
                self._refused[schema_name] = place
            break
        if not text:
            raise ModelUnavailableError("The language model gave an empty answer.")
        return storable(text)

    async def _completed(
        self,
        messages: Sequence[ChatMessage],
        form: dict[str, Any] | None,
        max_tokens: int,
        until: float | None,
    ) -> str | None:
        from openai import omit

        wanted: Any = omit if form is None else form
        answer = await self._client.chat.completions.create(
            model=self._model,
            messages=_as_params(messages),
            response_format=wanted,
            max_tokens=max_tokens,
            temperature=0,
            timeout=self._timeout(until),
        )
        return answer.choices[0].message.content

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int = 1024,
        until: float | None = None,
    ) -> AsyncGenerator[str, None]:
        """See :meth:`copilot.llm.chat.Chat.stream`."""
        import httpx
        from openai import OpenAIError

        ended: str | None = None
        half = ""
        try:
            events = await self._client.chat.completions.create(
                model=self._model,
                messages=_as_params(messages),
                max_tokens=max_tokens,
                temperature=0,
                timeout=self._timeout(until),
                stream=True,
            )
            async with events:
                async for event in events:
                    for choice in event.choices[:1]:
                        if choice.delta.content:
                            # Some servers cut a character in two: the halves go together.
                            text = half + choice.delta.content
                            half = text[-1] if _HIGH_SURROGATE.match(text[-1]) else ""
                            yield storable(text[: len(text) - len(half)])
                        ended = choice.finish_reason or ended
        except (OpenAIError, httpx.HTTPError, ValueError, AttributeError, TypeError) as error:
            raise _unavailable(error) from error
        if ended is None:
            raise ModelUnavailableError("The language model broke off in the middle.")
        if ended in _CUT:
            raise ModelUnavailableError(f"The language model did not end its answer ({ended}).")

    def _timeout(self, until: float | None) -> float:
        """Seconds that the server may be silent."""
        if until is None:
            return self.deadline_s
        return max(_SHORTEST_S, until - time.monotonic())


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


def _as_params(messages: Sequence[ChatMessage]) -> "list[ChatCompletionMessageParam]":
    params: list[Any] = [{"role": one.role, "content": one.content} for one in messages]
    return params


def _unavailable(error: Exception) -> ModelUnavailableError:
    # The message of an SDK error may hold parts of the prompt or the key: only its kind is kept.
    return ModelUnavailableError(f"The language model failed ({type(error).__name__}).")
