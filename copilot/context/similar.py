"""Solved conversations of other customers about the same thing, and how they were solved."""

from collections.abc import Sequence

from copilot.context.card import SimilarConversation
from copilot.context.memory import Spoken
from copilot.conversations import store as conversations
from copilot.conversations.conversation import Conversation
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge.passage import Passage
from copilot.summaries.extractive import SETTLED_STATUSES
from copilot.summaries.said import Said

_MOST = 3
_MOST_MESSAGES = 60


async def load_solved(
    db: Database, tenant: TenantId, found: Sequence[Passage], *, exclude: str
) -> list[tuple[Conversation, float]]:
    """The settled conversations that ``found`` passages are from, best first, with scores."""
    scores: dict[str, float] = {}
    for passage in found:
        if passage.conversation_id is not None and passage.conversation_id != exclude:
            scores.setdefault(passage.conversation_id, passage.score)
    async with db.read() as session:
        heads = await conversations.heads(session, tenant, scores)
        settled = [one for one in scores if one in heads and heads[one].status in SETTLED_STATUSES]
        messages = await conversations.messages_of(session, tenant, settled[: 2 * _MOST])
    return [
        (Conversation(**dict(heads[one]), messages=messages[one]), scores[one])
        for one in settled[: 2 * _MOST]
    ]


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
