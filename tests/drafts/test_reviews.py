"""What counts as seen and confirmed before a draft is accepted, and what a review keeps."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from copilot.conversations.edits import delete as delete_conversation
from copilot.conversations.errors import ConversationNotFoundError
from copilot.drafts import review_store, store
from copilot.drafts.draft import Citation, Draft, DraftOptions, DraftWarning, ReviewIn
from copilot.drafts.errors import DraftNotFoundError, DraftStaleError, FiguresUnconfirmedError
from copilot.drafts.flow import Drafter
from copilot.drafts.review_stats import review_stats
from copilot.drafts.tables import ReviewExampleRow, ReviewRow
from copilot.grounding.figure_check import Evidence, FigureCheck
from copilot.kernel.clock import now
from copilot.kernel.ids import TenantId, new_id
from tests.drafts.conftest import Shop

_QUESTION = "Hei, paljonko palautus maksaa Suomesta ja milloin saan hyvityksen?"
_DOUBTED = "Hei Maija,\n\nPalautus maksaa 4,90 €.\nSaat hyvitystä 77 €.\n\nTerveisin\nNoora"
_LINK = "https://trap.example/x"


def _drafter(shop: Shop) -> Drafter:
    return Drafter(shop.db, shop.context, None, shop.prompts, shop.search)


async def _made(shop: Shop, question: str = _QUESTION) -> Draft:
    case = await shop.conversation(question)
    return await _drafter(shop).draft(shop.tenant, case, DraftOptions())


async def _written(shop: Shop, text: str, *unsupported: str, link: str | None = None) -> Draft:
    """A draft with this very text, stored beside an assembled one."""
    made = await _made(shop)
    figures = [
        FigureCheck(
            text=one,
            kind="amount",
            verdict="unsupported",
            start=text.index(one),
            end=text.index(one) + len(one),
        )
        for one in unsupported
    ]
    warnings = [DraftWarning(code="link_not_in_sources", detail=f"Not ours: {link}")]
    draft = made.model_copy(
        update={
            "id": new_id("drf"),
            "text": text,
            "sentences": [],
            "citations": [],
            "figures": figures,
            "warnings": warnings if link else [],
            "created_at": now(),
        }
    )
    async with shop.db.write() as session:
        await store.add(session, shop.tenant, draft, DraftOptions())
    return draft


async def test_a_clean_draft_is_accepted_without_a_word_more(shop: Shop) -> None:
    draft = await _made(shop)
    review = await _drafter(shop).review(shop.tenant, draft.id, ReviewIn(action="accepted"))
    assert (review.similarity, review.confirmed, review.unsupported_figures) == (1.0, [], [])
    assert review.greeting == review.closing == "kept"


async def test_new_messages_have_to_be_seen(shop: Shop) -> None:
    draft = await _made(shop)
    drafter = _drafter(shop)
    case = await shop.put(_QUESTION, more=[("customer", "Peruin jo tilauksen.")])
    for unseen in (
        ReviewIn(action="accepted"),
        ReviewIn(action="accepted", seen_version=case.version - 1),
    ):
        with pytest.raises(DraftStaleError, match="seen_version 2"):
            await drafter.review(shop.tenant, draft.id, unseen)
    for told in (
        ReviewIn(action="accepted", seen_stale=True),
        ReviewIn(action="accepted", seen_version=case.version),
    ):
        assert (await drafter.review(shop.tenant, draft.id, told)).marks == ["thread_moved"]
    # What was sent or thrown away already is never refused.
    edited = ReviewIn(action="edited", final_text="Hei, peruimme tilauksen.")
    assert (await drafter.review(shop.tenant, draft.id, edited)).stale
    assert (await drafter.review(shop.tenant, draft.id, ReviewIn(action="rejected"))).stale


async def test_the_reply_itself_coming_in_is_nothing_unseen(shop: Shop) -> None:
    draft = await _made(shop)
    await shop.put(_QUESTION, more=[("agent", draft.text)])
    review = await _drafter(shop).review(shop.tenant, draft.id, ReviewIn(action="accepted"))
    assert review.action == "accepted"


async def test_another_reply_coming_in_has_to_be_seen(shop: Shop) -> None:
    draft = await _made(shop)
    await shop.put(_QUESTION, more=[("agent", "Kollegani vastasi jo: palautus on ilmainen.")])
    with pytest.raises(DraftStaleError):
        await _drafter(shop).review(shop.tenant, draft.id, ReviewIn(action="accepted"))


async def test_figures_without_a_source_are_confirmed_one_by_one(shop: Shop) -> None:
    text = f"{_DOUBTED}\n{_LINK}"
    draft = await _written(shop, text, "77 €", "4,90 €", link=_LINK)
    drafter = _drafter(shop)
    with pytest.raises(FiguresUnconfirmedError) as refused:
        await drafter.review(
            shop.tenant, draft.id, ReviewIn(action="accepted", confirmed=["77\u00a0€", "88 €"])
        )
    named = [one["loc"] for one in refused.value.errors]
    assert named == [["body", "confirmed", "4,90 €"], ["body", "confirmed", _LINK]]
    told = ReviewIn(action="accepted", confirmed=["77 €", "4,90 €", _LINK, "nothing of it"])
    review = await drafter.review(shop.tenant, draft.id, told)
    assert review.confirmed == ["4,90 €", "77 €", _LINK]
    assert [one.text for one in review.unsupported_figures] == ["77 €", "4,90 €"]


async def test_what_was_edited_is_checked_anew_and_never_refused(shop: Shop) -> None:
    draft = await _made(shop)
    final = f"{draft.text}\nPalautusmaksu on 4,90 €. Saat lisäksi 250,00 €."
    told = ReviewIn(action="edited", final_text=final)
    # The helpdesk tells of the sent mail first: it is no source of itself.
    await shop.put(_QUESTION, more=[("agent", final)])
    review = await _drafter(shop).review(shop.tenant, draft.id, told)
    (wrong,) = review.unsupported_figures
    assert final[wrong.start : wrong.end] == "250,00 €"
    async with shop.db.read() as session:
        page = await review_store.of_draft(session, shop.tenant, draft.id)
    assert page.items[0].unsupported_figures == [wrong]
    assert page.items[0].final_text == final


async def test_a_review_does_not_quote_internal_articles(shop: Shop) -> None:
    draft = await _written(shop, _DOUBTED, "77 €")
    secret = shop.search.passages[-1]
    assert secret.visibility == "internal"
    evidence = Evidence(source="passage", id=secret.id, text=secret.text)
    closed = draft.model_copy(
        update={
            "id": new_id("drf"),
            "citations": [Citation(n=1, visibility="internal", passage=secret)],
            "figures": [
                one.model_copy(update={"verdict": "contradicted", "evidence": evidence})
                for one in draft.figures
            ],
        }
    )
    async with shop.db.write() as session:
        await store.add(session, shop.tenant, closed, DraftOptions())
    told = ReviewIn(action="accepted", confirmed=["77 €"])
    review = await _drafter(shop).review(shop.tenant, closed.id, told)
    assert [one.verdict for one in review.unsupported_figures] == ["contradicted"]
    assert "hyvittää" not in review.model_dump_json()


async def test_the_last_review_is_listed_first_and_counts(shop: Shop) -> None:
    draft = await _made(shop)
    drafter = _drafter(shop)
    for action in ("accepted", "rejected"):
        await drafter.review(shop.tenant, draft.id, ReviewIn.model_validate({"action": action}))
    async with shop.db.read() as session:
        first = await review_store.of_draft(session, shop.tenant, draft.id, limit=1)
        rest = await review_store.of_draft(session, shop.tenant, draft.id, cursor=first.next_cursor)
        stats = await review_stats(session, shop.tenant)
    assert [one.action for one in (*first.items, *rest.items)] == ["rejected", "accepted"]
    assert rest.items[0].sources
    assert (stats.total.reviews, stats.total.rejected, stats.total.kept_share) == (1, 1, 0.0)


async def test_statistics_tell_what_of_each_source_was_kept(shop: Shop) -> None:
    draft = await _made(shop, "Milloin hyvitys maksetaan?")
    drafter = _drafter(shop)
    (cited,) = {one.passage.article_id for one in draft.citations if one.passage}
    await drafter.review(shop.tenant, draft.id, ReviewIn(action="accepted"))
    again = await drafter.draft(shop.tenant, str(draft.conversation_id), DraftOptions())
    told = ReviewIn(action="edited", final_text="Hei Maija,\n\nSelvitän asian.\n\nTerveisin")
    edited = await drafter.review(shop.tenant, again.id, told)
    assert edited.greeting == "kept"
    assert edited.closing == "changed"
    async with shop.db.read() as session:
        by_article = await review_stats(session, shop.tenant, group_by="article")
        by_engine = await review_stats(session, shop.tenant, group_by="engine")
        by_channel = await review_stats(session, shop.tenant, group_by="channel")
        later = await review_stats(session, shop.tenant, since=now() + timedelta(hours=1))
        other = await review_stats(session, TenantId("ten_other"), group_by="article")
    (article,) = by_article.groups
    assert (article.key, article.label) == (cited, "Hyvityksen aikataulu")
    assert (article.cited, article.sentences, article.kept_sentences) == (2, 2, 1)
    assert [(one.key, one.reviews) for one in by_engine.groups] == [(draft.engine, 2)]
    assert by_engine.groups[0].accepted_share == by_engine.groups[0].edited_share == 0.5
    assert by_engine.total.median_similarity == round((1 + edited.similarity) / 2, 4)
    assert [one.key for one in by_channel.groups] == ["email"]
    assert (later.total.reviews, later.total.median_similarity) == (0, None)
    assert (other.total.reviews, other.groups) == (0, [])


async def test_two_reviews_at_once_are_both_kept(shop: Shop) -> None:
    draft = await _made(shop)
    drafter = _drafter(shop)
    told = ReviewIn(action="accepted")
    done = await asyncio.gather(
        *(drafter.review(shop.tenant, draft.id, told, f"agt_{n}") for n in range(4))
    )
    async with shop.db.read() as session:
        kept = list(await session.scalars(select(ReviewRow.id)))
        examples = list(await session.scalars(select(ReviewExampleRow.review_id)))
        stats = await review_stats(session, shop.tenant)
    assert sorted(kept) == sorted(one.id for one in done)
    assert len(examples) == 1
    assert stats.total.reviews == 1


async def test_what_is_gone_meanwhile_is_said_to_be(shop: Shop) -> None:
    draft = await _made(shop)
    child = draft.model_copy(update={"id": new_id("drf"), "parent_id": "drf_gone"})
    with pytest.raises(DraftNotFoundError):
        async with shop.db.write() as session:
            await store.add(session, shop.tenant, child, DraftOptions())
    async with shop.db.write() as session:
        await delete_conversation(session, shop.tenant, str(draft.conversation_id))
    for late in (draft.model_copy(update={"id": new_id("drf")}), child):
        with pytest.raises(ConversationNotFoundError):
            async with shop.db.write() as session:
                await store.add(session, shop.tenant, late, DraftOptions())
    with pytest.raises(DraftNotFoundError):
        await _drafter(shop).review(shop.tenant, draft.id, ReviewIn(action="accepted"))


async def test_deleting_waits_for_a_draft_or_review_under_way(shop: Shop) -> None:
    """Or PostgreSQL would refuse the row for what it belongs to, and the caller see a fault."""
    draft = await _made(shop)
    late = draft.model_copy(update={"id": new_id("drf")})

    async def erase() -> None:
        async with shop.db.write() as session:
            await delete_conversation(session, shop.tenant, str(draft.conversation_id))

    async with shop.db.write() as session:
        await store.add(session, shop.tenant, late, DraftOptions())
        erasing = asyncio.create_task(erase())
        await asyncio.sleep(0.1)
        assert not erasing.done()
    await erasing
    with pytest.raises(DraftNotFoundError):
        await _drafter(shop).get(shop.tenant, late.id)
