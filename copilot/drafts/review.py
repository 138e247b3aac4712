"""How far what a person sent is from the draft they were given."""

from collections.abc import Iterator, Sequence

from copilot.drafts.comparing import Body, Compared, Pair, body_of, compare_texts
from copilot.drafts.draft import (
    ChangedSentence,
    Draft,
    DraftSentence,
    PartChange,
    Review,
    ReviewIn,
    SourceUse,
)
from copilot.drafts.freshness import STALE_CODES
from copilot.drafts.internal import INTERNAL_SOURCE, INTERNAL_WORDING
from copilot.grounding.sentences import split_sentences
from copilot.kernel.clock import now
from copilot.kernel.ids import new_id

_MARKS = frozenset((INTERNAL_SOURCE, INTERNAL_WORDING, *STALE_CODES))


def sent_text(draft: Draft, told: ReviewIn) -> str:
    """What the customer got; empty when the draft was thrown away and nothing took its place."""
    if told.final_text is not None:
        return told.final_text
    return "" if told.action == "rejected" else draft.text


def compare(draft: Draft, told: ReviewIn) -> Review:
    """The review of ``draft``. Takes processor time on long texts: call it in a thread.

    A rejected draft counts as sent without a word of it, unless a final text says otherwise.
    """
    from rapidfuzz.distance import Levenshtein

    final = sent_text(draft, told)
    distance = Levenshtein.distance(draft.text, final)
    longest = max(len(draft.text), len(final))
    found = compare_texts(draft.text, final)
    kept = {one.before for one in found.kept}
    came = {one.after for one in found.kept}
    first, second = body_of(found.before), body_of(found.after)
    review = Review(
        id=new_id("rev"),
        draft_id=draft.id,
        action=told.action,
        edit_distance=distance,
        similarity=round(1 - distance / longest, 4) if longest else 1.0,
        kept_sentences=[one for place, one in enumerate(found.before) if place in kept],
        removed_sentences=[one for place, one in enumerate(found.before) if place not in kept],
        added_sentences=[one for place, one in enumerate(found.after) if place not in came],
        moved_sentences=[found.before[place] for place in found.moved],
        changed_sentences=[
            ChangedSentence(before=found.before[one.before], after=found.after[one.after])
            for one in found.changed
        ],
        greeting=_part(found, range(first.start), range(second.start)),
        closing=_part(
            found, range(first.end, len(found.before)), range(second.end, len(found.after))
        ),
        sources=_uses(draft, found, first),
        created_at=now(),
    )
    return marked(review, draft)


def marked(review: Review, draft: Draft) -> Review:
    """``review`` with what ``draft`` warns of its sources by now."""
    marks = [one.code for one in draft.warnings if one.code in _MARKS]
    return review.model_copy(update={"stale": draft.stale, "marks": marks})


def _part(found: Compared, before: range, after: range) -> PartChange | None:
    """What became of the greeting or of the closing, whose sentences stand at these places."""
    if not before and not after:
        return None
    if not before:
        return "added"
    if not after:
        return "removed"
    same = {one.before for one in found.kept if one.after in after}
    return "kept" if same.issuperset(before) and len(before) == len(after) else "changed"


def _uses(draft: Draft, found: Compared, body: Body) -> list[SourceUse]:
    """Per source, how many of the sentences that rest on it were kept and how many reworded."""
    kept, changed = _places(found.kept), _places(found.changed)
    counts: dict[tuple[str, str, str | None], list[int]] = {}
    for sentence, places in _placed(draft.sentences, found.before):
        inside = [one for one in places if body.start <= one < body.end]
        if not inside:
            continue
        stayed = kept.issuperset(inside)
        reworded = not stayed and not (kept | changed).isdisjoint(inside)
        for key in _sources(draft, sentence):
            one = counts.setdefault(key, [0, 0, 0])
            one[0] += 1
            one[1] += stayed
            one[2] += reworded
    for inserted, stayed in _taken_from_card(draft, found.after):
        for key in _cited(draft, inserted):
            one = counts.setdefault(key, [0, 0, 0])
            one[0] += 1
            one[1] += stayed
    return [
        SourceUse.model_validate(
            {
                "kind": kind,
                "id": source,
                "passage_id": passage,
                "sentences": total,
                "kept": stayed,
                "changed": reworded,
            }
        )
        for (kind, source, passage), (total, stayed, reworded) in counts.items()
    ]


def _taken_from_card(draft: Draft, after: Sequence[str]) -> Iterator[tuple[DraftSentence, bool]]:
    """What the agent took from the context card, and whether it was sent as it was."""
    sent = set(after)
    for one in draft.inserted:
        yield one, sent.issuperset(split_sentences(one.text))


def _places(pairs: Sequence[Pair]) -> set[int]:
    return {one.before for one in pairs}


def _placed(
    sentences: Sequence[DraftSentence], before: Sequence[str]
) -> Iterator[tuple[DraftSentence, list[int]]]:
    """Each sentence of a draft and the places of its pieces: it may hold several."""
    at = 0
    for sentence in sentences:
        places = []
        for piece in split_sentences(sentence.text):
            found = next((n for n in range(at, len(before)) if before[n] == piece), None)
            if found is not None:
                places.append(found)
                at = found + 1
        yield sentence, places


def _sources(draft: Draft, sentence: DraftSentence) -> list[tuple[str, str, str | None]]:
    """What ``sentence`` rests on: kind, id, and of articles the passage."""
    found = _cited(draft, sentence) or [("none", "", None)]
    if draft.process is not None:
        found.append(("process", draft.process.name, None))
    if draft.saved_reply is not None:
        found.append(("saved_reply", draft.saved_reply.id, None))
    return list(dict.fromkeys(found))


def _cited(draft: Draft, sentence: DraftSentence) -> list[tuple[str, str, str | None]]:
    found: list[tuple[str, str, str | None]] = []
    for one in draft.citations:
        if one.n not in sentence.citations:
            continue
        if one.passage is not None and one.passage.article_id is not None:
            found.append(("article", one.passage.article_id, one.passage.id))
        elif one.order_id is not None:
            found.append(("order", one.order_id, None))
        elif one.message_id is not None:
            found.append(("message", one.message_id, None))
        elif one.conversation_id is not None:
            found.append(("conversation", one.conversation_id, None))
    return list(dict.fromkeys(found))
