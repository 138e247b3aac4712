"""Settings of the ledger: budgets, how many at once, prices, how long text is kept."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from copilot.kernel.ids import TenantId

_Tokens = Annotated[int, Field(ge=0)]
_Cost = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6)]
_Price = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=6)]
_AtOnce = Annotated[int, Field(ge=1, le=10_000)]
_Days = Annotated[int, Field(ge=1, le=36_500)]


class Limits(BaseModel):
    """What one tenant may take; None: what is set for all.

    Days and months are those of UTC.

    Attributes:
        tokens_per_day: Tokens of prompts and answers together.
        tokens_per_month: The same in a month.
        cost_per_day: In the currency of the prices.
        cost_per_month: The same in a month.
        concurrency: Answers under way at once, in each process.
        text_days: Days that the text which left is kept; the rest of the row stays.
    """

    model_config = ConfigDict(extra="forbid")

    tokens_per_day: _Tokens | None = None
    tokens_per_month: _Tokens | None = None
    cost_per_day: _Cost | None = None
    cost_per_month: _Cost | None = None
    concurrency: _AtOnce | None = None
    text_days: _Days | None = None


class LedgerConfig(Limits):
    """What every tenant may take, and what a token costs.

    A budget that is None has no end.

    Attributes:
        concurrency: Answers under way at once for one tenant, in each process.
        text_days: Days that the text which left is kept.
        wait_s: Seconds that a call waits for its turn before it is refused.
        write_s: Seconds that writing down what leaves may take; after that nothing leaves.
        prompt_price: Of a million tokens of prompts; None: costs are not told.
        answer_price: Of a million tokens of answers; None: as for prompts.
        currency: Of the prices and costs.
        tenants: Tenants that have limits of their own, by their id.
    """

    concurrency: _AtOnce | None = 32
    text_days: _Days | None = 90
    wait_s: float = Field(default=2.0, ge=0, le=60)
    write_s: float = Field(default=3.0, gt=0, le=60)
    prompt_price: _Price | None = None
    answer_price: _Price | None = None
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    tenants: dict[str, Limits] = Field(default_factory=dict)

    def limits_of(self, tenant: TenantId) -> Limits:
        """What ``tenant`` may take: its own limits over those for all."""
        own = self.tenants.get(tenant)
        general = {name: getattr(self, name) for name in Limits.model_fields}
        if own is not None:
            general |= own.model_dump(exclude_none=True)
        return Limits.model_validate(general)

    def cost_of(self, prompt_tokens: int, answer_tokens: int) -> Decimal | None:
        """What these tokens cost, to eight decimals; None without prices."""
        if self.prompt_price is None:
            return None
        answer_price = self.prompt_price if self.answer_price is None else self.answer_price
        millionths = prompt_tokens * self.prompt_price + answer_tokens * answer_price
        return (millionths / 1_000_000).quantize(Decimal("1E-8"))
