"""``copilot agents``: the accounts of the people who use the console."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.markup import escape
from rich.table import Column, Table

from copilot.auth.agent import Role
from copilot.auth.people_store import Account, AgentExistsError, AgentNotFoundError
from copilot.auth.service import AuthService
from copilot.auth.sign_in import email_address
from copilot.cli.addresses import sign_in_address
from copilot.cli.console import err, load_settings, out, print_json, told_errors
from copilot.cli.tenants import (
    NewTenantOption,
    TenantOption,
    must_be_names,
    tenant_named,
    tenant_or_new,
)
from copilot.kernel.errors import InvalidInputError
from copilot.settings import Settings

app = typer.Typer(
    help="Accounts of the people who use the console. They sign in by a one-time link, or by a "
    "password once they have one.",
    no_args_is_help=True,
)

_Email = Annotated[str, typer.Argument(help="What the agent signs in with.")]
_Data = Annotated[Path | None, typer.Option(help="Data folder.")]
_AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
_Owner = Annotated[
    str | None, typer.Option("--tenant", help="Its name or id; refuses another tenant's agent.")
]
_MOST_BYTES = 10_000


class _Link(NamedTuple):
    account: Account
    address: str
    minutes: float


@app.command("create")
def create(
    tenant: NewTenantOption,
    email: Annotated[str, typer.Option(help="What they sign in with; no other agent's.")],
    name: Annotated[str, typer.Option(help="What people know them by.")],
    role: Annotated[
        Role, typer.Option(help="An admin may also make keys and read the audit log.")
    ] = "agent",
    data: _Data = None,
    as_json: _AsJson = False,
) -> None:
    """Make an agent's account and print a one-time sign-in link for it.

    The link leads to COPILOT_SERVER__PUBLIC_URL, or else to the host and port of the settings.
    'agents link' prints another one, 'agents password' sets a password.
    """
    must_be_names(tenant=tenant, name=name)
    try:
        address = email_address(email)
    except InvalidInputError as error:
        raise typer.BadParameter(error.detail) from error
    with told_errors():
        made = asyncio.run(_create(data, tenant, address, name, role))
    _show_link(made, as_json)


@app.command("link")
def link(
    email: _Email, tenant: _Owner = None, data: _Data = None, as_json: _AsJson = False
) -> None:
    """Print a new one-time sign-in link. Earlier ones stay as they are."""
    with told_errors():
        made = asyncio.run(_link(data, tenant, email))
    _show_link(made, as_json)


@app.command("list")
def list_agents(tenant: TenantOption = None, data: _Data = None, as_json: _AsJson = False) -> None:
    """Show a tenant's agents, oldest first."""
    with told_errors():
        found = asyncio.run(_list(data, tenant))
    if as_json:
        print_json({"items": [{**_plain(one), "access": access} for one, access in found]})
        return
    table = Table(Column("email", overflow="fold"), "name", "role", "signs in by", "since")
    for one, access in found:
        ways = "password or link" if one.password_hash else "link"
        if access == "shut":
            ways = "nothing: shut, or to be invited"
        since = f"{one.agent.created_at:%Y-%m-%d}"
        table.add_row(escape(one.agent.email), escape(one.agent.name), one.agent.role, ways, since)
    out.print(table)


@app.command("password")
def password(email: _Email, tenant: _Owner = None, data: _Data = None) -> None:
    """Set an agent's password and end their sessions.

    It is asked for twice and not shown. When standard input is no terminal, its first line is the
    password. 12 to 1,024 characters.
    """
    with told_errors():
        found = asyncio.run(_find(data, tenant, email))
        # Asked for with nothing open: Ctrl-C has to end the question at once.
        chosen = _ask_for_password()
        asyncio.run(_set_password(data, found, chosen))
    out.print(f"{found.agent.email} can sign in with the new password.", markup=False)


@app.command("disable")
def disable(email: _Email, tenant: _Owner = None, data: _Data = None) -> None:
    """Shut an agent out: ends their sessions, takes their password and unused links away.

    What they wrote stays, and so do API keys they made: see 'keys list'. 'agents link' or 'agents
    password' lets them in again.
    """
    with told_errors():
        found = asyncio.run(_disable(data, tenant, email))
    out.print(f"{found.agent.email} is signed out and cannot sign in.", markup=False)


def _show_link(made: _Link, as_json: bool) -> None:
    if as_json:
        print_json({**_plain(made.account), "link": made.address, "link_minutes": made.minutes})
        return
    out.print(made.address, markup=False, highlight=False, soft_wrap=True)
    agent = made.account.agent
    err.print(
        f"The link signs {agent.name} ({agent.email}) in once, within {made.minutes:g} minutes.",
        markup=False,
    )


def _plain(account: Account) -> dict[str, object]:
    shown = account.agent.model_dump(mode="json")
    return {**shown, "tenant": account.tenant, "has_password": account.password_hash is not None}


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


def _ask_for_password() -> str:
    if _at_a_terminal():
        asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return asked
    line = sys.stdin.buffer.readline(_MOST_BYTES)
    try:
        return line.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InvalidInputError("The password on standard input is not text in UTF-8.") from error


@asynccontextmanager
async def _opened(data: Path | None) -> AsyncIterator[tuple[Settings, AuthService]]:
    from copilot.wiring import open_core

    settings = load_settings(**({"data_dir": data} if data else {}))
    async with open_core(settings) as core:
        yield settings, core.auth


async def _account(auth: AuthService, tenant: str | None, email: str) -> Account:
    found = await auth.account(email)
    if tenant is not None and (await tenant_named(auth, tenant)).id != found.tenant:
        raise AgentNotFoundError("This tenant has no agent with this email address.")
    return found


async def _new_link(settings: Settings, auth: AuthService, account: Account) -> _Link:
    token = await auth.create_link(account.agent.id)
    return _Link(account, sign_in_address(settings, token), auth.config.link_minutes)


async def _create(data: Path | None, tenant: str, email: str, name: str, role: Role) -> _Link:
    async with _opened(data) as (settings, auth):
        try:
            await auth.account(email)
        except AgentNotFoundError:
            owner = await tenant_or_new(auth, tenant)
            agent = await auth.create_agent(owner.id, email, name.strip(), role)
            return await _new_link(settings, auth, Account(owner.id, agent, None))
        raise AgentExistsError(
            f"There is an agent {email} already: 'copilot agents link {email}' prints a new "
            "sign-in link."
        )


async def _link(data: Path | None, tenant: str | None, email: str) -> _Link:
    async with _opened(data) as (settings, auth):
        return await _new_link(settings, auth, await _account(auth, tenant, email))


async def _list(data: Path | None, tenant: str | None) -> list[tuple[Account, str]]:
    async with _opened(data) as (_, auth):
        owner = (await tenant_named(auth, tenant)).id
        found = await auth.agents(owner)
        return [(one, (await auth.person(owner, one.agent.id)).access) for one in found]


async def _find(data: Path | None, tenant: str | None, email: str) -> Account:
    async with _opened(data) as (_, auth):
        return await _account(auth, tenant, email)


async def _set_password(data: Path | None, account: Account, chosen: str) -> None:
    async with _opened(data) as (_, auth):
        await auth.set_password(account.agent.id, chosen)


async def _disable(data: Path | None, tenant: str | None, email: str) -> Account:
    async with _opened(data) as (_, auth):
        found = await _account(auth, tenant, email)
        await auth.disable_agent(found.agent.id)
        return found
