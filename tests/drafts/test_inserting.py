"""What agents write themselves and take from the context card is cited and checked."""

from datetime import UTC, datetime
from typing import Any

import pytest

from copilot.conversations import flow as conversations
from copilot.conversations.conversation import Author, ConversationIn, MessageIn
from copilot.conversations.edits import correct_message
from copilot.customers import orders
from copilot.customers.customer import CustomerIn
from copilot.customers.order import OrderCustomer, OrderIn
from copilot.drafts.draft import Draft, DraftOptions, RefineIn, ReviewIn
from copilot.drafts.errors import OwnDraftError, SourceNotFoundError, TooManyInsertedError
from copilot.drafts.flow import Drafter
from copilot.drafts.inserting import MOST_INSERTED, InsertIn, Insertion, insert
from copilot.drafts.own import OWN, begin_own
from copilot.drafts.review_stats import review_stats
from tests.drafts.conftest import Shop

_TEXT = "Hyvitys maksetaan 3–5 arkipäivän kuluessa siitä, kun palautus on tarkastettu."


def drafter(shop: Shop) -> Drafter:
    return Drafter(shop.db, shop.context, None, shop.prompts, shop.search)


async def own(shop: Shop, text: str = "Missä tilaukseni KK-20694 on?") -> Draft:
    case = await shop.conversation(text)
    async with shop.db.write() as session:
        return await begin_own(session, shop.tenant, case)


async def take(shop: Shop, draft: Draft, *, internal: bool = True, **wish: Any) -> Insertion:
    async with shop.db.write() as session:
        return await insert(
            session,
            shop.tenant,
            draft.id,
            InsertIn.model_validate(wish),
            may_use_internal=internal,
        )


def article(shop: Shop, title: str) -> str:
    return next(one.id for one in shop.search.passages if one.title == title)


async def elsewhere(shop: Shop, customer: str, text: str) -> tuple[str, str]:
    """Another conversation, of that customer: its id and its message's."""
    body = ConversationIn(
        channel="chat",
        customer=CustomerIn(source="crm", external_id=customer),
        messages=[
            MessageIn(
                external_id="x1",
                author=Author(role="agent", name="Noora Ahlroos"),
                sent_at=datetime(2026, 2, 1, tzinfo=UTC),
                text=text,
            )
        ],
    )
    async with shop.db.write() as session:
        stored, _ = await conversations.put(session, shop.tenant, "test", f"of {customer}", body)
    return stored.id, stored.messages[0].id


async def verdicts(shop: Shop, draft: Draft, text: str) -> dict[str, str]:
    found = await drafter(shop).check(shop.tenant, draft.id, text)
    return {one.text: one.verdict for one in found}


async def test_an_own_draft_is_empty_and_in_the_language_of_the_case(shop: Shop) -> None:
    draft = await own(shop)
    assert (draft.engine, draft.text, draft.language) == (OWN, "", "fi")
    assert await drafter(shop).get(shop.tenant, draft.id) == draft
    assert await verdicts(shop, draft, "Palautusmaksu on 4,90 €.") == {"4,90 €": "unsupported"}


async def test_a_passage_that_was_taken_is_a_source(shop: Shop) -> None:
    draft = await own(shop)
    made = await take(shop, draft, passage_id=article(shop, "Palautus 30 päivän kuluessa"))
    assert "4,90 €" in made.text
    assert made.citation.n == 1
    stored = await drafter(shop).get(shop.tenant, draft.id)
    assert stored.citations == [made.citation]
    assert [one.citations for one in stored.inserted] == [[1]]
    assert stored.text == ""
    assert await verdicts(shop, draft, "Palautusmaksu on 4,90 €.") == {"4,90 €": "supported"}


async def test_one_source_is_cited_once(shop: Shop) -> None:
    draft = await own(shop)
    title = "Hyvityksen aikataulu"
    first = await take(shop, draft, passage_id=article(shop, title))
    again = await take(shop, draft, passage_id=article(shop, title), text="3–5 arkipäivää")
    assert again.citation == first.citation
    assert len(again.draft.citations) == 1
    assert [one.text for one in again.draft.inserted] == [_TEXT, "3–5 arkipäivää"]


async def test_an_order_is_told_in_the_language_of_the_reply(shop: Shop) -> None:
    draft = await own(shop)
    card = await shop.context.for_conversation(shop.tenant, str(draft.conversation_id))
    made = await take(shop, draft, order_id=card.orders[0].id)
    assert made.text.startswith("Tilauksesi KK-20694")
    assert "JJFI62010004402" in made.text
    assert "1 234,50 €" in made.text.replace("\xa0", " ")
    assert made.citation.order_number == "KK-20694"
    assert set((await verdicts(shop, draft, made.text)).values()) == {"supported"}


async def test_what_was_said_elsewhere_supports_a_figure_once_it_is_cited(shop: Shop) -> None:
    draft = await own(shop)
    place, message = await elsewhere(shop, "c-1", "Lupaamme 35 euron alennuksen.")
    text = "Saat 35 euron alennuksen."
    assert await verdicts(shop, draft, text) == {"35 euron": "unsupported"}
    made = await take(shop, draft, message_id=message, text="Lupaamme 35 euron alennuksen.")
    assert (made.citation.conversation_id, made.citation.message_id) == (place, message)
    assert await verdicts(shop, draft, text) == {"35 euron": "supported"}


