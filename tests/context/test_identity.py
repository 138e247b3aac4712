"""Who an inline conversation is with."""

import pytest

from copilot.context.identity import customer_of
from copilot.conversations.conversation import Author, ConversationIn, MessageIn, Role
from copilot.conversations.flow import inline
from copilot.customers import flow as customers
from copilot.customers.customer import CustomerIn
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId, new_id
from tests.context.conftest import NOW, PIRJO, SAM


async def found(
    db: Database,
    tenant: TenantId,
    named: CustomerIn | None = None,
    author: str | None = None,
    role: Role = "customer",
) -> str | None:
    message = MessageIn(
        external_id="1", author=Author(role=role, name=author), sent_at=NOW, text="Hei."
    )
    talk = inline(ConversationIn(channel="email", messages=[message]))
    async with db.read() as session:
        customer = await customer_of(session, tenant, talk, named)
    return customer.name if customer else None


@pytest.fixture
async def people(db: Database, tenant: TenantId) -> None:
    async with db.write() as session:
        for one in (PIRJO, SAM):
            await customers.resolve(session, tenant, one)


@pytest.mark.usefixtures("people")
async def test_by_any_of_their_addresses(db: Database, tenant: TenantId) -> None:
    assert await found(db, tenant, PIRJO) == "Pirjo Laine"
    assert (
        await found(db, tenant, CustomerIn(emails=["Pirjo <PIRJO@example.com>"])) == "Pirjo Laine"
    )
    assert await found(db, tenant, CustomerIn(emails=["nobody@example.com"])) is None
    assert await found(db, tenant) is None
    assert await found(db, TenantId(new_id("ten")), PIRJO) is None


@pytest.mark.usefixtures("people")
async def test_by_the_address_that_messages_come_from(db: Database, tenant: TenantId) -> None:
    assert await found(db, tenant, author="Sam R <sam@example.com>") == "Sam Reed"
    assert await found(db, tenant, author="sam@example.com") == "Sam Reed"
    assert await found(db, tenant, author="sam@example.com", role="agent") is None
    assert await found(db, tenant, author="Sam Reed") is None
    unknown = CustomerIn(emails=["nobody@example.com"])
    # A display name is the sender's choice: it must not open somebody else's card.
    assert await found(db, tenant, unknown, author="sam@example.com") is None
    assert await found(db, tenant, PIRJO, author="sam@example.com") == "Pirjo Laine"


@pytest.mark.usefixtures("people")
async def test_of_two_the_better_proof_decides(db: Database, tenant: TenantId) -> None:
    by_id = CustomerIn(source="crm", external_id="c-1", emails=["sam@example.com"])
    assert await found(db, tenant, by_id) == "Pirjo Laine"
    both = CustomerIn(emails=["pirjo@example.com", "sam@example.com"])
    assert await found(db, tenant, both) is None
