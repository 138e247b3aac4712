"""Who is calling: the one door to tenants, keys, agents, sessions and their audit events."""

from collections.abc import Callable
from datetime import datetime

from copilot.auth import audit, store
from copilot.auth.api_keys import ApiKeys
from copilot.auth.audit import AuditEvent, AuditKind
from copilot.auth.config import AuthConfig
from copilot.auth.key import Tenant
from copilot.auth.panel import PanelAccess
from copilot.auth.people import People
from copilot.auth.principal import Principal
from copilot.auth.rate_limit import Allowance, RateLimit
from copilot.auth.sign_in import SignIns
from copilot.kernel import clock
from copilot.kernel.db import Database
from copilot.kernel.errors import ConflictError, RateLimitedError
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.paging import Page

_CHECKS_PER_MINUTE = 12
_PUBLIC_PER_MINUTE = 600
"""Of one address, behind which a whole office may sit: a waiting panel asks once a second."""


class TenantExistsError(ConflictError):
    """The tenant's name or id is taken."""

    code = "tenant_exists"
    title = "This tenant exists already"


class AuthService(ApiKeys, SignIns, People, PanelAccess):
    """Keys (ApiKeys), sessions (SignIns), agents (People), panels, and their tenants."""

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
        self._checks = RateLimit(_CHECKS_PER_MINUTE)
        self._public = RateLimit(_PUBLIC_PER_MINUTE)

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

    def take_public_request(self, address: str | None) -> None:
        """Count one request of somebody whom no credential names, by where it comes from.

        Raises:
            RateLimitedError: Too many from that address in a minute.
        """
        left = self._public.take(address or "")
        if not left.allowed:
            raise RateLimitedError(
                "Too many requests from this address: slow down.",
                retry_after_s=left.retry_after_s,
                headers=left.headers(),
            )

    def take_check(self, principal: Principal) -> None:
        """Count one try of an engine, which may cost money or a core for seconds.

        Raises:
            RateLimitedError: Too many by this caller in a minute.
        """
        left = self._checks.take(principal.id)
        if not left.allowed:
            raise RateLimitedError(
                f"An engine is tried at most {_CHECKS_PER_MINUTE} times a minute.",
                retry_after_s=left.retry_after_s,
            )

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
