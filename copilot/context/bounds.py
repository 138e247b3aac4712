"""How much of a message a card looks at: some are pasted logs of megabytes."""

from collections.abc import Iterable

from copilot.conversations.conversation import Message

LONGEST_TEXT = 20_000
"""Characters of one message: its beginning."""


def beginnings(messages: Iterable[Message]) -> list[Message]:
    """``messages``, each with no more text than a card looks at."""
    return [
        one
        if len(one.text) <= LONGEST_TEXT
        else one.model_copy(update={"text": one.text[:LONGEST_TEXT]})
        for one in messages
    ]
