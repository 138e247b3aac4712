"""How far what a person sent is from the draft they were given."""

from copilot.drafts.draft import Draft, Review, ReviewIn
from copilot.drafts.freshness import SOURCE_CODES
from copilot.drafts.internal import INTERNAL_SOURCE, INTERNAL_WORDING
from copilot.drafts.store import MOVED
from copilot.grounding.sentences import split_sentences
from copilot.kernel.clock import now
from copilot.kernel.ids import new_id

_ALMOST = 0.9
_MARKS = frozenset((INTERNAL_SOURCE, INTERNAL_WORDING, MOVED.code, *SOURCE_CODES))
_MOST_COMPARED = 300


def compare(draft: Draft, told: ReviewIn) -> Review:
    """The review of ``draft``. Takes processor time on long texts: call it in a thread.

    A rejected draft counts as sent without a word of it, unless a final text says otherwise.
    """
    from rapidfuzz.distance import Levenshtein

    final = told.final_text
    if final is None:
        final = "" if told.action == "rejected" else draft.text
    distance = Levenshtein.distance(draft.text, final)
    longest = max(len(draft.text), len(final))
    before, after = split_sentences(draft.text), split_sentences(final)
    kept = [one for one in before if _holds(after, one)]
    return Review(
        id=new_id("rev"),
        draft_id=draft.id,
        action=told.action,
        edit_distance=distance,
        similarity=round(1 - distance / longest, 4) if longest else 1.0,
        kept_sentences=kept,
        removed_sentences=[one for one in before if one not in kept],
        added_sentences=[one for one in after if not _holds(before, one)],
        stale=draft.stale,
        marks=[one.code for one in draft.warnings if one.code in _MARKS],
        created_at=now(),
    )


def _holds(sentences: list[str], wanted: str) -> bool:
    """Whether ``wanted`` is among the sentences, but for a typing error."""
    from rapidfuzz.distance import Levenshtein

    if wanted in sentences:
        return True
    return len(sentences) <= _MOST_COMPARED and any(
        Levenshtein.normalized_similarity(one, wanted) >= _ALMOST for one in sentences
    )
