"""Routes of customers and orders."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.customers import flow, order_store, orders, store
from copilot.customers.customer import Customer, CustomerBody
from copilot.customers.errors import CustomerNotFoundError
from copilot.customers.order import Order, OrderIn
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.http import Reads, Writes, problems
from copilot.kernel.paging import Page
from copilot.kernel.text import StorableText

router = APIRouter(prefix="/v1", tags=["customers"])

MayRead = Annotated[Principal, Depends(require("customers:read"))]
MayWrite = Annotated[Principal, Depends(require("customers:write"))]
Source = Annotated[StorableText, Path(min_length=1, max_length=64, examples=["crm"])]
ExternalId = Annotated[StorableText, Path(min_length=1, max_length=255, examples=["c-77"])]
Limit = Annotated[int, Query(ge=1, le=100)]


def phone_region(request: Request) -> str:
    """The country of phone numbers without a country code, as the settings say."""
    region: str = request.state.deps.settings.customers.phone_region
    return region


Region = Annotated[str, Depends(phone_region)]
Answers = dict[int | str, dict[str, Any]]
_CUSTOMER_CREATED: Answers = {201: {"description": "Created", "model": Customer}}
_ORDER_CREATED: Answers = {201: {"description": "Created", "model": Order}}


@router.put(
    "/customers/{source}/{external_id:path}",
    responses=_CUSTOMER_CREATED | problems(*AUTH_ERRORS, InvalidInputError),
)
async def put_customer(
    source: Source,
    external_id: ExternalId,
    body: CustomerBody,
    session: Writes,
    principal: MayWrite,
    region: Region,
    response: Response,
) -> Customer:
    """Create a customer, or complete the one with any of these addresses."""
    customer, created = await flow.put(
        session, principal.tenant, source, external_id, body, region=region
    )
    response.status_code = 201 if created else 200
    return customer


@router.get("/customers", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def list_customers(
    session: Reads,
    principal: MayRead,
    q: Annotated[StorableText | None, Query(max_length=200)] = None,
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Page[Customer]:
    """Customers, latest changed first; ``q`` looks into names and addresses."""
    return await store.find(session, principal.tenant, query=q, limit=limit, cursor=cursor)


@router.get("/customers/{customer_id}", responses=problems(*AUTH_ERRORS, CustomerNotFoundError))
async def get_customer(customer_id: StorableText, session: Reads, principal: MayRead) -> Customer:
    """One customer with all addresses."""
    return await store.get(session, principal.tenant, customer_id)


@router.put(
    "/orders/{source}/{number:path}",
    tags=["orders"],
    responses=_ORDER_CREATED | problems(*AUTH_ERRORS, InvalidInputError),
)
async def put_order(
    source: Source,
    number: ExternalId,
    body: OrderIn,
    session: Writes,
    principal: MayWrite,
    response: Response,
) -> Order:
    """Create or replace an order; a customer not known yet is created from the reference."""
    order, created = await orders.put(session, principal.tenant, source, number, body)
    response.status_code = 201 if created else 200
    return order


@router.get("/orders", tags=["orders"], responses=problems(*AUTH_ERRORS, InvalidInputError))
async def list_orders(
    session: Reads,
    principal: MayRead,
    customer_id: StorableText | None = None,
    number: Annotated[StorableText | None, Query(max_length=255)] = None,
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Page[Order]:
    """Orders, newest first; ``number`` is compared without case, blanks and a leading #."""
    return await order_store.find(
        session,
        principal.tenant,
        customer_id=customer_id,
        number=number,
        limit=limit,
        cursor=cursor,
    )
