"""Agents: the people of a tenant who sign in to the console."""

from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, Field

from copilot.auth.principal import ALL_SCOPES, Principal
from copilot.kernel.clock import UtcTime
from copilot.kernel.ids import TenantId

Role = Literal["admin", "agent"]


class Agent(BaseModel):
    """An account for the console. Its email address is unique over all tenants."""

    id: str
    email: str
    name: str
    role: Role
    locale: str | None = Field(
        description="BCP 47; null when never chosen: the browser's language is used.",
        examples=["fi", "en"],
    )
    created_at: UtcTime


class Session(NamedTuple):
    """A signed-in agent, as pages need it.

    ``csrf_token`` goes into the ``X-CSRF-Token`` header of every request that changes something.
    """

    tenant: TenantId
    agent: Agent
    csrf_token: str
    expires_at: datetime

    @property
    def principal(self) -> Principal:
        """The caller this session stands for."""
        return principal_of(self.tenant, self.agent)


def principal_of(tenant: TenantId, agent: Agent) -> Principal:
    """What ``agent`` may do: everything but administration, or everything."""
    scopes = frozenset(one for one in ALL_SCOPES if one != "admin" or agent.role == "admin")
    return Principal(tenant, "agent", agent.id, agent.name, scopes)
