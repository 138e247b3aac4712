import httpx
import pytest
from sqlalchemy import text

from copilot.auth import audit
from copilot.auth.audit import OPERATOR, Actor
from copilot.auth.service import AuthService
from copilot.auth.sign_in import SignInFailedError
from copilot.auth.tokens import new_key
from copilot.kernel.db import Database
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.ids import TenantId
from tests.auth.conftest import bearer

PASSWORD = "correct horse battery"


async def kinds(auth: AuthService, tenant: TenantId) -> list[str]:
    return [event.kind for event in (await auth.audit_events(tenant, limit=100)).items]


async def test_everything_around_keys_and_sign_ins_is_recorded(
    auth: AuthService, acme: TenantId, other: TenantId
) -> None:
    made = await auth.create_key(acme, "crm", ["admin"])
    by = await auth.principal_for_key(made.secret)
    agent = await auth.create_agent(acme, "a@acme.example", "Aino", "agent", PASSWORD, by=by)
    with pytest.raises(SignInFailedError):
        await auth.sign_in("a@acme.example", "wrong", "203.0.113.9")
    token = await auth.sign_in("a@acme.example", PASSWORD, "203.0.113.9")
    await auth.sign_out(token)
    await auth.redeem_link(await auth.create_link(agent.id))
    await auth.revoke_key(acme, made.id, by=by)
    await auth.revoke_key(acme, made.id, by=by)
    expected = {
        "tenant_created",
        "key_created",
        "agent_created",
        "sign_in_failed",
        "signed_in",
        "signed_out",
        "link_created",
        "link_used",
        "key_revoked",
    }
    found = await kinds(auth, acme)
    assert set(found) == expected
    assert len(found) == len(expected)
    assert await kinds(auth, other) == ["tenant_created"]
    events = {event.kind: event for event in (await auth.audit_events(acme)).items}
    assert events["agent_created"].actor_id == made.id
    assert events["agent_created"].subject_id == agent.id
    assert events["key_created"].actor_kind == "operator"
    assert events["sign_in_failed"].detail == {"address": "203.0.113.9"}


async def test_who_is_refused_again_and_again_leaves_one_event(
    auth: AuthService, acme: TenantId
) -> None:
    await auth.create_agent(acme, "a@acme.example", "Aino", "agent", PASSWORD)
    for _ in range(14):
        with pytest.raises(Exception, match=r"wrong|Too many"):
            await auth.sign_in("a@acme.example", "wrong", None)
    found = await kinds(auth, acme)
    assert found.count("sign_in_failed") == 10
    assert found.count("sign_in_limited") == 1


async def test_events_hold_no_secret_and_no_control_characters(
    auth: AuthService, acme: TenantId, db: Database
) -> None:
    key = new_key()
    async with db.write() as session:
        await audit.record(
            session,
            acme,
            "signed_in",
            Actor("agent", "agt_x", f"A\n{key}\x1b[31m\x00\ud800"),
            note=f"Bearer {key}\r\nfake: line " + "x" * 1000,
        )
    event = (await auth.audit_events(acme)).items[0]
    assert event.actor_name == "A cpk_… [31m  "
    assert key[4:] not in str(event)
    assert event.detail["note"].isprintable()
    assert len(event.detail["note"]) == 300


async def test_a_failing_audit_does_not_fail_the_deed(
    auth: AuthService, acme: TenantId, db: Database
) -> None:
    async with db.write() as session:
        await session.execute(text("DROP TABLE audit_events"))
    made = await auth.create_key(acme, "crm", ["admin"])
    assert (await auth.principal_for_key(made.secret)).tenant == acme
    await audit.note(db, acme, "signed_out", OPERATOR)


async def test_an_undone_deed_leaves_no_event(
    auth: AuthService, acme: TenantId, db: Database
) -> None:
    before = await kinds(auth, acme)

    async def undone() -> None:
        async with db.write() as session:
            await audit.record(session, acme, "key_created", OPERATOR)
            raise LookupError

    with pytest.raises(LookupError):
        await undone()
    assert await kinds(auth, acme) == before


async def test_the_audit_log_over_http(
    auth: AuthService, acme: TenantId, client: httpx.AsyncClient
) -> None:
    admin = bearer((await auth.create_key(acme, "admin", ["admin"])).secret)
    seen: list[str] = []
    cursor = None
    for _ in range(10):
        params = {"limit": 1, **({"cursor": cursor} if cursor else {})}
        page = (await client.get("/v1/audit", params=params, headers=admin)).json()
        seen += [event["kind"] for event in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["key_created", "tenant_created"]
    only = await client.get("/v1/audit?kind=key_created", headers=admin)
    assert len(only.json()["items"]) == 1
    assert (await client.get("/v1/audit?kind=nothing", headers=admin)).status_code == 422
    assert (await client.get("/v1/audit?cursor=!!!", headers=admin)).status_code == 422


async def test_a_bad_cursor_is_refused(auth: AuthService, acme: TenantId) -> None:
    with pytest.raises(InvalidInputError):
        await auth.audit_events(acme, cursor="nonsense")
