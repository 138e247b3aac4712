"""A conversation as one row of sentences, each with its message and what it does."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from copilot.conversations.conversation import Conversation, Message
from copilot.summaries.acts import Act, acts_of
from copilot.summaries.due import due_date

_LONGEST_SENTENCE = 300


class Said(NamedTuple):
    """One sentence of a conversation.

    Attributes:
        place: Number of its message among those looked at, from 0.
        order: Number of the sentence in its message, from 0.
        acts: What it does, the most telling first.
    """

    message: Message
    place: int
    order: int
    text: str
    acts: tuple[Act, ...]

    @property
    def by_customer(self) -> bool:
        """Whether the customer said it."""
        return self.message.author.role == "customer"

    @property
    def by_agent(self) -> bool:
        """Whether the human who answers said it."""
        return self.message.author.role == "agent"

    @property
    def due(self) -> date | None:
        """The day it names for something to come. Found anew each time: ask for few."""
        return due_date(self.text, self.message.sent_at, self.message.language)


def visible_messages(conversation: Conversation, *, include_internal: bool) -> list[Message]:
    """The messages that people wrote, without internal notes unless they are wanted."""
    return [
        message
        for message in conversation.messages
        if message.author.role != "system"
        and (include_internal or message.visibility == "public")
        and message.text.strip()
    ]


def said_in(messages: Sequence[Message]) -> list[Said]:
    """The sentences of ``messages`` that are more than courtesy, in order."""
    return [
        Said(message, place, order, clipped(one.text), one.acts)
        for place, message in enumerate(messages)
        for order, one in enumerate(acts_of(message.text, message.author.role))
        if not one.polite
    ]


def clipped(sentence: str, longest: int = _LONGEST_SENTENCE) -> str:
    """The beginning of a sentence that is too long to read at a glance, cut at a word."""
    if len(sentence) <= longest:
        return sentence
    cut = sentence.rfind(" ", longest // 2, longest)
    return sentence[: cut if cut > 0 else longest].rstrip(" ,;:-–")
