"""Replies that people reviewed, as examples of the style this tenant's agents like.

Only text that an agent accepted or wrote gets here. Personal data is masked before it is stored,
with everything known of the people of that conversation and by form, and so are figures: an
example shows how things are said here, never what is true.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select

from copilot.drafts.tables import DraftRow, ReviewExampleRow, ReviewRow
from copilot.grounding.figures import find_figures
from copilot.grounding.words import content_keys
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.kernel.language import primary_subtag
from copilot.privacy.known import KnownFacts
from copilot.privacy.pseudonyms import Pseudonymiser

MOST_EXAMPLES = 3
_LOOKED_AT = 300
_LEAST_ALIKE = 0.3
_BY_MEANING = 0.5
_LONGEST_QUESTION = 1_500
_LONGEST_SENT = 4_000
_PLACEHOLDER = re.compile(r"\[([A-Z]+)_\d{1,6}[A-Z]{0,3}\]")
_MASKED = re.compile(r"\[[a-z_]+\]")
_DIGITS = re.compile(r"\d[\d\s.,:/\u2013-]*\d|\d")


class StyleExample(NamedTuple):
    """A reviewed reply to a similar question, with ``[name]`` and the like for what was masked."""

    review_id: str
    question: str
    sent_text: str


class MaskedReply(NamedTuple):
    """A reviewed reply as it is kept; ``words`` are what questions compare by."""

    language: str
    question: str
    words: str
    sent: str


def masked_reply(question: str, sent: str, language: str | None, facts: KnownFacts) -> MaskedReply:
    """A reply without personal data and figures. Takes processor time: call it in a thread.

    Args:
        question: What the customer asked.
        sent: What the agent sent.
        language: Of the reply.
        facts: What is known of the people of the conversation.
    """
    mask = Pseudonymiser(facts)
    code = primary_subtag(language) if language else "und"
    asked = _without_figures(mask.mask(question), code)[:_LONGEST_QUESTION]
    return MaskedReply(
        language=code,
        question=asked,
        words=" ".join(sorted(_words(_MASKED.sub(" ", asked)))),
        sent=_without_figures(mask.mask(sent), code)[:_LONGEST_SENT],
    )


async def style_examples(
    session: ReadSession,
    tenant: TenantId,
    language: str,
    question: str,
    *,
    alike: Collection[str] = (),
    limit: int = MOST_EXAMPLES,
) -> list[StyleExample]:
    """This tenant's reviewed replies to questions like ``question``, the most alike first.

    Of replies as much alike the newer one comes first; only the last few hundred are looked at.

    Args:
        session: The session.
        tenant: Whose.
        language: BCP 47 code of the reply to be written.
        question: What the customer asks now.
        alike: Ids of conversations that a search found alike by meaning: their replies count for
            more, and need share fewer words.
        limit: Most examples.
    """
    wanted = (
        select(ReviewExampleRow.review_id, ReviewExampleRow.words, DraftRow.conversation_id)
        .join(ReviewRow, ReviewRow.id == ReviewExampleRow.review_id)
        .join(DraftRow, DraftRow.id == ReviewRow.draft_id)
        .where(
            ReviewExampleRow.tenant_id == tenant,
            ReviewExampleRow.language == primary_subtag(language),
        )
        .order_by(ReviewExampleRow.created_at.desc(), ReviewExampleRow.review_id.desc())
        .limit(_LOOKED_AT)
    )
    rows = (await session.execute(wanted)).all()
    asked = _words(question[:_LONGEST_QUESTION]) if rows else frozenset()
    scored = []
    for place, row in enumerate(rows):
        score = _likeness(asked, frozenset(row.words.split()))
        score += _BY_MEANING if row.conversation_id in alike else 0.0
        if score >= _LEAST_ALIKE:
            scored.append((-score, place, row.review_id))
    best = [review_id for *_, review_id in sorted(scored)[:limit]]
    texts = {
        row.review_id: row
        for row in await session.scalars(
            select(ReviewExampleRow).where(
                ReviewExampleRow.tenant_id == tenant, ReviewExampleRow.review_id.in_(best)
            )
        )
    }
    found = [texts[one] for one in best if one in texts]
    return [StyleExample(one.review_id, one.question, one.sent) for one in found]


def _words(text: str) -> frozenset[str]:
    """The beginnings of the words of ``text`` that carry meaning; numbers are left out."""
    return frozenset(one for one in content_keys(text) if one.isalpha())


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How many of the words of two questions are common to both, 0 to 1 (Dice, 1945)."""
    return 2 * len(one & other) / (len(one) + len(other) or 1)


def _without_figures(masked: str, language: str) -> str:
    """``masked`` with words for placeholders and figures, so that neither is filled in again."""
    plain = _PLACEHOLDER.sub(lambda one: f"[{one.group(1).lower()}]", masked)
    pieces, at = [], 0
    for figure in find_figures(plain, language):
        pieces += [plain[at : figure.start], f"[{figure.kind}]"]
        at = figure.end
    return _DIGITS.sub("[number]", "".join([*pieces, plain[at:]]))
