"""What an order is: a purchase pushed from the shop or CRM."""

from pydantic import BaseModel, ConfigDict, Field

from copilot.kernel.clock import UtcTime
from copilot.kernel.money import Money
from copilot.kernel.text import StorableText


class OrderItem(BaseModel):
    """One line of an order; shipping and fees are lines too."""

    model_config = ConfigDict(extra="forbid")

    sku: StorableText | None = Field(default=None, max_length=100)
    name: StorableText = Field(max_length=300)
    quantity: int = Field(default=1, ge=0, le=1_000_000)
    price: Money | None = None


class Tracking(BaseModel):
    """One parcel on its way."""

    model_config = ConfigDict(extra="forbid")

    carrier: StorableText | None = Field(default=None, max_length=100)
    number: StorableText | None = Field(default=None, max_length=100)
    status: StorableText | None = Field(default=None, max_length=100)
    eta: StorableText | None = Field(default=None, max_length=40)
    url: StorableText | None = Field(default=None, max_length=2000)


class OrderCustomer(BaseModel):
    """Whose order it is, by the identity the shop or CRM uses."""

    model_config = ConfigDict(extra="forbid")

    source: StorableText = Field(min_length=1, max_length=64)
    external_id: StorableText = Field(min_length=1, max_length=255)


class OrderIn(BaseModel):
    """The body of ``PUT /v1/orders/{source}/{number}``."""

    model_config = ConfigDict(extra="forbid")

    customer: OrderCustomer
    status: StorableText = Field(max_length=64, examples=["shipped"])
    placed_at: UtcTime | None = None
    total: Money | None = None
    items: list[OrderItem] = Field(default_factory=list, max_length=500)
    tracking: list[Tracking] = Field(default_factory=list, max_length=50)


class Order(BaseModel):
    """An order as stored. ``happened_at`` is when it was placed, or first heard of."""

    id: str
    source: str
    number: str
    customer_id: str
    status: str
    placed_at: UtcTime | None
    happened_at: UtcTime | None = None
    total: Money | None
    items: list[OrderItem]
    tracking: list[Tracking]
    updated_at: UtcTime
