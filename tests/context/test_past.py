from datetime import timedelta

from copilot.context.past import Earlier, as_past, first_rank, ranked_past, shares
from copilot.context.spoken import Spoken
from copilot.conversations.conversation import Conversation
from copilot.knowledge.passage import Passage
from tests.context.said import MONDAY, talk


def earlier(one: Conversation) -> Earlier:
    return Earlier(one, Spoken(one))


def passage(conversation_id: str, score: float) -> Passage:
    return Passage(
        id="p", kind="conversation", conversation_id=conversation_id, title="", text="",
        visibility="internal", language=None, updated_at=MONDAY, score=score,
    )  # fmt: skip


def test_relevance_beats_recency_and_open_beats_settled() -> None:
    year = timedelta(days=365)
    same = talk(
        ("customer", "The kettle leaks."), name="same", start=MONDAY - year, status="solved"
    )
    new = talk(("customer", "Where is my rug?"), name="new", status="solved")
    still_open = talk(("customer", "Where is my rug?"), name="open")
    past = [earlier(one) for one in (new, still_open, same)]
    found = ranked_past("The kettle leaks", past, [passage("same", 2.0)], MONDAY)
    assert [one.earlier.head.id for one in found] == ["same", "open", "new"]
    assert found[0].relevance == 1.0


def test_the_same_order_is_the_same_case() -> None:
    named = talk(("customer", "Tilaus KK-20418 on myöhässä."), name="named")
    other = talk(("customer", "Tilaus KK-20419 on myöhässä."), name="other")
    found = ranked_past("KK-20418 vieläkin myöhässä", [earlier(other), earlier(named)], [], MONDAY)
    assert [one.earlier.head.id for one in found] == ["named", "other"]
    assert found[0].relevance - found[1].relevance > 0.3


def test_the_best_passage_of_each_conversation_counts() -> None:
    found = [passage("a", 4.0), passage("b", 2.0), passage("a", 1.0)]
    assert shares(found) == {"a": 1.0, "b": 0.5}
    assert shares([]) == {}


def test_first_rank_needs_no_text() -> None:
    old = talk(("customer", "x"), start=MONDAY - timedelta(days=700), status="solved")
    new = talk(("customer", "x"), status="solved")
    assert first_rank(old, 0.9, MONDAY) > first_rank(new, 0.0, MONDAY)


def test_a_stored_headline_goes_before_our_own() -> None:
    one = talk(("customer", "The kettle leaks from its lid."), subject="Re: Kettle")
    (ranked,) = ranked_past("kettle", [earlier(one)], [], MONDAY)
    assert as_past(ranked, "Leaking kettle").headline == "Leaking kettle"
    assert as_past(ranked, None).headline == "The kettle leaks from its lid."
