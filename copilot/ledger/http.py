"""Routes of the ledger: what left for language models, and what it took."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.kernel.clock import UtcTime, now
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.http import Reads, problems
from copilot.kernel.paging import Page
from copilot.kernel.text import StorableText
from copilot.ledger import store
from copilot.ledger.entry import (
    LedgerEntry,
    LedgerNotFoundError,
    LedgerTask,
    LedgerText,
    UsageReport,
)
from copilot.ledger.ledger import Ledger

router = APIRouter(prefix="/v1", tags=["ledger"])

MayAdminister = Annotated[Principal, Depends(require("admin"))]
EntryId = Annotated[StorableText, Path(min_length=1, max_length=64)]
_DAYS = 30


def ledger(request: Request) -> Ledger:
    """What keeps the ledger."""
    found: Ledger = request.state.deps.ledger
    return found


Kept = Annotated[Ledger, Depends(ledger)]


@router.get("/ledger", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def list_ledger(
    session: Reads,
    kept: Kept,
    principal: MayAdminister,
    conversation_id: Annotated[StorableText | None, Query(max_length=64)] = None,
    customer_id: Annotated[StorableText | None, Query(max_length=64)] = None,
    since: UtcTime | None = None,
    task: LedgerTask | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Page[LedgerEntry]:
    """What was sent to language models and speech servers, the latest first, without its text."""
    return await store.find(
        session,
        principal.tenant,
        dead=kept.dead,
        conversation_id=conversation_id,
        customer_id=customer_id,
        since=since,
        task=task,
        limit=limit,
        cursor=cursor,
    )


@router.get(
    "/ledger/{entry_id}",
    responses=problems(*AUTH_ERRORS, LedgerNotFoundError, InvalidInputError),
)
async def get_ledger_entry(
    entry_id: EntryId, session: Reads, kept: Kept, principal: MayAdminister
) -> LedgerText:
    """One call with exactly what left."""
    return await store.get(session, principal.tenant, entry_id, dead=kept.dead)


@router.get("/usage", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def get_usage(
    kept: Kept,
    principal: MayAdminister,
    since: Annotated[
        UtcTime | None, Query(description="Without it, the last 30 days, today among them")
    ] = None,
) -> UsageReport:
    """What language models took by day (UTC), task and engine, and what budgets leave."""
    return await kept.report(principal.tenant, since or _some_days_ago())


def _some_days_ago() -> datetime:
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=_DAYS - 1)
