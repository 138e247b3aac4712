"""Source marks out of streams, however they are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.drafts.marks import MarkStripper, take_out
from tests.timing import ends


@pytest.mark.parametrize(
    ("written", "text", "named"),
    [
        ("A day. [S1] Two. [S2][S3]", "A day. Two.", [(1,), (2,), (3,)]),
        ("A day [S1].", "A day.", [(1,)]),
        ("Kaksi [S1, S2] tässä.", "Kaksi tässä.", [(1, 2)]),
        ("Both [S1 and S2].", "Both.", [(1, 2)]),
        ("[NAME_1] and [link] and [S] stay", "[NAME_1] and [link] and [S] stay", []),
        ("Price is [5].", "Price is [5].", []),
    ],
)
def test_marks_are_taken_out(written: str, text: str, named: list[tuple[int, ...]]) -> None:
    marked = take_out(written)
    assert marked.text == text
    assert [one.sources for one in marked.marks] == named


def test_a_long_run_of_blanks_takes_no_time() -> None:
    blanks = " " * 100_000
    with ends():
        stripper = MarkStripper()
        assert stripper.feed(f"a{blanks}") + stripper.feed("b") == f"a{blanks}b"
        assert take_out(f"a{blanks}b").text == f"a{blanks}b"


_PART = st.sampled_from(
    ["word ", "[S1]", " [S2]", "[S1, S3]", "[", "]", "S", "\n", "[x]", "4,90 €"]
)


@given(parts=st.lists(_PART, max_size=12), cuts=st.lists(st.integers(1, 6), min_size=1))
def test_streamed_text_is_what_the_whole_text_gives(parts: list[str], cuts: list[int]) -> None:
    written = "".join(parts)
    stripper, shown, position, turn = MarkStripper(), "", 0, 0
    while position < len(written):
        length = cuts[turn % len(cuts)]
        shown += stripper.feed(written[position : position + length])
        position += length
        turn += 1
    assert (shown + stripper.end()).strip() == take_out(written).text
