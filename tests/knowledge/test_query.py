"""What is searched for: one text, or a conversation taken apart."""

from hypothesis import given
from hypothesis import strategies as st

from copilot.knowledge.query import LONGEST, SearchQuery
from copilot.search.sparse import Part


def test_one_text_is_all_of_it() -> None:
    assert SearchQuery.of("  broken kettle\n") == SearchQuery(
        "broken kettle",
        (Part("broken kettle"),),
        ("broken kettle",),
        (Part("broken kettle"),),
    )
    assert SearchQuery.of(" \n").text == ""


@given(st.text())
def test_a_text_can_be_stored_and_sent_as_utf_8(text: str) -> None:
    query = SearchQuery.of(text + "\x00\ud800")
    assert "\x00" not in query.text
    query.text.encode()
    assert query.text == query.meant[0] == query.asked[0].text == query.named[0].text


def test_a_long_text_is_looked_at_so_far() -> None:
    query = SearchQuery.of("x" * (LONGEST + 1))
    assert {len(query.text), len(query.meant[0]), len(query.asked[0].text)} == {LONGEST}


def test_what_is_short_is_left_alone() -> None:
    query = SearchQuery("a", (Part("b", 0.5),), ("c", "d"), (Part("e", 0.3),))
    assert query.cut() is query


@given(st.integers(0, 4))
def test_cutting_keeps_the_weights_and_shortens_every_part(which: int) -> None:
    texts = ["short"] * 5
    texts[which] = "y" * (LONGEST * 3)
    text, asked, first, second, named = texts
    query = SearchQuery(text, (Part(asked, 0.5),), (first, second), (Part(named, 0.3), Part("n")))
    cut = query.cut()
    assert cut.text == text[:LONGEST]
    assert cut.asked == (Part(asked[:LONGEST], 0.5),)
    assert cut.meant == (first[:LONGEST], second[:LONGEST])
    assert cut.named == (Part(named[:LONGEST], 0.3), Part("n"))
