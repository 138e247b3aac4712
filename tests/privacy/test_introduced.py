"""Names that a text introduces by itself, and words in their place that are none."""

import pytest

from copilot.privacy.introduced import introduced
from copilot.privacy.pseudonyms import Pseudonymiser
from tests.timing import ends


def _names(text: str) -> list[str]:
    return [text[start:end] for start, end in sorted(set(introduced(text)))]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Hei Anna,\nkiitos.\n\nTerveisin,\nMatti Virtanen", "Anna Matti Virtanen"),
        ("Hi Anna, it broke.\n\nBest regards,\nJohn Smith\nSales", "Anna John Smith"),
        ("> Dear Mrs Ashdown-Pike,\n> see below", "Ashdown-Pike"),
        ("Hej Lars!\n\nMed vänlig hälsning\nKarin Öberg", "Lars Karin Öberg"),
        ("Mvh Karin Öberg", "Karin Öberg"),
        ("Thanks,\nColm", "Colm"),
        ("Kiitos!\nEmma\n", "Emma"),
        ("vaimoni Liisa ja naapurini Pekka Lahtinen näki", "Liisa Pekka Lahtinen"),
        ("Kysyin vaimoltani Liisalta", "Liisalta"),
        ("my husband John and his sister Ann-Marie", "John Ann-Marie"),
        ("min fru Eva hämtade", "Eva"),
        ("min kone Jytte åbnede", "Jytte"),
        ("my name is maija virtanen and i wait", "maija virtanen"),
        ("Nimeni on Matti Virtanen ja odotan", "Matti Virtanen"),
        ("Name: Ludwig van Beethoven\nOrder: 5", "Ludwig Beethoven"),
        ("This is Anna Ashdown calling", "Anna Ashdown"),
        ("Hei Seppo ja Mirja,", "Seppo Mirja"),
    ],
)
def test_introduced_names_are_found(text: str, names: str) -> None:
    assert _names(text) == names.split()


@pytest.mark.parametrize(
    "text",
    [
        "Hi team,\nit broke.\n\nBest regards,\nCustomer Service",
        "Dear Support Team,",
        "Hei asiakaspalvelu,",
        "Hei,\nOlen odottanut.",
        "Kiitos Paketti saapui.",
        "I am Very Happy about it, this is Great",
        "my name is on the order",
        "Uuden malliston nimi on siis kaunis.",
        "Terveisin Kauppa Oy",
        "My husband works, my wife too. Vaimoni kysyi.",
    ],
)
def test_words_in_the_place_of_a_name_stay(text: str) -> None:
    assert _names(text) == []


def test_a_name_once_introduced_is_found_in_its_other_forms() -> None:
    pseudonyms = Pseudonymiser()
    masked = pseudonyms.mask("Vaimoni Liisa soitti. Liisalle luvattiin hyvitys.\nT. Matti")
    assert masked == "Vaimoni [NAME_1] soitti. [NAME_1B] luvattiin hyvitys.\nT. [NAME_2]"
    assert pseudonyms.mask("Matin ja Liisan") == "[NAME_2B] ja [NAME_1C]"


@pytest.mark.parametrize("unit", ["Hei Anna", "my wife ", "\n", "terveisin\n", "name: Aa ", "> "])
def test_long_odd_texts_come_to_an_end(unit: str) -> None:
    with ends():
        Pseudonymiser().mask(unit * (300_000 // len(unit)))
