"""What a card reads of a customer's history."""

import pytest
from sqlalchemy import Connection, event

from copilot.context.similar import CANDIDATES
from copilot.context.store import known_of, latest_contacts, latest_messages, present
from copilot.conversations import store as conversations
from copilot.customers import store as customers
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId, new_id
from copilot.knowledge import store as knowledge
from copilot.summaries import store as summaries
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


# PostgreSQL knows how many rows a tenant has and needs no help.
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_what_is_known_by_its_id_is_not_looked_for_among_all_of_the_tenant(
    db: Database, tenant: TenantId
) -> None:
    made = await put(db, tenant, 1)
    plans: list[str] = []

    def explain(
        connection: Connection, _cursor: object, sql: str, given: object, *_: object
    ) -> None:
        if sql.startswith("SELECT"):
            found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given)  # type: ignore[arg-type]
            plans.extend(row[3] for row in found if row[3].startswith("SEARCH"))

    ids = [made.id, *(f"other-{number}" for number in range(40))]
    async with db.read() as session:
        event.listen(db.engine.sync_engine, "before_cursor_execute", explain)
        await knowledge.passage_rows(session, tenant, ids)
        await conversations.heads(session, tenant, ids)
        await conversations.messages_of(session, tenant, ids)
        await latest_messages(session, tenant, ids, most_each=5)
        await known_of(session, tenant, ids[:CANDIDATES])
        await customers.by_ids(session, tenant, ids)
        await summaries.headlines(session, tenant, ids)
        await present(session, tenant, made.id)
    assert len(plans) >= 10
    assert [
        one for one in plans if one.endswith(("(tenant_id=?)", "(tenant_id=? AND kind=?)"))
    ] == []
