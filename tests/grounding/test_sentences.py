import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.grounding.sentences import sentence_spans, split_sentences
from tests.timing import ends

CASES = [
    (
        "Hei! Tilasin esim. keittimen. Se ei toimi.",
        ["Hei!", "Tilasin esim. keittimen.", "Se ei toimi."],
    ),
    (
        "Toimitus tulee ma. 13.3.2026 klo 9–12. Kiitos!",
        ["Toimitus tulee ma. 13.3.2026 klo 9–12.", "Kiitos!"],
    ),
    ("Hinta on 39,90 €. Alennus 10 %. Selvä.", ["Hinta on 39,90 €.", "Alennus 10 %.", "Selvä."]),
    ("Se lähti 16.3. Odotan yhä.", ["Se lähti 16.3.", "Odotan yhä."]),
    ("Se lähti 16.3. eli eilen.", ["Se lähti 16.3. eli eilen."]),
    ("Se tulee 13. maaliskuuta. Hyvä.", ["Se tulee 13. maaliskuuta.", "Hyvä."]),
    ("3. kerros on kiinni. Hissi toimii.", ["3. kerros on kiinni.", "Hissi toimii."]),
    (
        "Mr. Smith called, e.g. on Monday. Dr. Who did not.",
        ["Mr. Smith called, e.g. on Monday.", "Dr. Who did not."],
    ),
    ("See https://kk.example/a.b?c=1. It helps.", ["See https://kk.example/a.b?c=1.", "It helps."]),
    ("Order KK-20418. It broke.", ["Order KK-20418.", "It broke."]),
    ("i got it. it is broken. can i return", ["i got it.", "it is broken.", "can i return"]),
    ("Wait... what? Really?!", ["Wait... what?", "Really?!"]),
    ("Well... it depends.", ["Well... it depends."]),
    (
        "We open at 9 a.m. and close at 5 p.m. Please come.",
        ["We open at 9 a.m. and close at 5 p.m.", "Please come."],
    ),
    ("Thanks.Please send it. ok", ["Thanks.", "Please send it.", "ok"]),
    ("J. Virtanen soitti. Hän odottaa.", ["J. Virtanen soitti.", "Hän odottaa."]),
    ("Elina K. soitti. Hän odottaa.", ["Elina K. soitti.", "Hän odottaa."]),
    ("U.S. orders ship later. OK.", ["U.S. orders ship later.", "OK."]),
    ("Se tulee 3.–5.3. välillä. Ok.", ["Se tulee 3.–5.3. välillä.", "Ok."]),
    ("Se tulee 3.3.–5.3. Odotan.", ["Se tulee 3.3.–5.3.", "Odotan."]),
    ("No. It is order no. 12.", ["No.", "It is order no. 12."]),
    ("Rikki meni kello. Kts. kuva.", ["Rikki meni kello.", "Kts. kuva."]),
    ("1. Avaa kansi.\n2. Sulje kansi", ["1. Avaa kansi.", "2. Sulje kansi"]),
    ("Ongelmat:\n- ei käynnisty\n- vuotaa", ["Ongelmat:", "- ei käynnisty", "- vuotaa"]),
    ("Hei Anna,\n\nkiitos viestistä.", ["Hei Anna,", "kiitos viestistä."]),
    ("Terveisin\nMatti\nOy Yritys Ab", ["Terveisin", "Matti", "Oy Yritys Ab"]),
    (
        "Tämä rivi on katkaistu postiohjelmassa noin seitsemänkymmenen\nmerkin kohdalta. Toinen.",
        [
            "Tämä rivi on katkaistu postiohjelmassa noin seitsemänkymmenen merkin kohdalta.",
            "Toinen.",
        ],
    ),
    ('He said "it works." Then it broke.', ['He said "it works."', "Then it broke."]),
    ("壊れています。返品できますか？", ["壊れています。", "返品できますか？"]),
    ("", []),
    (" \n\n ", []),
    ("...", ["..."]),
]


@pytest.mark.parametrize(("text", "sentences"), CASES)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text(alphabet=st.sampled_from("aB1.,!? \n\r\t-–()\"'€ä…。"), max_size=300))
def test_spans_are_in_order_and_leave_out_only_white_space(text: str) -> None:
    spans = sentence_spans(text)
    covered = 0
    left = ""
    for start, end in spans:
        assert covered <= start < end <= len(text)
        left += text[covered:start]
        assert text[start:end] == text[start:end].strip()
        covered = end
    assert not (left + text[covered:]).strip()


@given(st.text(max_size=500))
def test_any_text_is_split(text: str) -> None:
    split_sentences(text)


def test_one_very_long_line_comes_to_an_end() -> None:
    text = "Sama lause tulee yhä uudelleen ja uudelleen. " * 50_000
    with ends():
        assert len(sentence_spans(text)) == 50_000


def test_one_very_long_word_with_stops_comes_to_an_end() -> None:
    with ends():
        sentence_spans("ab.Cd," * 100_000)
