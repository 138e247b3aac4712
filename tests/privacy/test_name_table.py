"""Every form of every name of the table is found, alone, in a sentence and in small letters."""

import pytest

from copilot.privacy.known import KnownFacts
from copilot.privacy.pseudonyms import Pseudonymiser
from tests.privacy.finnish_names import FORMS

_OTHER_WORDS = """
Hei, en ole saanut vieläkään mitään tietoa siitä, milloin uusi kattila tulee tai kuka sen tuo.
Maksoin laskun heti, mutta teiltä tuli karhukirje, jonka mukaan summa on yhä auki. Mitä nyt teen?
Kysyin asiaa myymälästä: sieltä luvattiin soittaa seuraavana päivänä, eikä kukaan ole soittanut.
Voisitteko antaa hyvityksen tai lähettää toisen tuotteen tilalle? Ostin sen alennuksesta keväällä.
"""


def test_the_table_is_as_long_as_promised() -> None:
    assert len(FORMS) >= 60
    assert min(map(len, FORMS.values())) >= 12


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_a_known_name_is_masked_whole(name: str) -> None:
    pseudonyms = Pseudonymiser(KnownFacts(names=(name,)))
    for form in FORMS[name]:
        text = f"Kysyin asiaa, ja {form} kai tietää. «{form}»/{form}!"
        masked = pseudonyms.redact(text)
        found = [text[one.start : one.end] for one in masked.entities]
        assert found == [form] * 3, (name, form, found)
        assert pseudonyms.restore(masked.text) == text


def test_ordinary_words_are_no_names_of_the_table() -> None:
    pseudonyms = Pseudonymiser(KnownFacts(names=tuple(FORMS)))
    assert pseudonyms.mask(_OTHER_WORDS) == _OTHER_WORDS


def test_a_name_that_is_a_word_too_is_found_in_small_letters_beside_another() -> None:
    pseudonyms = Pseudonymiser(KnownFacts(names=("Maija Joki",)))
    assert pseudonyms.mask("t. maija joki, asun kun joki jäätyy") == (
        "t. [NAME_1] [NAME_2], asun kun joki jäätyy"
    )


def test_small_words_of_a_name_are_masked_with_the_ones_beside_them() -> None:
    pseudonyms = Pseudonymiser(KnownFacts(names=("Ludwig van der Berg",)))
    masked = pseudonyms.mask("Kysyin van der Bergiltä; der van on rikki.")
    assert masked == "Kysyin [NAME_1] [NAME_2] [NAME_3]; der van on rikki."


def test_a_name_in_a_script_without_spaces_is_found_inside_a_line() -> None:
    pseudonyms = Pseudonymiser(KnownFacts(names=("李 小龙",)))
    assert pseudonyms.mask("你好我是小龙谢谢") == "你好我是[NAME_1]谢谢"
