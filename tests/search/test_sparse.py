"""Terms and BM25 weights."""

import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.search.analysis import Place, grams, placed_terms, stems, terms, words_of
from copilot.search.sparse import (
    NO_TERMS,
    Part,
    SparseVector,
    passage_names,
    passage_vector,
    query_names,
    query_vector,
)
from tests.timing import ends


def score(query: str, passage: str, language: str | None = "en") -> float:
    return product(query_vector([Part(query)], language), passage_vector(passage, language))


def product(asked: SparseVector, held: SparseVector) -> float:
    weights = weights_of(held)
    return sum(value * weights.get(index, 0.0) for index, value in weights_of(asked).items())


def weights_of(vector: SparseVector) -> dict[int, float]:
    return dict(zip(vector.indices, vector.values, strict=True))


def weight(word: str, parts: Sequence[Part]) -> float:
    """How much ``word`` matters in a search without a language; 0 when it is not asked."""
    searched = weights_of(query_vector(parts, None))
    opening = in_common(word, f"{word[:3]}öööö", None)
    assert len(opening) == 1
    found = {searched.get(one, 0.0) for one in in_common(word, word, None) - opening}
    assert len(found) == 1, "its stem and its other grams matter alike"
    whole = found.pop()
    # Up to twice as much: the longer the search, the more.
    assert whole <= searched.get(opening.pop(), 0.0) <= 2 * whole
    return whole


def in_common(one: str, other: str, language: str | None) -> set[int]:
    """The terms of both."""
    return set(passage_vector(one, language).indices) & set(passage_vector(other, None).indices)


def named(search: Sequence[Part], title: str) -> float:
    return product(query_names(search), passage_names(title))


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
    assert query_vector([Part("😀")], None).indices == []


def test_what_is_not_seen_does_not_cut_words() -> None:
    whole = list(terms("vedenkeitin istanbul", "fi"))
    assert list(terms("veden\u00adkeitin \u200f\u0130stanbul\u200e", "fi")) == whole
    assert list(terms("a\u0308iti o\u0308ljy", "fi")) == list(terms("äiti öljy", "fi"))
    assert list(terms("\u05e9\u05b8\u05dc\u05d5\u05b9\u05dd", "he")) == list(
        terms("\u05e9\u05dc\u05d5\u05dd", "he")
    )


@pytest.mark.parametrize("piece", ["a", "1", "a.", "1-", "ä ", "_", "🙂", "漢"])
def test_no_query_takes_long(piece: str) -> None:
    long = piece * (60_000 // len(piece))
    with ends():
        query_vector([Part(long)], "fi")
        query_names([Part(long)])
        passage_names(long)
    with ends():
        many = [Part(long[:8000], 0.9**n) for n in range(20)]
        query_vector(many, "fi")
        query_names(many)


def test_saturation_and_length() -> None:
    once, often = score("kettle", "kettle a b c"), score("kettle", "kettle kettle kettle a b c")
    assert once < often < 3 * once
    assert score("kettle", "kettle") > score("kettle", "kettle " + "other words " * 50)


def test_terms_are_the_same_in_every_process() -> None:
    script = (
        "from copilot.search.sparse import Part, query_vector;"
        "print(query_vector([Part('Order KK-20418')], 'en').indices)"
    )
    asked = query_vector([Part("Order KK-20418")], "en")
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert told.stdout.decode().strip() == str(asked.indices)


@given(st.text(max_size=300), st.sampled_from([None, "en", "fi", "xx", "zh-Hans"]))
def test_any_text_makes_a_valid_vector(text: str, language: str | None) -> None:
    parts = [Part(text), Part(text[::-1], 0.5)]
    for vector in (
        passage_vector(text, language),
        query_vector(parts, language),
        query_names(parts),
        passage_names(text),
    ):
        assert vector.indices == sorted(set(vector.indices))
        assert len(vector.indices) == len(vector.values)
        assert all(0 <= index < 2**32 for index in vector.indices)
        assert all(value > 0 for value in vector.values)


def telling(count: int) -> str:
    """So many words that share no gram."""
    return " ".join(f"{chr(97 + n // 26) * 2}{chr(97 + n % 26) * 2}" for n in range(count))


def test_function_words_count_in_full_in_a_short_search() -> None:
    for text in ("how kettle", "how do i open it kettle now"):
        assert weight("how", [Part(text)]) == 1.0
    assert weight("kettle", [Part("how do i open it kettle now")]) == 1.0


def test_function_words_lose_weight_with_the_length_of_the_search() -> None:
    weights = [weight("how", [Part(f"how {telling(count)}")]) for count in range(5, 60, 5)]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == 1.0
    # As 40 letters by 80, squared.
    assert weight("how", [Part(f"how a {telling(19)}")]) == pytest.approx(0.25)
    assert weight("how", [Part(f"how {telling(60)}")]) == 0.0
    assert weight("aaaa", [Part(f"how {telling(60)}")]) == 1.0
    # The search is all of its parts together.
    parts = [Part("how a aaaa"), Part(telling(18), 0.3)]
    assert weight("how", parts) == pytest.approx(0.25)
    # Letters, not words: two long ones are as much as nine short ones.
    long = f"how {'b' * 38} {'c' * 39}"
    assert weight("how", [Part(long)]) == pytest.approx(0.25)


@pytest.mark.parametrize("word", ["joista", "heiltä", "jossakin", "kyseisen", "perusteella"])
def test_finnish_function_words_are_known_in_their_cases(word: str) -> None:
    searched = weights_of(query_vector([Part(f"{word} {telling(60)}")], "fi"))
    assert not in_common(word, word, "fi") & searched.keys()


def test_beginnings_come_to_weigh_more_and_endings_less() -> None:
    word, opening, ending = "vedenkeittimissä", "vedöööö", "öööissä"

    def told(search: str, other: str) -> set[float]:
        searched = weights_of(query_vector([Part(search)], "fi"))
        return {round(searched[one], 6) for one in in_common(word, other, "fi")}

    assert told(word, opening) == told(word, ending) == told(word, word) == {1.0}
    # 80 letters: three quarters of the way.
    twice_as_long = f"{word} {telling(16)}"
    assert told(twice_as_long, opening) == {1.75}
    assert told(twice_as_long, "öööönkeitöööö") == {1.0}
    assert told(twice_as_long, ending) == {0.475}
    very_long = f"{word} {telling(600)}"
    assert list(told(very_long, opening)) == [pytest.approx(2.0, abs=0.001)]
    assert list(told(very_long, ending)) == [pytest.approx(0.3, abs=0.001)]


def test_where_a_term_stands_in_its_word() -> None:
    opening, inside, ending = Place.OPENING, Place.INSIDE, Place.ENDING
    assert list(placed_terms(["kettles", "hi"], "en")) == [
        ("s:kettl", inside),
        ("^ket", opening),
        ("kett", inside),
        ("ettl", inside),
        ("ttle", inside),
        ("tles", ending),
        ("les$", ending),
        ("s:hi", inside),
        ("^hi$", opening),
    ]
    # Without a stemmer nothing is an ending, and where words are not parted there are none.
    assert ending not in {place for _, place in placed_terms(["kettles"], None)}
    assert {place for _, place in placed_terms(["如何退货"], "zh")} == {inside}


@given(st.text(max_size=80), st.sampled_from([None, "en", "fi", "de", "zh-Hans"]))
def test_placed_terms_are_the_stems_and_grams(text: str, language: str | None) -> None:
    words = words_of(text)
    whole = [f"s:{one}" for one in stems(words, language)]
    whole += [gram for word in words for gram in grams(word)]
    assert sorted(term for term, _ in placed_terms(words, language)) == sorted(whole)


def test_function_words_count_in_full_where_nothing_else_is_said() -> None:
    little = "how is it that you were where we have been before and why do you not do it now"
    assert weight("where", [Part(little)]) == 1.0
    assert weight("where", [Part(f"{little} zeppelin")]) < 1.0
    assert weight("where", [Part(telling(30)), Part(little, 0.5)]) == 0.5


def test_a_term_matters_as_much_as_the_part_where_it_matters_most() -> None:
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2]):
        parts = [Part("kettle", 1.0), Part("kettle lamp", 0.4), Part("lamp teapot", 0.2)]
        asked = [parts[place] for place in order]
        assert weight("kettle", asked) == 1.0
        assert weight("lamp", asked) == 0.4
        assert weight("teapot", asked) == 0.2
    coded = query_vector([Part("KK-20418", 0.5)], None)
    assert set(coded.values) == {0.5}
    assert query_vector([], "en") == query_vector([Part("")], "en") == NO_TERMS


