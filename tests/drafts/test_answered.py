"""What a draft tells of each question, and of what a refinement changed."""

import pytest

from copilot.drafts.changing import changes_between, figures_lost
from copilot.drafts.draft import Draft, DraftOptions, RefineIn
from copilot.drafts.flow import Drafter
from copilot.drafts.tidying import left_blank, tidied
from tests.drafts.conftest import Shop

_DB = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


def _drafter(shop: Shop) -> Drafter:
    return Drafter(shop.db, shop.context, None, shop.prompts, shop.search)


async def _draft(shop: Shop, text: str, *, channel: str = "email", **options: object) -> Draft:
    conversation = await shop.conversation(text, channel=channel)
    wanted = DraftOptions.model_validate(options)
    return await _drafter(shop).draft(shop.tenant, conversation, wanted)


@_DB
async def test_each_question_names_the_sentences_that_answer_it(shop: Shop) -> None:
    draft = await _draft(
        shop,
        "Missä tilaukseni KK-20694 on? Paljonko palautus maksaa Suomesta? Myyttekö kanootteja?",
    )
    where, fee, canoes = draft.questions
    assert where.answered
    assert fee.answered
    assert not canoes.answered
    assert "KK-20694" in draft.sentences[where.sentences[0]].text
    assert any("4,90 €" in draft.sentences[one].text for one in fee.sentences)
    assert canoes.sentences == []
    assert "kanootteja" in (canoes.missing or "")
    assert "kanootteja" in draft.text
    assert {one.message_id for one in draft.questions} != {None}


@_DB
async def test_a_given_fact_answers_before_articles_do(shop: Shop) -> None:
    draft = await _draft(shop, "Milloin kuljettaja tulee?", facts=["Kuljettaja tulee 25.3. klo 16"])
    (question,) = draft.questions
    assert question.answered
    assert [draft.sentences[one].text for one in question.sentences] == [
        "Kuljettaja tulee 25.3. klo 16."
    ]
    assert "question_unanswered" not in {one.code for one in draft.warnings}


@_DB
async def test_an_email_is_signed_and_a_chat_is_not(shop: Shop) -> None:
    mail = await _draft(shop, "Paljonko palautusmaksu on?", signature="Noora\nKuusikulma")
    assert mail.text.endswith("Ystävällisin terveisin\nNoora\nKuusikulma")
    chat = await _draft(shop, "Paljonko palautusmaksu on?", channel="chat", signature="Noora")
    assert "Noora" not in chat.text


@_DB
async def test_a_shorter_draft_tells_what_went(shop: Shop) -> None:
    parent = await _draft(
        shop, "Milloin saan hyvityksen? Paljonko palautusmaksu on?", length="long"
    )
    wish = RefineIn(action="shorten")
    shorter = await _drafter(shop).refine(shop.tenant, parent.id, wish)
    gone = [one.before for one in shorter.changes if one.kind == "removed"]
    assert gone
    assert all(one and one not in shorter.text for one in gone)
    assert "".join(one.after or "" for one in shorter.changes).split() != []
    assert parent.changes == []


def test_changes_stand_in_the_order_of_the_text() -> None:
    before = "Hei,\n\nMaksu on 4,90 €. Vanha lause menee pois. Toimitus kestää viikon."
    after = "Hei,\n\nMaksu on 5,90 €. Toimitus kestää viikon. Ihan uusi asia tuli mukaan."
    changes = changes_between(before, after)
    assert [one.kind for one in changes] == ["kept", "changed", "removed", "kept", "added"]
    (lost,) = figures_lost(before, after, ("fi", "fi"), changes)
    assert lost.code == "figure_changed"
    assert "4,90 € → 5,90 €" in lost.detail


def test_a_figure_that_only_is_written_otherwise_is_not_lost() -> None:
    before, after = "Maksu on 4,90 €.", "The fee is €4.90."
    assert figures_lost(before, after, ("fi", "en"), changes_between(before, after)) == []
    (lost,) = figures_lost(before, "There is a fee.", ("fi", "en"), [])
    assert lost.code == "figure_lost"


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Here is the reply:\n\nHi Ann,\n\nIt is **free** [S1].", "Hi Ann,\n\nIt is free [S1]."),
        ("Sure! Here's a draft reply to the customer:\nHello,\nYes.", "Hello,\nYes."),
        ("Tässä on vastaus asiakkaalle:\n\nHei,\n\nKyllä [S2].", "Hei,\n\nKyllä [S2]."),
        ("Subject: Your order\n\nHi Ann,\n\nYes.", "Hi Ann,\n\nYes."),
        ("## Steps\n* One\n* Two [S1]", "Steps\n- One\n- Two [S1]"),
        ("Hi Ann,\n\nHello Ann,\n\nYes.", "Hi Ann,\n\nYes."),
        ("See [our page](https://shop.example/a).", "See our page (https://shop.example/a)."),
        (
            "Here is the parcel: 3 * 4 = 12, file_name_x.",
            "Here is the parcel: 3 * 4 = 12, file_name_x.",
        ),
    ],
)
def test_a_model_reply_is_tidied(written: str, wanted: str) -> None:
    assert tidied(written, "whatsapp").text.strip() == wanted


def test_what_is_left_to_fill_in_is_told_with_its_place() -> None:
    text = "Kind regards\n[Your name]"
    (told,) = left_blank(text)
    assert text[told.start : told.end] == "[Your name]"
    assert left_blank("The parcel [large] is with [NAME_1].") == []
