"""Right values that a text tells of something else, and values written with a slip."""

from datetime import date

import pytest

from copilot.grounding.figure_check import FigureCheck, Source
from copilot.grounding.figures import check_figures

KAYAK = Source(
    "order",
    "ord_1",
    "Order KY-3301, status delivered\nOrder KY-3301 placed 2026-09-07\n"
    "Order KY-3301 total 612.00 EUR\n1 pcs Kayak Selkä 540.00 EUR\n2 pcs Paddle carbon 36.00 EUR\n"
    "Tracking Posti JJFI77001 expected 2026-09-15",
)
ROPE = Source(
    "order",
    "ord_2",
    "Order KY-3388, status processing\nOrder KY-3388 placed 2026-10-19\n"
    "Order KY-3388 total 48.00 EUR\n4 pcs Rope 12.00 EUR",
)
TERMS = Source(
    "passage",
    "psg_1",
    "Mailboxes hold 3 GB on Solo and 25 GB on Office. "
    "Rungon takuu on 8 vuotta ja renkaiden 1 vuosi. "
    "If a coach is more than 45 minutes late you get 20 % back, from 90 minutes 40 %. "
    "Zone C costs 9 €, zone D 14 €. A permit is 83,50 €. Renting lasts 340 days.",
)
TODAY = date(2026, 11, 23)


def one(text: str, figure: str, language: str = "en") -> FigureCheck:
    checks = check_figures(text, [KAYAK, ROPE, TERMS], language=language, today=TODAY)
    found = [check for check in checks if check.text == figure]
    assert len(found) == 1, [check.text for check in checks]
    return found[0]


@pytest.mark.parametrize(
    ("text", "figure", "evidence"),
    [
        ("On Office a mailbox holds 3 GB.", "3 GB", "25 GB on Office"),
        ("Renkaiden takuu on 8 vuotta.", "8 vuotta", "renkaiden 1 vuosi"),
        ("Being 45 minutes late gives you 40 % back.", "40 %", "20 % back"),
        ("A ticket for zone C is 14 €.", "14 €", "Zone C costs 9 €"),
        ("The paddle was 540 € and the kayak 36 €.", "540 €", "Paddle carbon"),
        ("The paddle was 540 € and the kayak 36 €.", "36 €", "Kayak Selkä"),
        ("The kayak alone cost 612 €.", "612 €", "Kayak Selkä"),
        ("You ordered the rope on 7 September.", "7 September", "placed 2026-10-19"),
        ("Order KY-3388 was placed on 7 September.", "7 September", "placed 2026-10-19"),
        ("Tilasit kajakin 15.9.2026.", "15.9.2026", "placed 2026-09-07"),
    ],
)
def test_a_value_of_something_else_is_contradicted(text: str, figure: str, evidence: str) -> None:
    check = one(text, figure, "fi" if "ä" in text or "takuu" in text else "en")
    assert check.verdict == "contradicted"
    assert check.evidence is not None
    assert evidence in check.evidence.text


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("On Solo a mailbox holds 3 GB.", "3 GB"),
        ("Your mailbox can hold 3 GB or, on Office, 25 GB.", "3 GB"),
        ("Rungon takuu on 8 vuotta.", "8 vuotta"),
        ("Being 90 minutes late gives you 40 % back.", "40 %"),
        # The later clause of the terms leaves out what both are about.
        ("As the coach was so late you get 40 % back.", "40 %"),
        ("A ticket for zone D is 14 €.", "14 €"),
        ("The kayak was 540 € and a paddle 36 €.", "36 €"),
        ("Your order with the kayak came to 612 €.", "612 €"),
        ("It was ordered on 7 September.", "7 September"),
        ("The kayak arrived on 15 September.", "15 September"),
    ],
)
def test_a_value_of_what_is_meant_is_supported(text: str, figure: str) -> None:
    assert one(text, figure, "fi" if "takuu" in text else "en").verdict == "supported"


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        # Digits in another order, and one of three wrong where a word is shared.
        ("It comes to 85,30 € here.", "85,30 €"),
        ("This goes on for 430 days.", "430 days"),
        ("Renting goes on for 350 days.", "350 days"),
        ("Thanks, and the rope was 13 € each.", "13 €"),
    ],
)
def test_a_slip_is_contradicted(text: str, figure: str) -> None:
    assert one(text, figure).verdict == "contradicted"


@pytest.mark.parametrize(
    ("text", "figure"),
    [("Parking there is 77,20 €.", "77,20 €"), ("The pool has 6 lanes.", "6 lanes")],
)
def test_what_nobody_speaks_of_stays_unsupported(text: str, figure: str) -> None:
    assert one(text, figure).verdict == "unsupported"


@pytest.mark.parametrize(
    "text",
    ["You may send the coat back within 21 days.", "Takin voi palauttaa 21 päivän kuluessa."],
)
def test_a_value_beside_which_nothing_is_told_may_be_of_anything(text: str) -> None:
    said = Source("message", "m1", "Sure. You have 21 days, and we refund it in 4 days.")
    assert [one.verdict for one in check_figures(text, [said], today=TODAY)] == ["supported"]
