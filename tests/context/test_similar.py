from datetime import timedelta

from copilot.context.card import SimilarConversation
from copilot.context.masking import MASK
from copilot.context.similar import Solved, settled_of_others, with_resolutions
from copilot.context.spoken import Spoken
from copilot.conversations.conversation import Conversation, Role
from copilot.privacy.known import KnownFacts
from tests.context.said import MONDAY, talk

ASK: tuple[Role, str] = ("customer", "The kettle does not work, order KK-20418.")


def similar(*talks: Conversation, query: str = "kettle broken") -> list[SimilarConversation]:
    solved = [
        Solved(one, Spoken(one), 1.0 - place / 100, KnownFacts(numbers=("KK-20418",)))
        for place, one in enumerate(talks)
    ]
    return with_resolutions(query, solved, MONDAY)


def resolution(*answers: str) -> str | None:
    found = similar(talk(ASK, *(("agent", one) for one in answers), status="solved"))
    return found[0].resolution if found else None


def test_the_resolution_is_what_was_done_not_how_it_was_closed() -> None:
    assert (
        resolution("We have sent you a new kettle without charge.", "Enjoy, I'll close the chat.")
        == "We have sent you a new kettle without charge."
    )
    assert (
        resolution("Olemme lähettäneet uuden keittimen.", "Kiva kuulla, että se auttoi!")
        == "Olemme lähettäneet uuden keittimen."
    )
    assert resolution(
        "If it is not there by Friday, I'll open a search.", "I have refunded it."
    ) == ("I have refunded it.")


def test_without_an_answer_it_is_no_help() -> None:
    assert resolution() is None
    assert resolution("Could you send a photo of it, please?") is None


def test_notes_are_never_quoted() -> None:
    one = talk(ASK, ("agent", "We have refunded it secretly."), status="solved", internal=[1])
    assert similar(one) == []


def test_the_other_customer_is_hidden_in_subject_and_resolution() -> None:
    one = talk(
        ASK,
        ("agent", "We have refunded order KK-20418, Anna."),
        subject="Kettle KK-20418",
        status="solved",
        author="Anna Aho",
    )
    (found,) = similar(one)
    assert found.subject == f"Kettle {MASK}"
    assert "Anna" not in found.resolution
    assert "20418" not in found.resolution
    assert found.id == "cnv_1"


def test_confirmed_and_recent_cases_come_first() -> None:
    done: tuple[Role, str] = ("agent", "We have sent you a new kettle.")
    old = talk(ASK, done, name="old", start=MONDAY - timedelta(days=900))
    confirmed = talk(ASK, done, ("customer", "Thanks, it works!"), name="confirmed")
    assert [one.id for one in similar(old, confirmed)] == ["confirmed", "old"]


def test_only_settled_ones_of_others_are_looked_at() -> None:
    mine = talk(ASK, name="mine", status="solved")
    still_open = talk(ASK, name="open").model_copy(update={"customer_id": "cus_2"})
    theirs = talk(ASK, name="theirs", status="closed").model_copy(update={"customer_id": "cus_2"})
    nobodys = talk(ASK, name="nobodys", status="solved").model_copy(update={"customer_id": None})
    heads = {one.id: one for one in (mine, still_open, theirs, nobodys)}
    scores = {"mine": 0.9, "open": 0.8, "theirs": 0.5, "nobodys": 0.6, "gone": 1.0}
    found = settled_of_others(heads, scores, "cus_1")
    assert [one.id for one in found] == ["nobodys", "theirs"]
