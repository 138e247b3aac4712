"""Card numbers however they are grouped, and products and parcels that look like them."""

import pytest

from copilot.privacy.cards import find_cards


def _found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in find_cards(text)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("se on 41111111 11111111.", "41111111 11111111"),
        ("charged 4111 1111 11111111 twice", "4111 1111 11111111"),
        ("my card is 41 11 11 11 11 11 11 11", "41 11 11 11 11 11 11 11"),
        ("korttinro 37828 22463 10005", "37828 22463 10005"),
        ("3782 822463 10005", "3782 822463 10005"),
        ("kort 5018 0000 0009", "5018 0000 0009"),
        ("4222222222222 is mine", "4222222222222"),
        ("4111\u20111111\u20111111\u20111111", "4111\u20111111\u20111111\u20111111"),
    ],
)
def test_cards_are_found_in_any_grouping(text: str, number: str) -> None:
    assert _found(text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        # All of them have a right check digit of cards.
        "EAN 6403706347754",
        "viite 65710 69334 57708",
        "seuranta 370000000000000007 ja 643000000000000007",
        "411 1111 1111 11111 1",
    ],
)
def test_products_parcels_and_references_are_no_cards(text: str) -> None:
    assert _found(text) == []


def test_the_longest_card_is_the_card() -> None:
    # Its first sixteen digits are a card's as well.
    assert _found("kort 5018-2027-6531-6915-082")[0] == "5018-2027-6531-6915-082"
