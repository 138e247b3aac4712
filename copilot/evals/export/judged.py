"""What a person's judgement of a draft says about good drafts."""

import re

from copilot.evals.export.languages import language_code
from copilot.evals.export.masking import Mask, Masked
from copilot.evals.export.reviewed import Reviewed
from copilot.grounding.figure_check import FigureCheck


def sent_text(found: Reviewed) -> str | None:
    """What the customer got; None where a draft was thrown away and nothing put in its place."""
    made = found.draft.text if found.action == "accepted" else None
    return found.final_text or made or None


def used_articles(found: Reviewed) -> list[str]:
    """Articles that sentences rest on which the person kept: those a good draft would cite."""
    sent = sent_text(found) or ""
    numbers = {
        number
        for one in found.draft.sentences
        if one.text in found.kept or (one.text and one.text in sent)
        for number in one.citations
    }
    cited = [one.passage for one in found.draft.citations if one.n in numbers]
    ids = [one.article_id for one in cited if one is not None and one.article_id]
    return list(dict.fromkeys(ids))


def mentioned(found: Reviewed, reference: str | None, mask: Mask) -> list[Masked]:
    """Figures that had a source in the case and that the person kept."""
    if reference is None:
        return []
    right = [one for one in found.draft.figures if _has_source(one, found)]
    written = mask.text(reference)
    told = [mask.text(one.text) for one in right if _stands_in(one, reference)]
    return [one for one in dict.fromkeys(told) if one in written]


def refuted(found: Reviewed, reference: str | None, mask: Mask) -> list[Masked]:
    """Figures of the draft that no source supports, or one contradicts, and that were not sent.

    Of a draft that was thrown away those are all of them.
    """
    wrong = [
        one
        for one in found.draft.figures
        if one.verdict == "contradicted"
        or (one.verdict == "unsupported" and _stands_in(one, found.draft.text))
    ]
    told = [mask.text(one.text) for one in wrong if not _stands_in(one, reference or "")]
    return list(dict.fromkeys(told))


def _has_source(figure: FigureCheck, found: Reviewed) -> bool:
    """Whether the case holds what supports ``figure``: orders, for one, are not in it."""
    evidence = figure.evidence
    if figure.verdict != "supported" or evidence is None:
        return False
    if evidence.source == "message":
        return evidence.id in {one.id for one in found.conversation.messages}
    if evidence.source != "passage":
        return False
    cited = {one.passage.id for one in found.draft.citations if one.passage is not None}
    # Another section of a cited article will do: articles are exported whole.
    return evidence.id in cited or any(
        _stands_in(figure, one.text) for one in found.articles.values()
    )


def _stands_in(figure: FigureCheck, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(figure.text)}(?!\w)", text) is not None


def labels_of(found: Reviewed) -> dict[str, str]:
    """What to slice by: not masked yet."""
    draft, told = found.draft, {"action": found.action, "channel": found.conversation.channel}
    told["language"] = language_code(draft.language or found.conversation.language) or "und"
    if found.reason and found.reason.strip():
        told["reason"] = " ".join(found.reason.split())
    if sent_text(found) is None:
        told["reference"] = "none"
    if draft.parent_id is not None:
        told["refined"] = "yes"
    if found.options.instruction or found.options.facts:
        told["instructed"] = "yes"
    if any(one.order_id for one in draft.citations):
        told["orders"] = "yes"
    for one in found.feedback:
        # The latest score of a kind counts; one on another draft says nothing about this one.
        if one.draft_id in (None, draft.id):
            told[one.kind] = str(one.score)
    return told
