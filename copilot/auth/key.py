"""API keys and tenants, as they are shown."""

from typing import NamedTuple

from pydantic import BaseModel, Field

from copilot.auth.principal import Scope
from copilot.kernel.clock import UtcTime
from copilot.kernel.ids import TenantId


class Tenant(BaseModel):
    """One support organisation."""

    id: TenantId
    name: str
    created_at: UtcTime


class ApiKey(BaseModel):
    """An API key without its secret part, which nobody can show again."""

    id: str
    name: str
    hint: str = Field(description="How the key begins.", examples=["cpk_7x2m"])
    scopes: list[Scope]
    created_at: UtcTime
    last_used_at: UtcTime | None = Field(description="To the minute.")
    revoked_at: UtcTime | None


class NewKey(NamedTuple):
    """A key just made. ``secret`` is the whole key; it is not kept."""

    id: str
    secret: str
