"""Figures that follow from times, taxes, halves, items and fees of the sources."""

from datetime import date

import pytest

from copilot.grounding.figure_check import FigureCheck, Source
from copilot.grounding.figures import check_figures

CLASS = Source(
    "passage",
    "psg_1",
    "The pottery class meets 18:00–20:30. Doors shut 25 minutes before the concert at 19:15. "
    "For a late cancellation half of the fee is kept. Sawing costs 31 €, sanding 22 €. "
    "An unclaimed parcel is refunded less 7,40 €. VAT is 14 %. Entry is 6 € each, from May 8 €. "
    "Making a frame takes 5 to 6 weeks. The gate is open between 9 and 15 daily.",
)
ORDER = Source(
    "order",
    "ord_1",
    "Order TR-8 total 171.00 EUR\nOrder TR-8 placed 2026-11-02\n"
    "3 pcs Jigsaw 500 pieces 24.00 EUR\n1 pcs Frame 99.00 EUR",
)
ASKED = Source("message", "msg_1", "There are five of us. What do we save now?", date(2026, 11, 22))
TODAY = date(2026, 11, 23)


def one(text: str, figure: str, language: str = "en") -> FigureCheck:
    checks = check_figures(text, [CLASS, ORDER, ASKED], language=language, today=TODAY)
    found = [check for check in checks if check.text == figure]
    assert len(found) == 1, [check.text for check in checks]
    return found[0]


@pytest.mark.parametrize(
    ("text", "figure", "derivation"),
    [
        ("A class lasts 2.5 hours.", "2.5 hours", "18:00–20:30 = 2.5 hours"),
        ("The doors of the concert shut at 18:50.", "18:50", "19:15 - 25 minutes"),
        ("We keep 50 % of the fee.", "50 %", "half = 50 %"),
        ("Sawing and sanding together are 53 €.", "53 €", "31 + 22 = 53 EUR"),
        ("Unclaimed jigsaws: we refund 64,60 €.", "64,60 €", "72.00 - 7.40 = 64.60 EUR"),
        ("It holds 21,00 € of VAT.", "21,00 €", "171.00 × 14 / 114 = 21.00 EUR"),
        ("Net it is 150,00 €.", "150,00 €", "171.00 / 1.14 = 150.00 EUR"),
        ("For two jigsaws you get 48 € back.", "48 €", "2 × 24.00 = 48 EUR"),
        ("Both of you pay 12 €, 6 € each.", "12 €", "2 × 6 = 12 EUR"),
        ("For all 30 €, 6 € each.", "30 €", "5 × 6 = 30 EUR"),
        ("Now it is 6 €, so you save 10 €.", "10 €", "5 × 2 = 10 EUR"),
        ("Without the frame it would be 72 €.", "72 €", None),
        (
            "Making takes 5 to 6 weeks. So it is ready by 14 December.",
            "14 December",
            "2026-11-02 + 5 to 6 weeks = 2026-12-14",
        ),
    ],
)
def test_what_follows_is_supported(text: str, figure: str, derivation: str | None) -> None:
    check = one(text, figure)
    assert check.verdict == "supported"
    assert derivation is None or check.derivation == derivation


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("A class lasts 3 hours.", "3 hours"),
        ("The doors of the concert shut at 18:45.", "18:45"),
        ("We keep 60 % of the fee.", "60 %"),
        ("Sawing and sanding together are 54 €.", "54 €"),
        ("It holds 23,94 € of VAT.", "23,94 €"),
        ("For two jigsaws you get 49 € back.", "49 €"),
        # What follows is reckoned with, but not with what it follows from itself.
        ("Both of you pay 12 €, 18 € each.", "18 €"),
    ],
)
def test_what_does_not_follow_is_not_supported(text: str, figure: str) -> None:
    assert one(text, figure).verdict != "supported"


@pytest.mark.parametrize(
    ("text", "figure", "language"),
    [
        ("Come between 9:00 and 15:00.", "15:00", "en"),
        ("Konsertti alkaa 19.15 eikä aiemmin.", "19.15", "fi"),
        ("Konsertti alkaa klo 19.15. Tervetuloa!", "klo 19.15", "fi"),
    ],
)
def test_a_time_however_it_is_written(text: str, figure: str, language: str) -> None:
    assert one(text, figure, language).verdict == "supported"


def test_nights_pages_and_terabytes_are_counted() -> None:
    stay = Source("order", "o", "3 pcs yö 80.00 EUR\nDisk 4 TB\nPrints 1,200 pages")
    text = "Varasit kolme yötä. Levyssä on 4 Tt. Kasetti riittää 1 200 sivuun."
    checks = check_figures(text, [stay], language="fi")
    assert [(one.text, one.verdict) for one in checks] == [
        ("kolme yötä", "supported"),
        ("4 Tt", "supported"),
        ("1 200 sivuun", "supported"),
    ]
