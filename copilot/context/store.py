"""Reading what a card needs, however much history there is; nothing is changed."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from copilot.context.bounds import LONGEST_TEXT
from copilot.conversations import store as conversations
from copilot.conversations.conversation import Author, Conversation, Message
from copilot.conversations.tables import MessageRow
from copilot.customers import store as customers
from copilot.customers.address import DEFAULT_REGION, addresses_of
from copilot.customers.customer import Customer, CustomerIn
from copilot.customers.tables import AddressRow
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId

MESSAGES_EACH = 40
"""Messages of a past conversation that a card looks at: the latest."""


async def customer_named(
    session: ReadSession, tenant: TenantId, who: CustomerIn, *, region: str = DEFAULT_REGION
) -> Customer | None:
    """The customer who owns the addresses of ``who``; None for nobody and for more than one."""
    given = addresses_of(who, region=region)
    if not given:
        return None
    owners = await session.scalars(
        select(AddressRow.customer_id)
        .where(
            AddressRow.tenant_id == tenant,
            or_(
                *((AddressRow.kind == one.kind) & (AddressRow.value == one.value) for one in given)
            ),
        )
        .distinct()
    )
    found = await customers.by_ids(session, tenant, list(owners))
    return found[0] if len(found) == 1 else None


async def latest_of_customer(
    session: ReadSession, tenant: TenantId, customer_id: str, *, exclude: str, limit: int
) -> list[Conversation]:
    """The customer's latest conversations, latest contact first, each with its latest messages.

    Args:
        session: The session.
        tenant: Whose customer.
        customer_id: The customer.
        exclude: The id of a conversation to leave out: the one being looked at.
        limit: Most conversations.
    """
    heads = await conversations.contacts(session, tenant, customer_id, limit=limit, cursor=None)
    kept = [one for one in heads if one.id != exclude][:limit]
    messages = await latest_messages(
        session, tenant, [one.id for one in kept], most_each=MESSAGES_EACH
    )
    return [Conversation(**dict(one), messages=messages[one.id]) for one in kept]


async def latest_messages(
    session: ReadSession, tenant: TenantId, conversation_ids: Sequence[str], *, most_each: int
) -> dict[str, list[Message]]:
    """The last ``most_each`` messages that people wrote publicly, of each conversation, in order.

    Without what they quoted, and of very long ones the beginning.
    """
    m = MessageRow
    from_the_end = (
        func.row_number()
        .over(partition_by=m.conversation_id, order_by=m.seq.desc())
        .label("from_the_end")
    )
    numbered = (
        select(m.id, from_the_end)
        .where(
            m.tenant_id == tenant,
            m.conversation_id.in_(conversation_ids),
            m.author_role != "system",
            m.visibility == "public",
        )
        .subquery()
    )
    rows = await session.execute(
        select(
            m.id,
            m.conversation_id,
            m.external_id,
            m.seq,
            m.author_role,
            m.author_name,
            m.visibility,
            m.sent_at,
            func.substr(m.text, 1, LONGEST_TEXT).label("text"),
            m.language,
        )
        .join(numbered, numbered.c.id == m.id)
        .where(numbered.c.from_the_end <= most_each)
        .order_by(m.conversation_id, m.seq)
    )
    found: dict[str, list[Message]] = {one: [] for one in conversation_ids}
    for row in rows:
        fields = dict(row._mapping)
        author = Author(role=fields.pop("author_role"), name=fields.pop("author_name"))
        found[row.conversation_id].append(Message(author=author, **fields))
    return found
