"""Figures that follow in more than one step or by a count that a sentence names; and roles."""

from datetime import date

import pytest

from copilot.grounding.figure_check import FigureCheck, Source
from copilot.grounding.figures import check_figures, find_figures

HOTEL = Source(
    "passage",
    "psg_1",
    "Koira maksaa 20 € yöltä. Aamiainen 12,50 €, buffet 36 €. A dog costs £18 per night. "
    "Breakfast is £14 per person. A deposit of 25 % is paid at once.",
)
POLICY = Source(
    "order", "ord_1", "Order V-1 total 480.00 EUR\nOmavastuu 150,00 EUR\n3 pcs yö 160.00 EUR"
)
METER = Source("order", "ord_2", "Meter reading 1 18,240 kWh\nMeter reading 2 20,112 kWh")
TRAIN = Source(
    "passage",
    "psg_2",
    "Tickets can be changed until 5 minutes before departure for a fee of 5 €. "
    "A bicycle place costs 7 €. The hall is open 17:30–20:00.",
)
TODAY = date(2026, 11, 23)


def one(text: str, figure: str, *sources: Source, language: str = "en") -> FigureCheck:
    checks = check_figures(text, sources, language=language, today=TODAY)
    found = [check for check in checks if check.text == figure]
    assert len(found) == 1, [check.text for check in checks]
    return found[0]


@pytest.mark.parametrize(
    ("text", "figure", "derivation"),
    [
        ("Koira maksaa kolmelta yöltä 60 €.", "60 €", "3 × 20 = 60 EUR"),
        ("Three nights with a dog are £54.", "£54", "3 × 18 = 54 GBP"),
        ("Breakfast for two over three mornings is £84.", "£84", "2 × 3 × 14 = 84 GBP"),
        # Nothing says "each", but it is told of the same.
        ("Kahdelta hengeltä aamiainen maksaa 25 €.", "25 €", "2 × 12.50 = 25 EUR"),
    ],
)
def test_a_price_as_often_as_the_sentence_says(text: str, figure: str, derivation: str) -> None:
    check = one(text, figure, HOTEL)
    assert (check.verdict, check.derivation) == ("supported", derivation)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("Koira maksaa kolmelta yöltä 65 €.", "65 €"),
        ("Three nights with a dog are £58.", "£58"),
        ("Two loungers are £37.", "£37"),
    ],
)
def test_what_no_count_reaches_does_not_follow(text: str, figure: str) -> None:
    assert one(text, figure, HOTEL).verdict != "supported"


def test_what_follows_is_reckoned_with_in_its_turn() -> None:
    text = "Ennakko on 25 % summasta 480 €, eli 120 €, joten maksettavaa jää 360 €."
    assert one(text, "120 €", HOTEL, POLICY).derivation == "480 × 25 % = 120 EUR"
    assert one(text, "360 €", HOTEL, POLICY).verdict == "supported"


def test_what_remains_of_an_order_and_between_its_readings() -> None:
    left = one("The remaining 330 € are due later.", "330 €", POLICY)
    assert left.derivation == "480.00 - 150.00 = 330 EUR"
    assert one("Nothing remains but 333 €.", "333 €", POLICY).verdict != "supported"
    used = one("You used 1,872 kWh.", "1,872 kWh", METER)
    assert used.verdict == "supported"
    assert used.derivation == "20,112 kWh - 18,240 kWh"


def test_a_value_of_another_matter_is_contradicted() -> None:
    wrong = one("A change costs 7 € until departure.", "7 €", TRAIN)
    assert wrong.verdict == "contradicted"
    assert wrong.evidence is not None
    assert "fee of 5 €" in wrong.evidence.text
    assert one("The bicycle place is 7 €.", "7 €", TRAIN).verdict == "supported"


def test_a_range_with_one_wrong_end_is_contradicted() -> None:
    assert one("Come at 17:30–21:00.", "17:30–21:00", TRAIN).verdict == "contradicted"


def test_the_same_counted_things_are_the_same_matter() -> None:
    plan = Source("passage", "psg_1", "Hosting Plus has 50 GB of space and 10 mailboxes.")
    check = one("Your plan includes 15 mailboxes.", "15 mailboxes", plan)
    assert check.verdict == "contradicted"
    limit = Source("passage", "psg_1", "API calls are limited to 600 per minute.")
    assert one("The API takes 600 calls.", "600 calls", limit).verdict == "supported"


@pytest.mark.parametrize(
    ("text", "figure", "verdict"),
    [
        ("Sinulla on paikka 21.", "21", "supported"),
        ("You sit in car 3.", "3", "supported"),
        ("Vaunussa 3, paikka 12.", "12", "contradicted"),
    ],
)
def test_seats_and_cars(text: str, figure: str, verdict: str) -> None:
    ticket = Source("order", "ord_1", "Vaunu 3, paikka 21\nCar 3, seat 21")
    assert one(text, figure, ticket).verdict == verdict


