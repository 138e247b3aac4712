"""Telephone numbers of the countries near, and the numbers that are written like them."""

import pytest

from copilot.privacy.entity import Entity
from copilot.privacy.phones import find_phones


def _found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in find_phones(text)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("soita 040 1234567 klo 9.00-17.00", "040 1234567"),
        ("soita 040 1234567 8.15 jälkeen", "040 1234567"),
        ("numerosta 040 1234567 14.3.2026?", "040 1234567"),
        ("numerosta 040 1234567 14. maaliskuuta", "040 1234567"),
        ("numerosta 040 1234567 3.–7.4. välillä", "040 1234567"),
        ("tlf. 46 42 98 88 14/03/2026", "46 42 98 88"),
        ("vanha oli 1-907-555-0123", "1-907-555-0123"),
        ("907.555.0123", "907.555.0123"),
        ("mit nummer er 46429888", "46429888"),
        ("00358 44 982 2335", "00358 44 982 2335"),
        ("sopii 040.123.4567", "040.123.4567"),
    ],
)
def test_numbers_end_where_a_time_begins(text: str, number: str) -> None:
    assert _found(text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "avoinna 9.00-17.00",
        "summa 12 345 678 €, (12 345 678 kr) tai EUR 12 345 678",
        "12 345 678 kappaletta",
        "artikel 942.336.00, 9380.50.272 och 0614.76.999",
        "Y-tunnus 0112038-9",
        "laite 2110-2014-787",
        "Product 09054141, SKU 00177177",
        "EAN 5 003914 381254",
        "käyttöpaikka 07199111",
    ],
)
def test_what_is_written_alike_is_none(text: str) -> None:
    assert _found(text) == []


def test_words_in_an_address_say_nothing_of_the_number_beside_it() -> None:
    text = "Kontakti: m+laskut@firma.example 09 2268 616"
    assert _found(text) == []
    start, end = text.index("m+"), text.index(" 09")
    found = list(find_phones(text, taken=[Entity(start, end, "email")]))
    assert [text[one.start : one.end] for one in found] == ["09 2268 616"]
