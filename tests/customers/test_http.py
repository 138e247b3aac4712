"""The routes of customers and orders, over HTTP."""

from typing import Any

import httpx
import pytest

BODY: dict[str, Any] = {
    "name": "Anna Aho",
    "emails": ["Anna@Home.example"],
    "phones": ["0401234567"],
}
ORDER: dict[str, Any] = {
    "customer": {"source": "crm", "external_id": "c-77"},
    "status": "shipped",
    "placed_at": "2026-03-01T08:00:00Z",
    "total": {"amount": "39.90", "currency": "EUR"},
    "items": [{"sku": "K1", "name": "Kettle", "quantity": 1}],
    "tracking": [{"carrier": "Posti", "number": "JJFI1", "status": "in transit"}],
}


async def test_a_customer_is_put_found_and_shown(client: httpx.AsyncClient) -> None:
    created = await client.put("/v1/customers/crm/c-77", json=BODY)
    assert created.status_code == 201
    customer = created.json()
    assert customer["addresses"] == [
        {"kind": "email", "value": "anna@home.example"},
        {"kind": "external", "value": "crm:c-77"},
        {"kind": "phone", "value": "+358401234567"},
    ]
    again = await client.put("/v1/customers/crm/c-77", json=BODY)
    assert (again.status_code, again.json()) == (200, customer)
    assert (await client.get(f"/v1/customers/{customer['id']}")).json() == customer
    for query, number in (("ANNA", 1), ("home.ex", 1), ("nobody", 0), ("%", 0), ("", 1)):
        page = (await client.get("/v1/customers", params={"q": query})).json()
        assert len(page["items"]) == number


async def test_an_order_is_put_found_and_listed(client: httpx.AsyncClient) -> None:
    created = await client.put("/v1/orders/shop/KK-1", json=ORDER)
    assert created.status_code == 201
    order = created.json()
    assert order["total"] == {"amount": "39.90", "currency": "EUR"}
    again = await client.put("/v1/orders/shop/KK-1", json=ORDER)
    assert (again.status_code, again.json()) == (200, order)
    for query in ({"number": "#kk-1"}, {"customer_id": order["customer_id"]}, {}):
        page = (await client.get("/v1/orders", params=query)).json()
        assert [one["id"] for one in page["items"]] == [order["id"]]
    assert (await client.get("/v1/orders", params={"number": "KK-2"})).json()["items"] == []


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("/v1/customers/crm/1", {"name": 1}),
        ("/v1/customers/crm/1", {"surprise": True}),
        ("/v1/customers/" + "x" * 65 + "/1", {}),
        ("/v1/orders/shop/1", {}),
        ("/v1/orders/shop/1", ORDER | {"customer": {"source": "crm", "external_id": ""}}),
        ("/v1/orders/shop/1", ORDER | {"customer": {"source": "crm", "external_id": "\0"}}),
        ("/v1/orders/shop/1", ORDER | {"total": {"amount": "NaN", "currency": "EUR"}}),
        ("/v1/orders/shop/1", ORDER | {"total": {"amount": "1e400", "currency": "EUR"}}),
        ("/v1/orders/shop/1", ORDER | {"total": {"amount": "1", "currency": "euro"}}),
        ("/v1/orders/shop/1", ORDER | {"placed_at": "0001-01-01T00:00:00+14:00"}),
        ("/v1/orders/shop/" + "9" * 256, ORDER),
    ],
)
async def test_what_is_not_valid_is_told(
    client: httpx.AsyncClient, url: str, body: dict[str, Any]
) -> None:
    answer = await client.put(url, json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_who_does_not_exist_is_not_found(client: httpx.AsyncClient) -> None:
    for name in ("nope", "%00", "%F0%9F%AB%96"):
        answer = await client.get(f"/v1/customers/{name}")
        assert answer.status_code == 404
        assert answer.json()["code"] == "customer_not_found"
        assert (await client.get(f"/v1/customers/{name}/timeline")).status_code == 404
    assert (await client.get("/v1/orders?customer_id=%00&number=%00")).json()["items"] == []
    assert (await client.get("/v1/customers", params={"cursor": "x"})).status_code == 422
