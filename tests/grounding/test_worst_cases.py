"""Texts made to be slow take no longer than their length asks for."""

import time
from datetime import date

import pytest

from copilot.grounding.figure_check import Source
from copilot.grounding.figures import check_figures, find_figures

_PIECES = [
    *("1", " ", "a", "1 ", "00"),
    *("1.", "1-", "1/", "a1", "a-", "_1", "+1", "(0", "#1", "1:1", "1 000 "),
    *("@", "a@", "a.", "a.fi.", "www.", "http://"),
    *("five ", "five-", "hundred ", "order ", "numero ", "May ", "ma-", "2.5. ", "€ ", "% "),
]
_SECONDS = 20
"""Far more than any needs on a slow machine, far less than one whose time grows squared."""


@pytest.mark.parametrize("piece", _PIECES[:5])
def test_a_million_characters_are_searched_in_time(piece: str) -> None:
    text = (piece * 1_000_000)[:1_000_000]
    began = time.process_time()
    find_figures(text, "en", said_at=date(2026, 3, 18))
    assert time.process_time() - began < _SECONDS


@pytest.mark.parametrize("tail", [".", ")", "_", ")("])
def test_a_link_with_an_endless_tail_is_found_in_time(tail: str) -> None:
    began = time.process_time()
    find_figures("see www.shop.example" + tail * 1_000_000)
    assert time.process_time() - began < _SECONDS


@pytest.mark.parametrize("piece", _PIECES)
def test_a_text_is_checked_against_a_source_like_it_in_time(piece: str) -> None:
    text = (piece * 150_000)[:150_000]
    began = time.process_time()
    check_figures(text[:10_000], [Source("order", "o", text)], language="en")
    assert time.process_time() - began < _SECONDS
