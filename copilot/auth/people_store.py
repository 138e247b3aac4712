"""SQL of agents, their sessions and one-time sign-in links. Secrets are known by hash only."""

from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, delete, select, update

from copilot.auth.agent import Agent, Role
from copilot.auth.expiry import drop_until
from copilot.auth.tables import AgentRow, SessionRow, SignInLinkRow
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.errors import ConflictError, NotFoundError
from copilot.kernel.ids import TenantId
from copilot.kernel.text import storable
from copilot.kernel.upsert import insert_if_new

# The column takes no NULL.
_NO_LOCALE = ""


class AgentNotFoundError(NotFoundError):
    """There is no such agent."""

    code = "agent_not_found"
    title = "No such agent"


class AgentExistsError(ConflictError):
    """An agent with this email address is there already."""

    code = "agent_exists"
    title = "This email address is taken"


class Account(NamedTuple):
    """An agent with what signing in needs."""

    tenant: TenantId
    agent: Agent
    password_hash: str | None


class OpenSession(NamedTuple):
    """A session that has not expired, and whose it is."""

    tenant: TenantId
    agent: Agent
    expires_at: datetime


async def add_agent(
    session: WriteSession, tenant: TenantId, agent: Agent, password_hash: str | None
) -> None:
    """Add an account.

    Raises:
        AgentExistsError: The email address is taken.
    """
    values = {**agent.model_dump(), "tenant_id": tenant, "password_hash": password_hash}
    values["locale"] = agent.locale or _NO_LOCALE
    if not await insert_if_new(session, AgentRow, values):
        raise AgentExistsError("There is an agent with this email address already.")


async def account_by_email(session: ReadSession, email: str) -> Account | None:
    """The account signed in to with ``email`` (normalised), of whatever tenant."""
    return _account(await session.scalar(select(AgentRow).where(AgentRow.email == storable(email))))


async def accounts_of(session: ReadSession, tenant: TenantId) -> list[Account]:
    """The accounts of ``tenant``, oldest first."""
    rows = await session.scalars(
        select(AgentRow)
        .where(AgentRow.tenant_id == tenant)
        .order_by(AgentRow.created_at, AgentRow.id)
    )
    return [Account(tenant, agent_of(row), row.password_hash) for row in rows]


async def account(session: ReadSession, agent_id: str) -> Account:
    """The account of that id, of whatever tenant.

    Raises:
        AgentNotFoundError: There is none.
    """
    found = _account(await session.get(AgentRow, storable(agent_id)))
    if found is None:
        raise AgentNotFoundError("There is no such agent.")
    return found


async def hold_password_hash(session: WriteSession, tenant: TenantId, agent_id: str) -> str | None:
    """An agent's password hash, which nobody else changes until the transaction ends."""
    return await session.scalar(
        select(AgentRow.password_hash)
        .where(AgentRow.tenant_id == tenant, AgentRow.id == agent_id)
        .with_for_update()
    )


async def set_password_hash(
    session: WriteSession, tenant: TenantId, agent_id: str, password_hash: str | None
) -> None:
    """Replace an agent's password hash; None leaves them without a password."""
    await session.execute(
        update(AgentRow)
        .where(AgentRow.tenant_id == tenant, AgentRow.id == agent_id)
        .values(password_hash=password_hash)
    )


async def add_session(
    session: WriteSession,
    tenant: TenantId,
    agent_id: str,
    *,
    token_hash: str,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Add a session and drop every one that has expired."""
    await drop_until(session, SessionRow, SessionRow.hash, SessionRow.expires_at, at)
    session.add(
        SessionRow(
            hash=token_hash,
            tenant_id=tenant,
            agent_id=agent_id,
            created_at=at,
            expires_at=expires_at,
        )
    )
    await session.flush()


async def open_session(session: ReadSession, token_hash: str, at: datetime) -> OpenSession | None:
    """The session with this hash, unless it has expired by ``at``."""
    found = (
        await session.execute(
            select(SessionRow, AgentRow)
            .join(AgentRow, AgentRow.id == SessionRow.agent_id)
            .where(SessionRow.hash == token_hash, SessionRow.expires_at > at)
        )
    ).one_or_none()
    if found is None:
        return None
    row, agent = found
    return OpenSession(TenantId(agent.tenant_id), agent_of(agent), row.expires_at)


async def drop_session(session: WriteSession, token_hash: str) -> None:
    """Forget the session with this hash."""
    await session.execute(delete(SessionRow).where(SessionRow.hash == token_hash))


async def end_sessions(session: WriteSession, tenant: TenantId, agent_id: str) -> None:
    """Forget every session of an agent."""
    await session.execute(
        delete(SessionRow).where(SessionRow.tenant_id == tenant, SessionRow.agent_id == agent_id)
    )


async def end_links(session: WriteSession, tenant: TenantId, agent_id: str) -> None:
    """Forget every sign-in link of an agent."""
    await session.execute(
        delete(SignInLinkRow).where(
            SignInLinkRow.tenant_id == tenant, SignInLinkRow.agent_id == agent_id
        )
    )


async def add_link(
    session: WriteSession,
    tenant: TenantId,
    agent_id: str,
    *,
    token_hash: str,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Add a one-time link and drop every one that has expired."""
    await drop_until(session, SignInLinkRow, SignInLinkRow.hash, SignInLinkRow.expires_at, at)
    session.add(
        SignInLinkRow(
            hash=token_hash,
            tenant_id=tenant,
            agent_id=agent_id,
            created_at=at,
            expires_at=expires_at,
        )
    )
    await session.flush()


async def use_link(session: WriteSession, token_hash: str, at: datetime) -> Account | None:
    """Use up a link; None when it is unknown, used or expired. Of two at once, one gets it."""
    usable = (
        SignInLinkRow.hash == token_hash,
        SignInLinkRow.used_at.is_(None),
        SignInLinkRow.expires_at > at,
    )
    statement = update(SignInLinkRow).where(*usable).values(used_at=at)
    result = cast("CursorResult[Any]", await session.execute(statement))
    if result.rowcount != 1:
        return None
    agent_id = await session.scalar(
        select(SignInLinkRow.agent_id).where(SignInLinkRow.hash == token_hash)
    )
    return None if agent_id is None else await account(session, agent_id)


def _account(row: AgentRow | None) -> Account | None:
    if row is None:
        return None
    return Account(TenantId(row.tenant_id), agent_of(row), row.password_hash)


def agent_of(row: AgentRow) -> Agent:
    """The agent that a row stores."""
    return Agent(
        id=row.id,
        email=row.email,
        name=row.name,
        role=cast("Role", row.role),
        locale=None if row.locale == _NO_LOCALE else row.locale,
        created_at=row.created_at,
    )
