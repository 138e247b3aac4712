"""A conversation as the model is told of it: messages with numbers that stay."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from copilot.conversations.conversation import Conversation, Message
from copilot.summaries.fitting import shortened
from copilot.summaries.said import visible_messages
from copilot.summaries.summary import SummaryOptions

_MARGIN = 400


class Thread:
    """The messages that a summary may rest on, numbered from 1 by their place among them.

    A message has the same number in every prompt, whichever part of the thread that shows.

    Args:
        conversation: What is summarised.
        options: How. Internal notes have no number unless they are wanted.
    """

    def __init__(self, conversation: Conversation, options: SummaryOptions) -> None:
        self.conversation = conversation
        self.options = options
        self.messages = visible_messages(conversation, include_internal=options.include_internal)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each message, by its id."""
        return {message.id: number for number, message in enumerate(self.messages, 1)}

    def numbered(self, numbers: Iterable[int]) -> list[Message]:
        """The messages with these numbers, each once; numbers that nobody has are left out."""
        known = range(1, len(self.messages) + 1)
        return [self.messages[one - 1] for one in dict.fromkeys(numbers) if one in known]

    def shown(
        self, messages: Iterable[Message], longest: int, masked: Callable[[str], str]
    ) -> list[dict[str, Any]]:
        """``messages`` for a prompt, each masked before it enters and no longer than ``longest``.

        The prompt's own words are never masked: a customer by the name of "Never" must not take a
        rule out of them.
        """
        return [
            {
                "number": self.numbers[message.id],
                "role": "note" if message.visibility == "internal" else message.author.role,
                "day": message.sent_at.date().isoformat(),
                # Masked with a margin, so that nothing personal is cut in two and missed.
                "text": shortened(masked(shortened(message.text, longest + _MARGIN)), longest),
            }
            for message in messages
        ]
