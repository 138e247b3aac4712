"""The order of what was found: fused scores, then language, then few of each source."""

from collections import Counter
from collections.abc import Mapping, Sequence

from copilot.kernel.language import primary_subtag
from copilot.knowledge import store
from copilot.knowledge.passage import Passage

# One article's passages must not fill the list, and neither may one long case.
PER_SOURCE = 2
_SAME_LANGUAGE = 1.15


def ranked(
    order: Sequence[tuple[str, float]],
    rows: Mapping[str, store.AnyPassage],
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
    chosen: list[Passage] = []
    for score, passage_id in sorted(scored, key=lambda one: (-one[0], one[1])):
        row = rows[passage_id]
        per_source[row.source_id] += 1
        if per_source[row.source_id] > PER_SOURCE:
            continue
        chosen.append(store.as_passage(row, round(score, 6)))
        if len(chosen) == limit:
            break
    return chosen


def _same(one: str | None, other: str | None) -> bool:
    return bool(one and other) and primary_subtag(str(one)) == primary_subtag(str(other))
