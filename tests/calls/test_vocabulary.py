"""What an engine is told to expect in a call."""

from datetime import timedelta

import pytest
from sqlalchemy import event, update

from copilot.calls import pipeline, store
from copilot.calls.flow import CallFlow
from copilot.calls.names import names_in
from copilot.calls.tables import CallRow
from copilot.calls.vocabulary import MOST_NAMES, put_in, vocabulary_for
from copilot.customers import flow as customers
from copilot.customers import order_store
from copilot.customers.customer import CustomerIn
from copilot.customers.order import OrderCustomer, OrderIn, OrderItem, Tracking
from copilot.kernel.ids import TenantId
from copilot.knowledge import flow as knowledge
from copilot.knowledge.article import ArticleIn
from tests.calls.heard import AT, heard_call

ELEANOR = {"source": "crm", "external_id": "c-9", "name": "Eleanor Marsh"}
ENGLISH = """# Espresso makers

The lid of a Moka Express fits no other maker. You can return a Moka Express in our shop in Kerava.
Parcels travel with Northlane. In Kerava we open on Monday, and the shop in Kerava has parts.
Order SP-LID-TUI for a lid; the order is sent the same day.
"""
FINNISH = """Helsinki on kaupunki. Toimitamme Helsingissä ja Tampereella.

Paketin voi noutaa Helsingistä tai lähettää Helsinkiin. Lisätietoja antaa Northlane, ja Northlanen
seuranta kertoo missä paketti on. Kuljetuksen hoitaa DHL:n kuski, ja paketti on Tampereella.
"""


async def stated(flow: CallFlow, call_id: str, **values: object) -> None:
    async with flow.db.write() as session:
        await session.execute(update(CallRow).where(CallRow.id == call_id).values(**values))


async def expected(flow: CallFlow, tenant: TenantId, call_id: str) -> list[str]:
    async with flow.db.read() as session:
        return await vocabulary_for(session, tenant, await store.row(session, tenant, call_id))


async def put_article(flow: CallFlow, tenant: TenantId, name: str, text: str, code: str) -> None:
    async with flow.db.write() as session:
        body = ArticleIn(title=f"About {name}", body=text, language=code)
        await knowledge.put_article(session, tenant, "help", name, body)


async def put_order(flow: CallFlow, tenant: TenantId, number: str, *items: str) -> None:
    body = OrderIn(
        customer=OrderCustomer(source="crm", external_id="c-9"),
        status="shipped",
        placed_at=AT + timedelta(days=int(number[-1])),
        items=[OrderItem(name=one) for one in items],
        tracking=[Tracking(carrier="Havukuljetus", number="JJFI1234")],
    )
    async with flow.db.write() as session:
        customer = await customers.resolve(session, tenant, CustomerIn.model_validate(ELEANOR))
    async with flow.db.write() as session:
        await order_store.put(session, tenant, "shop", number, body, customer.id)


async def test_what_was_stated_comes_first_then_orders_corrections_and_articles(
    flow: CallFlow, tenant: TenantId
) -> None:
    earlier = await heard_call(
        flow.db, tenant, ("customer", "is it the bella luna one"), ("agent", "bella luna it is")
    )
    await flow.correct(tenant, earlier, 1, "Is it the Bialetti Luna one?")
    await put_article(flow, tenant, "lids", ENGLISH, "en")
    await put_order(flow, tenant, "KK-20731", "Stovetop espresso maker", "Wool rug Sammal")
    await put_order(flow, tenant, "KK-20732", "Moka Express")
    call_id = await heard_call(flow.db, tenant, ("customer", "hello"))
    await stated(flow, call_id, vocabulary=["Kuusikulma"], customer=ELEANOR, language=None)
    found = await expected(flow, tenant, call_id)
    assert found[:4] == ["Kuusikulma", "Moka Express", "Stovetop espresso maker", "Wool rug Sammal"]
    assert set(found[4:7]) == {"KK", "JJFI", "Havukuljetus"}
    assert found[7:] == ["Bialetti", "Kerava", "Northlane"]


