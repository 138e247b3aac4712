"""Who is calling: the one door to tenants, keys, agents, sessions and their audit events."""

from collections.abc import Callable
from datetime import datetime

from copilot.auth import audit, store
from copilot.auth.accounts import Accounts
from copilot.auth.api_keys import ApiKeys
from copilot.auth.audit import AuditEvent, AuditKind
from copilot.auth.config import AuthConfig
from copilot.auth.key import Tenant
from copilot.auth.principal import Principal
from copilot.auth.rate_limit import Allowance, RateLimit
from copilot.auth.sign_in import SignIns
from copilot.kernel import clock
from copilot.kernel.db import Database
from copilot.kernel.errors import ConflictError
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.paging import Page


class TenantExistsError(ConflictError):
    """The tenant's name or id is taken."""

    code = "tenant_exists"
    title = "This tenant exists already"


class AuthService(ApiKeys, SignIns, Accounts):
    """Keys (ApiKeys), sessions (SignIns), agents (Accounts), and the tenants they belong to."""

    def __init__(
        self,
        db: Database,
        secret: bytes,
        config: AuthConfig | None = None,
        *,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        super().__init__(db, secret, config, now=now)
        self._requests = RateLimit(self.config.requests_per_minute)

    async def create_tenant(self, name: str, *, tenant: TenantId | None = None) -> TenantId:
        """Add a tenant, with a new id unless ``tenant`` gives one.

        Raises:
            TenantExistsError: The name or the id is taken.
        """
        made = Tenant(id=tenant or TenantId(new_id("ten")), name=name, created_at=self._now())
        async with self._db.write() as session:
            if not await store.add_tenant(session, made):
                raise TenantExistsError(f"There is a tenant {name!r} already.")
            await audit.record(session, made.id, "tenant_created", audit.OPERATOR, name=name)
        return made.id

    async def tenant(self, name_or_id: str) -> Tenant:
        """The tenant of that id or name.

        Raises:
            TenantNotFoundError: There is none.
        """
        async with self._db.read() as session:
            return await store.find_tenant(session, name_or_id)

    async def tenants(self) -> list[Tenant]:
        """Every tenant, oldest first."""
        async with self._db.read() as session:
            return await store.all_tenants(session)

    def take_request(self, principal: Principal) -> Allowance:
        """Count one request of ``principal`` against its limit."""
        return self._requests.take(principal.id)

    async def audit_events(
        self,
        tenant: TenantId,
        *,
        kind: AuditKind | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[AuditEvent]:
        """What happened at ``tenant``, newest first.

        Raises:
            InvalidInputError: The cursor is not one of ours.
        """
        async with self._db.read() as session:
            return await audit.find(session, tenant, kind=kind, limit=limit, cursor=cursor)
