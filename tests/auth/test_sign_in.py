import asyncio
from datetime import timedelta
from unicodedata import normalize

import pytest
from sqlalchemy import func, select, text

from copilot.auth.config import AuthConfig
from copilot.auth.passwords import WeakPasswordError
from copilot.auth.people_store import AgentExistsError, AgentNotFoundError
from copilot.auth.service import AuthService
from copilot.auth.sign_in import SignInFailedError
from copilot.auth.store import TenantNotFoundError
from copilot.auth.tables import SessionRow, SignInAttemptsRow
from copilot.kernel.db import Database
from copilot.kernel.errors import InvalidInputError, RateLimitedError
from copilot.kernel.ids import TenantId
from tests.auth.conftest import SECRET, Clock
from tests.auth.test_keys import everything_stored

PASSWORD = "correct horse battery"
IP = "203.0.113.9"


@pytest.fixture
def config() -> AuthConfig:
    return AuthConfig(sign_ins_per_email=3, sign_ins_per_address=5)


async def add(auth: AuthService, tenant: TenantId, email: str = "Aino@acme.example") -> str:
    return (await auth.create_agent(tenant, email, "Aino", "agent", PASSWORD, locale="fi")).id


async def test_a_session_stands_for_the_agent_until_it_expires(
    auth: AuthService, acme: TenantId, clock: Clock
) -> None:
    agent_id = await add(auth, acme)
    token = await auth.sign_in("  AINO@acme.EXAMPLE ", PASSWORD, IP)
    session = await auth.session(token)
    assert session is not None
    assert session.tenant == acme
    assert session.agent.id == agent_id
    assert session.agent.email == "aino@acme.example"
    assert session.agent.locale == "fi"
    assert session.expires_at == clock.time + timedelta(hours=12)
    assert "conversations:write" in session.principal.scopes
    assert "admin" not in session.principal.scopes
    clock.forward(hours=11, minutes=59)
    assert await auth.session(token) is not None
    clock.forward(minutes=1)
    assert await auth.session(token) is None


async def test_an_admin_has_the_admin_scope(auth: AuthService, acme: TenantId) -> None:
    await auth.create_agent(acme, "boss@acme.example", "Boss", "admin", PASSWORD)
    session = await auth.session(await auth.sign_in("boss@acme.example", PASSWORD, IP))
    assert session is not None
    assert "admin" in session.principal.scopes


async def test_signing_out_ends_this_session_alone(auth: AuthService, acme: TenantId) -> None:
    await add(auth, acme)
    first = await auth.sign_in("aino@acme.example", PASSWORD, IP)
    second = await auth.sign_in("aino@acme.example", PASSWORD, IP)
    await auth.sign_out(first)
    await auth.sign_out(first)
    await auth.sign_out("nonsense")
    assert await auth.session(first) is None
    assert await auth.session(second) is not None


async def test_expired_sessions_are_dropped(
    auth: AuthService, acme: TenantId, db: Database, clock: Clock
) -> None:
    await add(auth, acme)
    await auth.sign_in("aino@acme.example", PASSWORD, IP)
    clock.forward(hours=13)
    await auth.sign_in("aino@acme.example", PASSWORD, IP)
    async with db.read() as session:
        assert await session.scalar(select(func.count()).select_from(SessionRow)) == 1


async def test_made_up_tokens_are_no_session(auth: AuthService) -> None:
    for token in ("", "x", "cps_", "cps_" + "A" * 43, "cps_\x00", "cps_\ud800"):
        assert await auth.session(token) is None


async def test_wrong_sign_ins_are_refused_alike(auth: AuthService, acme: TenantId) -> None:
    await add(auth, acme, "a@acme.example")
    await add(auth, acme, "b@acme.example")
    wrong = [
        ("a@acme.example", "wrong"),
        ("a@acme.example", ""),
        ("b@acme.example", PASSWORD + "\ud800"),
        ("b@acme.example", "x" * 5000),
        ("nobody@acme.example", PASSWORD),
        ("\x00\ud800", PASSWORD),
        ("", ""),
    ]
    for email, password in wrong:
        with pytest.raises(SignInFailedError) as caught:
            await auth.sign_in(email, password, None)
        assert caught.value.detail == "The email address or the password is wrong."


async def test_an_account_without_a_password_has_no_password(
    auth: AuthService, acme: TenantId
) -> None:
    await auth.create_agent(acme, "link@acme.example", "Link", "agent")
    for guess in ("", "a password that nobody has"):
        with pytest.raises(SignInFailedError):
            await auth.sign_in("link@acme.example", guess, IP)


async def test_guessing_one_email_is_limited_from_everywhere(
    auth: AuthService, acme: TenantId, db: Database, clock: Clock
) -> None:
    await add(auth, acme)
    for number in range(3):
        with pytest.raises(SignInFailedError):
            await auth.sign_in("aino@acme.example", "wrong", f"198.51.100.{number}")
    clock.forward(minutes=5)
    # Another process sees the same count, and the right password does not help any more.
    for service in (auth, AuthService(db, SECRET, auth.config, now=clock)):
        with pytest.raises(RateLimitedError) as caught:
            await service.sign_in("AINO@acme.example", PASSWORD, "192.0.2.1")
        assert caught.value.retry_after_s == 600
    clock.forward(minutes=10)
    await auth.sign_in("aino@acme.example", PASSWORD, IP)


async def test_guessing_from_one_address_is_limited_over_all_emails(
    auth: AuthService, acme: TenantId
) -> None:
    await add(auth, acme)
    for number in range(5):
        with pytest.raises(SignInFailedError):
            await auth.sign_in(f"nobody{number}@acme.example", "wrong", f"2001:db8::{number}")
    with pytest.raises(RateLimitedError):
        await auth.sign_in("aino@acme.example", PASSWORD, "2001:db8::99")
    await auth.sign_in("aino@acme.example", PASSWORD, IP)


