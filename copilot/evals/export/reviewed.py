"""Reading reviewed drafts with everything that belongs to their case."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from copilot.auth import people_store
from copilot.conversations import store as conversations
from copilot.conversations.conversation import Conversation, Message, as_written
from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.customers import order_store
from copilot.customers import store as customers
from copilot.customers.customer import Customer
from copilot.customers.order import Order
from copilot.drafts import store as drafts
from copilot.drafts.draft import Draft, DraftOptions
from copilot.drafts.tables import DraftRow, ReviewRow
from copilot.evals.export.languages import language_code
from copilot.evals.export.people import Team, maybe_house, personal
from copilot.feedback import store as feedback
from copilot.feedback.feedback import Feedback
from copilot.kernel.db import Database, ReadSession
from copilot.kernel.ids import TenantId
from copilot.knowledge.article import Article
from copilot.knowledge.store import as_article
from copilot.knowledge.tables import ArticleRow

_BATCH = 100
_MOST_ORDERS = 1000
_TIME_DIGITS = 10
"""Of an id: its first ten digits are the millisecond it was made in, see ``kernel.ids``."""


class Reviewed(NamedTuple):
    """A draft that a person judged.

    Attributes:
        conversation: As it stood when the draft was made.
        action, final_text, reason, kept: Of the last review.
        articles: Those the draft cites, as they are now.
        orders: All of the customer's.
        feedback: On the conversation and its drafts, the oldest first.
    """

    draft: Draft
    options: DraftOptions
    conversation: Conversation
    customer: Customer | None
    orders: list[Order]
    articles: dict[str, Article]
    action: str
    final_text: str | None
    reason: str | None
    kept: list[str]
    feedback: list[Feedback]


async def reviewed(
    db: Database, tenant: TenantId, *, since: datetime | None = None
) -> AsyncIterator[list[Reviewed]]:
    """Reviewed drafts in batches, the oldest draft first.

    Args:
        db: The database.
        tenant: Whose drafts.
        since: Only drafts with a review at or after this time.
    """
    async with db.read() as session:
        wanted = await last_reviews(session, tenant, since=since)
    ids = [wanted[draft_id] for draft_id in sorted(wanted)]
    for start in range(0, len(ids), _BATCH):
        async with db.read() as session:
            batch = await read(session, tenant, ids[start : start + _BATCH])
        # What is done with it takes its time: nothing waits for that in the database.
        yield batch


async def last_reviews(
    session: ReadSession, tenant: TenantId, *, since: datetime | None = None
) -> dict[str, str]:
    """The id of each draft's last review, by the draft's id."""
    wanted = select(ReviewRow.draft_id, ReviewRow.id).where(ReviewRow.tenant_id == tenant)
    if since is not None:
        wanted = wanted.where(ReviewRow.created_at >= since)
    rows = await session.execute(wanted.order_by(ReviewRow.created_at, ReviewRow.id))
    return {row.draft_id: row.id for row in rows}


async def read(session: ReadSession, tenant: TenantId, review_ids: Sequence[str]) -> list[Reviewed]:
    """The reviewed drafts of these reviews, by the drafts' age; those deleted are left out."""
    rows = await session.execute(
        select(ReviewRow, DraftRow, ConversationRow.version)
        .join(DraftRow, DraftRow.id == ReviewRow.draft_id)
        .join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
        .where(ReviewRow.tenant_id == tenant, ReviewRow.id.in_(review_ids))
        .order_by(DraftRow.id)
    )
    pairs = [
        (row[0], drafts.as_draft(row[1], row[2]), DraftOptions.model_validate(row[1].options))
        for row in rows
    ]
    owners = sorted({str(draft.conversation_id) for _, draft, _ in pairs})
    heads = await conversations.heads(session, tenant, owners)
    messages = await conversations.messages_of(session, tenant, owners)
    people = sorted({one.customer_id for one in heads.values() if one.customer_id is not None})
    known = {one.id: one for one in await customers.by_ids(session, tenant, people)}
    orders = {
        one: await order_store.orders_of(session, tenant, one, limit=_MOST_ORDERS) for one in known
    }
    cited = sorted({one for _, draft, _ in pairs for one in cited_articles(draft)})
    articles = await articles_by_id(session, tenant, cited)
    said = await feedback.about(session, tenant, owners)
    found: list[Reviewed] = []
    for review, draft, options in pairs:
        owner = str(draft.conversation_id)
        head = heads.get(owner)
        if head is None:  # deleted a moment ago
            continue
        found.append(
            Reviewed(
                draft=draft,
                options=options,
                # As the draft read it; and digits said aloud are masked by their written form.
                conversation=as_written(
                    Conversation(**dict(head), messages=as_it_stood(messages.get(owner, []), draft))
                ),
                customer=known.get(head.customer_id or ""),
                orders=orders.get(head.customer_id or "", []),
                articles={one: articles[one] for one in cited_articles(draft) if one in articles},
                action=review.action,
                final_text=review.final_text,
                reason=review.reason,
                kept=list(review.sentences.get("kept", [])),
                feedback=said[owner],
            )
        )
    return found


