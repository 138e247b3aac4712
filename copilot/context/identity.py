"""Who an inline conversation is with: the customer whose addresses it carries."""

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select

from copilot.conversations.conversation import Conversation
from copilot.customers import store as customers
from copilot.customers.address import DEFAULT_REGION, addresses_of, email, phone, strength
from copilot.customers.customer import Address, Customer, CustomerIn
from copilot.customers.tables import AddressRow
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId

_MOST_NAMES = 20
_PROOF = 1
"""The weakest strength that proves who somebody is: families share phones, not mailboxes."""


async def customer_of(
    session: ReadSession,
    tenant: TenantId,
    conversation: Conversation,
    named: CustomerIn | None,
    *,
    region: str = DEFAULT_REGION,
) -> Customer | None:
    """The customer that ``conversation`` is with; None when that cannot be told.

    Args:
        session: The session.
        tenant: Whose customers.
        conversation: The conversation; what names its customer's messages may be an address,
            which counts when nobody says who the customer is.
        named: The customer as the conversation's sender names them.
        region: Two-letter country of phone numbers without a country code.
    """
    given = addresses_of(named, region=region) if named is not None else []
    if given:
        # Never by the name as well: it is what the sender of a mail chose to be called.
        return await _owner(session, tenant, given)
    return await _owner(session, tenant, _written_from(conversation, region))


def _written_from(conversation: Conversation, region: str) -> list[Address]:
    """Addresses that stand where the customer's name should: of a mail, or of a phone."""
    names = {
        one.author.name
        for one in conversation.messages
        if one.author.role == "customer" and one.author.name
    }
    found = [
        email(name) if "@" in name else phone(name, region=region)
        for name in sorted(names)[:_MOST_NAMES]
    ]
    return [one for one in found if one is not None]


async def _owner(
    session: ReadSession, tenant: TenantId, given: Sequence[Address]
) -> Customer | None:
    """Who owns ``given``; of several, the one whom the strongest address alone proves."""
    if not given:
        return None
    rows = await session.execute(
        select(AddressRow.kind, AddressRow.value, AddressRow.customer_id).where(
            AddressRow.tenant_id == tenant,
            or_(
                *((AddressRow.kind == one.kind) & (AddressRow.value == one.value) for one in given)
            ),
        )
    )
    owners: dict[str, int] = {}
    for row in rows:
        proof = strength(Address(kind=row.kind, value=row.value))
        owners[row.customer_id] = min(proof, owners.get(row.customer_id, proof))
    chosen = _proven(owners.items())
    found = await customers.by_ids(session, tenant, [chosen]) if chosen else []
    return found[0] if found else None


def _proven(owners: Iterable[tuple[str, int]]) -> str | None:
    ranked = sorted(owners, key=lambda one: one[1])
    if len(ranked) == 1:
        return ranked[0][0]
    if len(ranked) > 1 and ranked[0][1] < ranked[1][1] and ranked[0][1] <= _PROOF:
        return ranked[0][0]
    return None
