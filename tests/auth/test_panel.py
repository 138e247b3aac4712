"""Letting a panel in: sites, the secret and its challenge, and what ends it."""

import hashlib

import pytest

from copilot.auth.agent import Session
from copilot.auth.panel import MOST_ORIGINS, code_of, origin_of, panel_principal
from copilot.auth.panel_store import PanelGrantedError
from copilot.auth.service import AuthService
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.ids import TenantId
from copilot.kernel.masking import mask
from tests.auth.conftest import Clock

SECRET = "5" * 64
CHALLENGE = hashlib.sha256(SECRET.encode()).hexdigest()


async def signed_in(auth: AuthService, acme: TenantId, role: str = "admin") -> tuple[str, Session]:
    agent = await auth.create_agent(acme, f"{role}@desk.example", "Ann", role)  # type: ignore[arg-type]
    token = await auth.redeem_link(await auth.create_link(agent.id))
    session = await auth.session(token)
    assert session is not None
    return token, session


async def test_a_panel_that_was_let_in_acts_for_the_agent(
    auth: AuthService, acme: TenantId
) -> None:
    token, session = await signed_in(auth, acme)
    assert await auth.panel_token(SECRET) is None, "nobody let it in"
    await auth.allow_panel(token, session, CHALLENGE)
    made = await auth.panel_token(SECRET)
    assert made is not None
    assert made.expires_at == session.expires_at
    found = await auth.panel_session(made.token)
    assert found is not None
    assert (found.tenant, found.agent) == (acme, session.agent)
    assert found.csrf_token != session.csrf_token
    assert "admin" in session.principal.scopes
    assert "admin" not in panel_principal(found).scopes
    assert panel_principal(found).may("drafts:write")
    assert not panel_principal(found).may("admin")
    assert await auth.panel_token(SECRET) is None, "a leave is for one token"
    assert await auth.session(made.token) is None, "no session of the console"


async def test_another_secret_gets_nothing(auth: AuthService, acme: TenantId) -> None:
    token, session = await signed_in(auth, acme)
    await auth.allow_panel(token, session, CHALLENGE)
    assert await auth.panel_token("6" * 64) is None
    assert await auth.panel_token(CHALLENGE) is None, "the challenge is no secret"
    assert await auth.panel_session("cpf_nothing") is None


async def test_it_ends_with_the_session(auth: AuthService, acme: TenantId) -> None:
    token, session = await signed_in(auth, acme)
    await auth.allow_panel(token, session, CHALLENGE)
    made = await auth.panel_token(SECRET)
    assert made is not None
    await auth.sign_out(token)
    assert await auth.panel_session(made.token) is None


async def test_a_leave_that_nobody_takes_up_goes(
    auth: AuthService, acme: TenantId, clock: Clock
) -> None:
    token, session = await signed_in(auth, acme)
    await auth.allow_panel(token, session, CHALLENGE)
    clock.forward(minutes=11)
    assert await auth.panel_token(SECRET) is None


async def test_nobody_else_can_end_or_take_a_panel(
    auth: AuthService, acme: TenantId, other: TenantId
) -> None:
    token, session = await signed_in(auth, acme)
    stranger = await auth.create_agent(other, "eve@other.example", "Eve", "admin")
    theirs = await auth.redeem_link(await auth.create_link(stranger.id))
    their_session = await auth.session(theirs)
    assert their_session is not None
    await auth.allow_panel(token, session, CHALLENGE)
    with pytest.raises(PanelGrantedError):
        await auth.allow_panel(theirs, their_session, CHALLENGE)
    await auth.allow_panel(token, session, CHALLENGE)
    made = await auth.panel_token(SECRET)
    assert made is not None
    for who, whose in ((token, session), (theirs, their_session)):
        with pytest.raises(PanelGrantedError):
            await auth.allow_panel(who, whose, CHALLENGE)
    found = await auth.panel_session(made.token)
    assert found is not None
    assert found.tenant == acme


async def test_it_ends_in_time(auth: AuthService, acme: TenantId, clock: Clock) -> None:
    token, session = await signed_in(auth, acme)
    await auth.allow_panel(token, session, CHALLENGE)
    made = await auth.panel_token(SECRET)
    assert made is not None
    clock.forward(hours=auth.config.session_hours, seconds=1)
    assert await auth.panel_session(made.token) is None


@pytest.mark.parametrize("challenge", ["", "x" * 64, CHALLENGE.upper(), CHALLENGE[:-1]])
async def test_what_is_no_challenge(auth: AuthService, acme: TenantId, challenge: str) -> None:
    token, session = await signed_in(auth, acme)
    with pytest.raises(InvalidInputError):
        await auth.allow_panel(token, session, challenge)


async def test_sites_are_replaced_and_told(auth: AuthService, acme: TenantId) -> None:
    assert await auth.panel_origins(acme) == []
    kept = await auth.set_panel_origins(acme, ["https://b.example/", "https://A.example"])
    assert kept == ["https://a.example", "https://b.example"]
    assert await auth.set_panel_origins(acme, ["https://c.example"]) == ["https://c.example"]
    assert await auth.panel_origins(acme) == ["https://c.example"]
    events = await auth.audit_events(acme, kind="panel_origins_set")
    assert events.items[0].detail["origins"] == "https://c.example"
    with pytest.raises(InvalidInputError):
        await auth.set_panel_origins(
            acme, [f"https://{n}.example" for n in range(MOST_ORIGINS + 1)]
        )


async def test_each_team_has_its_own_sites(auth: AuthService, acme: TenantId) -> None:
    other = await auth.create_tenant("Another")
    await auth.set_panel_origins(acme, ["https://a.example"])
    assert await auth.panel_origins(other) == []


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://desk.example", "https://desk.example"),
        (" HTTPS://Desk.Example:8443/ ", "https://desk.example:8443"),
        ("https://*.apps.zdusercontent.com", "https://*.apps.zdusercontent.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
    ],
)
def test_origins(text: str, origin: str) -> None:
    assert origin_of(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "desk.example",
        "http://desk.example",
        "https://*",
        "https://*.com",
        "https://desk.example/path",
        "https://desk.example?x",
        "https://user@desk.example",
        "https://desk.example:99999",
        "https://desk.example; script-src *",
        "https://desk.example https://evil.example",
        "javascript:alert(1)",
        "https://a.*.example",
        "https://[::1",
        "'self'",
        "null",
    ],
)
def test_what_is_no_origin(text: str) -> None:
    with pytest.raises(InvalidInputError):
        origin_of(text)


def test_the_code_is_of_the_challenge() -> None:
    assert code_of("0" * 64) == "BBB-BBB"
    assert code_of(CHALLENGE) != code_of(CHALLENGE[::-1])


def test_a_token_is_kept_out_of_logs() -> None:
    assert "abcdefgh" not in mask("Bearer cpf_abcdefgh12345678")
