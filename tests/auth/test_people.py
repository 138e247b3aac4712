"""A tenant's people: who may come in, roles, and that somebody can always administrate."""

import asyncio

import pytest

from copilot.auth.agent import Agent
from copilot.auth.audit import actor_of
from copilot.auth.people import LastAdministratorError, Person, PersonChange
from copilot.auth.people_store import AgentNotFoundError
from copilot.auth.principal import Principal
from copilot.auth.service import AuthService
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.ids import TenantId
from tests.auth.conftest import Clock

BOSS = Principal(TenantId("x"), "agent", "agt_boss", "Boss", frozenset({"admin"}))


async def add(auth: AuthService, tenant: TenantId, name: str, role: str = "agent") -> Agent:
    return await auth.create_agent(tenant, f"{name}@desk.example", name, role)  # type: ignore[arg-type]


async def come_in(auth: AuthService, agent: Agent) -> str:
    return await auth.redeem_link(await auth.create_link(agent.id))


async def test_who_may_come_in(auth: AuthService, acme: TenantId, clock: Clock) -> None:
    ann = await add(auth, acme, "ann")
    assert (await auth.person(acme, ann.id)).access == "shut"
    await auth.create_link(ann.id)
    assert (await auth.person(acme, ann.id)).access == "invited"
    token = await come_in(auth, ann)
    signed_in = await auth.person(acme, ann.id)
    assert (signed_in.access, signed_in.signed_in_at) == ("open", clock.time)
    await auth.sign_out(token)
    clock.forward(hours=1)
    assert (await auth.person(acme, ann.id)).access == "shut"
    await auth.set_password(ann.id, "a password of some length")
    assert (await auth.person(acme, ann.id)).access == "open"
    await auth.shut_out(acme, ann.id, by=BOSS)
    assert await auth.person(acme, ann.id) == Person(**ann.model_dump(), access="shut")


async def test_the_list_has_pages(auth: AuthService, acme: TenantId, other: TenantId) -> None:
    made = [await add(auth, acme, f"p{number}") for number in range(5)]
    await add(auth, other, "stranger")
    first = await auth.people(acme, limit=3)
    rest = await auth.people(acme, limit=3, cursor=first.next_cursor)
    assert {one.id for one in [*first.items, *rest.items]} == {one.id for one in made}
    assert (len(first.items), len(rest.items), rest.next_cursor) == (3, 2, None)
    with pytest.raises(InvalidInputError):
        await auth.people(acme, cursor="nonsense")


async def test_a_role_counts_at_once(auth: AuthService, acme: TenantId) -> None:
    ann = await add(auth, acme, "ann")
    token = await come_in(auth, ann)
    changed = await auth.change_person(acme, ann.id, PersonChange(role="admin"), by=BOSS)
    assert changed.role == "admin"
    session = await auth.session(token)
    assert session is not None
    assert session.principal.may("admin")
    told = (await auth.audit_events(acme, kind="agent_changed")).items[0]
    assert (told.subject_id, told.detail, told.actor_id) == (
        ann.id,
        {"role": "admin"},
        actor_of(BOSS).id,
    )


async def test_the_last_administrator_stays(auth: AuthService, acme: TenantId) -> None:
    ann, ben = await add(auth, acme, "ann", "admin"), await add(auth, acme, "ben", "admin")
    await come_in(auth, ann)
    for change in (
        auth.change_person(acme, ann.id, PersonChange(role="agent"), by=BOSS),
        auth.shut_out(acme, ann.id, by=BOSS),
    ):
        with pytest.raises(LastAdministratorError):
            await change
    # Ben's account alone is no way in; a link is.
    await auth.create_link(ben.id)
    await auth.shut_out(acme, ann.id, by=BOSS)
    with pytest.raises(LastAdministratorError):
        await auth.shut_out(acme, ben.id, by=BOSS)
    await auth.change_person(acme, ben.id, PersonChange(name="Benjamin"), by=BOSS)


async def test_two_administrators_who_shut_each_other_out(
    auth: AuthService, acme: TenantId
) -> None:
    both = [await add(auth, acme, name, "admin") for name in ("ann", "ben")]
    for one in both:
        await come_in(auth, one)
    done = await asyncio.gather(
        *(auth.shut_out(acme, one.id, by=BOSS) for one in both), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["LastAdministratorError", "NoneType"]


async def test_another_teams_people_are_not_there(
    auth: AuthService, acme: TenantId, other: TenantId
) -> None:
    ann = await add(auth, acme, "ann")
    for attempt in (
        auth.person(other, ann.id),
        auth.change_person(other, ann.id, PersonChange(name="x"), by=BOSS),
        auth.shut_out(other, ann.id, by=BOSS),
    ):
        with pytest.raises(AgentNotFoundError):
            await attempt


def test_a_change_changes_something() -> None:
    with pytest.raises(ValueError):
        PersonChange()