async def test_an_earlier_conversation_supports_a_figure_as_a_whole(shop: Shop) -> None:
    draft = await own(shop)
    place, _ = await elsewhere(shop, "c-1", "Lupaamme 35 euron alennuksen.")
    made = await take(shop, draft, similar_id=place, text="Alennuksesta sovittiin.")
    assert made.citation.visibility == "public"
    assert await verdicts(shop, draft, "Saat 35 euron alennuksen.") == {"35 euron": "supported"}


async def test_another_customers_case_supports_nothing_and_is_warned_of(shop: Shop) -> None:
    draft = await own(shop)
    place, message = await elsewhere(shop, "c-2", "Lupaamme 35 euron alennuksen.")
    with pytest.raises(SourceNotFoundError):
        await take(shop, draft, message_id=message, text="Lupaamme 35 euron alennuksen.")
    made = await take(shop, draft, similar_id=place, text="Saat 35 euron alennuksen.")
    assert made.citation.visibility == "internal"
    assert [one.code for one in made.draft.warnings] == ["internal_source"]
    assert await verdicts(shop, draft, "Saat 35 euron alennuksen.") == {"35 euron": "unsupported"}


async def test_internal_articles_are_for_those_who_may_read_them(shop: Shop) -> None:
    draft = await own(shop)
    passage = article(shop, "Sisäinen: palautuksen hyvän tahdon ele")
    with pytest.raises(SourceNotFoundError):
        await take(shop, draft, passage_id=passage, internal=False)
    made = await take(shop, draft, passage_id=passage)
    assert [one.code for one in made.draft.warnings] == ["internal_source"]


@pytest.mark.parametrize(
    "wish",
    [
        {"passage_id": "psg_none"},
        {"order_id": "ord_none"},
        {"message_id": "msg_none", "text": "x"},
        {"similar_id": "cnv_none", "text": "x"},
    ],
)
async def test_sources_that_are_not_there(shop: Shop, wish: dict[str, Any]) -> None:
    with pytest.raises(SourceNotFoundError):
        await take(shop, await own(shop), **wish)


async def test_the_order_of_another_customer_is_no_source(shop: Shop) -> None:
    await elsewhere(shop, "c-2", "Hei")
    async with shop.db.write() as session:
        theirs, _ = await orders.put(
            session,
            shop.tenant,
            "shop",
            "KK-2",
            OrderIn(
                customer=OrderCustomer(source="crm", external_id="c-2"), status="shipped", items=[]
            ),
        )
    with pytest.raises(SourceNotFoundError):
        await take(shop, await own(shop), order_id=theirs.id)


async def test_a_review_tells_what_became_of_what_was_taken(shop: Shop) -> None:
    draft = await own(shop)
    made = await take(shop, draft, passage_id=article(shop, "Hyvityksen aikataulu"))
    await take(shop, draft, passage_id=article(shop, "Warranty"))
    told = ReviewIn(action="edited", final_text=f"Hei,\n\n{made.text}\n\nTerveisin Noora")
    review = await drafter(shop).review(shop.tenant, draft.id, told)
    kept = {str(one.passage_id): (one.sentences, one.kept) for one in review.sources}
    assert kept[article(shop, "Hyvityksen aikataulu")] == (1, 1)
    assert kept[article(shop, "Warranty")] == (1, 0)
    assert review.unsupported_figures == []
    async with shop.db.read() as session:
        stats = await review_stats(session, shop.tenant)
    assert stats.total.reviews == 0, "nobody drafted it"


async def test_what_was_taken_into_a_draft_stands_beside_its_own_sentences(shop: Shop) -> None:
    case = await shop.conversation("Milloin hyvitys maksetaan?")
    draft = await drafter(shop).draft(shop.tenant, case, DraftOptions())
    cited = next(one for one in draft.citations if one.passage)
    assert cited.passage is not None
    made = await take(shop, draft, passage_id=cited.passage.id, text=_TEXT)
    assert made.citation == cited
    other = await take(shop, draft, passage_id=article(shop, "Warranty"))
    assert other.citation.n == max(one.n for one in draft.citations) + 1
    told = ReviewIn(action="edited", final_text=f"{draft.text}\n{other.text}")
    review = await drafter(shop).review(shop.tenant, draft.id, told)
    assert {one.kind for one in review.sources} >= {"article"}


async def test_a_stale_draft_is_not_stored_as_stale(shop: Shop) -> None:
    conversation = await shop.put("Milloin hyvitys maksetaan?")
    draft = await drafter(shop).draft(shop.tenant, conversation.id, DraftOptions())
    async with shop.db.write() as session:
        await correct_message(session, shop.tenant, conversation.id, "m0", "Milloin?")
    made = await take(shop, draft, passage_id=article(shop, "Warranty"))
    assert made.draft.stale
    assert (await drafter(shop).get(shop.tenant, draft.id)).stale


async def test_the_service_has_no_text_of_an_own_draft_to_change(shop: Shop) -> None:
    draft = await own(shop)
    with pytest.raises(OwnDraftError):
        await drafter(shop).refine(shop.tenant, draft.id, RefineIn(action="shorten"))


async def test_there_is_an_end_to_taking(shop: Shop) -> None:
    draft = await own(shop)
    for number in range(MOST_INSERTED):
        passage = article(shop, "Warranty")
        await take(shop, draft, passage_id=passage, text=f"Part {number}")
    with pytest.raises(TooManyInsertedError):
        await take(shop, draft, passage_id=passage)


@pytest.mark.parametrize(
    "wish",
    [{}, {"passage_id": "a", "order_id": "b"}, {"message_id": "a"}, {"similar_id": "a"}],
)
def test_one_source_and_its_words(wish: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        InsertIn.model_validate(wish)
