"""Terms and BM25 weights."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.search.analysis import terms
from copilot.search.sparse import passage_vector, query_vector
from tests.timing import ends


def score(query: str, passage: str, language: str | None = "en") -> float:
    asked = query_vector(query, language)
    held = passage_vector(passage, language)
    weights = dict(zip(held.indices, held.values, strict=True))
    return sum(
        value * weights.get(index, 0.0)
        for index, value in zip(asked.indices, asked.values, strict=True)
    )


def test_codes_are_kept_whole_and_in_parts() -> None:
    found = set(terms("Order KK-20418, size 3.5", None))
    assert {"c:kk-20418", "s:20418", "c:3.5"} <= found
    assert score("KK-20418", "order KK-20418") > score("KK-20418", "order KK 20418") > 0


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "returning kettles", "return the kettle"),
        ("fi", "palautuksissa", "palautus"),
        ("sv", "returerna", "retur"),
        ("de", "Rücksendungen", "Rücksendung"),
    ],
)
def test_inflected_forms_match(language: str, one: str, other: str) -> None:
    assert score(one, other, language) > score(one, "gardening", language)


def test_compounds_match_by_their_parts_and_languages_need_not_be_known() -> None:
    assert score("toimitus", "toimitusehdot", "fi") > 0
    assert score("vedenkeitin", "vedenkeittimen takuu", None) > 0
    assert score("palautus", "palautukset", "en") > 0


def test_chinese_and_emoji_and_right_to_left() -> None:
    assert score("退货", "如何退货", "zh") > 0
    assert score("החזר", "בקשת החזר כספי", "he") > 0
    assert query_vector("😀", None).indices == []


def test_what_is_not_seen_does_not_cut_words() -> None:
    whole = list(terms("vedenkeitin istanbul", "fi"))
    assert list(terms("veden\u00adkeitin \u200f\u0130stanbul\u200e", "fi")) == whole
    assert list(terms("a\u0308iti o\u0308ljy", "fi")) == list(terms("äiti öljy", "fi"))
    assert list(terms("\u05e9\u05b8\u05dc\u05d5\u05b9\u05dd", "he")) == list(
        terms("\u05e9\u05dc\u05d5\u05dd", "he")
    )


@pytest.mark.parametrize("piece", ["a", "1", "a.", "1-", "ä ", "_", "🙂", "漢"])
def test_no_query_takes_long(piece: str) -> None:
    with ends():
        query_vector(piece * (60_000 // len(piece)), "fi")


def test_saturation_and_length() -> None:
    once, often = score("kettle", "kettle a b c"), score("kettle", "kettle kettle kettle a b c")
    assert once < often < 3 * once
    assert score("kettle", "kettle") > score("kettle", "kettle " + "other words " * 50)


def test_terms_are_the_same_in_every_process() -> None:
    script = (
        "from copilot.search.sparse import query_vector;"
        "print(query_vector('Order KK-20418', 'en').indices)"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert told.stdout.decode().strip() == str(query_vector("Order KK-20418", "en").indices)


@given(st.text(max_size=300), st.sampled_from([None, "en", "fi", "xx", "zh-Hans"]))
def test_any_text_makes_a_valid_vector(text: str, language: str | None) -> None:
    for vector in (passage_vector(text, language), query_vector(text, language)):
        assert vector.indices == sorted(set(vector.indices))
        assert len(vector.indices) == len(vector.values)
        assert all(0 <= index < 2**32 for index in vector.indices)
        assert all(value > 0 for value in vector.values)