async def articles_by_id(
    session: ReadSession, tenant: TenantId, article_ids: Sequence[str]
) -> dict[str, Article]:
    """Those of the tenant's articles that still exist, by id."""
    rows = await session.scalars(
        select(ArticleRow).where(ArticleRow.tenant_id == tenant, ArticleRow.id.in_(article_ids))
    )
    return {row.id: as_article(row) for row in rows}


async def team_of(session: ReadSession, tenant: TenantId) -> Team:
    """Who answers the tenant's customers: authors of messages and the console's accounts.

    What stands in a name beside "customer service" or behind a slash is the firm's if an article
    has it too.
    """
    found = await session.scalars(
        select(MessageRow.author_name)
        .where(
            MessageRow.tenant_id == tenant,
            MessageRow.author_role == "agent",
            MessageRow.author_name.is_not(None),
        )
        .distinct()
    )
    accounts = await people_store.accounts_of(session, tenant)
    written = [str(one) for one in found] + [one.agent.name for one in accounts]
    unclear = sorted({word for name in written for word in maybe_house(name)})
    house = [word for word in unclear if await _stands_in_an_article(session, tenant, word)]
    known = frozenset(word.casefold() for word in house)
    names = {personal(name, known) for name in written}
    return Team(tuple(sorted(filter(None, names))), known)


async def _stands_in_an_article(session: ReadSession, tenant: TenantId, word: str) -> bool:
    wanted = select(ArticleRow.text).where(
        ArticleRow.tenant_id == tenant, ArticleRow.text.contains(word, autoescape=True)
    )
    # A whole word, as it is written: "same" and "sam" say nothing of Sam.
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    texts = await session.stream_scalars(wanted.execution_options(yield_per=10))
    try:
        async for text in texts:
            if whole.search(text):
                return True
    finally:
        await texts.close()
    return False


async def conversations_by_kind(
    session: ReadSession, tenant: TenantId
) -> dict[tuple[str, str], int]:
    """How many conversations there are by language (``und``: none or no known one) and channel."""
    rows = await session.execute(
        select(ConversationRow.language, ConversationRow.channel, func.count())
        .where(ConversationRow.tenant_id == tenant)
        .group_by(ConversationRow.language, ConversationRow.channel)
    )
    found: Counter[tuple[str, str]] = Counter()
    for language, channel, many in rows:
        found[language_code(language) or "und", channel] += many
    return dict(found)


def cited_articles(draft: Draft) -> list[str]:
    """Ids of the articles that ``draft`` cites, in the order of its citations."""
    passages = [one.passage for one in draft.citations if one.passage is not None]
    return list(dict.fromkeys(one.article_id for one in passages if one.article_id))


def as_it_stood(messages: Sequence[Message], draft: Draft) -> list[Message]:
    """Those of ``messages`` that were there when ``draft`` was made, in their order.

    The version counts messages and corrections, so that it says how many there were at most; what
    came later than the draft itself tells the rest.
    """
    made = _made(draft.id)
    known = sorted(messages, key=lambda one: (_made(one.id), one.seq))
    there = {one.id for one in known[: draft.conversation_version] if _made(one.id) <= made}
    return [one for one in messages if one.id in there]


def _made(internal_id: str) -> str:
    return internal_id.partition("_")[2][:_TIME_DIGITS]
