"""The customer's earlier conversations, the most useful for this ask first."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from copilot.context.card import PastConversation
from copilot.context.fading import fading
from copilot.context.spoken import Spoken
from copilot.conversations.conversation import ConversationHead
from copilot.grounding.support import Vocabulary, carried
from copilot.grounding.words import content_words
from copilot.knowledge.passage import Passage
from copilot.summaries.extractive import SETTLED_STATUSES

MOST = 8
_RELEVANCE, _RECENCY, _OPEN = 0.65, 0.25, 0.1
_WORDS_SHARE = 0.5
_SAME_CASE = 0.3
_MIN_NUMBER = 5


class Earlier(NamedTuple):
    """An earlier conversation: what the database tells of it now, and what was said in it."""

    head: ConversationHead
    spoken: Spoken


class Ranked(NamedTuple):
    """An earlier conversation with how relevant it is to the present ask, and its rank, 0 to 1."""

    earlier: Earlier
    relevance: float
    score: float


def ranked_past(
    query: str, past: Sequence[Earlier], found: Sequence[Passage], at: datetime
) -> list[Ranked]:
    """``past`` by relevance to ``query``, recency, and whether it is still open, best first.

    Args:
        query: The customer's present ask.
        past: The earlier conversations.
        found: What search found among them, best first; may be empty.
        at: The time of the present conversation.
    """
    searched = shares(found)
    words = content_words(query)
    ranked = []
    for one in past:
        relevance = _relevance(one.spoken.vocabulary, words, searched.get(one.head.id, 0.0))
        ranked.append(Ranked(one, relevance, first_rank(one.head, relevance, at)))
    return sorted(ranked, key=lambda one: -one.score)


def first_rank(head: ConversationHead, searched: float, at: datetime) -> float:
    """How good a conversation looks before what was said in it is read."""
    still_open = head.status not in SETTLED_STATUSES
    recency = fading(at, head.last_message_at)
    return _RELEVANCE * searched + _RECENCY * recency + _OPEN * still_open


def as_past(ranked: Ranked, headline: str | None) -> PastConversation:
    """How the card shows it; ``headline`` is that of a stored summary, if there is one."""
    head, spoken = ranked.earlier
    return PastConversation(
        id=head.id,
        channel=head.channel,
        subject=head.subject,
        headline=headline or spoken.headline,
        last_message_at=head.last_message_at,
        status=head.status,
        score=round(ranked.score, 4),
    )


def shares(found: Sequence[Passage]) -> dict[str, float]:
    """Each conversation's best search score as a share of the best."""
    best = max((passage.score for passage in found), default=0.0)
    scores: dict[str, float] = {}
    for passage in found:
        if passage.conversation_id is not None and best > 0:
            share = passage.score / best
            scores[passage.conversation_id] = max(share, scores.get(passage.conversation_id, 0.0))
    return scores


def _relevance(vocabulary: Vocabulary, words: Sequence[str], searched: float) -> float:
    """Search knows meaning, words the wording: half each. The same order is the same case."""
    shared = carried(words, vocabulary)
    same = any(word in vocabulary.words for word in words if _is_number(word))
    mixed = (1 - _WORDS_SHARE) * searched + _WORDS_SHARE * shared
    return min(1.0, mixed + _SAME_CASE * same)


def _is_number(word: str) -> bool:
    """Whether a word names one thing: an order or parcel number, not a year or a price."""
    return sum(map(str.isdigit, word)) >= _MIN_NUMBER
