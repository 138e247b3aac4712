"""Who someone is: one customer over all the addresses they are named by.

When one :class:`CustomerIn` names several addresses, its sender says that they are one person's.
How far that is believed:

- An external id is proof, and so is a mail address, unless the two customers have different
  external ids of the same source: those are two people, and never merge.
- A phone number or handle is shared too easily (a family, a switchboard) to overrule that. It
  finds a customer when nothing contradicts it (different external ids of one source, or mail
  addresses on both sides without one in common), and it merges only a customer who is known by
  nothing stronger.
- An address belongs to one customer. Where two would claim it, it stays where it was.

Call :func:`resolve` before anything else in a transaction: it may wait for another transaction of
the tenant that changes identities, and must hold no other rows while it does.
"""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import and_, or_, select, text, update

from copilot.customers import merging, store
from copilot.customers.address import (
    DEFAULT_REGION,
    addresses_of,
    external,
    external_source,
    fold,
    strength,
)
from copilot.customers.customer import Address, Customer, CustomerBody, CustomerIn
from copilot.customers.tables import AddressRow, CustomerRow
from copilot.kernel.clock import now
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.upsert import insert_if_new


async def resolve(
    session: WriteSession, tenant: TenantId, who: CustomerIn, *, region: str = DEFAULT_REGION
) -> Customer:
    """The customer that ``who`` names: found, completed, merged or created.

    Someone named by no address at all is a new customer every time.

    Args:
        session: The transaction, with nothing written yet.
        tenant: Whose customers.
        who: Name and addresses as a source sent them.
        region: Two-letter country of phone numbers without a country code.
    """
    given = addresses_of(who, region=region)
    known = await _settled(session, tenant, who, given)
    if known is not None:
        return known
    if given:
        await _change_identities(session, tenant)
    candidates = await _candidates(session, tenant, given)
    chosen = _choose(given, candidates)
    if chosen is None:
        customer_id = await _create(session, tenant, who)
    else:
        customer_id = chosen.id
        for other in candidates:
            if other.id != chosen.id and _proven_one(chosen, other, given):
                chosen = await merging.merge(session, tenant, keep=chosen, drop=other)
        await _complete(session, tenant, chosen, who)
    owned = {(one.kind, one.value) for one in chosen.addresses} if chosen else set()
    for address in given:
        if (address.kind, address.value) not in owned:
            await _claim(session, tenant, customer_id, address)
    return await store.get(session, tenant, customer_id)


async def put(
    session: WriteSession,
    tenant: TenantId,
    source: str,
    external_id: str,
    body: CustomerBody,
    *,
    region: str = DEFAULT_REGION,
) -> tuple[Customer, bool]:
    """The customer ``external_id`` of ``source``, as ``body`` tells; True when not heard of before.

    It may turn out to be a customer known by another address already.
    """
    identity = [external(source, external_id)]
    if not (known := await _owners(session, tenant, identity)):
        # Of two who tell of the same new customer at once, one is first.
        await _change_identities(session, tenant)
        known = await _owners(session, tenant, identity)
    who = CustomerIn(source=source, external_id=external_id, **body.model_dump())
    return await resolve(session, tenant, who, region=region), not known


async def _settled(
    session: WriteSession, tenant: TenantId, who: CustomerIn, given: list[Address]
) -> Customer | None:
    """The customer when ``who`` tells nothing new: the usual case, which waits for no one."""
    owners = await _owners(session, tenant, given)
    ids = set(owners.values())
    if len(owners) != len(given) or len(ids) != 1:
        return None
    found = await store.by_ids(session, tenant, list(ids))
    if not found or _news(found[0], who):
        return None
    # Held to the end of the transaction: a merge must not remove the customer under it.
    still_there = await session.scalar(
        select(CustomerRow.id)
        .where(CustomerRow.tenant_id == tenant, CustomerRow.id == found[0].id)
        .with_for_update(read=True, key_share=True)
    )
    return found[0] if still_there else None


async def _change_identities(session: WriteSession, tenant: TenantId) -> None:
    # One identity change at a time per tenant. SQLite has one writer anyway.
    if session.get_bind().dialect.name == "postgresql":
        key = f"copilot.customers:{tenant}"
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
        await session.execute(lock, {"key": key})


