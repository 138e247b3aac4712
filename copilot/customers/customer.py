"""What a customer is: a person with many addresses that resolve to one identity."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.kernel.clock import UtcTime
from copilot.kernel.text import StorableText

AddressText = Annotated[StorableText, Field(max_length=320)]
AddressKind = Literal["email", "phone", "handle", "external"]


class Address(BaseModel):
    """One way to reach or recognise a customer, normalised (see ``address.py``).

    ``external`` values are written ``source:external_id``.
    """

    kind: AddressKind
    value: str


class CustomerIn(BaseModel):
    """A customer as a helpdesk, shop or CRM names them. Any address may be missing."""

    model_config = ConfigDict(extra="forbid")

    source: StorableText | None = Field(default=None, max_length=64, examples=["crm"])
    external_id: StorableText | None = Field(default=None, max_length=255, examples=["c-77"])
    name: StorableText | None = Field(default=None, max_length=200)
    emails: list[AddressText] = Field(default_factory=list, max_length=20)
    phones: list[AddressText] = Field(default_factory=list, max_length=20)
    handles: list[AddressText] = Field(default_factory=list, max_length=20)
    language: StorableText | None = Field(default=None, max_length=35, examples=["fi"])


class CustomerBody(BaseModel):
    """The body of ``PUT /v1/customers/{source}/{external_id}``: the path carries the identity."""

    model_config = ConfigDict(extra="forbid")

    name: StorableText | None = Field(default=None, max_length=200)
    emails: list[AddressText] = Field(default_factory=list, max_length=20)
    phones: list[AddressText] = Field(default_factory=list, max_length=20)
    handles: list[AddressText] = Field(default_factory=list, max_length=20)
    language: StorableText | None = Field(default=None, max_length=35)


class Customer(BaseModel):
    """A customer as stored: one identity over all addresses."""

    id: str
    name: str | None
    language: str | None
    addresses: list[Address]
    created_at: UtcTime
    updated_at: UtcTime
