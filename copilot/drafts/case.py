"""A draft with what a text made of it may rest on: its own sources, as they are now."""

from typing import NamedTuple

from copilot.conversations import store as conversations
from copilot.conversations.conversation import Conversation, Message, as_written
from copilot.customers import order_store
from copilot.customers import store as customers
from copilot.customers.customer import Customer
from copilot.customers.order import Order
from copilot.drafts import store
from copilot.drafts.draft import Draft, DraftOptions
from copilot.drafts.freshness import as_they_are
from copilot.grounding.figure_check import FigureCheck, Source
from copilot.grounding.figures import check_figures
from copilot.grounding.sources import (
    customer_source,
    fact_sources,
    message_source,
    order_source,
    passage_source,
)
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId

_MOST_ORDERS = 1000


class Case(NamedTuple):
    """What a text made of a draft is held against.

    ``elsewhere`` are messages of the customer's other conversations that the draft cites.
    """

    draft: Draft
    options: DraftOptions
    conversation: Conversation
    customer: Customer | None
    orders: list[Order]
    elsewhere: list[Message]


async def case_of(session: ReadSession, tenant: TenantId, draft_id: str) -> Case:
    """The case of a draft as it is now.

    Raises:
        DraftNotFoundError: The tenant has no such draft.
    """
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
    elsewhere = await _elsewhere(session, tenant, draft, conversation)
    return Case(
        draft, options, as_written(conversation), next(iter(customer), None), orders, elsewhere
    )


async def _elsewhere(
    session: ReadSession, tenant: TenantId, draft: Draft, conversation: Conversation
) -> list[Message]:
    """What ``draft`` cites of other conversations of the same customer, as far as it is there."""
    cited = [one for one in draft.citations if one.conversation_id not in (None, conversation.id)]
    heads = await conversations.heads(session, tenant, {str(one.conversation_id) for one in cited})
    ours = [
        one.id
        for one in heads.values()
        if one.customer_id is not None and one.customer_id == conversation.customer_id
    ]
    if not ours:
        return []
    messages = await conversations.messages_of(session, tenant, ours)
    whole = {one.conversation_id for one in cited if one.message_id is None}
    single = {one.message_id for one in cited}
    return [
        message
        for place, some in messages.items()
        for message in some
        if place in whole or message.id in single
    ]


def later(case: Case) -> list[Message]:
    """The messages that came since the draft was begun; or, for each correction, one more."""
    more = case.conversation.version - case.draft.conversation_version
    return (
        sorted(case.conversation.messages, key=lambda one: one.id.partition("_")[2])[-more:]
        if more
        else []
    )


def checked(case: Case, text: str) -> list[FigureCheck]:
    """The figures of ``text``, each with its verdict. Takes processor time: call it in a thread.

    What an internal source says is left out: not everybody who asks may read it.
    """
    draft = case.draft
    if text == draft.text:
        found = draft.figures
    else:
        found = check_figures(text, _sources(case), language=draft.language)
    passages = [one.passage for one in draft.citations if one.passage is not None]
    closed = {one.id for one in passages if one.visibility == "internal"}
    return [_without(one, closed) for one in found]


def _without(figure: FigureCheck, closed: set[str]) -> FigureCheck:
    """``figure`` without what an internal source says: not everybody who reviews may read it."""
    if figure.evidence is None or figure.evidence.id not in closed:
        return figure
    return figure.model_copy(update={"evidence": figure.evidence.model_copy(update={"text": ""})})


def _sources(case: Case) -> list[Source]:
    """What a figure of the text may rest on: no search is made again for that.

    A figure that the draft's own check found supported stays so: its source may be one that no
    sentence cites.
    """
    passages = [one.passage for one in case.draft.citations if one.passage is not None]
    found = [passage_source(one) for one in passages]
    found += [order_source(one) for one in case.orders]
    # What an agent sent since may be this very text, which is no source of itself.
    ours = {one.id for one in later(case) if one.author.role == "agent"}
    found += [message_source(one) for one in case.conversation.messages if one.id not in ours]
    found += [message_source(one) for one in case.elsewhere]
    if case.customer is not None:
        found.append(customer_source(case.customer))
    right = [one.text for one in case.draft.figures if one.verdict == "supported"]
    given = [*case.options.facts, *filter(None, [case.options.instruction])]
    return [*found, *fact_sources([*given, *dict.fromkeys(right)])]
