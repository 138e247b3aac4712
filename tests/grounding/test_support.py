import pytest

from copilot.grounding.citations import cite
from copilot.grounding.support import support

RETURNS = "Palautusaika on 30 päivää toimituksesta. Palauta tuote alkuperäisessä pakkauksessa."
SHIPPING = "Toimitus maksaa 6,90 € Suomessa ja kestää 3–5 arkipäivää."
KETTLE = "Descale the kettle with citric acid: pour in water, boil, wait 20 minutes and rinse."


def test_inflected_words_count() -> None:
    assert support("Tuotteen palautus alkuperäispakkauksessa 30 päivän aikana", RETURNS) > 0.6


def test_other_matters_do_not() -> None:
    assert support("Your refund takes five days", KETTLE) < 0.2


@pytest.mark.parametrize("text", ["", "?!", "ja se on"])
def test_nothing_carries_a_sentence_without_content(text: str) -> None:
    assert support(text, RETURNS) == 0


def test_each_sentence_gets_its_source() -> None:
    sentences = [
        "Hei Anna!",
        "Voit palauttaa tuotteen 30 päivää toimituksesta.",
        "Toimitus maksaa 6,90 €.",
        "Boil water with citric acid and rinse the kettle.",
        "Aurinko paistaa kauniisti tänään.",
    ]
    assert cite(sentences, [RETURNS, SHIPPING, KETTLE]) == [[], [0], [1], [2], []]


def test_two_sources_carry_a_sentence_together() -> None:
    together = "Palautusaika on 30 päivää ja toimitus maksaa 6,90 € Suomessa."
    assert set(cite([together], [RETURNS, SHIPPING, KETTLE])[0]) == {0, 1}


def test_no_sources_no_citations() -> None:
    assert cite(["Palautusaika on 30 päivää."], []) == [[]]
