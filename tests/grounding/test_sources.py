from datetime import UTC, datetime
from decimal import Decimal

import pytest

from copilot.conversations.conversation import Author, Message
from copilot.customers.customer import Address, Customer
from copilot.customers.order import Order, OrderItem, Tracking
from copilot.grounding.figures import check_figures
from copilot.grounding.sources import (
    customer_source,
    fact_sources,
    message_source,
    order_source,
)
from copilot.kernel.money import Money
from copilot.speech.spoken.segments import figures_of, written_of
from copilot.speech.transcript import Segment

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


@pytest.mark.parametrize(
    ("language", "said", "right", "wrong"),
    [
        ("en", "my order is K K two zero seven three one", "Order KK-20731.", "Order KK-20737."),
        ("en", "it would be sixty four pounds ninety", "It is £64.90.", "It is £64.80."),
        ("en", "it costs 64 pounds 90", "It is £64.90.", "It is £64."),
        (
            "en",
            "we refund it by Tuesday the thirty first of March",
            "By 31 March.",
            "By 30 March.",
        ),
        ("fi", "tilaus on koo koo kaksi nolla seitsemän viisi viisi", "KK-20755", "KK-20775"),
        ("fi", "se maksoi kuusikymmentäneljä euroa yhdeksänkymmentä senttiä", "64,90 €", "64,80 €"),
        ("fi", "lähetetty kuudestoista maaliskuuta", "16.3.", "17.3."),
    ],
)
def test_figures_said_aloud_support_what_is_written(
    language: str, said: str, right: str, wrong: str
) -> None:
    source = message_source(spoken(said, language))
    (good,) = check_figures(right, [source], language=language)
    assert (good.verdict, good.evidence and good.evidence.id) == ("supported", "msg_1")
    (bad,) = check_figures(wrong, [source], language=language)
    assert bad.verdict in ("contradicted", "unsupported")


def spoken(said: str, language: str) -> Message:
    """A message of a call as it is stored."""
    segment = Segment(
        n=1, start=0, end=1, speaker="customer", text=said, figures=figures_of(said, language)
    )
    return Message(
        id="msg_1",
        conversation_id="con_1",
        external_id="call-1",
        seq=1,
        author=Author(role="customer"),
        visibility="public",
        sent_at=AT,
        text=said,
        written=written_of(segment),
    )
