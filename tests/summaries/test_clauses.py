"""Run-on sentences, cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.grounding.sentences import Span
from copilot.summaries.clauses import LONGEST_WORDS, cut_at_clauses
from tests.timing import ends

RUN_ON = (
    "so i ordered the lamp two weeks ago and it came on monday but the shade was broken and i "
    "wrote to you the same day and nobody has answered me since then so i would like to have my "
    "money back because i have already bought another one from the shop next door"
)


def parts(text: str) -> list[str]:
    return [text[one.start : one.end] for one in cut_at_clauses(text, Span(0, len(text)))]


def test_a_run_on_sentence_is_cut_where_clauses_begin() -> None:
    found = parts(RUN_ON)
    assert len(found) > 1
    assert " ".join(found) == RUN_ON
    assert all(len(one.split()) <= LONGEST_WORDS for one in found)
    assert all(one.split()[0] in {"and", "but", "so", "because", "i"} for one in found)


def test_an_ordinary_sentence_is_left_whole() -> None:
    text = "The lamp that I ordered on 3 March came broken, and I would like a new one by Friday."
    assert parts(text) == [text]


def test_an_endless_sentence_comes_to_an_end() -> None:
    with ends():
        assert len(parts("tulee ja " * 50_000)) > 1_000


@given(st.text(max_size=800), st.integers(0, 40))
def test_nothing_but_white_space_is_lost(text: str, start: int) -> None:
    text = text.strip()
    found = cut_at_clauses(text, Span(min(start, len(text)), len(text)))
    kept = "".join(text[one.start : one.end] for one in found)
    assert "".join(kept.split()) == "".join(text[start:].split())


@pytest.mark.parametrize("words", range(10, 40))
@pytest.mark.parametrize("figure", ["12 345,50 €", "3 March 2026", "10 and 12 euros"])
def test_no_figure_is_cut_in_two(words: int, figure: str) -> None:
    found = parts(f"I {'word ' * words}paid {figure} {'stuff ' * 40}".strip())
    assert any(figure in one for one in found)
