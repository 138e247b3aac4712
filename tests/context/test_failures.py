"""What the card does when something it is made of fails, changes meanwhile, or is very long."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from copilot.context.flow import ContextBuilder
from copilot.context.query import build_query, identifiers_in
from copilot.context.reading import Reader
from copilot.context.spoken import Spoken
from copilot.context.store import latest_contacts, latest_messages
from copilot.conversations import store as conversations
from copilot.conversations.conversation import Author, ConversationIn, MessageIn
from copilot.conversations.flow import inline, put
from copilot.customers import flow as customers
from copilot.customers import order_store
from copilot.customers.customer import CustomerIn
from copilot.kernel.db import ReadSession
from copilot.kernel.errors import ConflictError, UnavailableError
from copilot.kernel.ids import TenantId
from copilot.knowledge.searching import Found, Searcher
from copilot.search.edge import EdgeIndex
from tests.context.conftest import PIRJO, SAM, World
from tests.summaries.threads import conversation
from tests.timing import ends


async def test_a_part_that_fails_spoils_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = await world.talk("vanha", PIRJO, ("customer", "Lamppu on rikki."), days_ago=3)
    now = await world.talk("nyt", PIRJO, ("customer", "Lamppu KK-1234 on taas rikki."))

    async def fail(*_: object, **__: object) -> None:
        raise ConflictError("changed meanwhile")

    monkeypatch.setattr(order_store, "orders_of", fail)
    card = await world.builder.for_conversation(world.tenant, now.id)
    assert [(one.part, one.reason) for one in card.degraded] == [("orders", "failed")]
    assert card.orders == []
    assert card.customer
    assert [one.id for one in card.past_conversations] == [past.id]
    assert any("KK-1234" in one.text for one in card.already_told)


async def test_a_query_that_breaks_the_session_spoils_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = await world.talk("vanha", PIRJO, ("customer", "Lamppu on rikki."), days_ago=3)
    now = await world.talk("nyt", PIRJO, ("customer", "Lamppu on taas rikki."))

    async def broken(session: ReadSession, *_: object, **__: object) -> None:
        await session.execute(text("SELECT nothing FROM nowhere"))

    monkeypatch.setattr(order_store, "orders_of", broken)
    card = await world.builder.for_conversation(world.tenant, now.id)
    assert [one.part for one in card.degraded] == ["orders"]
    assert [one.id for one in card.past_conversations] == [past.id]


async def test_a_slow_part_is_left_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    past = await world.talk("vanha", PIRJO, ("customer", "Lamppu on rikki."), days_ago=3)
    now = await world.talk("nyt", PIRJO, ("customer", "Lamppu on taas rikki."))

    async def wait(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Searcher, "find", wait)
    builder = ContextBuilder(world.db, world.builder._searcher, part_limit_s=0.5)
    card = await builder.for_conversation(world.tenant, now.id)
    assert {(one.part, one.reason) for one in card.degraded} == {
        ("articles", "slow"),
        ("similar_conversations", "slow"),
        ("past_conversations", "slow"),
    }
    assert [one.id for one in card.past_conversations] == [past.id]


async def test_without_the_index_the_rest_is_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = await world.talk("vanha", PIRJO, ("customer", "Lamppu on rikki."), days_ago=3)
    now = await world.talk("nyt", PIRJO, ("customer", "Lamppu on taas rikki."))

    async def fail(*_: object, **__: object) -> None:
        raise UnavailableError("The search index does not answer.")

    monkeypatch.setattr(EdgeIndex, "search", fail)
    card = await world.builder.for_conversation(world.tenant, now.id)
    assert (card.articles, card.similar_conversations) == ([], [])
    assert [one.id for one in card.past_conversations] == [past.id]
    assert {one.reason for one in card.degraded} == {"full_text_only"}


async def test_a_conversation_deleted_meanwhile_leaves_a_card(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = await world.talk(
        "sam", SAM, ("customer", "Lamppu on rikki."), ("agent", "Vaihdoimme lampun."),
        status="solved",
    )  # fmt: skip
    now = await world.talk("nyt", PIRJO, ("customer", "Lamppu on rikki."))
    await world.index_all()
    card = await world.builder.for_conversation(world.tenant, now.id)
    assert [one.id for one in card.similar_conversations] == [gone.id]
    read = conversations.heads

    async def none_left(*args: object) -> object:
        found = await read(*args)  # type: ignore[arg-type]
        found.pop(gone.id, None)
        return found

    monkeypatch.setattr(conversations, "heads", none_left)
    card = await world.builder.for_conversation(world.tenant, now.id)
    assert card.similar_conversations == []


async def test_two_who_turn_out_to_be_one_have_one_history(world: World) -> None:
    """Also before the index has heard of it, and when they became one while the card was made."""
    by_mail = CustomerIn(emails=["p.laine@example.com"])
    old = await world.talk(
        "vanha", by_mail, ("customer", "Lamppu KK-1234 on rikki."), ("agent", "Vaihdoimme lampun."),
        status="solved", days_ago=9,
    )  # fmt: skip
    now = await world.talk("nyt", PIRJO, ("customer", "Lamppu on taas rikki."))
    await world.order("KK-20418", PIRJO, "shipped", days_ago=3)
    await world.index_all()
    assert old.customer_id
    assert old.customer_id != now.customer_id
    card = await world.builder.for_conversation(world.tenant, now.id)
    assert card.past_conversations == []
    assert [one.id for one in card.similar_conversations] == [old.id]

    both = PIRJO.model_copy(update={"emails": ["pirjo@example.com", "p.laine@example.com"]})
    async with world.db.write() as session:
        whole = await customers.resolve(session, world.tenant, both)
    card = await world.builder.for_conversation(world.tenant, now.id)
    assert [one.id for one in card.past_conversations] == [old.id]
    assert card.similar_conversations == []
    assert any("KK-1234" in one.text for one in card.already_told)

    # Read with the id that is no more.
    dropped = {old.customer_id, now.customer_id} - {whole.id}
    stale = now.model_copy(update={"customer_id": dropped.pop()})
    card = await world.builder.for_inline(world.tenant, stale)
    assert card.customer
    assert card.customer.id == whole.id
    assert [one.number for one in card.orders] == ["KK-20418"]


async def test_a_conversation_that_moves_takes_its_story_along(world: World) -> None:
    said = ("customer", "Asun nykyään Turussa, Puistokatu 3.")
    await world.talk("siirtyvä", PIRJO, said, days_ago=3)  # type: ignore[arg-type]
    pirjos = await world.talk("pirjo", PIRJO, ("customer", "Lamppu on rikki."))
    sams = await world.talk("sam", SAM, ("customer", "Lamppu on rikki."))
    assert (await world.builder.for_conversation(world.tenant, pirjos.id)).past_conversations
    await world.talk("siirtyvä", SAM, said, days_ago=3)  # type: ignore[arg-type]
    card = await world.builder.for_conversation(world.tenant, pirjos.id)
    assert card.past_conversations == []
    assert not any("Puistokatu" in one.text for one in card.already_told)
    card = await world.builder.for_conversation(world.tenant, sams.id)
    assert any("Puistokatu" in one.text for one in card.already_told)


async def test_what_is_read_does_not_grow_with_the_history(world: World) -> None:
    messages = [
        MessageIn(
            external_id=f"m{n}",
            author=Author(role="customer"),
            visibility="internal" if n % 10 == 9 else "public",
            sent_at=datetime(2026, 1, 1, n // 60, n % 60, tzinfo=UTC),
            text=f"Viesti numero {n}. " + "Lamppu välkkyy. " * (5000 if n == 298 else 1),
        )
        for n in range(300)
    ]
    body = ConversationIn(channel="chat", language="fi", customer=PIRJO, messages=messages)
    async with world.db.write() as session:
        long, _ = await put(session, world.tenant, "test", "pitkä", body)
    assert long.customer_id
    for n in range(4):
        await world.talk(f"lyhyt-{n}", PIRJO, ("customer", "Lamppu."), days_ago=n)
    async with world.db.read() as session:
        found = await latest_messages(session, world.tenant, [long.id, "none"], most_each=5)
        theirs = await latest_messages(session, TenantId("other"), [long.id], most_each=5)
        latest = await latest_contacts(
            session, world.tenant, long.customer_id, exclude="none", limit=3
        )
        without = await latest_contacts(
            session, world.tenant, long.customer_id, exclude=latest[0].id, limit=3
        )
    assert [one.external_id for one in found[long.id]] == ["m294", "m295", "m296", "m297", "m298"]
    assert len(found[long.id][-1].text) == 20_000
    assert (found["none"], theirs[long.id]) == ([], [])
    assert [one.external_id for one in latest] == ["lyhyt-0", "lyhyt-1", "lyhyt-2"]
    assert [one.external_id for one in without] == ["lyhyt-1", "lyhyt-2", "lyhyt-3"]


async def test_phone_numbers_are_read_as_the_settings_say(world: World) -> None:
    swede = CustomerIn(phones=["+46701234567"], name="Sven")
    await world.talk("sven", swede, ("customer", "Lampan är trasig."))
    about = inline(ConversationIn(channel="phone", customer=CustomerIn(phones=["070-123 45 67"])))
    searcher = world.builder._searcher
    for region, known in (("SE", True), ("FI", False)):
        builder = ContextBuilder(world.db, searcher, region=region)
        asks = CustomerIn(phones=["070-123 45 67"])
        card = await builder.for_inline(world.tenant, about, asks)
        assert (card.customer is not None) == known, region


def test_huge_messages_cost_little() -> None:
    words = " ".join(f"Tilaus KK-{n} maksoi {n % 900},90 €." for n in range(60_000))
    thread = conversation([("customer", words)] * 12)
    with ends():
        assert "KK11" in identifiers_in(thread)
        assert len(build_query(thread).text) <= 700
        assert Spoken(thread).facts


def test_a_long_subject_leaves_room_for_the_ask() -> None:
    ask = conversation([("customer", "Voitteko vaihtaa lampun?")], subject="Lamppu " * 140)
    assert "Voitteko vaihtaa lampun?" in build_query(ask).text


@pytest.mark.parametrize("how", ["fails", "hangs"])
async def test_reading_ahead_in_vain_spoils_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    past = await world.talk("vanha", PIRJO, ("customer", "Lamppu on rikki."), days_ago=3)
    now = await world.talk("nyt", PIRJO, ("customer", "Lamppu on taas rikki."))
    find, tried = Searcher.find, asyncio.Event()

    async def in_vain(*_: object, **__: object) -> None:
        tried.set()
        if how == "fails":
            raise ConflictError("changed meanwhile")
        await asyncio.Event().wait()

    async def after_it(self: Searcher, *arguments: Any, **options: Any) -> Found:
        await tried.wait()
        return await find(self, *arguments, **options)

    monkeypatch.setattr(Reader, "likely", in_vain)
    monkeypatch.setattr(Searcher, "find", after_it)
    card = await world.builder.for_conversation(world.tenant, now.id)
    assert card.degraded == []
    assert [one.id for one in card.past_conversations] == [past.id]
