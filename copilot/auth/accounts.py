"""Agents' accounts: made, listed, given a password and shut again."""

from copilot.auth import audit, people_store, store
from copilot.auth.agent import Agent, Role
from copilot.auth.audit import actor_of
from copilot.auth.parts import AuthParts
from copilot.auth.people_store import Account, AgentNotFoundError
from copilot.auth.principal import Principal
from copilot.auth.sign_in import email_address, normal_email
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.text import storable


class Accounts(AuthParts):
    """The part of signing in that looks after who may."""

    async def create_agent(
        self,
        tenant: TenantId,
        email: str,
        name: str,
        role: Role,
        password: str | None = None,
        *,
        locale: str | None = None,
        by: Principal | None = None,
    ) -> Agent:
        """Add an account; without a password it is entered by one-time links only.

        Args:
            tenant: Whose agent it is.
            email: What they sign in with, in any case.
            name: What people know them by.
            role: What they may do.
            password: Their password, if they have one.
            locale: BCP 47, the language they chose; None is the one their browser asks for.
            by: Who makes it; None is the operator at the command line.

        Raises:
            InvalidInputError: The email address is none.
            WeakPasswordError: The password has less than 12 or more than 1,024 characters.
            AgentExistsError: The email address is taken, by whatever tenant.
            TenantNotFoundError: The tenant does not exist.
        """
        address = email_address(email)
        stored = None if password is None else await self._passwords.hash(password)
        agent = Agent(
            id=new_id("agt"),
            email=address,
            name=storable(name),
            role=role,
            locale=locale,
            created_at=self._now(),
        )
        async with self._db.write() as session:
            await store.find_tenant(session, tenant)
            await people_store.add_agent(session, tenant, agent, stored)
            await audit.record(
                session, tenant, "agent_created", actor_of(by), subject_id=agent.id, role=role
            )
        return agent

    async def agents(self, tenant: TenantId) -> list[Account]:
        """The accounts of ``tenant``, oldest first."""
        async with self._db.read() as session:
            return await people_store.accounts_of(session, tenant)

    async def account(self, email: str) -> Account:
        """The account with that email address, of whatever tenant.

        Raises:
            AgentNotFoundError: There is none.
        """
        async with self._db.read() as session:
            found = await people_store.account_by_email(session, normal_email(email))
        if found is None:
            raise AgentNotFoundError("There is no agent with this email address.")
        return found

    async def set_password(
        self, agent_id: str, password: str, *, by: Principal | None = None
    ) -> None:
        """Give an agent a password, in place of any other. Ends their sessions.

        Raises:
            WeakPasswordError: It has less than 12 or more than 1,024 characters.
            AgentNotFoundError: There is no such agent.
        """
        stored = await self._passwords.hash(password)
        async with self._db.write() as session:
            found = await people_store.account(session, agent_id)
            await people_store.set_password_hash(session, found.tenant, agent_id, stored)
            await people_store.end_sessions(session, found.tenant, agent_id)
            await audit.record(
                session, found.tenant, "password_set", actor_of(by), subject_id=agent_id
            )

    async def disable_agent(self, agent_id: str, *, by: Principal | None = None) -> None:
        """Leave an agent no way in: no session, no password, no unused link.

        The account stays, for what it wrote. Only a new link or password opens it again.

        Raises:
            AgentNotFoundError: There is no such agent.
        """
        async with self._db.write() as session:
            found = await people_store.account(session, agent_id)
            await people_store.set_password_hash(session, found.tenant, agent_id, None)
            await people_store.end_links(session, found.tenant, agent_id)
            await people_store.end_sessions(session, found.tenant, agent_id)
            await audit.record(
                session, found.tenant, "agent_disabled", actor_of(by), subject_id=agent_id
            )
