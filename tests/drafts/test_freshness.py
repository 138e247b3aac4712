"""A draft tells when an article that it cites is no longer what it was."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, event

from copilot.conversations.edits import correct_message
from copilot.customers import order_store, orders
from copilot.customers.order import OrderCustomer, OrderIn
from copilot.drafts.draft import Draft, DraftOptions, DraftWarning, RefineIn, ReviewIn
from copilot.drafts.errors import DraftStaleError
from copilot.drafts.flow import Drafter
from copilot.knowledge import passage_store
from copilot.knowledge.article import Article, ArticleIn
from copilot.knowledge.desired import wanted_passages
from copilot.knowledge.flow import delete_article, put_article
from copilot.knowledge.tables import PassageRow
from tests.drafts.conftest import AT, Shop

_TITLE = "Hyvityksen aikataulu"
_TEXT = "Hyvitys maksetaan 3–5 arkipäivän kuluessa siitä, kun palautus on tarkastettu."
_CODES = {"source_changed", "source_gone", "source_now_internal"}


def _drafter(shop: Shop) -> Drafter:
    return Drafter(shop.db, shop.context, None, shop.prompts, shop.search)


async def _made(shop: Shop) -> Draft:
    case = await shop.conversation("Milloin hyvitys maksetaan?")
    draft = await _drafter(shop).draft(shop.tenant, case, DraftOptions())
    assert not draft.stale
    assert _n(draft) is not None
    return draft


def _n(draft: Draft) -> int | None:
    cited = [one for one in draft.citations if one.passage and one.passage.title == _TITLE]
    return cited[0].n if cited else None


async def _put(shop: Shop, **changed: object) -> Article:
    """Change the article as its source would; the indexer has not come by yet."""
    body = {"title": _TITLE, "body": _TEXT, "format": "text", "language": "fi", "updated_at": AT}
    async with shop.db.write() as session:
        wanted = ArticleIn.model_validate(body | changed)
        return (await put_article(session, shop.tenant, "kb", _TITLE, wanted))[0]


async def _indexed(shop: Shop, article: Article) -> None:
    wanted = wanted_passages(shop.tenant, article)
    async with shop.db.write() as session:
        await session.execute(delete(PassageRow).where(PassageRow.source_id == article.id))
        await passage_store.save(session, shop.tenant, wanted, "test")


async def _told(shop: Shop, draft: Draft) -> DraftWarning | None:
    """What the draft says of its sources, the same wherever it is read."""
    drafter = _drafter(shop)
    read = await drafter.get(shop.tenant, draft.id)
    listed = await drafter.of_conversation(
        shop.tenant, str(draft.conversation_id), limit=5, cursor=None
    )
    assert [one for one in listed.items if one.id == draft.id] == [read]
    told = [one for one in read.warnings if one.code in _CODES]
    assert read.stale == bool(told)
    assert len(told) <= 1
    return told[0] if told else None


@pytest.mark.parametrize(
    "changed",
    [
        {"body": "Hyvitys maksetaan 14 päivän kuluessa.", "updated_at": AT + timedelta(days=1)},
        # An exception beside the sentence that was cited changes what it means.
        {"body": f"{_TEXT} Ei jouluna.", "updated_at": AT + timedelta(days=1)},
        {"title": "Hyvityksen uusi aikataulu", "updated_at": AT + timedelta(days=1)},
    ],
)
async def test_a_changed_text_is_told_at_once_and_after_indexing(
    shop: Shop, changed: dict[str, object]
) -> None:
    draft = await _made(shop)
    article = await _put(shop, **changed)
    for _ in range(2):
        told = await _told(shop, draft)
        assert told is not None
        assert told.code == "source_changed"
        assert told.citations == [_n(draft)]
        assert told.detail.endswith(f": [{_n(draft)}] {_TITLE}")
        await _indexed(shop, article)


async def test_a_change_that_its_source_did_not_date_is_told_once_indexed(shop: Shop) -> None:
    draft = await _made(shop)
    await _indexed(shop, await _put(shop, body="Hyvitys maksetaan heti."))
    told = await _told(shop, draft)
    assert told is not None
    assert told.code == "source_changed"


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"tags": ["maksut"], "updated_at": AT + timedelta(days=1)},
        {"url": "https://kuusikulma.example/uusi", "updated_at": AT + timedelta(days=1)},
        {"body": f"\n\n{_TEXT}\n", "updated_at": AT + timedelta(days=1)},
    ],
)
async def test_the_same_words_are_no_change(shop: Shop, changed: dict[str, object]) -> None:
    draft = await _made(shop)
    article = await _put(shop, **changed)
    assert await _told(shop, draft) is None
    await _indexed(shop, article)
    assert await _told(shop, draft) is None


async def test_an_article_that_was_deleted_or_made_internal_is_told(shop: Shop) -> None:
    draft = await _made(shop)
    await _put(shop, visibility="internal")
    told = await _told(shop, draft)
    assert told is not None
    assert (told.code, told.citations) == ("source_now_internal", [_n(draft)])
    await _put(shop)
    assert await _told(shop, draft) is None
    async with shop.db.write() as session:
        await delete_article(session, shop.tenant, "kb", _TITLE)
    told = await _told(shop, draft)
    assert told is not None
    assert told.code == "source_gone"
    with pytest.raises(DraftStaleError) as refused:
        await _drafter(shop).review(shop.tenant, draft.id, ReviewIn(action="accepted"))
    assert [one["loc"] for one in refused.value.errors] == [["draft", "source_gone"]]
    seen = ReviewIn(action="accepted", seen_stale=True)
    review = await _drafter(shop).review(shop.tenant, draft.id, seen)
    assert review.stale
    assert review.marks == ["source_gone"]


async def test_a_change_of_it_stays_marked(shop: Shop) -> None:
    draft = await _made(shop)
    await _indexed(shop, await _put(shop, body="Hyvitys maksetaan heti."))
    child = await _drafter(shop).refine(shop.tenant, draft.id, RefineIn(action="more_formal"))
    assert child.citations == draft.citations
    assert child.stale
    assert "source_changed" in {one.code for one in child.warnings}
    assert await _told(shop, child) is not None


async def test_a_new_message_and_a_changed_source_are_both_told(shop: Shop) -> None:
    draft = await _made(shop)
    await _put(shop, visibility="internal")
    await shop.put("Milloin hyvitys maksetaan?", more=[("customer", "Vielä yksi asia.")])
    read = await _drafter(shop).get(shop.tenant, draft.id)
    assert read.stale
    assert {one.code for one in read.warnings} >= {"thread_moved", "source_now_internal"}


async def _order(shop: Shop, status: str) -> None:
    """The order as its shop tells of it; the fixture's but for its status."""
    async with shop.db.write() as session:
        found = await order_store.order_by_number(session, shop.tenant, "KK-20694")
        assert found is not None
        body = OrderIn(
            customer=OrderCustomer(source="crm", external_id="c-1"),
            status=status,
            placed_at=found.placed_at,
            total=found.total,
            items=found.items,
            tracking=found.tracking,
        )
        await orders.put(session, shop.tenant, "shop", "KK-20694", body)


