"""What the customer already told us, on whatever channel, what matters now first."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from copilot.context.card import ToldFact
from copilot.context.corrections import standing
from copilot.context.facts import Fact
from copilot.context.fading import fading
from copilot.context.spoken import Spoken
from copilot.conversations.conversation import Channel
from copilot.grounding.support import Vocabulary, carried

_MOST = 10
_MOST_EACH, _MOST_HERE = 4, 5
_SAME = 0.75
_SHARED, _SAME_CASE, _WORTH, _RECENT = 0.35, 0.25, 0.3, 0.1
_LITTLE, _UNRELATED = 0.45, 0.5


def already_told(
    query: str,
    heard: Sequence[tuple[Spoken, Channel]],
    relevance: Mapping[str, float],
    at: datetime,
) -> list[ToldFact]:
    """What the customer told, each thing once.

    Ranked by what it shares with the present ask, how relevant the conversation is in which it
    was said, what it says by itself (a code, an address, a remedy tried), and how long ago.

    Args:
        query: The present ask.
        heard: The present conversation first, then others of the same customer, with channels.
        relevance: How relevant each conversation is to the ask, 0 to 1, by id.
        at: The time of the present conversation.
    """
    here = heard[0][0].id if heard else None
    channels = {spoken.id: channel for spoken, channel in heard}
    asked = Vocabulary.of(query)
    facts = [(fact, spoken.id) for spoken, _ in heard for fact in spoken.facts]
    facts.sort(key=lambda one: (one[0].said.message.sent_at, one[0].said.order))
    home = {id(fact): conversation_id for fact, conversation_id in facts}

    def score(fact: Fact) -> tuple[float, float]:
        shared = carried(fact.words, asked)
        return shared, (
            _SHARED * shared
            + _SAME_CASE * relevance.get(home[id(fact)], 0.0)
            + _WORTH * fact.worth
            + _RECENT * fading(at, fact.said.message.sent_at)
        )

    scored = [(*score(fact), fact) for fact in standing([fact for fact, _ in facts])]
    scored = [one for one in scored if one[2].worth >= _LITTLE or one[0] >= _UNRELATED]
    scored.sort(key=lambda one: (-one[1], -one[2].said.message.sent_at.timestamp()))
    kept: list[Fact] = []
    left = {spoken.id: _MOST_HERE if spoken.id == here else _MOST_EACH for spoken, _ in heard}
    for _, _, fact in scored:
        if len(kept) == _MOST:
            break
        place = home[id(fact)]
        if left[place] and not _known(fact, kept):
            left[place] -= 1
            kept.append(fact)
    return [_as_told(fact, channels[home[id(fact)]]) for fact in kept]


def _known(fact: Fact, kept: Sequence[Fact]) -> bool:
    return any(
        fact.codes <= other.codes and carried(fact.words, other.vocabulary) >= _SAME
        for other in kept
    )


def _as_told(fact: Fact, channel: Channel) -> ToldFact:
    message = fact.said.message
    return ToldFact(
        text=fact.said.text,
        message_id=message.id,
        conversation_id=message.conversation_id,
        said_at=message.sent_at,
        channel=channel,
    )
