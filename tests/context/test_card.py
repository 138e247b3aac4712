"""The card, built from a real database and a real index."""

from datetime import timedelta

import pytest

from copilot.context.card import ContextCard
from copilot.conversations.errors import ConversationNotFoundError
from copilot.kernel.ids import TenantId, new_id
from copilot.summaries.flow import Summariser
from copilot.summaries.summary import SummaryOptions
from tests.context.conftest import NOW, PIRJO, SAM, World
from tests.summaries.threads import body


async def card_of(world: World) -> ContextCard:
    """Pirjo writes about a broken kettle; she and Sam have written before."""
    await world.order("KK-20418", PIRJO, "delivered", days_ago=9, parcel="JJFI62010004455")
    await world.order("KK-20755", PIRJO, "shipped", days_ago=3)
    await world.order("KK-20001", PIRJO, "delivered", days_ago=1)
    await world.order("KK-99999", SAM, "shipped", days_ago=1)
    await world.talk(
        "matto",
        PIRJO,
        ("customer", "Hei, tilasin villamaton tilauksella KK-20755. Milloin matto tulee?"),
        ("agent", "Hei! Villamatto on perillä viimeistään perjantaina 27.3."),
        days_ago=2,
        channel="chat",
        subject="Villamaton toimitus",
    )
    await world.talk(
        "keitin-1",
        PIRJO,
        ("customer", "Vedenkeittimen kansi on rikki. Asun nykyään Turussa, Puistokatu 3."),
        ("agent", "Lupaan palata asiaan 28.2.2026."),
        ("agent", "Olemme lähettäneet uuden kannen."),
        days_ago=40,
        status="solved",
        subject="Vedenkeittimen kansi",
    )
    await world.talk(
        "sam",
        SAM,
        ("customer", "Vedenkeittimen kansi on rikki, keitin ei toimi."),
        ("agent", "Kiitos viestistä! Olemme lähettäneet uuden keittimen veloituksetta."),
        ("customer", "Kiitos!"),
        days_ago=20,
        status="solved",
        subject="Rikkinäinen vedenkeitin",
    )
    await world.article(
        "Vedenkeittimen kansi", "Rikkoutunut vedenkeittimen kansi vaihdetaan.", "fi", "public"
    )
    await world.article(
        "Keittimen sisäinen ohje", "Vedenkeitin: kansi varastosta.", "fi", "internal"
    )
    await world.article("Matot", "Villamatto pestään käsin.", "fi", "public")
    now = await world.talk(
        "keitin-2",
        PIRJO,
        ("customer", "Hei! Vedenkeittimen kansi on taas rikki (KK-20418). Maksoin 39,90 €."),
        ("agent", "Selvitän asian ja palaan huomenna."),
        subject="Vedenkeittimen kansi rikki",
    )
    await world.index_all()
    return await world.builder.for_conversation(world.tenant, now.id)


async def test_the_card(world: World) -> None:
    card = await card_of(world)
    assert card.customer
    assert card.customer.name == "Pirjo Laine"
    # Named in the thread, then open, then the rest; never another customer's.
    assert [one.number for one in card.orders] == ["KK-20418", "KK-20755", "KK-20001"]

    told = [one.text for one in card.already_told]
    assert any("39,90 €" in text for text in told)
    assert any("Puistokatu 3" in text for text in told)
    assert card.already_told[0].said_at >= card.already_told[-1].said_at

    promised = {one.text: one.due for one in card.promised}
    assert promised == {
        "Selvitän asian ja palaan huomenna.": "2026-03-21",
        "Villamatto on perillä viimeistään perjantaina 27.3.": "2026-03-27",
    }

    past = card.past_conversations
    assert [one.subject for one in past] == ["Vedenkeittimen kansi", "Villamaton toimitus"]
    assert past[0].headline == "Vedenkeittimen kansi"
    assert past[0].score > past[1].score

    assert {one.title for one in card.articles[:2]} == {
        "Vedenkeittimen kansi",
        "Keittimen sisäinen ohje",
    }
    (similar,) = card.similar_conversations
    assert similar.subject == "Rikkinäinen vedenkeitin"
    assert similar.resolution == "Olemme lähettäneet uuden keittimen veloituksetta."

    assert set(card.timings_ms) >= {"query", "customer", "past", "articles", "similar", "total"}
    assert card.timings_ms["total"] < 3000


async def test_a_stored_summary_gives_the_headline(world: World) -> None:
    past = await world.talk("vanha", PIRJO, ("customer", "Lamppu välkkyy."), days_ago=3)
    now = await world.talk("uusi", PIRJO, ("customer", "Lamppu välkkyy taas."))
    await Summariser(world.db, None, None).for_conversation(world.tenant, past.id, SummaryOptions())
    card = await world.builder.for_conversation(world.tenant, now.id)
    assert card.past_conversations[0].headline == "Lamppu välkkyy."


async def test_without_the_embedding_model_the_rest_is_there(world: World) -> None:
    await world.talk("vanha", PIRJO, ("customer", "Lamppu on rikki, tilaus KK-1234."), days_ago=3)
    now = await world.talk("uusi", PIRJO, ("customer", "Lamppu on taas rikki."))
    world.embedder.failure = MemoryError("no room")
    card = await world.builder.for_conversation(world.tenant, now.id)
    assert card.articles == []
    assert [one.id for one in card.past_conversations] != []
    assert card.customer


async def test_a_conversation_without_a_customer(world: World) -> None:
    await world.article("Lamput", "Lampun saa palauttaa.", "fi", "public")
    await world.index_all()
    now = await world.talk("kuka", None, ("customer", "Saako lampun palauttaa?"))
    card = await world.builder.for_conversation(world.tenant, now.id)
    assert card.customer is None
    assert (card.orders, card.past_conversations) == ([], [])
    assert [one.title for one in card.articles] == ["Lamput"]


async def test_an_inline_conversation_finds_its_customer(world: World) -> None:
    from copilot.conversations.flow import inline

    await world.talk("vanha", PIRJO, ("customer", "Lamppu on rikki."), days_ago=3)
    about = body([("customer", "Lamppu on taas rikki.")], start=NOW - timedelta(hours=1))
    card = await world.builder.for_inline(world.tenant, inline(about), PIRJO)
    assert card.customer
    assert card.customer.name == "Pirjo Laine"
    assert len(card.past_conversations) == 1
    unknown = await world.builder.for_inline(world.tenant, inline(about), SAM)
    assert unknown.customer is None
    assert (await world.builder.for_inline(world.tenant, inline(body([])))).articles == []


async def test_another_tenant_sees_none_of_it(world: World) -> None:
    now = await world.talk("oma", PIRJO, ("customer", "Lamppu on rikki."))
    await world.article("Lamput", "Lamppu vaihdetaan, kun se on rikki.", "fi", "public")
    await world.index_all()
    other = TenantId(new_id("ten"))
    with pytest.raises(ConversationNotFoundError):
        await world.builder.for_conversation(other, now.id)
    card = await world.builder.for_inline(other, now, PIRJO)
    assert card.customer is None
    assert (card.articles, card.past_conversations, card.orders) == ([], [], [])
