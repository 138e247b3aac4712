"""What a tenant may take in a day and a month, and what it has taken."""

import time
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.ledger import store
from copilot.ledger.config import LedgerConfig
from copilot.ledger.entry import Budget
from copilot.ledger.store import Spent
from copilot.llm.chat import ModelNotAskedError

# What other processes let out is known that much later.
_FRESH_S = 10.0


class _Known(NamedTuple):
    read_at: float
    day: datetime
    spent: Spent


class Spending:
    """Knows what each tenant's calls took, and refuses those that are over.

    Calls that are under way when a budget ends are let finish.

    Args:
        db: Where the ledger is.
        config: The budgets.
    """

    def __init__(self, db: Database, config: LedgerConfig) -> None:
        self._db = db
        self._config = config
        self._known: dict[TenantId, _Known] = {}

    async def check(self, tenant: TenantId) -> None:
        """Let a call of ``tenant`` pass.

        Raises:
            ModelNotAskedError: It has taken what it may, or nobody can tell.
        """
        limits = self._config.limits_of(tenant)
        budgets = limits.model_dump(exclude={"concurrency", "text_days"}, exclude_none=True)
        if not budgets:
            return
        try:
            spent = await self._spent(tenant)
        except (SQLAlchemyError, OSError) as error:
            raise ModelNotAskedError(
                "What this organisation has taken of its budget cannot be read, so that the"
                " language model is not asked."
            ) from error
        for one in self._budgets(tenant, spent):
            if one.used >= one.limit:
                unit = "tokens" if one.unit == "tokens" else self._config.currency
                raise ModelNotAskedError(
                    f"This organisation has used up its {one.limit:f} {unit} a {one.period} for"
                    f" the language model: they start anew at {one.resets_at:%Y-%m-%d %H:%M} UTC,"
                    " and whoever runs this service can raise them.",
                    retry_after_s=(one.resets_at - now()).total_seconds(),
                )

    def add(self, tenant: TenantId, tokens: int, cost: Decimal | None) -> None:
        """Count what a call of ``tenant`` took, until it is read anew."""
        known = self._known.get(tenant)
        if known is None:
            return
        spent, price = known.spent, cost or Decimal(0)
        grown = Spent(
            spent.day_tokens + tokens,
            spent.month_tokens + tokens,
            spent.day_cost + price,
            spent.month_cost + price,
        )
        self._known[tenant] = known._replace(spent=grown)

    async def budgets(self, tenant: TenantId) -> list[Budget]:
        """The tenant's budgets with what is left of them, read anew."""
        self._known.pop(tenant, None)
        return self._budgets(tenant, await self._spent(tenant))

    async def _spent(self, tenant: TenantId) -> Spent:
        day = _day()
        known = self._known.get(tenant)
        if known is not None and known.day == day and time.monotonic() - known.read_at < _FRESH_S:
            return known.spent
        async with self._db.read() as session:
            spent = await store.spent(session, tenant, day=day, month=day.replace(day=1))
        self._known[tenant] = _Known(time.monotonic(), day, spent)
        return spent

    def _budgets(self, tenant: TenantId, spent: Spent) -> list[Budget]:
        limits = self._config.limits_of(tenant)
        rows: list[
            tuple[Literal["tokens", "cost"], Literal["day", "month"], Decimal | int | None, object]
        ] = [
            ("tokens", "day", limits.tokens_per_day, spent.day_tokens),
            ("tokens", "month", limits.tokens_per_month, spent.month_tokens),
            ("cost", "day", limits.cost_per_day, spent.day_cost),
            ("cost", "month", limits.cost_per_month, spent.month_cost),
        ]
        found = []
        for unit, period, limit, taken in rows:
            if limit is None:
                continue
            most, used = Decimal(limit), Decimal(str(taken))
            found.append(
                Budget(
                    unit=unit,
                    period=period,
                    limit=most,
                    used=used,
                    left=max(Decimal(0), most - used),
                    resets_at=_next(period),
                )
            )
        return found


def _day() -> datetime:
    return now().replace(hour=0, minute=0, second=0, microsecond=0)


def _next(period: Literal["day", "month"]) -> datetime:
    day = _day()
    if period == "day":
        return day + timedelta(days=1)
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
