"""What an OpenAI-compatible server was found not to take, learnt from its refusals.

Servers differ: some have no system role, call the longest answer ``max_completion_tokens``, allow
no temperature, tell no usage of streams, or live under an address without ``/v1``. Each is found
out once, by the first request that is refused for it.
"""

import re
from collections.abc import Sequence
from typing import Any

from copilot.llm.chat import ChatMessage

_REFUSALS = frozenset((400, 404, 405, 415, 422, 500, 501))
_UNKNOWN_PATH = frozenset((404, 405))
_SYSTEM = re.compile(
    r"system.{0,40}(?:role|message|not supported)|roles? must alternate|unknown role|"
    r"role.{0,30}system",
    re.DOTALL,
)
_USAGE = re.compile(r"stream_options|include_usage")
_TOKENS = re.compile(r"max_completion_tokens|max_tokens")
_TEMPERATURE = re.compile(r"temperature")
_MODEL = re.compile(r"model.{0,80}(?:not found|does not exist|unknown)|no such model", re.DOTALL)


def base_urls(given: str) -> list[str]:
    """The addresses that a server may live under, the likeliest first.

    People paste the address with or without ``/v1``, or of the route itself.
    """
    bare = re.sub(r"/(?:chat/completions|completions|models)$", "", given.strip().rstrip("/"))
    bare = bare.rstrip("/")
    if re.search(r"/(?:v\d+\w*|openai|api)$", bare) or re.search(r"/v\d+/", bare):
        return [bare] if bare.endswith("/v1") else [bare, f"{bare}/v1"]
    return [f"{bare}/v1", bare]


class ServerWays:
    """How one server wants to be asked."""

    def __init__(self) -> None:
        self._refused: set[str] = set()
        self.thinks_unopened = False

    def parameters(
        self, messages: Sequence[ChatMessage], max_tokens: int, *, stream: bool
    ) -> dict[str, Any]:
        """The parameters of a request, without the model and its form."""
        found: dict[str, Any] = {"messages": self._messages(messages)}
        name = "max_completion_tokens" if "max_tokens" in self._refused else "max_tokens"
        if not {"max_tokens", "max_completion_tokens"} <= self._refused:
            found[name] = max_tokens
        if "temperature" not in self._refused:
            found["temperature"] = 0
        if stream:
            found["stream"] = True
            if "stream_options" not in self._refused:
                found["stream_options"] = {"include_usage": True}
        return found

    def learn(self, status: int, told: str, *, stream: bool) -> bool:
        """Whether a refusal is for something that can be left out; it is from now on.

        Args:
            status: Of the refusal.
            told: Its message.
            stream: Whether a stream was asked for.
        """
        told = told.lower()
        if status not in _REFUSALS or _MODEL.search(told):
            return False
        if stream and _USAGE.search(told):
            return self._refuse("stream_options")
        if _TOKENS.search(told) and "context" not in told:
            return self._refuse("max_tokens") or self._refuse("max_completion_tokens")
        if _TEMPERATURE.search(told):
            return self._refuse("temperature")
        if _SYSTEM.search(told):
            return self._refuse("system")
        return False

    def _refuse(self, what: str) -> bool:
        new = what not in self._refused
        self._refused.add(what)
        return new

    def _messages(self, messages: Sequence[ChatMessage]) -> list[dict[str, str]]:
        if "system" not in self._refused:
            return [{"role": one.role, "content": one.content} for one in messages]
        told = "\n\n".join(one.content for one in messages if one.role == "system")
        rest = [
            {"role": one.role, "content": one.content} for one in messages if one.role != "system"
        ]
        if rest and told:
            rest[0] = {**rest[0], "content": f"{told}\n\n{rest[0]['content']}"}
        return rest or [{"role": "user", "content": told}]


def is_unknown_path(status: int, told: str) -> bool:
    """Whether nothing lives under an address, rather than that it has no such model."""
    return status in _UNKNOWN_PATH and _MODEL.search(told.lower()) is None
