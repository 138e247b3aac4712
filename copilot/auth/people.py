"""The people of a tenant, as their administrators see and change them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Exists, Row, Select, exists, func, or_, select, update

from copilot.auth import audit, people_store
from copilot.auth.accounts import Accounts
from copilot.auth.agent import Agent, Role
from copilot.auth.audit import actor_of
from copilot.auth.people_store import AgentNotFoundError
from copilot.auth.principal import Principal
from copilot.auth.tables import AgentRow, SessionRow, SignInLinkRow
from copilot.kernel.clock import UtcTime
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.errors import ConflictError
from copilot.kernel.ids import TenantId
from copilot.kernel.paging import Page
from copilot.kernel.text import StorableText, storable
from copilot.kernel.time_paging import latest_first, write_place

Access = Literal["open", "invited", "shut"]


class LastAdministratorError(ConflictError):
    """Nobody would be left who may administrate."""

    code = "last_administrator"
    title = "The last administrator stays"

    def __init__(self) -> None:
        super().__init__("Make another administrator who can sign in first.")


class Person(Agent):
    """An account, and whether anybody can come in by it."""

    access: Access = Field(
        description="`open`: a password, or signed in now; `invited`: a link that was not used "
        "yet; `shut`: no way in until there is a new link or password."
    )
    signed_in_at: UtcTime | None = Field(
        default=None, description="When the latest session that is still open began."
    )


class PersonChange(BaseModel):
    """The body of ``PATCH /v1/agents/{id}``: what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: StorableText | None = Field(default=None, min_length=1, max_length=200)
    role: Role | None = None

    @model_validator(mode="after")
    def _something(self) -> "PersonChange":
        if self.name is None and self.role is None:
            raise ValueError("give a name or a role")
        return self


class People(Accounts):
    """The part of accounts that is for administrators of one tenant."""

    async def people(
        self, tenant: TenantId, *, limit: int = 50, cursor: str | None = None
    ) -> Page[Person]:
        """The tenant's people, newest first.

        Raises:
            InvalidInputError: The cursor is not one that this list gave.
        """
        at = self._now()
        async with self._db.read() as session:
            wanted = latest_first(
                _people(tenant, at), AgentRow.created_at, AgentRow.id, limit=limit, cursor=cursor
            )
            rows = list(await session.execute(wanted))
        shown = rows[:limit]
        last = shown[-1].AgentRow if len(rows) > limit else None
        return Page(
            items=[_person(row) for row in shown],
            next_cursor=write_place(last.created_at, last.id) if last is not None else None,
        )

    async def person(self, tenant: TenantId, agent_id: str) -> Person:
        """One of the tenant's people.

        Raises:
            AgentNotFoundError: The tenant has no such agent.
        """
        async with self._db.read() as session:
            return await _one(session, tenant, agent_id, self._now())

    async def change_person(
        self, tenant: TenantId, agent_id: str, change: PersonChange, *, by: Principal
    ) -> Person:
        """Change a name or role; it counts from the next request on.

        Raises:
            AgentNotFoundError: The tenant has no such agent.
            LastAdministratorError: Nobody else may administrate.
        """
        async with self._db.write() as session:
            found = await _one(session, tenant, agent_id, self._now())
            if found.role == "admin" and change.role == "agent":
                await self._keep_one(session, tenant, agent_id)
            values = change.model_dump(exclude_none=True)
            await session.execute(
                update(AgentRow)
                .where(AgentRow.tenant_id == tenant, AgentRow.id == found.id)
                .values(**values)
            )
            await audit.record(
                session, tenant, "agent_changed", actor_of(by), subject_id=found.id, **values
            )
            return await _one(session, tenant, agent_id, self._now())

    async def shut_out(self, tenant: TenantId, agent_id: str, *, by: Principal) -> None:
        """Leave one of the tenant's people no way in; see :meth:`disable_agent`.

        Raises:
            AgentNotFoundError: The tenant has no such agent.
            LastAdministratorError: Nobody else may administrate.
        """
        async with self._db.write() as session:
            found = await _one(session, tenant, agent_id, self._now())
            if found.role == "admin":
                await self._keep_one(session, tenant, agent_id)
            await people_store.set_password_hash(session, tenant, found.id, None)
            await people_store.end_links(session, tenant, found.id)
            await people_store.end_sessions(session, tenant, found.id)
            await audit.record(session, tenant, "agent_disabled", actor_of(by), subject_id=found.id)

    async def _keep_one(self, session: WriteSession, tenant: TenantId, agent_id: str) -> None:
        # Locked, so that two who shut each other out at once cannot both succeed.
        await session.execute(
            select(AgentRow.id)
            .where(AgentRow.tenant_id == tenant, AgentRow.role == "admin")
            .order_by(AgentRow.id)
            .with_for_update()
        )
        at = self._now()
        others = await session.scalar(
            select(func.count())
            .select_from(AgentRow)
            .where(
                AgentRow.tenant_id == tenant,
                AgentRow.role == "admin",
                AgentRow.id != agent_id,
                or_(AgentRow.password_hash.is_not(None), _signed_in(at), _invited(at)),
            )
        )
        if not others:
            raise LastAdministratorError


def _signed_in(at: datetime) -> Exists:
    return exists().where(SessionRow.agent_id == AgentRow.id, SessionRow.expires_at > at)


def _invited(at: datetime) -> Exists:
    return exists().where(
        SignInLinkRow.agent_id == AgentRow.id,
        SignInLinkRow.used_at.is_(None),
        SignInLinkRow.expires_at > at,
    )


def _people(tenant: TenantId, at: datetime) -> "Select[*tuple[Any, ...]]":
    began = (
        select(func.max(SessionRow.created_at))
        .where(SessionRow.agent_id == AgentRow.id, SessionRow.expires_at > at)
        .scalar_subquery()
    )
    return select(AgentRow, began.label("began"), _invited(at).label("invited")).where(
        AgentRow.tenant_id == tenant
    )


async def _one(session: ReadSession, tenant: TenantId, agent_id: str, at: datetime) -> Person:
    wanted = _people(tenant, at).where(AgentRow.id == storable(agent_id))
    row = (await session.execute(wanted.execution_options(populate_existing=True))).one_or_none()
    if row is None:
        raise AgentNotFoundError("There is no such agent.")
    return _person(row)


def _person(row: "Row[*tuple[Any, ...]]") -> Person:
    found, began = row.AgentRow, row.began
    access: Access = "invited" if row.invited else "shut"
    if found.password_hash is not None or began is not None:
        access = "open"
    return Person(**people_store.agent_of(found).model_dump(), access=access, signed_in_at=began)
