"""Who is calling: an API key of a tenant, or an agent signed in to the console."""

from typing import Literal, NamedTuple, get_args

from copilot.kernel.errors import ForbiddenError
from copilot.kernel.ids import TenantId

Scope = Literal[
    "conversations:read",
    "conversations:write",
    "customers:read",
    "customers:write",
    "knowledge:read",
    "knowledge:write",
    "calls:read",
    "calls:write",
    "drafts:read",
    "drafts:write",
    "feedback:write",
    "insights:read",
    "admin",
]
ALL_SCOPES: tuple[Scope, ...] = get_args(Scope)


class Principal(NamedTuple):
    """A caller. ``admin`` includes every other scope; nothing else includes anything."""

    tenant: TenantId
    kind: Literal["key", "agent"]
    id: str
    name: str
    scopes: frozenset[Scope]

    def may(self, scope: Scope) -> bool:
        """Whether this caller has ``scope``."""
        return scope in self.scopes or "admin" in self.scopes

    def require(self, scope: Scope) -> None:
        """Raise ForbiddenError unless this caller has ``scope``."""
        if not self.may(scope):
            raise ForbiddenError(f"This needs the scope {scope!r}: use a key that has it.")
