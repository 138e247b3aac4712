"""Figures that follow from the sources, and days named from a day."""

from datetime import date

import pytest

from copilot.grounding.figure_check import FigureCheck, Source
from copilot.grounding.figures import check_figures

ORDER = Source(
    "order",
    "ord_1",
    "Order KK-20418, status shipped\nOrder KK-20418 placed 2026-03-02\n"
    "Order KK-20418 total 160.80 EUR\n2 pcs Kettle (KET-9) 69.95 EUR\n1 pcs Filter (F-2) 16.00 EUR",
)
TERMS = Source("passage", "psg_1", "Returns are accepted within 14 days of delivery.")
EHDOT = Source("passage", "psg_2", "Palautusaika on 14 päivää toimituksesta.")
DELIVERED = Source("message", "msg_1", "It was delivered on 5.3.2026. Se toimitettiin 5.3.2026.")


def one(text: str, figure: str, *sources: Source, today: date | None = None) -> FigureCheck:
    found = [check for check in check_figures(text, sources, today=today) if check.text == figure]
    assert len(found) == 1, (figure, text)
    return found[0]


@pytest.mark.parametrize(
    ("text", "figure", "derivation"),
    [
        ("The two kettles are €139.90.", "€139.90", "2 × 69.95 = 139.90 EUR"),
        ("The goods are 155.90 € in all.", "155.90 €", "2 × 69.95 + 16.00 = 155.90 EUR"),
        ("Yhteensä 85,95 €: 69,95 € ja 16,00 €.", "85,95 €", "69.95 + 16.00 = 85.95 EUR"),
        ("That is €53.95 less: €69.95 against €16.00.", "€53.95", "69.95 - 16.00 = 53.95 EUR"),
        ("You bought three items.", "three items", "2 + 1 = 3"),
    ],
)
def test_sums(text: str, figure: str, derivation: str) -> None:
    check = one(text, figure, ORDER)
    assert (check.verdict, check.derivation) == ("supported", derivation)
    assert check.evidence is not None
    assert check.evidence.id == "ord_1"


def test_a_share_follows_from_a_percentage_that_is_named() -> None:
    offer = Source("passage", "psg_9", "You get 25 % off.")
    check = one("With 25 % off 160,80 € you pay 120,60 €.", "120,60 €", ORDER, offer)
    assert check.derivation == "160.80 - 160.80 × 25 % = 120.60 EUR"


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("You can return it until 19 March.", "19 March"),
        ("Palautusaika päättyy 19.3.2026.", "19.3.2026"),
    ],
)
def test_days_are_counted(text: str, figure: str) -> None:
    check = one(text, figure, DELIVERED, TERMS, EHDOT)
    assert check.verdict == "supported"
    assert check.derivation is not None
    assert check.derivation.startswith("2026-03-05 + 14 ")


def test_days_before_only_where_that_is_said() -> None:
    trip = Source("message", "msg_2", "We travel on 12 June 2026.")
    until = Source("passage", "psg_3", "Cancel up to 7 days before departure.")
    after = Source("passage", "psg_4", "Cancel within 7 days of departure.")
    assert one("Cancel until 5 June 2026.", "5 June 2026", trip, until).verdict == "supported"
    assert one("Cancel until 5 June 2026.", "5 June 2026", trip, after).verdict != "supported"


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("The two kettles are €138.90.", "€138.90"),
        ("Somebody owes you €85.95.", "€85.95"),
        ("You bought four items.", "four items"),
        ("You can return it until 20 March.", "20 March"),
        ("It is valid until 16 March.", "16 March"),
    ],
)
def test_what_only_might_follow_is_not_believed(text: str, figure: str) -> None:
    assert one(text, figure, ORDER, DELIVERED, TERMS).verdict != "supported"


WEDNESDAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("We call you tomorrow.", "tomorrow"),
        ("Soitamme sinulle huomenna.", "huomenna"),
        ("We call on Thursday 5 March.", "Thursday 5 March"),
        ("Se tulee ensi tiistaina.", "ensi tiistaina"),
        ("It comes next Tuesday.", "next Tuesday"),
        ("Se tulee kuuden päivän päästä.", "kuuden päivän päästä"),
    ],
)
def test_named_days_are_those_of_the_sources(text: str, figure: str) -> None:
    said = Source("message", "m", "I am at home on 5.3.2026, and they said 10.3.2026.")
    assert one(text, figure, said, today=WEDNESDAY).verdict == "supported"


def test_what_somebody_said_counts_from_the_day_they_said_it() -> None:
    said = Source("message", "m", "I am away until tomorrow.", date(2026, 3, 1))
    assert one("You are away until 2 March.", "2 March", said).verdict == "supported"
    assert one("You are away until 5 March.", "5 March", said).verdict == "contradicted"


def test_a_promise_of_tomorrow_that_nobody_made_is_told() -> None:
    assert one("You will have it tomorrow.", "tomorrow", ORDER, today=WEDNESDAY).verdict != (
        "supported"
    )
    assert check_figures("You will have it tomorrow.", [ORDER]) == [], "on what day, nobody knows"
    assert check_figures("Thanks for writing today.", [ORDER], today=WEDNESDAY) == []


def test_the_matter_is_known_in_the_other_language() -> None:
    assert one("Tilauksen loppusumma on 170,80 €.", "170,80 €", ORDER).verdict == "contradicted"
    assert one("Suodatin on 99 kg.", "99 kg", ORDER).verdict == "unsupported"


def test_opening_hours_of_weekdays() -> None:
    hours = Source("passage", "p", "Open Mon–Fri 9–17. Palvelemme ma–pe klo 9–17.")
    assert one("We are open 9:00–17:00.", "9:00–17:00", hours).verdict == "supported"
    assert one("Come on Friday.", "Friday", hours).verdict != "supported", "that is no promise"
