"""How a search was answered when not every part was there."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Literal, get_args

from copilot.knowledge.passage import Passage
from copilot.knowledge.ranking import PER_SOURCE

Degraded = Literal["no_embedding", "index_rebuilding", "full_text_only", "no_reranking"]
"""What was missing, for programs."""

ALL_DEGRADED: tuple[Degraded, ...] = get_args(Degraded)
_DETAILS: dict[Degraded, str] = {
    "no_embedding": "The embedding model is not available: found by words, not by meaning.",
    "index_rebuilding": "The search index is being rebuilt: part is found by words in SQL.",
    "full_text_only": "The search index is not available: found by words in SQL alone.",
    "no_reranking": "The re-ranker did not answer in time: ordered without it.",
}
# As in reciprocal rank fusion: the two lists know nothing of each other's scores.
_RANK = 60


def told(reasons: Collection[Degraded]) -> str | None:
    """The same for people; None when nothing was missing."""
    return " ".join(_DETAILS[one] for one in reasons) or None


def merged(lists: Sequence[Sequence[Passage]], limit: int) -> list[Passage]:
    """One list of several that were scored differently, by reciprocal rank.

    Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
    Rank Learning Methods", SIGIR 2009.

    Args:
        lists: Passages, best first.
        limit: Most passages.
    """
    filled = [one for one in lists if one]
    if len(filled) == 1:
        return list(filled[0][:limit])
    scores: dict[str, float] = {}
    passages: dict[str, Passage] = {}
    for one in filled:
        for rank, passage in enumerate(one, 1):
            scores[passage.id] = scores.get(passage.id, 0.0) + 1 / (_RANK + rank)
            passages.setdefault(passage.id, passage)
    per_source: Counter[str | None] = Counter()
    chosen: list[Passage] = []
    for passage_id, score in sorted(scores.items(), key=lambda one: (-one[1], one[0])):
        passage = passages[passage_id]
        source = passage.article_id or passage.conversation_id
        per_source[source] += 1
        if per_source[source] <= PER_SOURCE:
            chosen.append(passage.model_copy(update={"score": round(score, 6)}))
    return chosen[:limit]
