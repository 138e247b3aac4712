"""Reviewing a draft: what a person did with it is checked, measured and kept."""

import asyncio
from typing import NamedTuple

from copilot.conversations import redaction
from copilot.conversations import store as conversations
from copilot.conversations.conversation import Conversation, Message, as_written
from copilot.customers import order_store
from copilot.customers import store as customers
from copilot.customers.customer import Customer
from copilot.customers.order import Order
from copilot.drafts import review_store, store
from copilot.drafts.comparing import body_of, compare_texts
from copilot.drafts.confirming import confirmed_of, refuse_unseen
from copilot.drafts.draft import Draft, DraftOptions, Review, ReviewIn
from copilot.drafts.errors import DraftNotFoundError
from copilot.drafts.freshness import as_they_are
from copilot.drafts.material import pending_messages
from copilot.drafts.past_edits import MaskedReply, masked_reply
from copilot.drafts.review import compare, marked, sent_text
from copilot.drafts.suspicion import suspicious
from copilot.grounding.figure_check import FigureCheck, Source
from copilot.grounding.figures import check_figures
from copilot.grounding.sources import (
    customer_source,
    fact_sources,
    message_source,
    order_source,
    passage_source,
)
from copilot.kernel.clock import now
from copilot.kernel.db import Database, ReadSession
from copilot.kernel.ids import TenantId
from copilot.kernel.unseen import clean_for_prompt
from copilot.summaries.people import facts_of, people_in

_MOST_ORDERS = 1000


class _Case(NamedTuple):
    """What a review is held against."""

    draft: Draft
    options: DraftOptions
    conversation: Conversation
    customer: Customer | None
    orders: list[Order]


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
        case = await _case(session, tenant, draft_id)
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


async def _case(session: ReadSession, tenant: TenantId, draft_id: str) -> _Case:
    draft, options = await store.get(session, tenant, draft_id)
    draft = (await as_they_are(session, tenant, [draft]))[0]
    conversation = await conversations.get(session, tenant, str(draft.conversation_id))
    found = conversation.customer_id
    customer = (await customers.by_ids(session, tenant, [found]))[0:1] if found else []
    orders = (
        await order_store.orders_of(session, tenant, customer[0].id, limit=_MOST_ORDERS)
        if customer
        else []
    )
    return _Case(draft, options, as_written(conversation), next(iter(customer), None), orders)


def _later(case: _Case) -> list[Message]:
    """The messages that came since the draft was begun; or, for each correction, one more."""
    more = case.conversation.version - case.draft.conversation_version
    return (
        sorted(case.conversation.messages, key=lambda one: one.id.partition("_")[2])[-more:]
        if more
        else []
    )


def _only_our_reply_came(case: _Case, told: ReviewIn) -> bool:
    """Whether all that is new is the reply itself: helpdesks tell of what was sent at once."""
    later = _later(case)
    return bool(later) and all(
        one.author.role == "agent" and _holds_answer(one.text, sent_text(case.draft, told))
        for one in later
    )


def _holds_answer(message: str, sent: str) -> bool:
    """Whether ``message`` says all of ``sent`` but greeting, closing and names."""
    found = compare_texts(sent, message)
    body = body_of(found.before)
    kept = {one.before for one in found.kept}
    return body.start < body.end and kept.issuperset(range(body.start, body.end))


def _measure(case: _Case, told: ReviewIn) -> _Measured:
    draft, sent = case.draft, sent_text(case.draft, told)
    review = compare(draft, told).model_copy(
        update={
            "confirmed": confirmed_of(draft, told, sent),
            "unsupported_figures": _unsupported(case, sent),
        }
    )
    return _Measured(review, _example(case, told, sent))


def _unsupported(case: _Case, sent: str) -> list[FigureCheck]:
    """The figures of ``sent`` that stand in no source, or otherwise."""
    draft = case.draft
    if sent == draft.text:
        checks = draft.figures
    else:
        checks = check_figures(sent, _sources(case), language=draft.language)
    passages = [one.passage for one in draft.citations if one.passage is not None]
    closed = {one.id for one in passages if one.visibility == "internal"}
    return [_without(one, closed) for one in checks if one.verdict != "supported"]


def _without(figure: FigureCheck, closed: set[str]) -> FigureCheck:
    """``figure`` without what an internal source says: not everybody who reviews may read it."""
    if figure.evidence is None or figure.evidence.id not in closed:
        return figure
    return figure.model_copy(update={"evidence": figure.evidence.model_copy(update={"text": ""})})


def _sources(case: _Case) -> list[Source]:
    """What a figure of the sent text may rest on: no search is made again for that.

    A figure that the draft's own check found supported stays so: its source may be one that no
    sentence cites.
    """
    passages = [one.passage for one in case.draft.citations if one.passage is not None]
    found = [passage_source(one) for one in passages]
    found += [order_source(one) for one in case.orders]
    # What an agent sent since may be this very text, which is no source of itself.
    ours = {one.id for one in _later(case) if one.author.role == "agent"}
    found += [message_source(one) for one in case.conversation.messages if one.id not in ours]
    if case.customer is not None:
        found.append(customer_source(case.customer))
    right = [one.text for one in case.draft.figures if one.verdict == "supported"]
    given = [*case.options.facts, *filter(None, [case.options.instruction])]
    return [*found, *fact_sources([*given, *dict.fromkeys(right)])]


def _example(case: _Case, told: ReviewIn, sent: str) -> MaskedReply | None:
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
