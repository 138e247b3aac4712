"""IP addresses of both kinds, beside versions and chapters."""

import pytest

from copilot.privacy.ip_addresses import find_ips


def _found(text: str) -> list[str]:
    return sorted({text[one.start : one.end] for one in find_ips(text)})


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("osoite 203.0.113.80, klo 10", "203.0.113.80"),
        ("203.0.113.80:8080 refuses", "203.0.113.80"),
        ("2001:DB8:0:1:0:0:0:5869:8080 refuses", "2001:DB8:0:1:0:0:0:5869"),
        ("version 4.2 from 198.51.100.7", "198.51.100.7"),
        ("versio 2.14.0.7, ip 10.0.0.7", "10.0.0.7"),
        ("DNS 8.8.8.8.", "8.8.8.8"),
    ],
)
def test_addresses_are_found(text: str, address: str) -> None:
    assert _found(text) == [address]


def test_the_longer_form_stands_first() -> None:
    text = "hop 3 is ::ffff:203.0.113.80."
    first = next(find_ips(text))
    assert text[first.start : first.end] == "::ffff:203.0.113.80"


@pytest.mark.parametrize(
    "text",
    [
        "Päivitin versioon 2.14.0.7 eilen",
        "Ohjeen kohta 4.2.1.3 on epäselvä",
        "See section 192.1.2.3 of the manual",
        "fw 112.0.1.98, hw 2.1",
        "updated to 112.0.1.98 on Monday",
        "I'm on 23.1.0.4 since May",
    ],
)
def test_versions_and_chapters_are_none(text: str) -> None:
    assert _found(text) == []
