"""Whose data a command is about: every command takes the same ``--tenant``."""

from typing import Annotated

import typer

from copilot.auth.key import Tenant
from copilot.auth.service import AuthService
from copilot.auth.store import TenantNotFoundError
from copilot.cli.console import err

TenantOption = Annotated[
    str | None,
    typer.Option("--tenant", help="Its name or id; not needed while there is only one tenant."),
]

NewTenantOption = Annotated[
    str, typer.Option("--tenant", help="Its name or id; a new name makes a new tenant.")
]

LONGEST_NAME = 200
_LISTED = 20


async def tenant_named(auth: AuthService, name_or_id: str | None) -> Tenant:
    """The tenant of that name or id; without one, the only tenant there is.

    Raises:
        TenantNotFoundError: There is none of that name, or none was named and there is not
            exactly one. It lists those there are.
    """
    known = await auth.tenants()
    if name_or_id is None and len(known) == 1:
        return known[0]
    if name_or_id is not None:
        try:
            return await auth.tenant(name_or_id)
        except TenantNotFoundError as error:
            raise TenantNotFoundError(f"{error.detail} {_told(known)}") from error
    raise TenantNotFoundError(f"Say whose with --tenant. {_told(known)}")


async def tenant_or_new(auth: AuthService, name_or_id: str) -> Tenant:
    """The tenant of that name or id; where there is none, a new one of that name, and tells so."""
    try:
        return await auth.tenant(name_or_id)
    except TenantNotFoundError:
        made = await auth.tenant(await auth.create_tenant(name_or_id))
    err.print(f"New tenant {made.name} ({made.id}).", markup=False)
    return made


def must_be_names(**options: str) -> None:
    """Refuse, as bad usage, a name that is empty or too long to keep; options by their names."""
    for option, text in options.items():
        if not 0 < len(text.strip()) <= LONGEST_NAME:
            raise typer.BadParameter(f"--{option} takes 1 to {LONGEST_NAME} characters.")


def _told(known: list[Tenant]) -> str:
    if not known:
        return "There are none yet: copilot keys create or agents create makes one."
    names = [one.name for one in known[:_LISTED]]
    more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
    return f"There are: {', '.join(names)}{more}."
