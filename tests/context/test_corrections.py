from collections.abc import Sequence

import pytest

from copilot.context.corrections import standing
from tests.context.said import spoken


def left(*texts: str) -> list[str]:
    found = spoken(*(("customer", text) for text in texts)).facts
    return [one.said.text for one in standing(found)]


@pytest.mark.parametrize(
    "texts",
    [
        ("My order is KK-20418.", "Sorry, I meant KK-20419."),
        ("My order is KK-20418.", "It is not KK-20418 but KK-20419."),
        ("My order is KK-20418.", "The number is KK-20419, not KK-20418."),
        ("Tilaus on KK-20418.", "Tarkoitin siis numeroa KK-20419."),
        ("Tilaus on KK-20418.", "Se ei ole KK-20418 vaan KK-20419."),
        ("We live at 14 Mill Lane, Leeds.", "We have moved: 3 Park Road, York."),
        ("Asun osoitteessa Puistokatu 3, Turku.", "Muutin, uusi osoite on Hämeentie 12."),
    ],
)
def test_what_was_corrected_is_gone(texts: Sequence[str]) -> None:
    assert left(*texts) == [texts[-1]]


@pytest.mark.parametrize(
    "texts",
    [
        ("I also ordered a lamp, KK-20418.", "The kettle was KK-20419."),
        ("The order is KK-20418.", "It has not arrived yet, KK-20418 I mean."),
        ("The order is KK-20418.", "I meant the invoice INV-99120."),
        ("Asun osoitteessa Puistokatu 3.", "Veljeni asuu osoitteessa Hämeentie 12."),
    ],
)
def test_what_was_only_added_to_stands(texts: Sequence[str]) -> None:
    assert left(*texts) == list(texts)


def test_i_meant_takes_back_the_last_one_only() -> None:
    assert left("The lamp is KK-11111.", "The rug is KK-22222.", "Sorry, I meant KK-33333.") == [
        "The lamp is KK-11111.",
        "Sorry, I meant KK-33333.",
    ]
