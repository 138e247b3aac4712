"""SQL of tenants and API keys."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, or_, select, update

from copilot.auth.key import ApiKey, Tenant
from copilot.auth.principal import Principal, Scope
from copilot.auth.tables import ApiKeyRow, TenantRow
from copilot.kernel.db import ReadConnection, ReadSession, WriteSession
from copilot.kernel.errors import NotFoundError
from copilot.kernel.ids import TenantId
from copilot.kernel.paging import Page
from copilot.kernel.text import storable
from copilot.kernel.time_paging import latest_first, write_place
from copilot.kernel.upsert import insert_if_new

_KEYS = ApiKeyRow.metadata.tables[ApiKeyRow.__tablename__]
# Every request of a program asks this: as a table, which takes half the processor time of a class.
_KEY_BY_HASH = select(_KEYS.c.id, _KEYS.c.tenant_id, _KEYS.c.name, _KEYS.c.scopes).where(
    _KEYS.c.hash == bindparam("wanted"), _KEYS.c.revoked_at.is_(None)
)


class TenantNotFoundError(NotFoundError):
    """There is no tenant of that id or name."""

    code = "tenant_not_found"
    title = "No such tenant"


class KeyNotFoundError(NotFoundError):
    """This tenant has no key of that id."""

    code = "key_not_found"
    title = "No such API key"


async def add_tenant(session: WriteSession, tenant: Tenant) -> bool:
    """Add ``tenant``; False when its id or name is taken."""
    return await insert_if_new(session, TenantRow, tenant.model_dump())


async def find_tenant(session: ReadSession, name_or_id: str) -> Tenant:
    """The tenant of that id or name.

    Raises:
        TenantNotFoundError: There is none.
    """
    wanted = storable(name_or_id)
    # An id wins over a tenant that someone named like an id.
    row = await session.get(TenantRow, wanted) or await session.scalar(
        select(TenantRow).where(TenantRow.name == wanted)
    )
    if row is None:
        raise TenantNotFoundError(f"There is no tenant {name_or_id!r}.")
    return Tenant.model_validate(row, from_attributes=True)


async def all_tenants(session: ReadSession) -> list[Tenant]:
    """Every tenant, oldest first."""
    rows = await session.scalars(select(TenantRow).order_by(TenantRow.created_at, TenantRow.id))
    return [Tenant.model_validate(row, from_attributes=True) for row in rows]


async def add_key(
    session: WriteSession,
    tenant: TenantId,
    *,
    key_id: str,
    name: str,
    hint: str,
    key_hash: str,
    scopes: Sequence[Scope],
    at: datetime,
) -> None:
    """Add an API key, known by its hash.

    Raises:
        TenantNotFoundError: The tenant does not exist.
    """
    await find_tenant(session, tenant)
    session.add(
        ApiKeyRow(
            id=key_id,
            tenant_id=tenant,
            name=name,
            hint=hint,
            hash=key_hash,
            scopes=list(scopes),
            created_at=at,
        )
    )
    await session.flush()


async def key_principal(connection: ReadConnection, key_hash: str) -> Principal | None:
    """Whom the key with this hash stands for; None when there is none or it was revoked."""
    row = (await connection.execute(_KEY_BY_HASH, {"wanted": key_hash})).first()
    if row is None:
        return None
    scopes = cast("list[Scope]", row.scopes)
    return Principal(TenantId(row.tenant_id), "key", row.id, row.name, frozenset(scopes))


async def keys_of(
    session: ReadSession, tenant: TenantId, *, limit: int = 50, cursor: str | None = None
) -> Page[ApiKey]:
    """The keys of ``tenant``, revoked ones included, newest first.

    Raises:
        InvalidInputError: The cursor is not one of ours.
    """
    query = select(ApiKeyRow).where(ApiKeyRow.tenant_id == tenant)
    query = latest_first(query, ApiKeyRow.created_at, ApiKeyRow.id, limit=limit, cursor=cursor)
    rows = list(await session.scalars(query))
    keys = [ApiKey.model_validate(row, from_attributes=True) for row in rows[:limit]]
    more = len(rows) > limit
    return Page(
        items=keys, next_cursor=write_place(keys[-1].created_at, keys[-1].id) if more else None
    )


async def revoke_key(session: WriteSession, tenant: TenantId, key_id: str, at: datetime) -> bool:
    """Revoke a key; False when it was revoked already.

    Raises:
        KeyNotFoundError: The tenant has no such key.
    """
    mine = (ApiKeyRow.tenant_id == tenant, ApiKeyRow.id == storable(key_id))
    if await session.scalar(select(ApiKeyRow.id).where(*mine)) is None:
        raise KeyNotFoundError("There is no such key: list the keys to see their ids.")
    statement = update(ApiKeyRow).where(*mine, ApiKeyRow.revoked_at.is_(None)).values(revoked_at=at)
    result = cast("CursorResult[Any]", await session.execute(statement))
    return result.rowcount == 1


async def touch_key(
    session: WriteSession, tenant: TenantId, key_id: str, at: datetime, *, at_most_every: timedelta
) -> None:
    """Note that a key was used, unless that was noted within ``at_most_every``."""
    await session.execute(
        update(ApiKeyRow)
        .where(
            ApiKeyRow.tenant_id == tenant,
            ApiKeyRow.id == key_id,
            or_(ApiKeyRow.last_used_at.is_(None), ApiKeyRow.last_used_at <= at - at_most_every),
        )
        .values(last_used_at=at)
    )
