"""The customer's earlier conversations, the most useful for this ask first."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from copilot.context.card import PastConversation
from copilot.context.memory import Spoken
from copilot.conversations.conversation import Conversation
from copilot.grounding.support import Vocabulary, carried
from copilot.grounding.words import content_words
from copilot.knowledge.passage import Passage
from copilot.summaries.extractive import SETTLED_STATUSES, headline_of

_MOST = 8
_RELEVANCE, _RECENCY, _OPEN = 0.65, 0.25, 0.1
_WORDS_SHARE = 0.5
_DAYS_TO_FADE = 120.0


def ranked_past(
    query: str,
    heard: Sequence[Spoken],
    found: Sequence[Passage],
    headlines: Mapping[str, str],
    at: datetime,
) -> list[PastConversation]:
    """``heard`` ranked by relevance to ``query``, recency, and whether they are still open.

    Args:
        query: The customer's present ask.
        heard: The earlier conversations.
        found: What search found among them, best first; may be empty.
        headlines: Headlines of stored summaries by conversation id.
        at: The time of the present conversation.
    """
    by_search = _by_search(found)
    words = content_words(query)
    ranked = [
        _past(
            spoken,
            headlines.get(spoken.conversation.id),
            score=_RELEVANCE
            * _relevance(spoken.conversation, words, by_search.get(spoken.conversation.id, 0.0))
            + _RECENCY * _recency(spoken.conversation, at)
            + _OPEN * (spoken.conversation.status not in SETTLED_STATUSES),
        )
        for spoken in heard
    ]
    return sorted(ranked, key=lambda one: -one.score)[:_MOST]


def _by_search(found: Sequence[Passage]) -> dict[str, float]:
    """Each conversation's best search score as a share of the best."""
    best = max((passage.score for passage in found), default=0.0)
    scores: dict[str, float] = {}
    for passage in found:
        if passage.conversation_id is not None and best > 0:
            share = passage.score / best
            scores[passage.conversation_id] = max(share, scores.get(passage.conversation_id, 0.0))
    return scores


def _relevance(conversation: Conversation, words: Sequence[str], searched: float) -> float:
    """Search knows meaning, words know order numbers: half each."""
    text = "\n".join([conversation.subject or "", *(one.text for one in conversation.messages)])
    shared = carried(words, Vocabulary.of(text))
    return (1 - _WORDS_SHARE) * searched + _WORDS_SHARE * shared


def _recency(conversation: Conversation, at: datetime) -> float:
    if conversation.last_message_at is None:
        return 0.0
    days = abs((at - conversation.last_message_at).total_seconds()) / 86_400
    return float(2 ** (-days / _DAYS_TO_FADE))


def _past(spoken: Spoken, headline: str | None, *, score: float) -> PastConversation:
    conversation = spoken.conversation
    asks = [one for one in spoken.sentences if one.by_customer] or spoken.sentences
    asks = sorted(asks[:12], key=lambda one: (-spoken.ranking.worth(one), one.place))
    return PastConversation(
        id=conversation.id,
        channel=conversation.channel,
        subject=conversation.subject,
        headline=headline or headline_of(conversation.subject, sentences=asks),
        last_message_at=conversation.last_message_at,
        status=conversation.status,
        score=round(score, 4),
    )
