import httpx
import pytest
from sqlalchemy import select, text

from copilot.auth import store
from copilot.auth.principal import ALL_SCOPES, Scope
from copilot.auth.service import AuthService, TenantExistsError
from copilot.auth.store import KeyNotFoundError, TenantNotFoundError
from copilot.auth.tables import ApiKeyRow
from copilot.auth.tokens import new_key
from copilot.kernel.db import Base, Database
from copilot.kernel.errors import InvalidInputError, NotAuthenticatedError
from copilot.kernel.ids import TenantId
from tests.auth.conftest import SECRET, Clock, bearer


async def everything_stored(db: Database) -> str:
    """All rows of all tables as one text."""
    found: list[str] = []
    async with db.read() as session:
        for table in Base.metadata.sorted_tables:
            rows = await session.execute(text(f'SELECT * FROM "{table.name}"'))
            found += [repr(tuple(row)) for row in rows]
    return "\n".join(found)


async def test_only_a_hash_is_stored(auth: AuthService, acme: TenantId, db: Database) -> None:
    made = await auth.create_key(acme, "crm", ["conversations:read"])
    stored = await everything_stored(db)
    assert made.id in stored
    assert made.secret not in stored
    assert made.secret[8:] not in stored


async def test_a_key_stands_for_its_tenant_and_scopes(auth: AuthService, acme: TenantId) -> None:
    made = await auth.create_key(acme, "crm", ["drafts:read", "conversations:read"])
    principal = await auth.principal_for_key(made.secret)
    assert principal.tenant == acme
    assert (principal.kind, principal.id, principal.name) == ("key", made.id, "crm")
    assert principal.scopes == {"drafts:read", "conversations:read"}


async def test_another_secret_makes_every_key_void(
    auth: AuthService, acme: TenantId, db: Database
) -> None:
    made = await auth.create_key(acme, "crm", ["admin"])
    with pytest.raises(NotAuthenticatedError):
        await AuthService(db, SECRET[::-1]).principal_for_key(made.secret)


async def test_a_typo_is_refused_without_the_database(
    auth: AuthService, acme: TenantId, db: Database
) -> None:
    made = await auth.create_key(acme, "crm", ["admin"])
    await db.engine.dispose()
    async with db.write() as session:
        await session.execute(text("DROP TABLE api_keys"))
    with pytest.raises(NotAuthenticatedError, match="typed or cut wrong"):
        await auth.principal_for_key(made.secret[:-1] + ("0" if made.secret[-1] != "0" else "1"))


async def test_unknown_and_revoked_keys_are_refused(auth: AuthService, acme: TenantId) -> None:
    with pytest.raises(NotAuthenticatedError):
        await auth.principal_for_key(new_key())
    made = await auth.create_key(acme, "crm", ["admin"])
    await auth.revoke_key(acme, made.id)
    await auth.revoke_key(acme, made.id)
    with pytest.raises(NotAuthenticatedError):
        await auth.principal_for_key(made.secret)
    assert (await auth.keys(acme)).items[0].revoked_at is not None


async def test_another_tenant_can_neither_see_nor_revoke_a_key(
    auth: AuthService, acme: TenantId, other: TenantId
) -> None:
    made = await auth.create_key(acme, "crm", ["admin"])
    with pytest.raises(KeyNotFoundError):
        await auth.revoke_key(other, made.id)
    assert (await auth.keys(other)).items == []
    await auth.principal_for_key(made.secret)


@pytest.mark.parametrize("scopes", [[], ["admin", "everything"]])
async def test_scopes_must_exist(auth: AuthService, acme: TenantId, scopes: list[Scope]) -> None:
    with pytest.raises(InvalidInputError):
        await auth.create_key(acme, "crm", scopes)


async def test_a_key_needs_a_tenant(auth: AuthService) -> None:
    with pytest.raises(TenantNotFoundError):
        await auth.create_key(TenantId("ten_nobody"), "crm", ["admin"])


async def test_tenants_are_found_by_name_and_id_and_are_unique(
    auth: AuthService, acme: TenantId
) -> None:
    assert (await auth.tenant("Acme")).id == (await auth.tenant(acme)).id == acme
    assert [one.name for one in await auth.tenants()] == ["Acme"]
    with pytest.raises(TenantExistsError):
        await auth.create_tenant("Acme")
    with pytest.raises(TenantNotFoundError):
        await auth.tenant("nobody\x00")


async def test_use_is_noted_at_most_once_a_minute(
    auth: AuthService, acme: TenantId, db: Database, clock: Clock
) -> None:
    made = await auth.create_key(acme, "crm", ["admin"])
    assert (await auth.keys(acme)).items[0].last_used_at is None

    async def use() -> object:
        await auth.principal_for_key(made.secret)
        await auth.close()
        async with db.read() as session:
            return await session.scalar(select(ApiKeyRow.last_used_at))

    first = clock.time
    assert await use() == first
    clock.forward(seconds=59)
    assert await use() == first
    clock.forward(seconds=2)
    assert await use() == clock.time


async def test_two_processes_note_one_use(
    auth: AuthService, acme: TenantId, db: Database, clock: Clock
) -> None:
    made = await auth.create_key(acme, "crm", ["admin"])
    second = AuthService(db, SECRET, now=clock)
    first = clock.time
    for service in (auth, second):
        await service.principal_for_key(made.secret)
        await service.close()
        clock.forward(seconds=30)
    async with db.read() as session:
        assert await session.scalar(select(ApiKeyRow.last_used_at)) == first


