"""Drafts as stored on both databases: kept, listed, stale, refined, reviewed, one tenant's."""

import pytest

from copilot.conversations.errors import ConversationNotFoundError
from copilot.drafts.draft import Draft, DraftOptions, RefineIn, ReviewIn
from copilot.drafts.errors import DraftNotFoundError
from copilot.drafts.flow import Drafter
from copilot.kernel.ids import TenantId
from tests.drafts.conftest import Shop

_QUESTION = "Hei, paljonko palautus maksaa Suomesta ja milloin saan hyvityksen?"


def _drafter(shop: Shop) -> Drafter:
    return Drafter(shop.db, shop.context, None, shop.prompts, shop.search)


async def _made(shop: Shop) -> Draft:
    conversation = await shop.conversation(_QUESTION)
    return await _drafter(shop).draft(shop.tenant, conversation, DraftOptions(facts=["Ok"]))


async def test_a_draft_is_kept_whole_and_listed(shop: Shop) -> None:
    draft = await _made(shop)
    assert await _drafter(shop).get(shop.tenant, draft.id) == draft
    second = await _drafter(shop).draft(shop.tenant, str(draft.conversation_id), DraftOptions())
    listed = await _drafter(shop).of_conversation(
        shop.tenant, str(draft.conversation_id), limit=1, cursor=None
    )
    assert [one.id for one in listed.items] == [second.id]
    rest = await _drafter(shop).of_conversation(
        shop.tenant, str(draft.conversation_id), limit=5, cursor=listed.next_cursor
    )
    assert [one.id for one in rest.items] == [draft.id]


async def test_a_new_message_makes_it_stale(shop: Shop) -> None:
    draft = await _made(shop)
    assert not draft.stale
    await shop.put(_QUESTION, more=[("customer", "Ai niin, vielä yksi asia.")])
    again = await _drafter(shop).get(shop.tenant, draft.id)
    assert again.stale
    assert again.warnings[-1].code == "thread_moved"
    refined = await _drafter(shop).refine(shop.tenant, draft.id, RefineIn(action="friendlier"))
    assert refined.stale


async def test_another_tenant_sees_nothing(shop: Shop) -> None:
    draft = await _made(shop)
    other, drafter = TenantId("ten_other"), _drafter(shop)
    with pytest.raises(DraftNotFoundError):
        await drafter.get(other, draft.id)
    with pytest.raises(DraftNotFoundError):
        await drafter.refine(other, draft.id, RefineIn(action="shorten"))
    with pytest.raises(DraftNotFoundError):
        await drafter.review(other, draft.id, ReviewIn(action="accepted"))
    with pytest.raises(ConversationNotFoundError):
        await drafter.draft(other, str(draft.conversation_id), DraftOptions())
    with pytest.raises(ConversationNotFoundError):
        await drafter.of_conversation(other, str(draft.conversation_id), limit=5, cursor=None)


async def test_review_measures_what_was_changed(shop: Shop) -> None:
    draft = await _made(shop)
    first = draft.sentences[1].text
    final = draft.text.replace(first, "Tämä on uusi lause.")
    review = await _drafter(shop).review(
        shop.tenant, draft.id, ReviewIn(action="edited", final_text=final, reason="tone"), "agt_1"
    )
    assert review.draft_id == draft.id
    assert 0 < review.edit_distance <= max(len(first), len("Tämä on uusi lause."))
    assert 0 < review.similarity < 1
    assert review.removed_sentences == [first]
    assert review.added_sentences == ["Tämä on uusi lause."]
    assert len(review.kept_sentences) == len(draft.sentences) - 1


async def test_accepted_is_no_change_and_rejected_is_all(shop: Shop) -> None:
    draft = await _made(shop)
    accepted = await _drafter(shop).review(shop.tenant, draft.id, ReviewIn(action="accepted"))
    assert (accepted.edit_distance, accepted.similarity) == (0, 1.0)
    rejected = await _drafter(shop).review(shop.tenant, draft.id, ReviewIn(action="rejected"))
    assert (rejected.edit_distance, rejected.kept_sentences) == (len(draft.text), [])


@pytest.mark.parametrize("action", ["shorten", "friendlier", "more_formal", "expand"])
async def test_simple_changes_need_no_model(shop: Shop, action: str) -> None:
    draft = await _made(shop)
    wish = RefineIn.model_validate({"action": action})
    child = await _drafter(shop).refine(shop.tenant, draft.id, wish)
    assert child.parent_id == draft.id
    assert child.text != draft.text or "refine_needs_model" in {one.code for one in child.warnings}
    if action == "shorten":
        assert len(child.text) <= len(draft.text)
    if action == "more_formal":
        assert child.text.startswith("Hyvä Maija,")
        assert child.text.endswith("Kunnioittavasti")
    assert {one.verdict for one in child.figures} == {"supported"}
    assert [one.n for one in child.citations] == list(range(1, len(child.citations) + 1))


async def test_other_changes_say_that_they_need_a_model(shop: Shop) -> None:
    draft = await _made(shop)
    child = await _drafter(shop).refine(shop.tenant, draft.id, RefineIn(action="simplify"))
    assert child.degraded
    assert child.text == draft.text
    assert len(child.citations) == len(draft.citations)


async def test_an_inline_draft_is_not_kept(shop: Shop) -> None:
    stored = await shop.put(_QUESTION)
    draft = await _drafter(shop).draft_inline(shop.tenant, stored, DraftOptions())
    assert draft.conversation_id is None
    with pytest.raises(DraftNotFoundError):
        await _drafter(shop).get(shop.tenant, draft.id)
