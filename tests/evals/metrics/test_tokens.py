import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.tokenizers import DefaultTokenizer

from copilot.evals.case import Case
from copilot.evals.tokens import Tokenizer, language_of


def test_finnish_letters_stay_where_the_usual_tokenizer_drops_them():
    text = "Hyvää päivää, öljyä"
    assert DefaultTokenizer().tokenize(text) == ["hyv", "p", "iv", "ljy"]
    assert Tokenizer().tokenize(text) == ["hyvää", "päivää", "öljyä"]


def test_numbers_stay_whole():
    text = "maksoi 1 234,50 € ja 39,90 euroa 13.3.2026 klo 14:30, 1,234.50 tai 2026-03-13"
    numbers = [one for one in Tokenizer("fi").tokenize(text) if one[0].isdigit()]
    assert numbers == ["1234,50", "39,90", "13.3.2026", "14:30", "1,234.50", "2026-03-13"]
    assert DefaultTokenizer().tokenize("39,90") == ["39", "90"]
    assert Tokenizer().tokenize("1\u00a0234 ja 12 kpl 2026.") == ["1234", "ja", "12", "kpl", "2026"]


def test_what_only_looks_like_a_number():
    assert Tokenizer().tokenize("KK-20418 20x A4 040 123 4567") == [
        *("kk", "20418", "20x", "a4"),
        *("040", "123", "4567"),
    ]


def test_inflected_forms_meet_in_their_language():
    assert Tokenizer("fi").tokenize("paketin tilauksen") == Tokenizer("fi-FI").tokenize(
        "paketti tilauksia"
    )
    assert Tokenizer("en").tokenize("refunded orders") == Tokenizer("en").tokenize("refund order")
    assert Tokenizer(None).tokenize("refunded") != Tokenizer(None).tokenize("refund")
    assert Tokenizer("zz").tokenize("refunded") == ["refunded"]


def test_any_script_is_kept():
    assert Tokenizer().tokenize("Привет, Ελλάδα 返品 مرحبا") == [
        *("привет", "ελλάδα", "返", "品", "مرحبا")
    ]


@pytest.mark.parametrize("language", ["hi", None])
def test_marks_belong_to_their_word(language: str | None):
    # In Hindi, Thai and pointed Arabic or Hebrew the vowels are marks.
    for word in ("हिन्दी", "ที่นี่", "مُحَمَّد", "שָׁלוֹם"):
        [token] = Tokenizer(language).tokenize(word)
        assert token == unicodedata.normalize("NFC", word)
    assert len(set(Tokenizer("hi").tokenize("की का के"))) == 3


@given(st.text(max_size=60))
def test_composed_and_decomposed_text_are_the_same(text: str):
    composed = Tokenizer("fi").tokenize(unicodedata.normalize("NFC", text))
    assert Tokenizer("fi").tokenize(unicodedata.normalize("NFD", text)) == composed
    assert all(composed)


@pytest.mark.parametrize("label", ["language", "lang"])
def test_the_label_names_the_language(label: str):
    case = Case(id="1", input={}, labels={label: "fi"})
    assert language_of(case, "This is clearly English text, and a lot of it.") == "fi"


def test_without_a_usable_label_the_text_tells():
    text = "Asiakas kysyi, milloin hänen tilauksensa saapuu perille."
    assert language_of(Case(id="1", input={}), text) == "fi"
    assert language_of(Case(id="1", input={}, labels={"language": "Suomi?"}), text) == "fi"
    assert language_of(Case(id="1", input={}), "1 2") is None
