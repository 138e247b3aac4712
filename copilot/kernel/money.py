"""Money as the contract writes it: a decimal string and a currency."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

DecimalText = Annotated[
    Decimal,
    Field(max_digits=18, decimal_places=4),
    # Never "1E+2": it is a decimal string.
    PlainSerializer("{:f}".format, return_type=str, when_used="json"),
]


class Money(BaseModel):
    """An amount of a currency, e.g. ``{"amount": "39.90", "currency": "EUR"}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: DecimalText
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])
