"""Port: a language model that answers. It has no tools and no authority."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from copilot.kernel.errors import CopilotError

Role = Literal["system", "user", "assistant"]


class ChatMessage(NamedTuple):
    """One turn of the prompt."""

    role: Role
    content: str


class ModelUnavailableError(CopilotError):
    """The model is down, slow, broken or not allowed now; callers answer without it."""

    status = 503
    code = "model_unavailable"
    title = "The language model is not available"


class Chat(Protocol):
    """A language model behind some server."""

    @property
    def engine(self) -> str:
        """What is stored and shown as the maker, e.g. ``openai:gpt-4.1-mini``."""
        ...

    @property
    def local(self) -> bool:
        """Whether text may go there unmasked."""
        ...

    @property
    def deadline_s(self) -> float:
        """Seconds that a request which asks the model may take in all."""
        ...

    @property
    def context_tokens(self) -> int:
        """The model's window: prompt and answer together."""
        ...

    async def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        schema: dict[str, Any] | None = None,
        schema_name: str = "answer",
        max_tokens: int = 1024,
        until: float | None = None,
    ) -> str:
        """The whole answer.

        Args:
            messages: The prompt.
            schema: A JSON schema the answer should follow, where the server can enforce it.
            schema_name: Its name.
            max_tokens: Longest answer.
            until: When it must be there, by ``time.monotonic()``; None: within the deadline.

        Raises:
            ModelUnavailableError: No usable answer within the deadline.
        """
        ...

    def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int = 1024,
        until: float | None = None,
    ) -> AsyncGenerator[str, None]:
        """The answer in pieces as they come; close it to stop the model early.

        Arguments as for :meth:`complete`.

        Raises:
            ModelUnavailableError: It broke off or passed the deadline, also half way.
        """
        ...
