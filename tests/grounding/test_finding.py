"""Which figures are found in a text, and that the same value compares equal however written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.grounding.figures import find_figures
from copilot.grounding.finding import find_in_each

FOUND = [
    # amounts
    ("Hinta on 1 234,50 €.", [("amount", "1 234,50 €")]),
    ("Hinta on 1\u00a0234,50\u00a0€.", [("amount", "1\u00a0234,50\u00a0€")]),
    ("You paid EUR 1,234.50 yesterday.", [("amount", "EUR 1,234.50")]),
    ("Se maksoi 39,90 euroa.", [("amount", "39,90 euroa")]),
    ("The refund is £64.90.", [("amount", "£64.90")]),
    ("It cost $1,299 then.", [("amount", "$1,299")]),
    ("Toimitus 6,90e", [("amount", "6,90e")]),
    ("Hinta 39,-", [("amount", "39,-")]),
    ("Alennus on 10–15 €", [("amount", "10–15 €")]),
    ("Saat 20 euron lahjakortin", [("amount", "20 euron")]),
    ("It was 50 cents more", [("amount", "50 cents")]),
    ("Se maksoi kymmenen euroa", [("amount", "kymmenen euroa")]),
    ("sataneljäkymmentäyhdeksän euroa", [("amount", "sataneljäkymmentäyhdeksän euroa")]),
    ("a hundred and five pounds", [("amount", "hundred and five pounds")]),
    ("two hundred and fifty euros", [("amount", "two hundred and fifty euros")]),
    ("one hundred euros back", [("amount", "one hundred euros")]),
    ("Summa 155,90 laskulla", [("amount", "155,90")]),
    ("5 eurooppalaista merkkiä", [("quantity", "5 eurooppalaista")]),
    # dates
    ("Se tuli 13.8.2025 kotiin", [("date", "13.8.2025")]),
    ("Se tulee 13.8. mennessä", [("date", "13.8.")]),
    ("on Aug 13 we", [("date", "Aug 13")]),
    ("by 13 August 2026", [("date", "13 August 2026")]),
    ("the 31st of March", [("date", "31st of March")]),
    ("March 3rd, 2026", [("date", "March 3rd, 2026")]),
    ("placed 2026-03-13", [("date", "2026-03-13")]),
    ("perjantaina 27.3.", [("date", "perjantaina 27.3.")]),
    ("ma 3.2. tai ti 4.2.", [("date", "ma 3.2."), ("date", "ti 4.2.")]),
    ("13.–15.3.2026", [("date", "13.–15.3.2026")]),
    ("13. maaliskuuta 2026", [("date", "13. maaliskuuta 2026")]),
    ("5/6/2026", [("date", "5/6/2026")]),
    ("ensi tiistaina", [("date", "tiistaina")]),
    ("see you on Friday", [("date", "Friday")]),
    ("31.2.2026", []),
    ("24/7", []),
    ("it may be late, so march on", []),
    # times
    ("Olemme auki klo 14–16", [("time", "klo 14–16")]),
    ("klo 9.00-17.30", [("time", "klo 9.00-17.30")]),
    ("call at 2 pm", [("time", "2 pm")]),
    ("between 2:30 and 4 p.m.", [("time", "2:30"), ("time", "4 p.m.")]),
    ("at 14:30 sharp", [("time", "14:30")]),
    ("10–2 pm", [("time", "10–2 pm")]),
    # percentages
    ("10 % alennus", [("percent", "10 %")]),
    ("alv 25,5%", [("percent", "25,5%")]),
    ("10 prosentin alennus", [("percent", "10 prosentin")]),
    ("ten percent off", [("percent", "ten percent")]),
    # quantities
    ("within 30 days", [("quantity", "30 days")]),
    ("a 30-day return", [("quantity", "30-day")]),
    ("2-year warranty", [("quantity", "2-year")]),
    ("kaksi viikkoa", [("quantity", "kaksi viikkoa")]),
    ("kahden viikon kuluttua", [("quantity", "kahden viikon")]),
    ("5 arkipäivää", [("quantity", "5 arkipäivää")]),
    ("3–5 arkipäivän kuluessa", [("quantity", "3–5 arkipäivän")]),
    ("2 to 3 weeks", [("quantity", "2 to 3 weeks")]),
    ("two to three business days", [("quantity", "two to three business days")]),
    ("5 business days", [("quantity", "5 business days")]),
    ("twenty-one days", [("quantity", "twenty-one days")]),
    ("1,5 l ja 2200 W", [("quantity", "1,5 l"), ("quantity", "2200 W")]),
    ("3kpl, 100g, 230 V", [("quantity", "3kpl"), ("quantity", "100g"), ("quantity", "230 V")]),
    ("12 colours in 7 stores", [("quantity", "12 colours"), ("quantity", "7 stores")]),
    ("7 myymälää", [("quantity", "7 myymälää")]),
    ("one of my friends, no two alike", []),
    # identifiers
    ("tilaus KK-20418:n tiedot", [("identifier", "KK-20418")]),
    ("seuranta JJFI62010004455", [("identifier", "JJFI62010004455")]),
    ("lasku INV-2026-0012", [("identifier", "INV-2026-0012")]),
    ("order #W2378156", [("identifier", "#W2378156")]),
    ("order 1234 is late", [("identifier", "1234")]),
    ("tilausnumero on 4411", [("identifier", "4411")]),
    ("FI21 1234 5600 0007 85", [("identifier", "FI21 1234 5600 0007 85")]),
    ("viite 1234567890", [("identifier", "1234567890")]),
    ("my 2nd order, class H1", []),
    # phones, emails, links
    ("+358 40 123 4567", [("phone", "+358 40 123 4567")]),
    ("soita 040 123 4567", [("phone", "040 123 4567")]),
    ("(09) 123 456", [("phone", "(09) 123 456")]),
    ("puh. 020 7123 456", [("phone", "020 7123 456")]),
    ("0401234567", [("phone", "0401234567")]),
    ("write to a.b@kk.example.", [("email", "a.b@kk.example")]),
    ("https://kk.example/palautus.", [("url", "https://kk.example/palautus")]),
    ("(www.kk.fi/a?b=1)", [("url", "www.kk.fi/a?b=1")]),
    ("kuusikulma.fi/x", [("url", "kuusikulma.fi/x")]),
    ("nothing here", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "figures"), FOUND)
def test_found(text: str, figures: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.text) for one in find_figures(text)] == figures


SAME = [
    ("1 234,50 €", "EUR 1,234.50"),
    ("39,90 €", "39.90 EUR"),
    ("39 €", "39,00 euroa"),
    ("50 cents", "0,50 €"),
    ("kymmenen euroa", "10 €"),
    ("two hundred and fifty euros", "250 €"),
    ("kaksisataaviisikymmentä euroa", "250 €"),
    ("13.8.2025", "2025-08-13"),
    ("13.8.2025", "13 August 2025"),
    ("Aug 13, 2025", "13. elokuuta 2025"),
    ("13.8.", "August 13"),
    ("klo 14", "2 pm"),
    ("klo 9.30", "09:30"),
    ("klo 14–16", "2–4 pm"),
    ("10 %", "ten percent"),
    ("25,5 %", "25.5 prosenttia"),
    ("kaksi viikkoa", "14 days"),
    ("24 hours", "1 päivä"),
    ("5 arkipäivää", "five business days"),
    ("2 years", "24 kuukautta"),
    ("1,5 kg", "1500 g"),
    ("KK-20418", "kk20418"),
    ("https://www.kk.example/a/", "kk.example/a"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_value_compares_equal_however_it_is_written(one: str, other: str) -> None:
    (first,), (second,) = find_figures(one), find_figures(other)
    assert first.parts == second.parts


def test_a_thousand_or_one_and_a_bit_keeps_both_readings() -> None:
    (figure,) = find_figures("1.234 kg")
    assert {value for _, value in figure.parts[0]} == {Decimal(1_234_000), Decimal(1234)}


PIECES = st.sampled_from(
    [
        *(text for text, _ in FOUND),
        *"0123456789.,-–/:+€$£%# \n\u00a0",
        "klo",
        "kpl",
        "\x00",
        "𝟙",
        "²",
    ]
)


@given(
    st.lists(PIECES, max_size=25).map("".join), st.sampled_from([None, "en", "fi", "fi-FI", "?"])
)
def test_offsets_are_right_and_figures_do_not_overlap(text: str, language: str | None) -> None:
    end = 0
    for figure in find_figures(text, language):
        assert text[figure.start : figure.end] == figure.text
        assert figure.start >= end
        assert figure.parts
        assert all(figure.parts)
        end = figure.end


@given(st.lists(st.lists(PIECES, max_size=8).map("".join), max_size=8))
def test_texts_searched_together_hold_what_each_holds_alone(texts: list[str]) -> None:
    assert find_in_each(texts) == [find_figures(text) for text in texts]


@given(st.text(max_size=400))
def test_any_text_can_be_searched(text: str) -> None:
    find_figures(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Otan kaksi. Kolme päivää riittää.", ["Kolme päivää"]),
        ("two to three business days10 prosentin", ["days10"]),
        ("kaksi tai kolme päivää", ["kaksi tai kolme päivää"]),
        ("two, three days", ["three days"]),
    ],
)
def test_words_of_one_number_stand_side_by_side(text: str, found: list[str]) -> None:
    assert [figure.text for figure in find_figures(text)] == found
