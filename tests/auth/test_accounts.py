"""Agents' accounts: a password set later, an account shut, the language nobody chose."""

import asyncio

import pytest
from sqlalchemy import func, select
from starlette.requests import Request

from copilot.auth.passwords import WeakPasswordError
from copilot.auth.people_store import AgentNotFoundError
from copilot.auth.service import AuthService
from copilot.auth.sign_in import SignInFailedError
from copilot.auth.tables import AuditEventRow, SessionRow
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.web.pages import LOCALE_COOKIE, locale_of

PASSWORD = "correct horse battery"
NEWER = "battery horse correct"
EMAIL = "aino@acme.example"
IP = "203.0.113.9"


def browser(languages: str, *, cookie: str | None = None) -> Request:
    headers = [(b"accept-language", languages.encode())]
    if cookie is not None:
        headers.append((b"cookie", f"{LOCALE_COOKIE}={cookie}".encode()))
    return Request({"type": "http", "headers": headers})


async def kinds(db: Database, tenant: TenantId) -> set[str]:
    async with db.read() as session:
        query = select(AuditEventRow.kind).where(AuditEventRow.tenant_id == tenant)
        return set(await session.scalars(query))


async def test_agents_of_a_tenant_are_its_own(
    auth: AuthService, acme: TenantId, other: TenantId
) -> None:
    await auth.create_agent(acme, "b@acme.example", "B", "agent", PASSWORD)
    await auth.create_agent(acme, "a@acme.example", "A", "admin")
    await auth.create_agent(other, "c@other.example", "C", "agent")
    listed = await auth.agents(acme)
    assert {(one.agent.email, one.tenant) for one in listed} == {
        ("a@acme.example", acme),
        ("b@acme.example", acme),
    }
    assert (await auth.account(" C@OTHER.example ")).tenant == other
    with pytest.raises(AgentNotFoundError):
        await auth.account("nobody@acme.example")


async def test_a_password_is_set_later_and_ends_sessions(
    auth: AuthService, acme: TenantId, other: TenantId, db: Database
) -> None:
    agent = await auth.create_agent(acme, EMAIL, "Aino", "agent")
    bystander = await auth.create_agent(other, "c@other.example", "C", "agent", PASSWORD)
    elsewhere = await auth.sign_in(bystander.email, PASSWORD, IP)
    by_link = await auth.redeem_link(await auth.create_link(agent.id))
    with pytest.raises(WeakPasswordError):
        await auth.set_password(agent.id, "short")
    assert await auth.session(by_link) is not None
    await auth.set_password(agent.id, PASSWORD)
    assert await auth.session(by_link) is None
    assert await auth.session(await auth.sign_in(EMAIL, PASSWORD, IP)) is not None
    await auth.set_password(agent.id, NEWER)
    with pytest.raises(SignInFailedError):
        await auth.sign_in(EMAIL, PASSWORD, IP)
    assert await auth.session(await auth.sign_in(EMAIL, NEWER, IP)) is not None
    assert await auth.session(elsewhere) is not None
    assert "password_set" in await kinds(db, acme)
    with pytest.raises(AgentNotFoundError):
        await auth.set_password("agt_none", PASSWORD)


async def test_a_disabled_agent_has_no_way_in_until_given_one(
    auth: AuthService, acme: TenantId, db: Database
) -> None:
    agent = await auth.create_agent(acme, EMAIL, "Aino", "agent", PASSWORD)
    session = await auth.sign_in(EMAIL, PASSWORD, IP)
    link = await auth.create_link(agent.id)
    await auth.disable_agent(agent.id)
    await auth.disable_agent(agent.id)
    assert await auth.session(session) is None
    with pytest.raises(SignInFailedError):
        await auth.sign_in(EMAIL, PASSWORD, IP)
    with pytest.raises(SignInFailedError):
        await auth.redeem_link(link)
    assert "agent_disabled" in await kinds(db, acme)
    assert (await auth.account(EMAIL)).agent == agent
    opened = await auth.redeem_link(await auth.create_link(agent.id))
    assert await auth.session(opened) is not None


async def test_signing_in_while_being_disabled_leaves_no_session(
    auth: AuthService, acme: TenantId, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await auth.create_agent(acme, EMAIL, "Aino", "agent", PASSWORD)
    compared, go_on = asyncio.Event(), asyncio.Event()
    matches = auth._passwords.matches

    async def slow(stored: str | None, password: str) -> bool:
        found = await matches(stored, password)
        compared.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(auth._passwords, "matches", slow)
    signing_in = asyncio.create_task(auth.sign_in(EMAIL, PASSWORD, IP))
    await compared.wait()
    await auth.disable_agent(agent.id)
    go_on.set()
    with pytest.raises(SignInFailedError):
        await signing_in
    async with db.read() as reading:
        assert await reading.scalar(select(func.count()).select_from(SessionRow)) == 0


async def test_a_language_that_was_never_chosen_is_none(auth: AuthService, acme: TenantId) -> None:
    made = await auth.create_agent(acme, EMAIL, "Aino", "agent")
    assert made.locale is None
    session = await auth.session(await auth.redeem_link(await auth.create_link(made.id)))
    assert session is not None
    assert session.agent == made
    assert locale_of(browser("fi-FI,fi;q=0.9,en;q=0.8"), session) == "fi"
    assert locale_of(browser("sv,en;q=0.5"), session) == "en"
    assert locale_of(browser("fi", cookie="en"), session) == "en"
    chosen = await auth.create_agent(acme, "b@acme.example", "B", "agent", locale="fi")
    assert (await auth.account(chosen.email)).agent.locale == "fi"
    theirs = session._replace(agent=chosen)
    assert locale_of(browser("en"), theirs) == "fi"
