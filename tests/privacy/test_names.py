"""Known names in every form Finnish gives them."""

import pytest

from copilot.privacy.names import NameForms, name_words

FORMS = {
    "Virtanen": "Virtanen Virtasen Virtasta Virtasella Virtaselle Virtaselta Virtaseen Virtasena "
    "Virtasesta Virtaset Virtasten Virtasille virtanen virtaselle VIRTANEN Virtanenkin",
    "Hiltunen": "Hiltusen Hiltuselle Hiltustakin",
    "Heikki": "Heikin Heikkiä Heikille Heikillä Heikiltä Heikkiin Heikkihän",
    "Pekka": "Pekan Pekkaa Pekalle Pekkaan Pekalta Pekkako Pekkoja",
    "Matti": "Matin Mattia Matille Mattiin",
    "Antti": "Antin Antille Anttia",
    "Maija": "Maijan Maijaa Maijalle Maijalta Maijaan maija maijalle",
    "Lahti": "Lahden Lahtea Lahdelle Lahteen Lahdelta",
    "Mäki": "Mäen Mäkeä Mäelle Mäkeen",
    "Koskimäki": "Koskimäen Koskimäelle Koskimäkeä",
    "Niemi": "Niemen Niemeä Niemelle Niemestä",
    "Saari": "Saaren Saarta Saarelle Saareen",
    "Kurki": "Kurjen Kurkea Kurjelle",
    "Susi": "Suden Sutta Sudelle",
    "Joki": "Joen Jokea Joelle",
    "Lehto": "Lehdon Lehtoa Lehdolle",
    "Ranta": "Rannan Rantaa Rannalle",
    "Leppä": "Lepän Leppää",
    "Lampi": "Lammen Lampea",
    "Aalto": "Aallon Aaltoa Aallolle",
    "Hannes": "Hanneksen Hannesta Hannekselle",
    "Tuomas": "Tuomaan Tuomasta Tuomaalle",
    "Markus": "Markuksen Markusta Markukselle",
    "Kangas": "Kankaan Kangasta Kankaalle",
    "Rinne": "Rinteen Rinnettä Rinteelle",
    "Laine": "Laineen Lainetta Laineelle",
    "John": "Johnin Johnia Johnille Johniin",
    "Ashdown": "Ashdownin Ashdown:n",
    "Väinö": "Väinön Väinölle Väinöä",
    "Anna-Liisa": "Anna-Liisan Anna-Liisalle",
    "Kuusi": "Kuusen Kuusta Kuuselle",
    "Lapsi": "Lapsen Lasta Lapselle",
    "Kansi": "Kannen Kantta Kannelle",
    "Lumi": "Lumen Lunta Lumelle",
    "Tammi": "Tammen Tammea Tammelle Tammeen",
    "Joutsen": "Joutsenen Joutsenta Joutsenelle",
    "Poika": "Pojan Poikaa Pojalle",
    "Vaaka": "Vaa'an Vaakaa Vaa’alle",
    "Mari": "Marile Marilt Mariga Marin",
    "Toomas": "Toomase Toomasele Toomasega",
    "Tamm": "Tamme Tammele Tammega",
    "Mäkelä": "Makela Makelan Mäkelälle Makelalle",
    "Lindström": "Lindstrom Lindstromin Lindstroemin",
    "Müller": "Muller Muellerin Müllerille",
    "José": "Jose Josén Joselle",
    "Nguyễn": "Nguyen Nguyenin Nguyễnille",
    "Lukasz": "Łukasz Łukaszin",
    "Makela": "Mäkelä Mäkelän",
    "小龙": "小龙",
    "علي": "علي",
}


@pytest.mark.parametrize(("name", "forms"), FORMS.items())
def test_every_form_is_found_whole(name: str, forms: str) -> None:
    finder = NameForms(name)
    for form in forms.split():
        text = f"Kerroin ({form}) asiasta"
        assert [text[start:end] for start, end in finder.find(text)] == [form]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Antti", "Anteeksi, antaa antin"[:9]),
        ("Kari", "karkea karvainen kartta"),
        ("Will", "I will and they will"),
        ("Toivo", "toivon toivoisin toivottavasti"),
        ("Emmi", "emme emmekä"),
        ("Maija", "maijaisa"),
        ("Mika", "Mikä Mikään Miksi"),
        ("Emmi", "Emme Emmekä Emmehän"),
        ("Mäki", "maki"),
        ("Mark", "Market Markets"),
    ],
)
def test_other_words_are_left(name: str, text: str) -> None:
    assert list(NameForms(name).find(text)) == []


def test_possessive_s_stays_outside() -> None:
    assert list(NameForms("Smith").find("Smith's order")) == [(0, 5)]


def test_titles_and_initials_are_no_names() -> None:
    assert name_words("Mrs M. Ashdown") == ["Ashdown"]
