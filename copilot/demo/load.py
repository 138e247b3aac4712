"""Loads the demo workspace through the same functions that the API calls. Safe to repeat."""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from copilot.auth import people_store
from copilot.auth.service import TenantExistsError
from copilot.conversations import flow as conversations
from copilot.customers import flow as customers
from copilot.customers.customer import CustomerIn
from copilot.demo.workspace import Workspace
from copilot.kernel.ids import TenantId
from copilot.knowledge import flow as knowledge
from copilot.wiring import Deps

DEMO_TENANT = TenantId("demo")
DEMO_AGENT = "demo.agent@kuusikulma.example"
Tell = Callable[[str, int, int], None]
"""Called with what is loaded, how many are done and how many there are."""


class Loaded(NamedTuple):
    """How much there is after loading."""

    customers: int
    orders: int
    articles: int
    conversations: int


async def load_workspace(deps: Deps, workspace: Workspace, tell: Tell) -> Loaded:
    """Put everything but the calls into the demo tenant.

    Args:
        deps: Open parts.
        workspace: The files.
        tell: Told of progress.
    """
    with suppress(TenantExistsError):
        await deps.auth.create_tenant("Kuusikulma (demo)", tenant=DEMO_TENANT)
    people = list(workspace.customers())
    async with deps.db.write() as session:
        for done, (source, external_id, body) in enumerate(people, 1):
            who = CustomerIn(source=source, external_id=external_id, **body.model_dump())
            await customers.resolve(session, DEMO_TENANT, who)
            tell("customers", done, len(people))
    purchases = list(workspace.orders())
    async with deps.db.write() as session:
        for done, (source, number, order) in enumerate(purchases, 1):
            await customers.put_order(session, DEMO_TENANT, source, number, order)
            tell("orders", done, len(purchases))
    articles = workspace.articles()
    async with deps.db.write() as session:
        for done, (source, external_id, article) in enumerate(articles, 1):
            await knowledge.put_article(session, DEMO_TENANT, source, external_id, article)
            tell("articles", done, len(articles))
    contacts = workspace.conversations()
    for done, (source, external_id, conversation) in enumerate(contacts, 1):
        async with deps.db.write() as session:
            await conversations.put(session, DEMO_TENANT, source, external_id, conversation)
        tell("conversations", done, len(contacts))
    return Loaded(len(people), len(purchases), len(articles), len(contacts))


async def sign_in_link(deps: Deps, base_url: str) -> str:
    """A one-time link that signs the demo agent in to the console at ``base_url``."""
    async with deps.db.read() as session:
        account = await people_store.account_by_email(session, DEMO_AGENT)
    if account is None:
        agent = await deps.auth.create_agent(DEMO_TENANT, DEMO_AGENT, "Demo Agent", "admin")
    else:
        agent = account.agent
    token = await deps.auth.create_link(agent.id)
    return f"{base_url}/login/link/{token}"