async def _owners(
    session: ReadSession, tenant: TenantId, given: list[Address]
) -> dict[tuple[str, str], str]:
    if not given:
        return {}
    named = or_(*(and_(AddressRow.kind == a.kind, AddressRow.value == a.value) for a in given))
    rows = await session.execute(
        select(AddressRow.kind, AddressRow.value, AddressRow.customer_id).where(
            AddressRow.tenant_id == tenant, named
        )
    )
    return {(row.kind, row.value): row.customer_id for row in rows}


async def _candidates(
    session: WriteSession, tenant: TenantId, given: list[Address]
) -> list[Customer]:
    """Whoever owns one of ``given``, strongest proof first, then the longest known; locked."""
    owners = await _owners(session, tenant, given)
    ids = sorted(set(owners.values()))
    await session.execute(
        select(CustomerRow.id)
        .where(CustomerRow.tenant_id == tenant, CustomerRow.id.in_(ids))
        .order_by(CustomerRow.id)
        # Only a merge, which removes a row, must keep out those who point at it.
        .with_for_update(key_share=len(ids) == 1)
    )
    found = await store.by_ids(session, tenant, ids)
    return sorted(found, key=lambda one: (_proof(one, given), one.created_at, one.id))


def _choose(given: list[Address], candidates: list[Customer]) -> Customer | None:
    for one in candidates:
        if _clash(given, one.addresses):
            continue
        if _proof(one, given) <= 1 or not _strangers(given, one.addresses):
            return one
    return None


def _proven_one(chosen: Customer, other: Customer, given: list[Address]) -> bool:
    """Whether ``given``, which names both, proves that they are one person."""
    if _clash([*chosen.addresses, *given], other.addresses):
        return False
    if _proof(other, given) <= 1:
        return True
    return all(strength(address) > 1 for address in other.addresses)


def _proof(customer: Customer, given: list[Address]) -> int:
    """The strength of the strongest address of ``given`` that is the customer's."""
    return min(strength(one) for one in given if one in customer.addresses)


def _clash(some: Iterable[Address], others: Iterable[Address]) -> bool:
    """Whether one source has different external ids for them."""
    ids: dict[str, set[str]] = defaultdict(set)
    for address in [*some, *others]:
        if address.kind == "external":
            ids[external_source(address)].add(address.value)
    return any(len(found) > 1 for found in ids.values())


def _strangers(some: Iterable[Address], others: Iterable[Address]) -> bool:
    """Whether both have mail addresses and none in common."""
    mine = {one.value for one in some if one.kind == "email"}
    theirs = {one.value for one in others if one.kind == "email"}
    return bool(mine and theirs and not mine & theirs)


async def _create(session: WriteSession, tenant: TenantId, who: CustomerIn) -> str:
    at = now()
    row = CustomerRow(
        id=new_id("cus"),
        tenant_id=tenant,
        name=who.name,
        folded_name=fold(who.name or ""),
        language=who.language,
        created_at=at,
        updated_at=at,
    )
    session.add(row)
    await session.flush()
    return row.id


def _news(customer: Customer, who: CustomerIn) -> dict[str, str]:
    """What ``who`` tells about the person that is new.

    A name fills a gap; only a source that knows the person by its own id may replace one, so that
    a mail's display name does not overwrite the CRM's.
    """
    record = bool(who.source and who.external_id)
    told: dict[str, str] = {}
    if who.name and who.name != customer.name and (record or not customer.name):
        told |= {"name": who.name, "folded_name": fold(who.name)}
    if who.language and who.language != customer.language and (record or not customer.language):
        told["language"] = who.language
    return told


async def _complete(
    session: WriteSession, tenant: TenantId, customer: Customer, who: CustomerIn
) -> None:
    if told := _news(customer, who):
        await session.execute(
            update(CustomerRow)
            .where(CustomerRow.tenant_id == tenant, CustomerRow.id == customer.id)
            .values(**told, updated_at=now())
        )


async def _claim(
    session: WriteSession, tenant: TenantId, customer_id: str, address: Address
) -> None:
    fields = {"tenant_id": tenant, "kind": address.kind, "value": address.value}
    new = {**fields, "customer_id": customer_id, "created_at": now()}
    if await insert_if_new(session, AddressRow, new):
        await session.execute(
            update(CustomerRow).where(CustomerRow.id == customer_id).values(updated_at=now())
        )