async def test_somebody_elses_orders_are_not_expected(flow: CallFlow, tenant: TenantId) -> None:
    await put_order(flow, tenant, "KK-20731", "Stovetop espresso maker")
    call_id = await heard_call(flow.db, tenant, ("customer", "hello"))
    for who in (None, {"name": "Eleanor Marsh"}, ELEANOR | {"external_id": "c-10"}, {"x": 1}):
        await stated(flow, call_id, customer=who)
        assert await expected(flow, tenant, call_id) == []
    await stated(flow, call_id, customer=ELEANOR)
    await pipeline.make_conversation(flow, tenant, call_id)
    assert await expected(flow, tenant, call_id) == [
        "Stovetop espresso maker",
        "KK",
        "JJFI",
        "Havukuljetus",
    ]


async def test_finnish_names_stand_there_once_in_their_base_form(
    flow: CallFlow, tenant: TenantId
) -> None:
    await put_article(flow, tenant, "toimitus", FINNISH, "fi")
    await put_article(flow, tenant, "lids", ENGLISH, "en")
    call_id = await heard_call(flow.db, tenant, ("customer", "hei"), language="fi")
    found = await expected(flow, tenant, call_id)
    assert sorted(found) == ["DHL", "Helsinki", "Northlane", "Tampere"]


async def test_articles_are_read_again_only_when_one_changed(
    flow: CallFlow, tenant: TenantId
) -> None:
    await put_article(flow, tenant, "lids", ENGLISH, "en")
    call_id = await heard_call(flow.db, tenant, ("customer", "hello"))
    first = await expected(flow, tenant, call_id)
    read: list[str] = []

    def look(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "substr" in statement:
            read.append(statement)

    event.listen(flow.db.engine.sync_engine, "before_cursor_execute", look)
    assert await expected(flow, tenant, call_id) == first
    assert read == []
    await put_article(
        flow, tenant, "rugs", "Every rug by Sammal is wool, and Sammal is ours.", "en"
    )
    assert set(await expected(flow, tenant, call_id)) == {*first, "Sammal"}
    assert len(read) == 1


async def test_a_large_base_gives_a_hundred_names(flow: CallFlow, tenant: TenantId) -> None:
    for n in range(3):
        names = ", ".join(
            f"Name{chr(97 + n)}{chr(97 + m // 26)}{chr(97 + m % 26)}" for m in range(80)
        )
        await put_article(flow, tenant, f"a{n}", f"we sell {names}", "en")
    call_id = await heard_call(flow.db, tenant, ("customer", "hello"))
    assert len(await expected(flow, tenant, call_id)) == MOST_NAMES


def test_words_put_in_count_when_they_recur_or_are_names() -> None:
    corrections = [
        ("the little broke", "The lid broke", "Eleanor Marsh"),
        ("a new lit please", "A new lid, please.", ""),
        ("this is helen or march", "This is Eleanor Marsh", "Eleanor Marsh"),
        ("i am in care of a", "I am in Kerava.", ""),
        ("order k k twenty", "Order KK-20", ""),
        ("so am i", "Certainly", ""),
    ]
    assert put_in(corrections) == ["lid", "Kerava"]


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "We ship to Finland on Monday in March. Kettles and the kettle's lid.", {"Finland"}),
        ("en", "You may Return It to the United\nKingdom. We return it.", {"United Kingdom"}),
        ("de", "Wir senden das Paket mit DHL nach dem Kauf.", {"DHL"}),
        (
            "fi",
            "Ostos maksetaan KulmaLasku-ostona tai Mastercardilla.",
            {"KulmaLasku", "Mastercardi"},
        ),
        (None, "", set()),
        ("en", "日本語のテキスト 🙂 " * 50, set()),
    ],
)
def test_names(language: str | None, text: str, names: set[str]) -> None:
    assert set(names_in([text], language)) == names
