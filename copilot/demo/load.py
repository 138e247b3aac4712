"""Loads the demo workspace through the same functions that the API calls. Safe to repeat."""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from copilot.auth import people_store
from copilot.auth.service import TenantExistsError
from copilot.conversations import flow as conversations
from copilot.customers import flow as customers
from copilot.customers import orders
from copilot.demo.workspace import Workspace
from copilot.guidance import store as guidance
from copilot.kernel.ids import TenantId
from copilot.knowledge import flow as knowledge
from copilot.wiring import Deps

DEMO_TENANT = TenantId("demo")
MAIN_CASE_EN = "h-en-main"
DEMO_AGENT = "demo.agent@kuusikulma.example"
Tell = Callable[[str, int, int], None]
"""Called with what is loaded, how many are done and how many there are."""


class Loaded(NamedTuple):
    """How much there is after loading, and the open case of each language by its id."""

    customers: int
    orders: int
    articles: int
    conversations: int
    main_cases: dict[str, str]


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
    for done, (source, external_id, body) in enumerate(people, 1):
        async with deps.db.write() as session:
            await customers.put(session, DEMO_TENANT, source, external_id, body)
        tell("customers", done, len(people))
    purchases = list(workspace.orders())
    for done, (source, number, order) in enumerate(purchases, 1):
        async with deps.db.write() as session:
            await orders.put(session, DEMO_TENANT, source, number, order)
        tell("orders", done, len(purchases))
    articles = workspace.articles()
    async with deps.db.write() as session:
        for done, (source, external_id, article) in enumerate(articles, 1):
            await knowledge.put_article(session, DEMO_TENANT, source, external_id, article)
            tell("articles", done, len(articles))
    await _load_guidance(deps, workspace, tell)
    contacts, thread = workspace.conversations(), workspace.thread()
    main_cases: dict[str, str] = {}
    to_load = [*contacts, thread]
    for done, (source, external_id, conversation) in enumerate(to_load, 1):
        stored, _ = await conversations.accept(
            deps.db, DEMO_TENANT, source, external_id, conversation
        )
        if external_id == MAIN_CASE_EN:
            main_cases["en"] = stored.id
        elif external_id == thread[1]:
            main_cases["fi"] = stored.id
        tell("conversations", done, len(to_load))
    return Loaded(len(people), len(purchases), len(articles), len(to_load), main_cases)


async def _load_guidance(deps: Deps, workspace: Workspace, tell: Tell) -> None:
    processes, replies = workspace.processes(), list(workspace.saved_replies())
    async with deps.db.write() as session:
        for done, process in enumerate(processes, 1):
            await guidance.put_process(session, DEMO_TENANT, process)
            tell("processes", done, len(processes))
        for done, (source, external_id, reply) in enumerate(replies, 1):
            await guidance.put_reply(session, DEMO_TENANT, source, external_id, reply)
            tell("saved replies", done, len(replies))
        await guidance.put_guide(session, DEMO_TENANT, workspace.tone_guide())


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