async def test_an_order_that_changed_is_told_and_one_sent_again_is_not(shop: Shop) -> None:
    case = await shop.conversation("Missä tilaukseni KK-20694 on?")
    drafter = _drafter(shop)
    draft = await drafter.draft(shop.tenant, case, DraftOptions())
    assert any(one.order_number == "KK-20694" for one in draft.citations)
    await _order(shop, "shipped")
    assert not (await drafter.get(shop.tenant, draft.id)).stale
    await _order(shop, "cancelled")
    read = await drafter.get(shop.tenant, draft.id)
    assert read.stale
    told = [one for one in read.warnings if one.code == "order_changed"]
    assert [one.detail.rpartition(": ")[2] for one in told] == ["KK-20694"]
    assert told[0].citations == [one.n for one in draft.citations if one.order_id]
    # A new draft is made of what the order says now.
    assert not (await drafter.draft(shop.tenant, case, DraftOptions())).stale


async def test_a_corrected_message_makes_it_stale(shop: Shop) -> None:
    draft = await _made(shop)
    async with shop.db.write() as session:
        await correct_message(
            session, shop.tenant, str(draft.conversation_id), "m0", "Milloin lähetys tulee?"
        )
    read = await _drafter(shop).get(shop.tenant, draft.id)
    assert read.stale
    assert "thread_moved" in {one.code for one in read.warnings}


async def test_drafts_are_read_with_one_query_more_however_many(shop: Shop) -> None:
    drafts = [await _made(shop) for _ in range(3)]
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    event.listen(shop.db.engine.sync_engine, "before_cursor_execute", note)
    await _drafter(shop).of_conversation(
        shop.tenant, str(drafts[0].conversation_id), limit=50, cursor=None
    )
    assert sum("FROM articles" in one for one in statements) == 1
