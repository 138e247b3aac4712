from datetime import timedelta

from copilot.context.card import ToldFact
from copilot.context.spoken import Spoken
from copilot.context.told import already_told
from copilot.conversations.conversation import Channel
from tests.context.said import MONDAY, spoken

EARLIER = MONDAY - timedelta(days=30)


def told(query: str, *heard: tuple[Spoken, Channel], **relevance: float) -> list[ToldFact]:
    return already_told(query, heard, {"cnv_1": 1.0, **relevance}, MONDAY)


def test_what_matters_to_this_ask_comes_first() -> None:
    here = spoken(("customer", "My router drops the connection every evening."))
    kettle = spoken(
        ("customer", "The kettle KK-20418 leaks from the lid."),
        name="kettle",
        start=MONDAY - timedelta(days=1),
    )
    router = spoken(
        ("customer", "I have already restarted the router and changed the channel."),
        name="router",
        start=EARLIER,
    )
    found = told(
        "router drops connection", (here, "email"), (kettle, "chat"), (router, "phone"), router=0.9
    )
    assert [one.conversation_id for one in found] == ["router", "cnv_1", "kettle"]
    assert found[0].channel == "phone"
    assert found[0].message_id == "router-0"
    assert found[0].said_at == EARLIER


def test_the_same_thing_said_on_two_channels_is_told_once() -> None:
    here = spoken(("customer", "The lid of my kettle KK-20418 is broken."))
    call = spoken(("customer", "My kettle's lid is broken, KK-20418."), name="call", start=EARLIER)
    other = spoken(("customer", "The lid of my kettle KK-20419 is broken."), name="other")
    found = told("kettle lid", (here, "email"), (call, "phone"), (other, "chat"))
    assert {one.conversation_id for one in found} == {"cnv_1", "other"}


def test_one_long_conversation_does_not_fill_the_list() -> None:
    here = spoken(
        *(("customer", f"Laite {n} on rikki, sarjanumero LX-{n}00{n}.") for n in range(9))
    )
    past = spoken(
        *(("customer", f"Tilaus KK-2000{n} maksoi {n}9,90 €.") for n in range(9)), name="past"
    )
    found = told("laite rikki", (here, "email"), (past, "email"))
    assert [one.conversation_id for one in found].count("cnv_1") == 5
    assert [one.conversation_id for one in found].count("past") == 4


def test_a_correction_on_another_channel_wins() -> None:
    here = spoken(("customer", "We have moved: 3 Park Road, York."))
    past = spoken(("customer", "I live at 14 Mill Lane, Leeds."), name="past", start=EARLIER)
    (found,) = told("delivery", (here, "email"), (past, "phone"))
    assert "Park Road" in found.text


def test_nothing_is_told_of_nothing() -> None:
    assert told("router") == []
    assert told("", (spoken(("customer", "Hi!")), "email")) == []
