"""Internal articles and notes: out of the text unless the agent says so, and then marked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from copilot.drafts.draft import Draft, DraftOptions, DraftWarning, RefineIn, ReviewIn
from copilot.drafts.flow import Drafter
from copilot.drafts.tables import ReviewRow
from copilot.llm.guard import GuardedChat
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from tests.drafts.conftest import Shop, passage, shelved
from tests.fake_openai import FakeOpenAI

_QUESTION = "Hei, voitteko hyvittää palautusmaksun hyvän tahdon eleenä ilman lupaa?"
_NOTE = "Maija soitti eilen: hyvityskoodi KIITOS-771 on voimassa toukokuun loppuun asti."
_SECRETS = ("15,00", "ilman lupaa. Ei", "kerrota asiakkaille", "KIITOS-771", "Sisäinen:")
_INTERNAL = DraftOptions(use_internal=True)


def _codes(draft: Draft) -> set[str]:
    return {one.code for one in draft.warnings}


def _of(draft: Draft, code: str) -> DraftWarning:
    return next(one for one in draft.warnings if one.code == code)


async def _conversation(shop: Shop, question: str = _QUESTION) -> str:
    return await shop.conversation(question, more=[("agent:internal", _NOTE)])


def _assembling(shop: Shop) -> Drafter:
    return Drafter(shop.db, shop.context, None, shop.prompts, shop.search)


@asynccontextmanager
async def _writing(shop: Shop, server: FakeOpenAI) -> AsyncIterator[Drafter]:
    config = LlmConfig(kind="openai", base_url=server.base_url, model="fake", local=True)
    async with OpenAIChat.open(config) as chat:
        guarded = GuardedChat(chat, deadline_s=30)
        yield Drafter(shop.db, shop.context, guarded, shop.prompts, shop.search)


@pytest.mark.parametrize(
    "question",
    [
        _QUESTION,
        "Mikä hyvityskoodi on voimassa toukokuun loppuun asti?",
        "Paljonko palautusmaksusta saa hyvittää ilman lupaa?",
    ],
)
@pytest.mark.parametrize("length", ["short", "medium", "long"])
async def test_an_assembled_reply_holds_nothing_internal(
    shop: Shop, question: str, length: str
) -> None:
    drafter = _assembling(shop)
    case = await _conversation(shop, question)
    options = DraftOptions.model_validate({"length": length})
    draft = await drafter.draft(shop.tenant, case, options)
    for child in (draft, await drafter.refine(shop.tenant, draft.id, RefineIn(action="expand"))):
        # What the customer asked is theirs to read again.
        said = child.text.replace(question, "")
        assert not [one for one in _SECRETS if one in said]
        assert {one.visibility for one in child.citations} <= {"public"}
        assert not _codes(child) & {"internal_source", "internal_wording"}


async def test_what_was_left_out_is_told_by_its_title(shop: Shop) -> None:
    draft = await _assembling(shop).draft(shop.tenant, await _conversation(shop), DraftOptions())
    told = _of(draft, "internal_article_left_out")
    assert told.detail.endswith(": Sisäinen: palautuksen hyvän tahdon ele")
    assert "15,00" not in told.detail


async def test_what_a_public_article_answers_lacks_no_internal_one(shop: Shop) -> None:
    case = await _conversation(shop, "Milloin hyvitys maksetaan, kun palautus on tarkastettu?")
    draft = await _assembling(shop).draft(shop.tenant, case, DraftOptions())
    assert "3–5 arkipäivän" in draft.text
    assert "internal_article_left_out" not in _codes(draft)


async def test_the_prompt_holds_nothing_internal(shop: Shop, model_server: FakeOpenAI) -> None:
    model_server.answer = "Hei Maija,\n\nSelvitän asian."
    case = await _conversation(shop)
    async with _writing(shop, model_server) as drafter:
        draft = await drafter.draft(shop.tenant, case, DraftOptions())
        await drafter.refine(shop.tenant, draft.id, RefineIn(action="shorten"))
    assert len(model_server.prompts) == 2
    for prompt in model_server.prompts:
        assert not [one for one in _SECRETS if one in prompt.replace(_QUESTION, "")]
        assert "internal" not in prompt
    assert "internal_article_left_out" in _codes(draft)


async def test_when_the_agent_says_so_it_is_used_cited_and_marked(shop: Shop) -> None:
    drafter = _assembling(shop)
    draft = await drafter.draft(shop.tenant, await _conversation(shop), _INTERNAL)
    assert "Palautusmaksun saa hyvittää enintään 15,00 € ilman lupaa." in draft.text
    (cited,) = [one for one in draft.citations if one.visibility == "internal"]
    assert cited.passage is not None
    assert cited.passage.visibility == "internal"
    told = _of(draft, "internal_source")
    assert told.citations == [cited.n]
    assert f"[{cited.n}] Palautusmaksun saa hyvittää enintään 15,00 €" in told.detail
    assert not _codes(draft) & {"internal_article_left_out", "internal_guidance"}
    assert {one.verdict for one in draft.figures} == {"supported"}
    assert await drafter.get(shop.tenant, draft.id) == draft


async def test_a_note_is_used_and_marked_when_the_agent_says_so(shop: Shop) -> None:
    question = "Mikä hyvityskoodi on voimassa toukokuun loppuun asti?"
    case = await _conversation(shop, question)
    draft = await _assembling(shop).draft(shop.tenant, case, _INTERNAL)
    assert "KIITOS-771" in draft.text
    (cited,) = [one for one in draft.citations if one.visibility == "internal"]
    assert cited.message_id is not None
    assert cited.n in _of(draft, "internal_source").citations


async def test_another_customers_case_is_no_source_even_then(shop: Shop) -> None:
    other = passage(
        "Veikko", "Hyvän tahdon ele oli 99,00 €.", "fi", kind="conversation", visibility="internal"
    )
    shop.search.passages.insert(0, other)
    draft = await _assembling(shop).draft(shop.tenant, await _conversation(shop), _INTERNAL)
    assert "99,00" not in draft.text


async def test_a_model_is_told_which_sources_are_internal(
    shop: Shop, model_server: FakeOpenAI
) -> None:
    def answer(messages: list[dict[str, str]]) -> str:
        lines = messages[1]["content"].splitlines()
        mark = next(one.split()[2] for one in lines if one.endswith("internal article>"))
        return f"Hei,\n\nVoimme hyvittää palautusmaksun, enintään 15,00 €. [{mark}]\n\nKiitos!"

    model_server.script = answer
    case = await _conversation(shop)
    async with _writing(shop, model_server) as drafter:
        draft = await drafter.draft(shop.tenant, case, _INTERNAL)
    assert "were written for colleagues" in model_server.prompts[0]
    assert "internal note>" in model_server.prompts[0]
    assert _of(draft, "internal_source").citations == [1]
    assert draft.sentences[1].citations == [1]


async def test_a_changed_draft_keeps_the_mark(shop: Shop, model_server: FakeOpenAI) -> None:
    parent = await _assembling(shop).draft(shop.tenant, await _conversation(shop), _INTERNAL)
    child = await _assembling(shop).refine(shop.tenant, parent.id, RefineIn(action="more_formal"))
    assert child.text != parent.text
    assert _of(child, "internal_source").citations == _of(parent, "internal_source").citations
    # A model that loses the marks does not lose what the text rests on.
    model_server.answer = "Dear Maija, we can refund up to €15.00."
    wish = RefineIn(action="translate", language="en")
    async with _writing(shop, model_server) as drafter:
        translated = await drafter.refine(shop.tenant, parent.id, wish)
        again = await drafter.refine(shop.tenant, translated.id, RefineIn(action="shorten"))
    assert "internal_source" in _codes(translated)
    assert "internal_source" in _codes(again)


async def test_who_may_not_read_it_keeps_what_is_there_and_gets_no_more(
    shop: Shop, model_server: FakeOpenAI
) -> None:
    model_server.answer = "Hei!"
    parent = await _assembling(shop).draft(shop.tenant, await _conversation(shop), _INTERNAL)
    async with _writing(shop, model_server) as drafter:
        child = await drafter.refine(
            shop.tenant, parent.id, RefineIn(action="shorten"), may_use_internal=False
        )
    assert "kerrota asiakkaille" not in model_server.prompts[0].replace(parent.text, "")
    assert "KIITOS-771" not in model_server.prompts[0].replace(parent.text, "")
    assert "internal_source" in _codes(child)


async def test_wording_that_only_internal_material_has_is_told(
    shop: Shop, model_server: FakeOpenAI
) -> None:
    model_server.answer = "Hei,\n\nHyvityskoodi KIITOS-771 on voimassa toukokuun loppuun asti."
    case = await _conversation(shop)
    async with _writing(shop, model_server) as drafter:
        draft = await drafter.draft(shop.tenant, case, DraftOptions())
        told = [one.detail for one in draft.warnings if one.code == "internal_wording"]
        assert len(told) == 1
        assert "KIITOS-771" in told[0]
        # What the agent says is theirs to say, and so is what the customer has read.
        facts = DraftOptions(facts=[_NOTE])
        assert "internal_wording" not in _codes(await drafter.draft(shop.tenant, case, facts))
        known = await shop.put(
            _QUESTION, more=[("agent:internal", _NOTE), ("agent", _NOTE), ("customer", "Kiitos.")]
        )
        assert "internal_wording" not in _codes(
            await drafter.draft(shop.tenant, known.id, DraftOptions())
        )


@pytest.mark.parametrize("action", ["accepted", "edited"])
async def test_a_review_keeps_that_it_rested_on_internal_material(shop: Shop, action: str) -> None:
    drafter = _assembling(shop)
    draft = await drafter.draft(shop.tenant, await _conversation(shop), _INTERNAL)
    told = ReviewIn.model_validate({"action": action, "final_text": draft.text})
    review = await drafter.review(shop.tenant, draft.id, told, "agt_1")
    assert review.marks == ["internal_source"]
    assert not review.stale
    async with shop.db.read() as session:
        row = await session.scalar(select(ReviewRow).where(ReviewRow.id == review.id))
    assert row is not None
    assert row.sentences["marks"] == ["internal_source"]


async def test_an_article_that_has_become_internal_is_no_source_for_a_change(shop: Shop) -> None:
    drafter = _assembling(shop)
    case = await shop.conversation("Milloin hyvitys maksetaan?")
    parent = await drafter.draft(shop.tenant, case, DraftOptions())
    assert "3–5 arkipäivän" in parent.text
    page = next(one for one in shop.search.passages if one.title == "Hyvityksen aikataulu")
    hidden = await shelved(shop.db, shop.tenant, page.model_copy(update={"visibility": "internal"}))
    shop.search.passages[:] = [
        hidden if one.id == hidden.id else one for one in shop.search.passages
    ]
    child = await drafter.refine(shop.tenant, parent.id, RefineIn(action="more_formal"))
    assert child.citations == parent.citations
    assert child.stale
    assert _codes(child) >= {"source_now_internal", "internal_wording"}
    fresh = await drafter.draft(shop.tenant, case, DraftOptions())
    assert "arkipäivän" not in fresh.text
