"""Streams that are not quite as the protocol says, read for what they mean.

Some servers answer a streamed request whole. Some send in every piece all that was said so far.
Azure's content filter sends choices without words (its asynchronous mode). Some cut a character in
two, and some never stop.
"""

import json
import re
from typing import Any, NamedTuple

from copilot.kernel.text import storable
from copilot.llm.chat import ModelUnavailableError

_HIGH_SURROGATE = re.compile(r"[\ud800-\udbff]")
_MOST_PER_TOKEN = 40
"""Characters; a server that sends more than that for each token asked for does not count them."""


class _Counts(NamedTuple):
    prompt_tokens: Any
    completion_tokens: Any


class StreamReader:
    """The words of a streamed answer, whichever way they are sent.

    Attributes:
        characters: How many came.
        ended: Why the model ended its answer; None before it did.
        usage: The server's count, with the counts as attributes.

    Args:
        max_tokens: The longest answer that was asked for.
    """

    def __init__(self, max_tokens: int) -> None:
        self.characters = 0
        self.ended: str | None = None
        self.usage: Any = None
        self._most = _MOST_PER_TOKEN * max_tokens
        self._half = ""
        self._said = ""
        self._repeats: bool | None = None

    async def whole(self, response: Any) -> str:
        """The answer of a server that was asked for a stream and did not stream; else nothing.

        Args:
            response: The HTTP response, of which nothing was read yet.

        Raises:
            ValueError, KeyError, IndexError, TypeError, AttributeError: It is no answer.
        """
        if "application/json" not in response.headers.get("content-type", ""):
            return ""
        told = json.loads(await response.aread())
        choice, usage = told["choices"][0], told.get("usage") or {}
        self.usage = _Counts(usage.get("prompt_tokens"), usage.get("completion_tokens"))
        self.ended = choice.get("finish_reason") or "stop"
        text = text_of(choice["message"]["content"])
        self.characters = len(text)
        return storable(text)

    def read(self, event: Any) -> str:
        """What an event of the stream adds.

        Raises:
            ModelUnavailableError: Far more came than was asked for.
            TypeError, AttributeError: It is no event.
        """
        self.usage = getattr(event, "usage", None) or self.usage
        written = ""
        for choice in event.choices[:1]:
            delta = getattr(choice, "delta", None)
            written = self._new_in(text_of(getattr(delta, "content", None)))
            self.ended = choice.finish_reason or self.ended
        self.characters += len(written)
        if self.characters > self._most:
            raise ModelUnavailableError("The language model did not stop.")
        if not written:
            return ""
        # Some servers cut a character in two: the halves go together.
        text = self._half + written
        self._half = text[-1] if _HIGH_SURROGATE.match(text[-1]) else ""
        return storable(text[: len(text) - len(self._half)])

    def _new_in(self, written: str) -> str:
        if not written or self._repeats is False:
            return written
        if self._said:
            # Words do not begin with all the words before them: blanks and signs may.
            longer = written.startswith(self._said) and written != self._said
            self._repeats = longer and any(map(str.isalnum, self._said))
            if self._repeats:
                written = written[len(self._said) :]
        self._said += written
        return written


def text_of(content: Any) -> str:
    """The text of an answer: some servers give it in parts."""
    if isinstance(content, list):
        parts = [one if isinstance(one, dict) else getattr(one, "__dict__", {}) for one in content]
        return "".join(str(one.get("text") or "") for one in parts if one.get("type") == "text")
    return content or ""
