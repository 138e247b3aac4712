"""The ledger: a row for each thing that leaves, written before it does."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId, new_id
from copilot.ledger import store
from copilot.ledger.config import LedgerConfig
from copilot.ledger.entry import LedgerTask, Outcome, UsageReport
from copilot.ledger.spending import Spending

_log = logging.getLogger(__name__)
_LONGEST_CALL = timedelta(seconds=660)
_LONGEST_RECORDING = timedelta(hours=26)
_WAIT_FOR_END_S = 0.5
_MOST_WAITING = 200


class Leaving(NamedTuple):
    """What is about to leave, and for whom.

    Attributes:
        tenant: Whose.
        task: What for.
        engine: What answers.
        host: Where it is.
        local: Whether text may go there unmasked; it is not kept then.
        sent: The whole that leaves, as JSON.
        characters: How long that is.
        masked: How many values were masked, by kind.
        conversation_id: What it is about.
        customer_id: Whom it is about.
        principal_id: Who asked.
        call_id: Whose recording it is.
    """

    tenant: TenantId
    task: LedgerTask
    engine: str
    host: str
    local: bool
    sent: Any
    characters: int
    masked: Mapping[str, int]
    conversation_id: str | None = None
    customer_id: str | None = None
    principal_id: str | None = None
    call_id: str | None = None


class Ended(NamedTuple):
    """How a call ended, and what it took; tokens are None when nobody can tell."""

    outcome: Outcome
    prompt_tokens: int | None = None
    answer_tokens: int | None = None
    estimated: bool = False
    cost: Decimal | None = None


class Ledger:
    """Keeps the ledger.

    Args:
        db: The database.
        config: Its settings.
        alone: Whether this process is the only one that writes it: a call that began before it
            did is over then.
    """

    def __init__(self, db: Database, config: LedgerConfig, *, alone: bool = False) -> None:
        self._db = db
        self.config = config
        self.spending = Spending(db, config)
        self._started = now() if alone else None
        self._ending: set[asyncio.Task[None]] = set()

    def dead(self, task: str, sent_at: datetime) -> bool:
        """Whether a call without an end will never have one: its process died at it."""
        if self._started is not None and sent_at < self._started:
            return True
        longest = _LONGEST_RECORDING if task == "transcription" else _LONGEST_CALL
        return sent_at < now() - longest

    async def begin(self, leaving: Leaving, *, within_s: float | None = None) -> str:
        """Write down what is about to leave; returns the row's id. Nothing may leave before.

        Args:
            leaving: What it is.
            within_s: Seconds that there are for it; None: as the settings say.

        Raises:
            UnavailableError: It could not be written: nothing may leave.
        """
        entry_id = new_id("mdl")
        most_s = self.config.write_s if within_s is None else min(within_s, self.config.write_s)
        try:
            async with asyncio.timeout(most_s), self._db.write_statements() as connection:
                await store.add(connection, leaving.tenant, _values(entry_id, leaving))
        except (SQLAlchemyError, OSError) as error:
            # Of a database's error only the kind: its text may repeat what was to be written.
            _log.error("what leaves cannot be written down (%s)", type(error).__name__)
            raise UnavailableError(
                "What leaves cannot be written down now, so that nothing leaves: try again.",
                retry_after_s=5,
            ) from error
        return entry_id

    async def end(self, tenant: TenantId, entry_id: str, ended: Ended) -> None:
        """Write down how a call ended; goes on by itself when that takes long or is cancelled."""
        self.spending.add(
            tenant, (ended.prompt_tokens or 0) + (ended.answer_tokens or 0), ended.cost
        )
        task = self._later(self._end(tenant, entry_id, ended))
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(task), _WAIT_FOR_END_S)

    def refused(self, leaving: Leaving) -> None:
        """Write down, in the background, that a call was refused before anything left."""
        if len(self._ending) < _MOST_WAITING:
            self._later(self._refused(leaving._replace(sent=None, characters=0, masked={})))

    async def report(self, tenant: TenantId, since: datetime) -> UsageReport:
        """What the tenant's calls took since then, and what its budgets leave."""
        async with self._db.read() as session:
            items = await store.usage(session, tenant, since)
        return UsageReport(
            since=since,
            items=items,
            budgets=await self.spending.budgets(tenant),
            currency=self.config.currency,
        )

    async def settled(self) -> None:
        """Wait until what is being written is written."""
        while self._ending:
            await asyncio.wait(self._ending)

    def _later(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name="end of a model call")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return task

    async def _end(self, tenant: TenantId, entry_id: str, ended: Ended) -> None:
        values: dict[str, Any] = {**ended._asdict(), "finished_at": now()}
        values["cost"] = None if ended.cost is None else f"{ended.cost:f}"
        if ended.outcome == "refused":
            values |= {"sent": None, "has_text": False, "characters": 0, "masked": {}}
        if ended.cost is not None:
            values["currency"] = self.config.currency
        try:
            async with self._db.write_statements() as connection:
                await store.end(connection, tenant, entry_id, values)
        except (SQLAlchemyError, OSError) as error:
            _log.warning(
                "the end of model call %s is not known: %s", entry_id, type(error).__name__
            )

    async def _refused(self, leaving: Leaving) -> None:
        values = _values(new_id("mdl"), leaving) | {"outcome": "refused", "finished_at": now()}
        try:
            async with self._db.write_statements() as connection:
                await store.add(connection, leaving.tenant, values)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("a refused model call is not in the ledger: %s", type(error).__name__)


def _values(entry_id: str, leaving: Leaving) -> dict[str, Any]:
    sent = None if leaving.local else leaving.sent
    return {
        "id": entry_id,
        "task": leaving.task,
        "conversation_id": leaving.conversation_id,
        "customer_id": leaving.customer_id,
        "principal_id": leaving.principal_id,
        "call_id": leaving.call_id,
        "engine": leaving.engine[:255],
        "host": leaving.host[:255],
        "local": leaving.local,
        "sent_at": now(),
        "sent": sent,
        "has_text": sent is not None,
        "masked": dict(leaving.masked),
        "characters": leaving.characters,
        "estimated": False,
    }
