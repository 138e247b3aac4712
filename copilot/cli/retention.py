"""``copilot retention``: how long a tenant's calls are kept."""

import asyncio
from typing import Annotated

import typer
from pydantic import ValidationError

from copilot.auth.key import Tenant
from copilot.calls.retention import Retention, RetentionIn, Rule
from copilot.cli.console import err, first_fault, load_settings, out, print_json, told_errors
from copilot.cli.tenants import TenantOption, tenant_named

app = typer.Typer(help="How long calls are kept.", no_args_is_help=True)

NEVER = "never"
_AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
_AudioDays = Annotated[
    str | None,
    typer.Option(help="Days until a recording is deleted and its transcript kept, or 'never'."),
]
_TextDays = Annotated[
    str | None,
    typer.Option(help="Days until a call is deleted, recording and all, or 'never'."),
]


@app.command("show")
def show(tenant: TenantOption = None, as_json: _AsJson = False) -> None:
    """Show how long calls are kept, and how many are older and about to be deleted."""
    with told_errors():
        owner, found = asyncio.run(_show(tenant, None, None))
    _tell(owner, found, as_json=as_json)


@app.command("preview")
def preview(
    audio_days: _AudioDays = None,
    text_days: _TextDays = None,
    tenant: TenantOption = None,
    as_json: _AsJson = False,
) -> None:
    """Show how many recordings and calls a rule would delete, without setting it."""
    with told_errors():
        owner, found = asyncio.run(_show(tenant, audio_days, text_days))
    _tell(owner, found, as_json=as_json)


@app.command("set")
def set_days(
    audio_days: _AudioDays = None,
    text_days: _TextDays = None,
    tenant: TenantOption = None,
    as_json: _AsJson = False,
) -> None:
    """Set how long calls are kept; what is not given stays as it is.

    Days count from when a call was sent here. A running server deletes what is older within the
    hour; it cannot be brought back.
    """
    if audio_days is None and text_days is None:
        raise typer.BadParameter("Give --audio-days, --text-days or both.")
    with told_errors():
        owner, found = asyncio.run(_set(tenant, audio_days, text_days))
    _tell(owner, found, as_json=as_json)


def _tell(owner: Tenant, found: Retention, *, as_json: bool) -> None:
    if as_json:
        print_json({"tenant": owner.id, "tenant_name": owner.name, **found.model_dump(mode="json")})
        return
    out.print(f"Recordings are kept {_told(found.audio_days)}.", markup=False)
    out.print(f"Calls with their text are kept {_told(found.text_days)}.", markup=False)
    err.print(
        f"{owner.name}: {found.audio_due} recordings and {found.text_due} calls are older.",
        markup=False,
    )


def _told(days: int | None) -> str:
    if days is None:
        return "for ever"
    return f"{days} day{'s' if days > 1 else ''}"


async def _show(
    tenant: str | None, audio_days: str | None, text_days: str | None
) -> tuple[Tenant, Retention]:
    from copilot.calls import retention
    from copilot.wiring import open_core

    async with open_core(load_settings()) as core:
        owner = await tenant_named(core.auth, tenant)
        async with core.db.read() as session:
            rule = await retention.rule_of(session, owner.id)
            asked = _asked(rule, audio_days, text_days)
            return owner, await retention.told(session, owner.id, rule, asked)


async def _set(
    tenant: str | None, audio_days: str | None, text_days: str | None
) -> tuple[Tenant, Retention]:
    from copilot.calls import retention
    from copilot.wiring import open_core

    async with open_core(load_settings()) as core:
        owner = await tenant_named(core.auth, tenant)
        async with core.db.write() as session:
            asked = _asked(await retention.rule_of(session, owner.id), audio_days, text_days)
            await retention.save(session, owner.id, asked)
            rule = await retention.rule_of(session, owner.id)
            return owner, await retention.told(session, owner.id, rule, asked)


def _asked(rule: Rule, audio_days: str | None, text_days: str | None) -> RetentionIn:
    try:
        return RetentionIn.model_validate(
            {
                "audio_days": _days(audio_days, rule.audio_days),
                "text_days": _days(text_days, rule.text_days),
            }
        )
    except ValidationError as error:
        told = first_fault(error)
        raise typer.BadParameter(f"{told} Give a number of days from 1 on, or never.") from error


def _days(given: str | None, before: int | None) -> str | int | None:
    if given is None:
        return before
    return None if given.strip().lower() == NEVER else given
