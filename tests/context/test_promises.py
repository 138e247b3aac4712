from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from copilot.context.card import Promise
from copilot.context.promises import promised
from copilot.context.spoken import Spoken
from copilot.conversations.conversation import Conversation, Role
from tests.context.said import MONDAY, talk

TODAY = date(2026, 3, 10)
ASK: tuple[Role, str] = ("customer", "The kettle has not arrived.")


def pending(*talks: Conversation, today: date = TODAY) -> list[Promise]:
    return promised([(Spoken(one), one) for one in talks], today)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("We will send a new kettle tomorrow.", "2026-03-04"),
        ("You will have the refund within 3 working days.", "2026-03-06"),
        ("I will call you on Thursday.", "2026-03-05"),
        ("We will refund it by 27 March.", "2026-03-27"),
        ("We will send it within two weeks.", "2026-03-17"),
        ("I will write to you next week.", "2026-03-13"),
        ("Lähetämme uuden keittimen huomenna.", "2026-03-04"),
        ("Palautamme rahat kolmen arkipäivän kuluessa.", "2026-03-06"),
        ("Hyvitämme summan 5 arkipäivän kuluessa.", "2026-03-10"),
        ("Soitan sinulle torstaina.", "2026-03-05"),
        ("Lähetämme osan viimeistään 27.3.", "2026-03-27"),
        ("Teemme etsinnän, kun merkintää ei ole tullut 5 arkipäivään, eli huomenna.", "2026-03-04"),
        ("I will look into it.", None),
    ],
)
def test_by_when(text: str, due: str | None) -> None:
    (found,) = pending(talk(ASK, ("agent", text), author="Noora"))
    assert (found.text, found.due, found.by) == (text, due, "Noora")
    assert found.message_id == "cnv_1-1"


def test_the_overdue_ones_are_marked_and_first() -> None:
    one = talk(
        ASK,
        ("agent", "We will send the spare lid by 27 March."),
        ("agent", "We will refund the delivery fee by 5 March."),
    )
    assert [(found.due, found.overdue) for found in pending(one)] == [
        ("2026-03-05", True),
        ("2026-03-27", False),
    ]
    assert not any(found.overdue for found in pending(one, today=date(2026, 3, 5)))


@pytest.mark.parametrize(
    "text",
    [
        "Nineteen minutes is not what we promise.",
        "If it isn't there by Friday, we will send a new one.",
        "Joko lähetämme uuden tuotteen tai hyvitämme summan 9.3. mennessä.",
        "Shall we send a new one by Friday?",
        "Jos haluat, lähetämme uuden perjantaina.",
    ],
)
def test_offers_and_conditions_are_no_promises(text: str) -> None:
    assert pending(talk(ASK, ("agent", text))) == []


@pytest.mark.parametrize(
    "after",
    [
        (("agent", "We have sent the new kettle today."),),
        (("customer", "The new kettle arrived, thanks for that."),),
        (("customer", "Uusi kettle tuli perille eilen."),),
    ],
)
def test_what_was_kept_is_gone(after: Sequence[tuple[Role, str]]) -> None:
    promise: tuple[Role, str] = ("agent", "We will send a new kettle on Thursday.")
    assert len(pending(talk(ASK, promise))) == 1
    assert pending(talk(ASK, promise, *after)) == []


def test_what_has_not_come_is_not_kept() -> None:
    promise: tuple[Role, str] = ("agent", "We will send a new kettle on Thursday.")
    one = talk(ASK, promise, ("customer", "The new kettle never arrived."))
    assert len(pending(one)) == 1


@pytest.mark.parametrize(
    "chasing",
    [
        "I received your email about the refund but I am still waiting.",
        "Sain viestin hyvityksestä, mutta raha puuttuu.",
    ],
)
def test_one_who_chases_a_refund_has_not_got_it(chasing: str) -> None:
    promise: tuple[Role, str] = ("agent", "We will refund it by 6 March and let you know.")
    later = talk(
        ("agent", "The card that you paid with."), name="later", start=MONDAY + timedelta(days=2)
    )
    assert [one.overdue for one in pending(talk(ASK, promise, ("customer", chasing)), later)] == [
        True
    ]


def test_a_call_back_on_another_channel_keeps_the_promise() -> None:
    call = talk(ASK, ("agent", "Kirjoitan sinulle viimeistään torstaina."), name="call")
    mail = talk(
        ("agent", "Sain sinulle uuden ajan."), name="mail", start=MONDAY + timedelta(days=3)
    )
    assert len(pending(call)) == 1
    assert pending(call, mail) == []


def test_in_a_settled_conversation_only_what_is_ahead_stays() -> None:
    one = talk(
        ASK,
        ("agent", "We will refund the fee by 5 March."),
        ("agent", "You will have the new kettle by 13 March."),
        ("agent", "I will look into the rest."),
        status="solved",
    )
    assert [found.due for found in pending(one)] == ["2026-03-13"]
    assert pending(one, today=date(2026, 6, 1)) == []


def test_one_promise_made_twice_is_told_once() -> None:
    call = talk(ASK, ("agent", "We will refund the delivery fee by 27 March."), name="call")
    mail = talk(ASK, ("agent", "We will refund the delivery fee by 27 March."), name="mail")
    assert len(pending(call, mail)) == 1


def test_what_customers_promise_is_none_of_ours() -> None:
    assert pending(talk(("customer", "I will send the kettle back on Thursday."))) == []
