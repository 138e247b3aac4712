"""The order of what was found: fused scores, then language, then few of each source."""

from collections import Counter
from collections.abc import Mapping, Sequence

from copilot.knowledge import store
from copilot.knowledge.passage import Passage
from copilot.knowledge.tables import PassageRow

# One article's passages must not fill the list, and neither may one long case.
_PER_SOURCE = 2
_SAME_LANGUAGE = 1.15


def ranked(
    order: Sequence[tuple[str, float]],
    rows: Mapping[str, PassageRow],
    language: str | None,
    limit: int,
) -> list[Passage]:
    """The best passages, best first.

    Args:
        order: Passage ids with their scores, best first.
        rows: The rows of those that may be shown, by passage id.
        language: The language to prefer.
        limit: Most passages.
    """
    scored = [
        (score * (_SAME_LANGUAGE if _same(rows[one].language, language) else 1.0), one)
        for one, score in order
        if one in rows
    ]
    per_source: Counter[str] = Counter()
    chosen: list[tuple[float, str]] = []
    more: list[tuple[float, str]] = []
    for score, passage_id in sorted(scored, key=lambda one: (-one[0], one[1])):
        source = rows[passage_id].source_id
        per_source[source] += 1
        (chosen if per_source[source] <= _PER_SOURCE else more).append((score, passage_id))
        if len(chosen) == limit:
            break
    # Better more of one source than a list that ends early; but after everything else.
    return [
        store.as_passage(rows[one]).model_copy(update={"score": round(score, 6)})
        for score, one in (chosen + more)[:limit]
    ]


def _same(one: str | None, other: str | None) -> bool:
    return bool(one and other) and _primary(str(one)) == _primary(str(other))


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()
