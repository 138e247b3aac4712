"""Port: a language model that answers. It has no tools and no authority."""

from collections.abc import AsyncGenerator, Callable, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from copilot.kernel.errors import CopilotError
from copilot.kernel.ids import TenantId

Role = Literal["system", "user", "assistant"]
Task = Literal["draft", "refine", "summary", "judge", "support", "check"]


class ModelCall(NamedTuple):
    """Who asks the model, and what for: what the ledger tells and the budget is taken from.

    Attributes:
        tenant: Whose budget.
        task: What is made.
        conversation_id: Of the conversation that the prompt is about, if it is stored.
        customer_id: Of the customer that it is about.
        principal_id: The person or key that asked; None: the service by itself.
    """

    tenant: TenantId
    task: Task
    conversation_id: str | None = None
    customer_id: str | None = None
    principal_id: str | None = None


class Usage(NamedTuple):
    """What one answer took.

    Attributes:
        prompt_tokens: Tokens of the prompt.
        answer_tokens: Tokens of the answer, thinking included.
        estimated: Whether they were reckoned here because the server told none.
    """

    prompt_tokens: int
    answer_tokens: int
    estimated: bool = False


Used = Callable[[Usage], None]
"""Told once for each answer, whole or not, when it has ended."""


class ChatMessage(NamedTuple):
    """One turn of the prompt."""

    role: Role
    content: str


class ModelUnavailableError(CopilotError):
    """The model is down, slow, broken or not allowed now; callers answer without it."""

    status = 503
    code = "model_unavailable"
    title = "The language model is not available"


class ModelNotAskedError(ModelUnavailableError):
    """The model was not asked: nothing left for it."""


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
        used: Used | None = None,
    ) -> str:
        """The whole answer.

        Args:
            messages: The prompt.
            schema: A JSON schema the answer should follow, where the server can enforce it.
            schema_name: Its name.
            max_tokens: Longest answer.
            until: When it must be there, by ``time.monotonic()``; None: within the deadline.
            used: Told what the answer took.

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
        used: Used | None = None,
    ) -> AsyncGenerator[str, None]:
        """The answer in pieces as they come; close it to stop the model early.

        Arguments as for :meth:`complete`.

        Raises:
            ModelUnavailableError: It broke off or passed the deadline, also half way.
        """
        ...


@runtime_checkable
class Metered(Protocol):
    """A Chat that counts what its answers took, for one piece of work."""

    @property
    def usage(self) -> Sequence[Usage]:
        """What each answer took until now, in order."""
        ...

    @property
    def cost(self) -> Decimal | None:
        """What they cost in all, by the prices set; None: none are set."""
        ...

    @property
    def currency(self) -> str | None:
        """The currency of ``cost``."""
        ...


@runtime_checkable
class Calibrated(Protocol):
    """A Chat that knows how its model counts."""

    @property
    def characters_per_token(self) -> float:
        """Characters that a token has at least, as far as is known."""
        ...


class Models(Protocol):
    """The language model, as one caller may use it."""

    @property
    def engine(self) -> str:
        """See :class:`Chat`."""
        ...

    @property
    def local(self) -> bool:
        """See :class:`Chat`."""
        ...

    def chat_for(self, call: ModelCall) -> Chat:
        """The model for one piece of work, however many times that asks it."""
        ...