async def test_a_whole_team_may_sign_in_from_one_office(auth: AuthService, acme: TenantId) -> None:
    for number in range(8):
        await add(auth, acme, f"agent{number}@acme.example")
        await auth.sign_in(f"agent{number}@acme.example", PASSWORD, IP)


async def test_a_right_sign_in_starts_the_count_of_its_email_over(
    auth: AuthService, acme: TenantId
) -> None:
    await add(auth, acme)
    for _ in range(2):
        for _ in range(2):
            with pytest.raises(SignInFailedError):
                await auth.sign_in("aino@acme.example", "wrong", None)
        await auth.sign_in("aino@acme.example", PASSWORD, None)


async def test_many_at_once_do_not_slip_through(auth: AuthService, acme: TenantId) -> None:
    await add(auth, acme)
    tries = [auth.sign_in("aino@acme.example", "wrong", None) for _ in range(8)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, SignInFailedError) for one in outcomes) == 3
    assert sum(isinstance(one, RateLimitedError) for one in outcomes) == 5


async def test_closed_windows_are_dropped(
    auth: AuthService, acme: TenantId, db: Database, clock: Clock
) -> None:
    for number in range(3):
        with pytest.raises(SignInFailedError):
            await auth.sign_in(f"nobody{number}@acme.example", "wrong", None)
        clock.forward(minutes=16)
    async with db.read() as session:
        assert await session.scalar(select(func.count()).select_from(SignInAttemptsRow)) == 1


async def test_letters_may_be_written_as_one_character_or_two(
    auth: AuthService, acme: TenantId
) -> None:
    one = [normalize("NFC", text) for text in ("sähkö@acme.example", "sähköpöytä ja tuoli")]
    two = [normalize("NFD", text) for text in one]
    await auth.create_agent(acme, two[0], "S", "agent", one[1])
    for email, password in ((one[0], two[1]), (two[0], one[1])):
        assert await auth.sign_in(email, password, None)


async def test_a_link_signs_in_once(auth: AuthService, acme: TenantId) -> None:
    agent_id = await add(auth, acme)
    link = await auth.create_link(agent_id)
    session = await auth.session(await auth.redeem_link(link))
    assert session is not None
    assert session.agent.id == agent_id
    with pytest.raises(SignInFailedError):
        await auth.redeem_link(link)


async def test_of_two_at_once_one_gets_the_link(auth: AuthService, acme: TenantId) -> None:
    link = await auth.create_link(await add(auth, acme))
    tries = [auth.redeem_link(link) for _ in range(6)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, str) for one in outcomes) == 1
    assert sum(isinstance(one, SignInFailedError) for one in outcomes) == 5


async def test_a_link_expires(auth: AuthService, acme: TenantId, clock: Clock) -> None:
    link = await auth.create_link(await add(auth, acme))
    clock.forward(minutes=15)
    with pytest.raises(SignInFailedError):
        await auth.redeem_link(link)


async def test_made_up_links_are_refused(auth: AuthService) -> None:
    for link in ("", "cpl_x", "\x00", "\ud800"):
        with pytest.raises(SignInFailedError):
            await auth.redeem_link(link)


async def test_a_session_is_no_link_and_a_link_no_session(
    auth: AuthService, acme: TenantId
) -> None:
    agent_id = await add(auth, acme)
    link, token = (
        await auth.create_link(agent_id),
        await auth.sign_in("aino@acme.example", PASSWORD, IP),
    )
    assert await auth.session(link) is None
    with pytest.raises(SignInFailedError):
        await auth.redeem_link(token)


async def test_links_need_an_agent_and_agents_a_tenant(auth: AuthService, acme: TenantId) -> None:
    with pytest.raises(AgentNotFoundError):
        await auth.create_link("agt_nobody")
    with pytest.raises(TenantNotFoundError):
        await add(auth, TenantId("ten_nobody"))


async def test_accounts_are_checked(auth: AuthService, acme: TenantId, other: TenantId) -> None:
    await add(auth, acme)
    with pytest.raises(AgentExistsError):
        await add(auth, other, "AINO@acme.example")
    with pytest.raises(WeakPasswordError):
        await auth.create_agent(acme, "a@acme.example", "A", "agent", "short")
    for email in ("no address", "a@b\x00", "a@b\n", "@" * 400):
        if email != "a@b\n":  # trimmed, so it is one
            with pytest.raises(InvalidInputError):
                await auth.create_agent(acme, email, "A", "agent")


async def test_no_secret_is_stored_anywhere(
    auth: AuthService, acme: TenantId, db: Database
) -> None:
    agent_id = await add(auth, acme)
    link = await auth.create_link(agent_id)
    first = await auth.redeem_link(link)
    second = await auth.sign_in("aino@acme.example", PASSWORD, IP)
    session = await auth.session(first)
    assert session is not None
    stored = await everything_stored(db)
    assert "$argon2id$" in stored
    for secret in (link, first, second, session.csrf_token, PASSWORD):
        assert secret not in stored


async def test_an_old_password_hash_is_renewed(
    auth: AuthService, acme: TenantId, db: Database
) -> None:
    from argon2 import PasswordHasher

    await add(auth, acme)
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    async with db.write() as session:
        await session.execute(text("UPDATE agents SET password_hash = :weak"), {"weak": weak})
    await auth.sign_in("aino@acme.example", PASSWORD, IP)
    async with db.read() as session:
        stored = await session.scalar(text("SELECT password_hash FROM agents"))
    assert stored != weak
    await auth.sign_in("aino@acme.example", PASSWORD, IP)