async def test_a_failed_note_does_not_fail_the_request(
    auth: AuthService, acme: TenantId, db: Database
) -> None:
    made = await auth.create_key(acme, "crm", ["admin"])
    principal = await auth.principal_for_key(made.secret)
    async with db.write() as session:
        await session.execute(text("ALTER TABLE api_keys RENAME COLUMN last_used_at TO gone"))
    await auth.close()
    assert principal.tenant == acme


async def test_keys_are_paged_newest_first(auth: AuthService, acme: TenantId, clock: Clock) -> None:
    made = []
    for number in range(5):
        clock.forward(seconds=1)
        made.append((await auth.create_key(acme, f"k{number}", ["admin"])).id)
    seen: list[str] = []
    cursor = None
    while True:
        page = await auth.keys(acme, limit=2, cursor=cursor)
        seen += [key.id for key in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == made[::-1]


async def test_scopes_open_their_own_door_only(
    auth: AuthService, acme: TenantId, client: httpx.AsyncClient
) -> None:
    for held in ALL_SCOPES:
        await check_doors(auth, acme, client, held)


async def check_doors(
    auth: AuthService, acme: TenantId, client: httpx.AsyncClient, held: Scope
) -> None:
    key = (await auth.create_key(acme, "one", [held])).secret
    doors = {
        ("GET", "/v1/notes"): "conversations:read",
        ("POST", "/v1/notes"): "conversations:write",
        ("GET", "/v1/keys"): "admin",
        ("GET", "/v1/audit"): "admin",
        ("DELETE", "/v1/keys/key_x"): "admin",
    }
    for (method, path), needed in doors.items():
        answer = await client.request(method, path, headers=bearer(key))
        if held in (needed, "admin"):
            assert answer.status_code in (200, 404), (method, path, answer.text)
        else:
            assert answer.status_code == 403, (method, path)
            assert answer.json()["code"] == "forbidden"
            assert needed in answer.json()["detail"]
    assert (await client.get("/v1/me", headers=bearer(key))).json()["scopes"] == [held]


async def test_no_valid_key_is_401(client: httpx.AsyncClient) -> None:
    given = [b"", b"Bearer", b"Bearer ", b"Bearer cpk_short", b"Basic YTpi", b"Bearer \xff\xfe"]
    for headers in [{}, *({b"Authorization": one} for one in given)]:
        answer = await client.get("/v1/notes", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["code"] == "not_authenticated"


async def test_an_unknown_key_is_401(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/notes", headers=bearer(new_key()))).status_code == 401


async def test_keys_over_http(auth: AuthService, acme: TenantId, client: httpx.AsyncClient) -> None:
    admin = bearer((await auth.create_key(acme, "admin", ["admin"])).secret)
    made = await client.post(
        "/v1/keys", json={"name": "crm", "scopes": ["calls:read"]}, headers=admin
    )
    assert made.status_code == 201
    assert made.json()["tenant"] == acme
    mine = bearer(made.json()["key"])
    me = (await client.get("/v1/me", headers=mine)).json()
    assert me["tenant"]["name"] == "Acme"
    assert me["kind"] == "key"
    assert me["agent"] is None
    listed = (await client.get("/v1/keys", headers=admin)).json()["items"]
    assert {key["name"] for key in listed} == {"admin", "crm"}
    assert all("key" not in key and "hash" not in key for key in listed)
    gone = await client.delete(f"/v1/keys/{made.json()['id']}", headers=admin)
    assert gone.status_code == 204
    assert (await client.get("/v1/me", headers=mine)).status_code == 401
    assert (await client.delete("/v1/keys/none%00", headers=admin)).json()[
        "code"
    ] == "key_not_found"


async def test_bad_key_requests_are_422(
    auth: AuthService, acme: TenantId, client: httpx.AsyncClient
) -> None:
    admin = bearer((await auth.create_key(acme, "admin", ["admin"])).secret)
    bodies: list[dict[str, object]] = [
        {"name": "", "scopes": ["admin"]},
        {"name": "\x00", "scopes": ["admin"]},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["everything"]},
        {"name": "x", "scopes": ["admin"], "more": 1},
    ]
    for body in bodies:
        answer = await client.post("/v1/keys", json=body, headers=admin)
        assert answer.status_code == 422, answer.text


async def test_an_odd_name_is_stored(
    auth: AuthService, acme: TenantId, client: httpx.AsyncClient
) -> None:
    admin = bearer((await auth.create_key(acme, "admin", ["admin"])).secret)
    answer = await client.post(
        "/v1/keys",
        content=b'{"name": "a\\u0000\\ud800 \\ud83d\\ude00\\n[fake] line", "scopes": ["admin"]}',
        headers={**admin, "Content-Type": "application/json"},
    )
    assert answer.status_code == 201, answer.text
    assert (await client.get("/v1/audit", headers=admin)).status_code == 200


async def test_store_functions_keep_tenants_apart(
    auth: AuthService, acme: TenantId, other: TenantId, db: Database, clock: Clock
) -> None:
    await auth.create_key(acme, "a", ["admin"])
    async with db.read() as session:
        assert len((await store.keys_of(session, acme)).items) == 1
        assert (await store.keys_of(session, other)).items == []
