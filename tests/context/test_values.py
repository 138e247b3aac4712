import pytest

from copilot.context.values import codes_in, has_street, shape


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Order KK-20418, parcel JJFI62010004455.", {"KK20418", "JJFI62010004455"}),
        ("Tilaus #20418 ja kk-20419", {"20418", "KK20419"}),
        ("Näytössä lukee virhe E14.", {"E14"}),
        ("20 kg, 39,90 €, 24.12.2025 klo 14.30", set()),
        ("3-year-old, 2nd, 100% and 5-7 days", set()),
        ("", set()),
    ],
)
def test_codes(text: str, found: set[str]) -> None:
    assert codes_in(text) == found


def test_codes_of_one_kind_have_one_shape() -> None:
    assert shape("KK20418") == shape("KK999")
    assert shape("KK20418") != shape("INV20418")


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("Asun osoitteessa Puistokatu 3.", True),
        ("Hämeentie 12 B 4", True),
        ("14 Mill Lane, Leeds", True),
        ("3 Larch Brae, Inverness", True),
        ("12 pakkasastetta", False),
        ("I paid 14 pounds on the way home", False),
    ],
)
def test_streets(text: str, street: bool) -> None:
    assert has_street(text) is street
