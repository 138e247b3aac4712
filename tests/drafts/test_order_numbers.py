"""An order that is none of the customer's is left open, and the agent is told."""

from datetime import UTC, datetime

import pytest

from copilot.customers import flow as customers
from copilot.customers import orders
from copilot.customers.customer import CustomerIn
from copilot.customers.order import OrderCustomer, OrderIn
from copilot.drafts.draft import Draft, DraftOptions
from copilot.drafts.flow import Drafter
from copilot.drafts.order_numbers import unknown_numbers
from copilot.drafts.questions import Ask
from tests.drafts.conftest import Shop, passage

_ON_SQLITE = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
_GIFT_CARD = passage(
    "Lahjakortti",
    "Lahjakortin tilaus on perillä heti. Tilaukseni-sivulla näet, missä lahjakorttisi on.",
    "fi",
)


async def _draft(shop: Shop, text: str) -> Draft:
    shop.search.passages.insert(0, _GIFT_CARD)
    drafter = Drafter(shop.db, shop.context, None, shop.prompts, shop.search)
    return await drafter.draft(shop.tenant, await shop.conversation(text), DraftOptions())


def _told(draft: Draft, code: str) -> list[str]:
    return [one.detail for one in draft.warnings if one.code == code]


@_ON_SQLITE
@pytest.mark.parametrize(
    "text",
    [
        "Missä tilaukseni on? KK-20745",
        "Hei! Tilaus KK-20745. Missä se on?",
        "Missä tilaukseni KK-20745 viipyy?",
    ],
)
async def test_an_order_that_is_not_theirs_is_left_open(shop: Shop, text: str) -> None:
    draft = await _draft(shop, text)
    question = next(one for one in text.split(". ") if "?" in one).partition("?")[0]
    assert f"Selvitän tämän erikseen: ”{question}?”" in draft.text
    assert "ahjakort" not in draft.text
    assert "KK-20694" not in draft.text
    assert not draft.citations
    assert not draft.answerable
    assert _told(draft, "order_not_found") == [
        "None of this customer's orders has this number: KK-20745"
    ]
    assert _told(draft, "question_unanswered") == []


@_ON_SQLITE
async def test_another_customers_order_is_as_unknown_as_any(shop: Shop) -> None:
    who = OrderCustomer(source="crm", external_id="c-2")
    async with shop.db.write() as session:
        other = CustomerIn(source="crm", external_id="c-2", name="Veikko Salo")
        await customers.resolve(session, shop.tenant, other)
        order = OrderIn(customer=who, status="lost", placed_at=datetime(2026, 3, 1, tzinfo=UTC))
        await orders.put(session, shop.tenant, "shop", "KK-20745", order)
    draft = await _draft(shop, "Missä tilaukseni on? KK-20745")
    assert _told(draft, "order_not_found")
    assert "lost" not in draft.text


@_ON_SQLITE
async def test_the_other_questions_are_answered(shop: Shop) -> None:
    draft = await _draft(
        shop, "Missä tilaukseni KK-20745 on? Paljonko palautus maksaa Suomesta? Kiitos!"
    )
    assert "Suomi: palautusmaksu 4,90 €." in draft.text
    assert "”Missä tilaukseni KK-20745 on?”" in draft.text
    assert draft.answerable


@_ON_SQLITE
async def test_an_order_of_theirs_beside_it_is_told_of(shop: Shop) -> None:
    draft = await _draft(shop, "Missä tilaukseni KK-20694 ja KK-20745 ovat?")
    assert "Tilauksesi KK-20694" in draft.text


@pytest.mark.parametrize(
    ("question", "around", "found"),
    [
        ("Where is KK-20745?", "", ["KK-20745"]),
        ("Where is order 20745?", "", ["20745"]),
        ("When does my parcel arrive?", "The order number is #20745.", ["#20745"]),
        ("Where is the manual of the kettle KX-2000?", "", []),
        ("When does it arrive?", "I bought the kettle KX-2000.", []),
        ("When do you deliver to postcode 00100?", "", []),
        ("Milloin tilaus toimitetaan postinumeroon 00100?", "", []),
        ("Can I return order KK-20745?", "", []),
        ("When is the money of my order sent to FI21 1234 5600 0007 85?", "", []),
        ("Paljonko toimitus maksaa?", "Tilaukseni on KK-20745.", []),
    ],
)
def test_what_counts_as_the_number_of_an_order(
    question: str, around: str, found: list[str]
) -> None:
    assert unknown_numbers(Ask(question, around, "asked"), [], []) == found
