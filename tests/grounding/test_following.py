"""Figures that no source states as they are: days named from a day, sums, prices of a period."""

from datetime import date

import pytest

from copilot.grounding.figure_check import FigureCheck, Source
from copilot.grounding.figures import check_figures, find_figures

FRIDAY = date(2026, 3, 20)
ORDER = Source(
    "order",
    "ord_1",
    "Order KK-1001, status shipped\nOrder KK-1001 placed 2026-03-10\n"
    "Order KK-1001 total 155.90 EUR\n2 pcs Rug (R-1) 74.50 EUR\n1 pcs Delivery (DEL) 6.90 EUR",
)
OTHER_ORDER = Source("order", "ord_2", "Order KK-1002 total 31.00 EUR\n2 pcs Hook (H-1) 15.50 EUR")
TERMS = Source(
    "passage",
    "psg_1",
    "Returns are accepted within 14 days of the order. Orders over 100 € get 10 % off. "
    "A subscription costs 12 €/kk. Delivery takes 3–5 business days. We are open Mon–Fri 9–17.",
)


def one(text: str, *sources: Source, today: date | None = FRIDAY) -> FigureCheck:
    """The verdict on the first figure of ``text``."""
    return check_figures(text, sources, today=today)[0]


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("Can you deliver next Tuesday?", "24 March 2026"),
        ("Can you deliver next Tuesday?", "Tuesday 24 March"),
        ("Sopiiko ensi tiistaina?", "tiistaina 24.3."),
        ("Soittakaa huomenna.", "21.3.2026"),
        ("Tulen ylihuomenna.", "22. maaliskuuta"),
        ("I called yesterday.", "19 March"),
        ("I ordered it two weeks ago.", "6 March"),
        ("Palaan kahden viikon kuluttua.", "3.4.2026"),
        ("Muutan kolmen päivän päästä.", "23.3."),
        ("Jag ringer i morgon.", "21.3.2026"),
    ],
)
def test_a_day_named_from_a_day_is_that_day(said: str, answered: str) -> None:
    found = one(answered, Source("message", "msg_1", said, FRIDAY))
    assert (found.verdict, found.evidence and found.evidence.id) == ("supported", "msg_1")


@pytest.mark.parametrize(
    ("said", "answered"),
    [("Soittakaa huomenna.", "Soitamme 22.3."), ("I will call tomorrow.", "You call on 23 March.")],
)
def test_another_day_than_the_one_named_is_not(said: str, answered: str) -> None:
    assert one(answered, Source("message", "msg_1", said, FRIDAY)).verdict != "supported"


def test_where_the_day_is_not_known_such_words_are_no_figures() -> None:
    said = Source("message", "msg_1", "Can you deliver next week or tomorrow?")
    assert one("We deliver on 21 March.", said).verdict == "unsupported"
    assert find_figures("We call you tomorrow.") == []


def test_a_draft_that_says_tomorrow_is_checked_from_its_own_day() -> None:
    promised = Source("message", "msg_1", "Your technician comes on 21 March 2026.")
    assert one("Our technician comes tomorrow.", promised).verdict == "supported"
    later = one("Our technician comes tomorrow.", promised, today=date(2026, 3, 23))
    assert later.verdict != "supported"


@pytest.mark.parametrize(
    ("text", "derivation"),
    [
        ("149.00 € for the two rugs", "2 × 74.50 = 149.00 EUR"),
        ("15,59 € on 10 % summasta 155,90 €", "155.90 × 10 % = 15.59 EUR"),
        ("140,31 € jää, kun 155,90 € saa 10 % alennuksen", None),
        ("24 March is the last day to return it: 14 days from 10 March", None),
    ],
)
def test_what_follows_is_supported_and_says_how(text: str, derivation: str | None) -> None:
    found = one(text, ORDER, TERMS)
    assert found.verdict == "supported"
    assert found.derivation
    assert found.evidence is not None
    if derivation is not None:
        assert found.derivation == derivation


@pytest.mark.parametrize(
    "text",
    [
        "Hinta on 186,90 €.",  # the totals of two orders, which nobody added
        "It costs €81.40.",  # a rug and the delivery, of which two rugs were bought
        "We refund €90.00.",  # a rug and a hook
        "Take 24 days.",
    ],
)
def test_an_accidental_sum_supports_nothing(text: str) -> None:
    found = one(text, ORDER, OTHER_ORDER, TERMS)
    assert (found.verdict != "supported", found.derivation) == (True, None)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("12 euroa kuukaudessa", "supported"),
        ("€12 per month", "supported"),
        ("12 € on tilauksen hinta", "supported"),
        ("12 €/vuosi", "contradicted"),
        ("€12 a year", "contradicted"),
        ("12 € i veckan", "contradicted"),
    ],
)
def test_a_price_is_for_its_period(text: str, verdict: str) -> None:
    assert one(text, TERMS).verdict == verdict


def test_twelve_months_make_a_year() -> None:
    found = one("Tilaus maksaa 144 € vuodessa.", TERMS)
    assert (found.verdict, found.derivation) == ("supported", "12 × 12 = 144 EUR")
    assert one("Tilaus maksaa 134 € vuodessa.", TERMS).verdict == "contradicted"


@pytest.mark.parametrize(
    "text",
    [
        "1. Avaa laatikko.\n2. Paina nappia.\n3. Odota.",
        "We answer 24/7.",
        "Update to version 2.4.1.",
    ],
)
def test_list_numbers_and_versions_are_no_figures(text: str) -> None:
    assert find_figures(text) == []


@pytest.mark.parametrize("text", ["Olemme auki ma–pe klo 9–17.", "We are open Mon-Fri 9-17."])
def test_opening_hours_are_days_and_times(text: str) -> None:
    found = check_figures(text, [TERMS])
    assert [(figure.kind, figure.verdict) for figure in found] == [
        ("date", "supported"),
        ("time", "supported"),
    ]


def test_opening_days_are_no_promise_for_one_of_them() -> None:
    assert one("It comes on Friday.", TERMS).verdict != "supported"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Refund: -39,90 €", "I paid 39.90 €"),
        ("Hyvitys 39,90 €", "Hyvityslasku -39,90 €"),
        ("EUR 1,234.50", "Maksoin 1 234,50 €"),
        ("Es kostet 1.234,50 EUR.", "Maksoin 1 234,50 €"),
        ("Priset är 1 234,50 kr.", "Det kostar 1234,50 SEK"),
        ("Hind on 155,90 eurot.", "Order total 155.90 EUR"),
    ],
)
def test_money_is_the_same_however_it_is_written(text: str, source: str) -> None:
    assert one(text, Source("message", "msg_1", source)).verdict == "supported"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("We close at 5 pm.", "5 pm"),
        ("We close at 5 p.m. today.", "5 p.m."),
        ("It has a two-year warranty.", "two-year"),
        ("Send it within twenty-five days.", "twenty-five days"),
        ("Huolto on puolen vuoden välein.", "puolen vuoden"),
    ],
)
def test_a_figure_is_no_more_and_no_less_than_its_words(text: str, written: str) -> None:
    assert [figure.text for figure in find_figures(text)] == [written]


def test_what_else_has_a_price_contradicts_nothing() -> None:
    paid = Source("message", "msg_1", "Maksoin 89 euroa 1.9.2026.")
    assert one("Pysäköinti maksaa 2,50 € tunnilta.", paid).verdict == "unsupported"