def test_the_first_two_hundred_telling_words_are_searched_by() -> None:
    words = telling(300).split()
    first, later = Part(" ".join(words[:150])), Part(" ".join(words[150:]), 0.5)
    for number, expected in ((0, 1.0), (149, 1.0), (150, 0.5), (199, 0.5), (200, 0.0), (299, 0.0)):
        assert weight(words[number], [first, later]) == expected, number
    again = Part(" ".join(words[:100] * 9 + words[100:]))
    assert weight(words[199], [again]) == 1.0, "each word counts once"
    assert weight(words[200], [again]) == 0.0


def test_a_title_that_stands_in_the_search_is_named_in_full() -> None:
    title = "Gamma Bistro"
    assert sum(passage_names(title).values) == pytest.approx(1)
    for text in ("gamma bistro", "Does the GAMMA BISTRO have parking?", "bistro gamma"):
        assert named([Part(text)], title) == pytest.approx(1)
    assert named([Part("do they have parking?")], title) == 0
    assert named([Part(title * 9)], title) <= 1 + 1e-9
    assert passage_names("") == passage_names(" ?! ") == query_names([]) == NO_TERMS


def test_half_of_a_title_is_half_named() -> None:
    # Four grams each.
    assert named([Part("is the zebra open?")], "zebra lemon") == pytest.approx(0.5)
    assert named([Part("is the zebra lemon open?")], "zebra lemon") == pytest.approx(1)


def test_what_was_named_earlier_counts_as_much_as_its_part() -> None:
    now, earlier = Part("do they have parking?"), Part("tell me of the gamma bistro", 0.7)
    assert named([now, earlier], "Gamma Bistro") == pytest.approx(0.7)
    assert named([earlier, now], "Gamma Bistro") == pytest.approx(0.7)
    again = [Part("has the gamma bistro parking?"), earlier]
    assert named(again, "Gamma Bistro") == pytest.approx(1)
    assert named([earlier, again[0]], "Gamma Bistro") == pytest.approx(1)


def test_the_first_four_hundred_words_can_name_something() -> None:
    words = telling(450).split()
    assert named([Part(" ".join(words))], words[399]) == pytest.approx(1)
    assert named([Part(" ".join(words))], words[400]) < 1


@given(st.lists(st.tuples(st.text(max_size=60), st.floats(0.05, 1)), max_size=4), st.text())
def test_names_are_shares(parts: list[tuple[str, float]], title: str) -> None:
    asked = [Part(*one) for one in parts]
    assert 0 <= named(asked, title) <= max((one.weight for one in asked), default=0) + 1e-9
    if passage_names(title) != NO_TERMS:
        assert named([Part(title)], title) == pytest.approx(1)
