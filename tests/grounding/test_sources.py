from datetime import UTC, datetime
from decimal import Decimal

from copilot.customers.customer import Address, Customer
from copilot.customers.order import Order, OrderItem, Tracking
from copilot.grounding.figures import check_figures
from copilot.grounding.sources import customer_source, fact_sources, order_source
from copilot.kernel.money import Money

AT = datetime(2026, 3, 10, tzinfo=UTC)


def test_every_figure_of_an_order_can_be_quoted() -> None:
    order = Order(
        id="ord_1",
        source="shop",
        number="KK-20418",
        customer_id="cus_1",
        status="shipped",
        placed_at=AT,
        total=Money(amount=Decimal("155.90"), currency="EUR"),
        items=[
            OrderItem(
                sku="VM-200",
                name="Villamatto",
                quantity=2,
                price=Money(amount=Decimal("149.00"), currency="EUR"),
            )
        ],
        tracking=[Tracking(carrier="Posti", number="JJFI62010004455", eta="2026-03-20")],
        updated_at=AT,
    )
    text = (
        "Tilaus KK-20418 (10.3.2026): 2 kpl Villamatto VM-200 à 149,00 €, yhteensä 155,90 €. "
        "Seuranta JJFI62010004455, perillä 20.3."
    )
    checks = check_figures(text, [order_source(order)])
    assert len(checks) == 8
    assert {one.verdict for one in checks} == {"supported"}


def test_addresses_and_facts() -> None:
    customer = Customer(
        id="cus_1",
        name="Aino Salmi",
        language="fi",
        addresses=[
            Address(kind="phone", value="+358401234567"),
            Address(kind="email", value="a@b.fi"),
        ],
        created_at=AT,
        updated_at=AT,
    )
    sources = [customer_source(customer), *fact_sources(["Hyvitys on 20 €"])]
    checks = check_figures("040 123 4567, a@b.fi, 20 euroa", sources)
    assert [one.verdict for one in checks] == ["supported"] * 3
    assert [one.evidence.source for one in checks if one.evidence] == [
        "customer",
        "customer",
        "fact",
    ]
