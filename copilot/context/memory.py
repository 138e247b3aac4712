"""What the customer already told us and what we promised, over all their conversations."""

from collections.abc import Iterable, Sequence
from datetime import date

from copilot.context.bounds import beginnings
from copilot.context.card import Promise, ToldFact
from copilot.conversations.conversation import Conversation
from copilot.grounding.support import Vocabulary, carried
from copilot.grounding.words import content_words
from copilot.summaries.extractive import SETTLED_STATUSES, is_kept
from copilot.summaries.ranking import Ranking
from copilot.summaries.said import Said, said_in, visible_messages

_MOST_FACTS = 10
_MOST_FACTS_PER_CONVERSATION = 4
_MOST_PROMISES = 6
_MOST_MESSAGES = 120
_MOST_PER_CONVERSATION = 40
_SAME_FACT = 0.75
_MIN_FACT_WORDS = 4


class Spoken:
    """The sentences of one conversation that are more than courtesy, found once.

    Args:
        conversation: With its messages.
        most: How many messages to look at: the latest.
    """

    def __init__(self, conversation: Conversation, most: int = _MOST_PER_CONVERSATION) -> None:
        self.conversation = conversation
        messages = visible_messages(conversation, include_internal=False)[-most:]
        self.sentences = said_in(beginnings(messages))
        self.ranking = Ranking(self.sentences, conversation.subject)
        self.looked_at = len(messages)


def listen(conversations: Iterable[Conversation]) -> list[Spoken]:
    """The sentences of ``conversations``, as many as can be looked at in a few milliseconds."""
    room = _MOST_MESSAGES
    heard = []
    for conversation in conversations:
        if room <= 0:
            break
        spoken = Spoken(conversation, min(room, _MOST_PER_CONVERSATION))
        room -= spoken.looked_at
        heard.append(spoken)
    return heard


def already_told(heard: Sequence[Spoken]) -> list[ToldFact]:
    """What the customer told, newest first, each thing once."""
    facts = [one for spoken in heard for one in _facts(spoken)]
    kept: list[Said] = []
    known: list[Vocabulary] = []
    for one in sorted(facts, key=lambda one: (one.message.sent_at, one.order), reverse=True):
        words = content_words(one.text)
        if len(kept) < _MOST_FACTS and not any(carried(words, old) >= _SAME_FACT for old in known):
            kept.append(one)
            known.append(Vocabulary.of(one.text))
    return [
        ToldFact(
            text=one.text,
            message_id=one.message.id,
            conversation_id=one.message.conversation_id,
            said_at=one.message.sent_at,
        )
        for one in kept
    ]


def _facts(spoken: Spoken) -> list[Said]:
    """The customer's most telling statements; a bare order number is one too."""
    told = [
        one
        for one in spoken.sentences
        if one.by_customer
        and "fact" in one.acts
        and "question" not in one.acts
        and (len(one.text.split()) >= _MIN_FACT_WORDS or any(c.isdigit() for c in one.text))
    ]
    return sorted(told, key=spoken.ranking.worth, reverse=True)[:_MOST_FACTS_PER_CONVERSATION]


def promised(heard: Sequence[Spoken], today: date) -> list[Promise]:
    """What agents promised and what, as far as can be told, is still to come; newest first.

    A promise in an open conversation stays, overdue or not: an overdue one matters most. One in
    a settled conversation stays only while its day is ahead.
    """
    pending = [one for spoken in heard for one in _pending(spoken, today)]
    pending.sort(key=lambda one: (one.message.sent_at, one.order), reverse=True)
    return [
        Promise(
            text=one.text,
            message_id=one.message.id,
            conversation_id=one.message.conversation_id,
            said_at=one.message.sent_at,
            due=one.due.isoformat() if one.due else None,
        )
        for one in pending[:_MOST_PROMISES]
    ]


def _pending(spoken: Spoken, today: date) -> list[Said]:
    settled = spoken.conversation.status in SETTLED_STATUSES
    last_answer = max((one.place for one in spoken.sentences if one.by_agent), default=-1)
    found = []
    for one in spoken.sentences:
        if not one.by_agent or "promise" not in one.acts or one.acts[0] == "question":
            continue
        if settled and (one.due is None or one.due < today):
            continue
        # "I'll check", and then the agent came back: that is over.
        if one.due is None and one.place < last_answer:
            continue
        if not is_kept(one, spoken.sentences, spoken.ranking):
            found.append(one)
    return found