def test_a_number_after_a_noun_may_be_something_else() -> None:
    for text in ("The room 3 m wide", "koko 2 kpl", "size 10–12", "car 20 %"):
        assert not [figure for figure in find_figures(text) if figure.kind == "identifier"], text


def test_brackets_after_a_phone_number_are_none_of_it() -> None:
    bank = Source("passage", "psg_1", "A card is blocked at +358 9 870 2209 (24 h).")
    assert one("Call +358 9 870 2209 at once.", "+358 9 870 2209", bank).verdict == "supported"


def test_a_weekday_of_a_day_beside_it() -> None:
    moving = Source("message", "msg_1", "Muutto on 12.12. ja asunto 54 m².", TODAY)
    text = "Koska 12.12. on lauantai, hinta nousee."
    assert one(text, "lauantai", moving, language="fi").derivation == "2026-12-12 is a Saturday"
    wrong = "Koska 12.12. on sunnuntai, hinta nousee."
    assert one(wrong, "sunnuntai", moving, language="fi").verdict == "unsupported"


def test_shortened_weekdays_of_opening_hours() -> None:
    hours = Source("passage", "psg_1", "Avoinna ma–pe klo 8–17 ja la klo 10–13. Open Sat 10–14.")
    assert one("Lauantaisin avaamme.", "Lauantaisin", hours, language="fi").verdict == "supported"
    assert one("On Saturdays we open.", "Saturdays", hours).verdict == "supported"
    found = [figure.text for figure in find_figures("open from 9:00, or come to 14:00")]
    assert not {"to", "To"} & set(found)


BILLS = Source(
    "order", "ord_3", "Kulutus 2026-09 410 kWh\nKulutus 2026-10 980 kWh\nLasku 2026-10 102,70 EUR"
)
JACKET = Source("order", "ord_4", "Order B-310 placed 2026-11-01\n1 pcs jacket 149.00 EUR")
TROUSERS = Source("order", "ord_5", "Order B-377 placed 2026-11-17\n1 pcs trousers 89.00 EUR")
TERMS = Source(
    "passage",
    "psg_3",
    "The return parcel costs 4.50 €. A loan phone costs 2 € per day. Kanto maksaa kerrosta kohti "
    "15 €. Suksivuokra on 34 € päivä. Tickets are sold on at their price plus 5 %. "
    "Payouts arrive in 2 bank days.",
)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("Lokakuussa kulutit 980 kWh.", "980 kWh"),
        ("Lokakuun lasku oli 102,70 €.", "102,70 €"),
        ("Se on 570 kWh enemmän.", "570 kWh"),
    ],
)
def test_a_month_before_a_figure_is_no_part_of_it(text: str, figure: str) -> None:
    assert one(text, figure, BILLS, language="fi").verdict == "supported"
    assert one(text.replace("0", "1"), figure.replace("0", "1"), BILLS).verdict != "supported"


@pytest.mark.parametrize(
    ("text", "figure", "derivation"),
    [
        ("Both together were 238 €.", "238 €", "149.00 + 89.00 = 238 EUR"),
        ("Sending it back is 4.50 €, so you get 144.50 €.", "144.50 €", None),
        ("A loan phone for a week is 14 €.", "14 €", "7 × 2 = 14 EUR"),
        ("Kanto neljään kerrokseen maksaa 60 €.", "60 €", "4 × 15 = 60 EUR"),
        ("Sukset kahdelle maksavat 68 €.", "68 €", "2 × 34 = 68 EUR"),
        ("The price of 89 € plus 5 % makes 93.45 €.", "93.45 €", "89 + 89 × 5 % = 93.45 EUR"),
        ("The payout comes in two bank days.", "two bank days", None),
    ],
)
def test_what_two_orders_and_counts_in_words_come_to(
    text: str, figure: str, derivation: str | None
) -> None:
    check = one(text, figure, JACKET, TROUSERS, TERMS)
    assert check.verdict == "supported"
    assert derivation is None or check.derivation == derivation


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("Both together were 248 €.", "248 €"),
        # Nothing says that amounts are reckoned with.
        ("A new bag costs 238 €.", "238 €"),
        ("A loan phone for a week is 15 €.", "15 €"),
        # Money that comes back is not what lies between two prices: 34 - 2.
        ("Skis are 34 €. The key card is 32 €, which you get back.", "32 €"),
        ("Kanto neljään kerrokseen maksaa 65 €.", "65 €"),
        ("The payout comes in three bank days.", "three bank days"),
    ],
)
def test_what_nothing_comes_to_is_not_supported(text: str, figure: str) -> None:
    assert one(text, figure, JACKET, TROUSERS, TERMS).verdict != "supported"
