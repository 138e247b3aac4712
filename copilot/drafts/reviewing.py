"""Reviewing a draft: what a person did with it is checked, measured and kept."""

import asyncio
from typing import NamedTuple

from copilot.conversations import redaction
from copilot.conversations import store as conversations
from copilot.drafts import review_store, store
from copilot.drafts.case import Case, case_of, checked, later
from copilot.drafts.comparing import body_of, compare_texts
from copilot.drafts.confirming import confirmed_of, refuse_unseen
from copilot.drafts.draft import Draft, Review, ReviewIn
from copilot.drafts.errors import DraftNotFoundError
from copilot.drafts.freshness import as_they_are
from copilot.drafts.material import pending_messages
from copilot.drafts.past_edits import MaskedReply, masked_reply
from copilot.drafts.review import compare, marked, sent_text
from copilot.drafts.suspicion import suspicious
from copilot.kernel.clock import now
from copilot.kernel.db import Database, ReadSession
from copilot.kernel.ids import TenantId
from copilot.kernel.unseen import clean_for_prompt
from copilot.summaries.people import facts_of, people_in


class _Measured(NamedTuple):
    """What was worked out outside of any transaction."""

    review: Review
    example: MaskedReply | None


async def review(
    db: Database, tenant: TenantId, draft_id: str, told: ReviewIn, reviewer_id: str | None
) -> Review:
    """Keep what a person did with a draft, and how far what they sent is from it.

    Args:
        db: The database.
        tenant: Whose draft.
        draft_id: Which.
        told: What the caller says.
        reviewer_id: Who did it.

    Raises:
        DraftNotFoundError: The tenant has no such draft, or text was just taken out of it.
        DraftStaleError: It is accepted, and what changed since was not seen.
        FiguresUnconfirmedError: It is accepted, and has figures that nobody vouched for.
    """
    async with db.read() as session:
        case = await case_of(session, tenant, draft_id)
    version = case.conversation.version
    if told.action == "accepted" and await asyncio.to_thread(_only_our_reply_came, case, told):
        told = told.model_copy(update={"seen_version": max(version, told.seen_version or 0)})
    refuse_unseen(case.draft, told, version)
    measured = await asyncio.to_thread(_measure, case, told)
    async with db.write() as session:
        # While texts were compared the conversation may have moved on, lost text or been erased.
        owner = case.conversation.id
        if await redaction.made_too_early(session, tenant, owner, version):
            raise DraftNotFoundError(draft_id)
        await store.lock(session, tenant, draft_id, alone=True)
        draft = await _as_it_is(session, tenant, draft_id)
        head = await conversations.head(session, tenant, owner)
        refuse_unseen(draft, told, head.version)
        # The one that is stored last counts, so it is the latest.
        done = marked(measured.review, draft).model_copy(update={"created_at": now()})
        await review_store.add(session, tenant, draft, done, told, reviewer_id, measured.example)
    return done


async def _as_it_is(session: ReadSession, tenant: TenantId, draft_id: str) -> Draft:
    found = await store.get(session, tenant, draft_id)
    return (await as_they_are(session, tenant, [found.draft]))[0]


def _only_our_reply_came(case: Case, told: ReviewIn) -> bool:
    """Whether all that is new is the reply itself: helpdesks tell of what was sent at once."""
    came = later(case)
    return bool(came) and all(
        one.author.role == "agent" and _holds_answer(one.text, sent_text(case.draft, told))
        for one in came
    )


def _holds_answer(message: str, sent: str) -> bool:
    """Whether ``message`` says all of ``sent`` but greeting, closing and names."""
    found = compare_texts(sent, message)
    body = body_of(found.before)
    kept = {one.before for one in found.kept}
    return body.start < body.end and kept.issuperset(range(body.start, body.end))


def _measure(case: Case, told: ReviewIn) -> _Measured:
    draft, sent = case.draft, sent_text(case.draft, told)
    unsupported = [one for one in checked(case, sent) if one.verdict != "supported"]
    review = compare(draft, told).model_copy(
        update={
            "confirmed": confirmed_of(draft, told, sent, unsupported),
            "unsupported_figures": unsupported,
        }
    )
    return _Measured(review, _example(case, told, sent))


def _example(case: Case, told: ReviewIn, sent: str) -> MaskedReply | None:
    """The reply as an example of style; None where no person stands for its words."""
    asked = "\n\n".join(one.text for one in pending_messages(case.conversation))
    if told.action == "rejected" or not sent.strip() or not asked:
        return None
    if suspicious([("question", asked), ("reply", sent)]):
        return None  # what speaks to a model never gets into the prompt of another customer's draft
    facts = facts_of(case.customer, case.orders) if case.customer is not None else None
    people = people_in(case.conversation, facts)
    addresses = case.customer.addresses if case.customer is not None else []
    external = [one.value.partition(":")[2] for one in addresses if one.kind == "external"]
    known = people._replace(numbers=(*people.numbers, *filter(None, external)))
    language = case.draft.language or case.conversation.language
    return masked_reply(clean_for_prompt(asked), clean_for_prompt(sent), language, known)
