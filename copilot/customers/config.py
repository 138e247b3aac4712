"""Settings of customers."""

from pydantic import BaseModel, ConfigDict, Field

from copilot.customers.address import DEFAULT_REGION


class CustomersConfig(BaseModel):
    """How customers are recognised.

    Attributes:
        phone_region: Two-letter country of phone numbers written without a country code.
    """

    model_config = ConfigDict(extra="forbid")

    phone_region: str = Field(default=DEFAULT_REGION, pattern=r"^[A-Z]{2}$")
