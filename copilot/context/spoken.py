"""What was said in one conversation, read once and only as far as somebody asks."""

from collections.abc import Sequence
from functools import cached_property

from copilot.context.bounds import beginnings
from copilot.context.facts import Fact, facts_in
from copilot.context.said_promises import SaidPromise, promises_in
from copilot.conversations.conversation import Conversation, Message, Role
from copilot.grounding.support import Vocabulary
from copilot.summaries.acts import acts_of
from copilot.summaries.extractive import bare_subject, headline_of
from copilot.summaries.ranking import Ranking
from copilot.summaries.said import Said, clipped, visible_messages

_FIRST, _LATEST = 3, 11
"""Messages of the customer, and of agents, that are read: what it is about and where it stands."""

_HEADLINE_FROM = 12


class Spoken:
    """One conversation's sentences that are more than courtesy.

    Args:
        conversation: With its messages.
    """

    def __init__(self, conversation: Conversation) -> None:
        self.id = conversation.id
        self.subject = conversation.subject
        self.messages = beginnings(visible_messages(conversation, include_internal=False))

    @property
    def characters(self) -> int:
        """How much text it holds."""
        return sum(len(one.text) for one in self.messages)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the subject and of every message."""
        texts = (bare_subject(self.subject), *(one.text for one in self.messages))
        return Vocabulary.of("\n".join(texts))

    @cached_property
    def told(self) -> list[Said]:
        """The customer's sentences."""
        return self._said("customer")

    @cached_property
    def answered(self) -> list[Said]:
        """The agents' sentences."""
        return self._said("agent")

    @cached_property
    def facts(self) -> list[Fact]:
        """What the customer told."""
        return facts_in(self.told)

    @cached_property
    def promises(self) -> list[SaidPromise]:
        """What the agents undertook."""
        return promises_in(self.answered)

    @cached_property
    def answers(self) -> Ranking:
        """The agents' sentences, ranked."""
        return Ranking(self.answered, self.subject)

    @cached_property
    def headline(self) -> str:
        """One line on what it is about."""
        if len(bare_subject(self.subject).split()) >= 2:
            return headline_of(self.subject)
        asks = (self.told or self.answered)[:_HEADLINE_FROM]
        ranking = Ranking(asks, self.subject)
        asks = sorted(asks, key=lambda one: (-ranking.worth(one), one.place))
        return headline_of(self.subject, sentences=asks)

    def read_ahead(self) -> None:
        """Find what a card will most likely ask for; in a thread, while others are waited for."""
        _ = (self.vocabulary, self.facts, self.promises, self.answers)

    def _said(self, role: Role) -> list[Said]:
        theirs = [
            (place, one) for place, one in enumerate(self.messages) if one.author.role == role
        ]
        return [
            Said(message, place, order, clipped(one.text), one.acts)
            for place, message in _ends(theirs)
            for order, one in enumerate(acts_of(message.text, role))
            if not one.polite
        ]


def _ends(messages: Sequence[tuple[int, Message]]) -> Sequence[tuple[int, Message]]:
    if len(messages) <= _FIRST + _LATEST:
        return messages
    return [*messages[:_FIRST], *messages[-_LATEST:]]
