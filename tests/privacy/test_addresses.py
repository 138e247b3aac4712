"""Postal addresses by their form, and streets, towns and figures that are none."""

import pytest

from copilot.privacy.detect import detect


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Mannerheimintie 12 A 5, 00100 Helsinki nyt", "Mannerheimintie 12 A 5, 00100 Helsinki"),
        ("Kuusitie 5 A 3\n00100 HELSINKI", "Kuusitie 5 A 3\n00100 HELSINKI"),
        ("osoite kuusitie 5 a 3, 00100 helsinki", "kuusitie 5 a 3, 00100 helsinki"),
        ("Pohjoinen Rautatiekatu 12 B", "Pohjoinen Rautatiekatu 12 B"),
        ("PL 123, 00101 Helsinki", "PL 123, 00101 Helsinki"),
        ("på Storgatan 14, 111 22 Stockholm.", "Storgatan 14, 111 22 Stockholm"),
        ("Nørrebrogade 12, 2. tv, 2200 København", "Nørrebrogade 12, 2. tv, 2200 København"),
        ("Karl Johans gate 22, 0162 Oslo", "Karl Johans gate 22, 0162 Oslo"),
        ("Pärnu mnt 15-3, 10141 Tallinn", "Pärnu mnt 15-3, 10141 Tallinn"),
        ("at 221B Baker Street, London NW1 6XE.", "221B Baker Street, London NW1 6XE"),
        ("742 Elm Terrace, Springfield, IL 62704", "742 Elm Terrace, Springfield, IL 62704"),
        ("to 12 High St, Flat 3 please", "12 High St, Flat 3"),
        ("my zip code is 62704", "62704"),
    ],
)  # fmt: skip
def test_finds_an_address_whole(text: str, address: str) -> None:
    found = [text[one.start : one.end] for one in detect(text) if one.type == "address"]
    assert found == [address]


@pytest.mark.parametrize(
    "text",
    [
        "Valtatie 4 on poikki ja kantatie 51 myös.",
        "Tulot alle 1 000 € kattavat sen, hinta 5 euroa.",
        "order 3 shops on this street, 2 days on the road",
        "Monitori 2010 -tapahtuma",
        "Kuusitiellä satoi, Helsinki 00100",
    ],
)
def test_other_streets_and_figures_stay(text: str) -> None:
    assert [one for one in detect(text) if one.type == "address"] == []


def test_what_follows_a_street_stays() -> None:
    text = "Kuusitie 5 12,50 € ja Harjukuja 9, 3 tuntia"
    found = [text[one.start : one.end] for one in detect(text)]
    assert found == ["Kuusitie 5", "Harjukuja 9"]
