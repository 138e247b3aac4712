"""Refining without a language model: what cannot be done says so, and loses nothing."""

import pytest

from copilot.drafts.draft import (
    Citation,
    Draft,
    DraftOptions,
    DraftSentence,
    RefineAction,
    RefineIn,
)
from copilot.drafts.flow import Drafter
from copilot.drafts.parts import DraftQuestion
from copilot.drafts.refining import change
from tests.drafts.conftest import Shop

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
_ASKED = "Missä tilaukseni KK-20694 on? Myyttekö riippumattoja? Paljonko palautusmaksu on?"


def _drafter(shop: Shop) -> Drafter:
    return Drafter(shop.db, shop.context, None, shop.prompts, shop.search)


async def _parent(shop: Shop) -> Draft:
    case = await shop.conversation(_ASKED)
    return await _drafter(shop).draft(shop.tenant, case, DraftOptions())


def _cited(draft: Draft) -> list[tuple[int, str | None, str | None]]:
    return [
        (one.n, one.passage.id if one.passage else None, one.order_id) for one in draft.citations
    ]


@pytest.mark.parametrize(
    ("action", "needs"),
    [
        ("simplify", "Simpler words need a language model"),
        ("fix_grammar", "Correcting the language needs a language model"),
        ("translate", "A translation needs a language model"),
        (None, "Following an instruction needs a language model"),
    ],
)
async def test_what_needs_a_model_says_so_and_loses_nothing(
    shop: Shop, action: RefineAction | None, needs: str
) -> None:
    parent = await _parent(shop)
    wish = RefineIn(
        action=action,
        language="en" if action == "translate" else None,
        instruction="Runoksi." if action is None else None,
    )
    child = await _drafter(shop).refine(shop.tenant, parent.id, wish)
    assert child.text == parent.text
    assert child.language == parent.language == "fi"
    assert child.degraded
    assert child.sentences == parent.sentences
    assert child.figures == parent.figures
    assert child.questions == parent.questions
    assert child.answerable == parent.answerable
    assert _cited(child) == _cited(parent)
    assert child.to_confirm == parent.to_confirm
    assert [one for one in parent.warnings if one not in child.warnings] == []
    (told,) = [one for one in child.warnings if one not in parent.warnings]
    assert told.code == "refine_needs_model"
    assert told.detail.startswith(needs)
    assert told.detail.endswith("the text is as it was.")
    assert all(one.kind == "kept" for one in child.changes)


async def test_a_shorter_draft_knows_what_it_still_answers(shop: Shop) -> None:
    parent = await _parent(shop)
    child = await _drafter(shop).refine(shop.tenant, parent.id, RefineIn(action="shorten"))
    assert len(child.text) < len(parent.text)
    assert [one.answered for one in child.questions] == [one.answered for one in parent.questions]
    for question in child.questions:
        assert all(place < len(child.sentences) for place in question.sentences)
    assert {"assembled", "question_unanswered"} <= {one.code for one in child.warnings}
    again = await _drafter(shop).refine(shop.tenant, child.id, RefineIn(action="shorten"))
    assert again.text == child.text
    (told,) = [one for one in again.warnings if one.code == "refine_needs_model"]
    assert told.detail.startswith("No sentence can be left out")


async def test_what_is_asked_of_the_customer_is_not_left_out(shop: Shop) -> None:
    parent = await _parent(shop)
    asking = "Selvitän asian. Se vie hetken. Kertoisitko tilausnumeron? Lähettäisitkö kuvan?"
    shorter = change(parent.model_copy(update={"text": asking}), "shorten")
    assert shorter == "Selvitän asian. Kertoisitko tilausnumeron? Lähettäisitkö kuvan?"


def _of_an_order(parent: Draft, *article: str) -> Draft:
    """A draft that tells three things of an order, then what an article says."""
    order = ["Tilaus KK-1 on lähetetty.", "Se on perillä 4.12.", "Se maksoi 89 euroa."]
    sentences = [DraftSentence(text=one, citations=[1]) for one in order]
    sentences += [DraftSentence(text=one, citations=[2]) for one in article]
    paragraphs = [" ".join(order), " ".join(article)] if article else [" ".join(order)]
    update = {
        "text": "\n\n".join(paragraphs),
        "sentences": sentences,
        "citations": [Citation(n=1, order_id="ord_1"), Citation(n=2)],
        "questions": [DraftQuestion(text="Milloin se tulee?", answered=True, sentences=[1])],
    }
    return parent.model_copy(update=update)


async def test_what_is_told_of_an_order_goes_last(shop: Shop) -> None:
    parent = await _parent(shop)
    both = _of_an_order(parent, "Palautus on maksuton.", "Pakkaa tuote hyvin.")
    shorter = change(both, "shorten")
    assert shorter is not None
    assert shorter.split("\n\n") == [both.text.split("\n\n")[0], "Palautus on maksuton."]
    alone = change(_of_an_order(parent), "shorten")
    assert alone == "Tilaus KK-1 on lähetetty. Se on perillä 4.12."
