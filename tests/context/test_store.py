"""What a card reads of a customer's history."""

from copilot.context.store import latest_contacts
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId, new_id
from tests.conversations.test_store import put


async def test_past_conversations_come_latest_contact_first(db: Database, tenant: TenantId) -> None:
    made = [await put(db, tenant, n) for n in (2, 3, 1)]
    customer_id = made[0].customer_id or ""
    async with db.read() as session:
        found = await latest_contacts(session, tenant, customer_id, exclude="", limit=9)
        assert [one.external_id for one in found] == ["3", "2", "1"]
        found = await latest_contacts(session, tenant, customer_id, exclude=made[1].id, limit=1)
        assert [one.external_id for one in found] == ["2"]
        other = TenantId(new_id("ten"))
        assert await latest_contacts(session, other, customer_id, exclude="", limit=9) == []
