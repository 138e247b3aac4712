"""Solved conversations of other customers about the same thing, and how they were solved."""

from collections.abc import Sequence

from copilot.context.card import SimilarConversation
from copilot.context.memory import Spoken
from copilot.context.store import latest_messages
from copilot.conversations import store as conversations
from copilot.conversations.conversation import Conversation, ConversationHead
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge.passage import Passage
from copilot.summaries.extractive import SETTLED_STATUSES
from copilot.summaries.said import Said

_MOST = 3
_MOST_MESSAGES = 60


async def load_solved(
    db: Database,
    tenant: TenantId,
    found: Sequence[Passage],
    *,
    exclude: str,
    not_customer_id: str | None,
) -> list[tuple[Conversation, float]]:
    """The settled conversations that ``found`` passages are from, best first, with scores.

    Args:
        db: The database.
        tenant: Whose conversations.
        found: Passages of conversations, best first.
        exclude: The id of the present conversation.
        not_customer_id: The present customer: their own cases are past contacts, not similar ones.
    """
    scores: dict[str, float] = {}
    for passage in found:
        if passage.conversation_id is not None and passage.conversation_id != exclude:
            scores.setdefault(passage.conversation_id, passage.score)
    async with db.read() as session:
        heads = await conversations.heads(session, tenant, scores)
        settled = [one for one in scores if one in heads and _fits(heads[one], not_customer_id)]
        kept = settled[: 2 * _MOST]
        messages = await latest_messages(session, tenant, kept, most_each=_MOST_MESSAGES)
    return [(Conversation(**dict(heads[one]), messages=messages[one]), scores[one]) for one in kept]


def _fits(head: ConversationHead, not_customer_id: str | None) -> bool:
    mine = head.customer_id is not None and head.customer_id == not_customer_id
    return head.status in SETTLED_STATUSES and not mine


def with_resolutions(solved: Sequence[tuple[Conversation, float]]) -> list[SimilarConversation]:
    """Those of ``solved`` that tell how, in the words of the agent."""
    found: list[SimilarConversation] = []
    for conversation, score in solved:
        resolution = _resolution(Spoken(conversation, _MOST_MESSAGES))
        if resolution is not None and len(found) < _MOST:
            found.append(
                SimilarConversation(
                    id=conversation.id,
                    subject=conversation.subject,
                    resolution=resolution,
                    score=round(score, 4),
                )
            )
    return found


def _resolution(spoken: Spoken) -> str | None:
    """The agent's last report of something done, else the best of their last message."""
    answers = [one for one in spoken.sentences if one.by_agent and one.acts[0] != "question"]
    if not answers:
        return None
    done = [one for one in answers if "done" in one.acts]
    last = (done or answers)[-1].place

    def worth(one: Said) -> float:
        return spoken.ranking.worth(one)

    return max((one for one in (done or answers) if one.place == last), key=worth).text
