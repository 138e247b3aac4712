"""``copilot erase``: a customer, everywhere."""

import asyncio
from typing import Annotated

import typer

from copilot.auth.audit import OPERATOR
from copilot.cli.console import err, load_settings, out, print_json, told_errors
from copilot.cli.tenants import TenantOption, tenant_named
from copilot.customers.customer import Customer
from copilot.erasure.erasure import Erasure
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.ids import TenantId
from copilot.wiring import Deps, open_deps

_MOST_NAMED = 20


def erase(
    customer: Annotated[
        str, typer.Argument(help="Their id, or an address: mail, phone, source:external_id.")
    ],
    tenant: TenantOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Erase without asking.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document; with --yes.")] = False,
) -> None:
    """Erase a customer everywhere: conversations, calls, orders, drafts, the index. No way back."""
    if as_json and not yes:
        raise typer.BadParameter("--json asks nothing: give --yes too.")
    with told_errors():
        erased = asyncio.run(_erase(customer, tenant, yes=yes))
    if as_json:
        print_json(erased.model_dump(mode="json"))
        return
    out.print(
        f"Erased {erased.customer_id}: {erased.conversations} conversations with"
        f" {erased.messages} messages, {erased.calls} calls, {erased.orders} orders.",
        markup=False,
    )
    if not erased.settled:
        err.print("The database overwrites it as soon as nobody reads it any more.", markup=False)


async def _erase(wanted: str, tenant: str | None, *, yes: bool) -> Erasure:
    async with open_deps(load_settings(), run_jobs=False, model_wait_s=None) as deps:
        owner = (await tenant_named(deps.auth, tenant)).id
        found = await _found(deps, owner, wanted)
        if not yes:
            named = ", ".join(one.value for one in found.addresses)
            typer.confirm(f"Erase {found.name or found.id} ({named}) everywhere?", abort=True)
        erased = await deps.eraser.erase(owner, found.id, OPERATOR)
        await deps.indexer.drain()
        return erased


async def _found(deps: Deps, tenant: TenantId, wanted: str) -> Customer:
    """The one customer that has ``wanted`` as an id or an address."""
    from copilot.customers import store

    async with deps.db.read() as session:
        if wanted.startswith("cus_"):
            return await store.get(session, tenant, wanted)
        page = await store.find(session, tenant, query=wanted, limit=_MOST_NAMED)
    exact = [one for one in page.items if any(wanted == address.value for address in one.addresses)]
    if len(exact) != 1:
        raise InvalidInputError(
            f"{len(page.items)} customers fit {wanted!r}, none exactly: give the id or a whole"
            " address as the customer has it."
        )
    return exact[0]
