"""``copilot keys``: make, list and revoke API keys."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from copilot.auth.key import ApiKey, Tenant
from copilot.auth.principal import ALL_SCOPES, Scope
from copilot.auth.service import AuthService
from copilot.cli.console import err, load_settings, out, print_json, told_errors
from copilot.cli.tenants import (
    NewTenantOption,
    TenantOption,
    must_be_names,
    tenant_named,
    tenant_or_new,
)
from copilot.kernel.clock import as_utc

app = typer.Typer(help="API keys of tenants.", no_args_is_help=True)

_Data = Annotated[Path | None, typer.Option(help="Data folder.")]
_AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def _scopes(given: list[str]) -> list[Scope]:
    wanted = {part for text in given for part in text.replace(",", " ").split()}
    unknown = sorted(wanted.difference(ALL_SCOPES))
    if unknown or not wanted:
        told = f"There is no scope {unknown[0]!r}." if unknown else "Give at least one scope."
        raise typer.BadParameter(f"{told} Choose of: {', '.join(ALL_SCOPES)}.")
    return [scope for scope in ALL_SCOPES if scope in wanted]


@app.command("create")
def create(
    tenant: NewTenantOption,
    scope: Annotated[
        list[str], typer.Option(help="What the key may do; repeat it or separate by commas.")
    ],
    name: Annotated[str, typer.Option(help="What you will know the key by.")] = "command line",
    data: _Data = None,
    as_json: _AsJson = False,
) -> None:
    """Make an API key. It is shown this once."""
    wanted = _scopes(scope)
    must_be_names(tenant=tenant, name=name)
    with told_errors():
        owner, key_id, secret = asyncio.run(_create(data, tenant, name, wanted))
    if as_json:
        print_json(
            {
                "id": key_id,
                "tenant": owner.id,
                "tenant_name": owner.name,
                "name": name,
                "key": secret,
                "scopes": wanted,
            }
        )
        return
    out.print(secret, markup=False, highlight=False, soft_wrap=True)
    err.print(f"Key {key_id} of {owner.name}. Store it now: it is not shown again.", markup=False)


@app.command("list")
def list_keys(tenant: TenantOption = None, data: _Data = None, as_json: _AsJson = False) -> None:
    """Show a tenant's keys without their secrets."""
    with told_errors():
        keys = asyncio.run(_list(data, tenant))
    if as_json:
        print_json({"items": keys})
        return
    # An id that is cut or broken over lines cannot be copied into `keys revoke`.
    table = Table(Column("id", no_wrap=True), "key", "name", "scopes", "last used", "state")
    for key in keys:
        used = f"{as_utc(key.last_used_at):%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never"
        state = "revoked" if key.revoked_at else "in use"
        table.add_row(key.id, f"{key.hint}…", escape(key.name), " ".join(key.scopes), used, state)
    out.print(table)


@app.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(help="The key's id, as 'keys list' shows it.")],
    tenant: TenantOption = None,
    data: _Data = None,
) -> None:
    """Make a key useless from now on."""
    with told_errors():
        asyncio.run(_revoke(data, tenant, key_id))
    out.print(f"{key_id} is revoked.", markup=False)


@app.command("webhook-secret")
def webhook_secret(
    tenant: TenantOption = None, data: _Data = None, as_json: _AsJson = False
) -> None:
    """Show the secret that the receiver of a tenant's webhooks checks their signatures with."""
    with told_errors():
        owner, secret = asyncio.run(_webhook_secret(data, tenant))
    if as_json:
        print_json({"tenant": owner.id, "tenant_name": owner.name, "secret": secret})
        return
    out.print(secret, markup=False, highlight=False, soft_wrap=True)
    err.print(f"The webhook secret of {owner.name}. It can be shown again.", markup=False)


@asynccontextmanager
async def _auth(data: Path | None) -> AsyncIterator[AuthService]:
    from copilot.wiring import open_core

    settings = load_settings(**({"data_dir": data} if data else {}))
    async with open_core(settings) as core:
        yield core.auth


async def _create(
    data: Path | None, tenant: str, name: str, scopes: list[Scope]
) -> tuple[Tenant, str, str]:
    async with _auth(data) as auth:
        owner = await tenant_or_new(auth, tenant)
        made = await auth.create_key(owner.id, name, scopes)
        return owner, made.id, made.secret


async def _list(data: Path | None, tenant: str | None) -> list[ApiKey]:
    async with _auth(data) as auth:
        owner = await tenant_named(auth, tenant)
        page = await auth.keys(owner.id, limit=100)
        keys = list(page.items)
        while page.next_cursor is not None:
            page = await auth.keys(owner.id, limit=100, cursor=page.next_cursor)
            keys += page.items
        return keys


async def _revoke(data: Path | None, tenant: str | None, key_id: str) -> None:
    async with _auth(data) as auth:
        await auth.revoke_key((await tenant_named(auth, tenant)).id, key_id)


async def _webhook_secret(data: Path | None, tenant: str | None) -> tuple[Tenant, str]:
    from copilot.wiring import open_core

    settings = load_settings(**({"data_dir": data} if data else {}))
    async with open_core(settings) as core:
        owner = await tenant_named(core.auth, tenant)
        return owner, core.signer.secret_of(owner.id)
