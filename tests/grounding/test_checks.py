"""Verdicts against sources, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.grounding.figure_check import Source
from copilot.grounding.figures import FigureIndex, check_figures
from copilot.grounding.sentences import sentence_spans

ORDER = Source(
    "order",
    "ord_1",
    "Order KK-20418, status shipped\nOrder KK-20418 placed 2026-03-10\n"
    "Order KK-20418 total 155.90 EUR\n1 pcs Villamatto 149.00 EUR\n1 pcs Toimitus 6.90 EUR\n"
    "Tracking Posti JJFI62010004455 in transit",
)
TERMS_FI = Source(
    "passage",
    "psg_1",
    "Palautusaika on 30 päivää. Palautuksen jälkeen hyvitys maksetaan 5 arkipäivän kuluessa. "
    "Asiakaspalvelu on auki ma–pe klo 9–17, puhelin 020 7123 456. Takuu on kaksi vuotta. "
    "Uutiskirjeen tilaaja saa 10 % alennuksen. Ohjeet: https://kk.example/palautus, "
    "apu@kk.example.",
)
TERMS_EN = Source(
    "passage",
    "psg_2",
    "Delivery takes 3–5 business days and costs £4.90. Orders over £80 ship free.",
)
MAIL = Source(
    "message",
    "msg_1",
    "Tilasin 3.3. keittimen ja maksoin 39,90 €. Sen piti tulla perjantaina 27.3. "
    "Numeroni on +358 40 123 4567.",
)
SOURCES = [ORDER, TERMS_FI, TERMS_EN, MAIL]

SUPPORTED = [
    ("Tilaus KK-20418 maksoi 155,90 €.", "ord_1"),
    ("Tilauksenne 20418 on matkalla.", "ord_1"),
    ("Se tilattiin 10.3.2026.", "ord_1"),
    ("Se tilattiin 10. maaliskuuta.", "ord_1"),
    ("Your order of 10 March came to EUR 155.90.", "ord_1"),
    ("Villamatto 149 euroa", "ord_1"),
    ("The parcel is jjfi62010004455.", "ord_1"),
    ("Palautusaika on 30 päivää.", "psg_1"),
    ("You have 30 days to return it.", "psg_1"),
    ("Rahat tulevat viidessä arkipäivässä.", "psg_1"),
    ("Refunds take five business days.", "psg_1"),
    ("Takuu kestää 24 kuukautta.", "psg_1"),
    ("A two-year warranty applies: 2 years.", "psg_1"),
    ("Olemme auki klo 9.00–17.00.", "psg_1"),
    ("We close at 5 pm.", "psg_1"),
    ("Saat 10 prosentin alennuksen.", "psg_1"),
    ("Soita +358 20 7123 456.", "psg_1"),
    ("Katso www.kk.example/palautus.", "psg_1"),
    ("Kirjoita APU@KK.EXAMPLE.", "psg_1"),
    ("It takes 3 to 5 business days.", "psg_2"),
    ("Delivery costs £4.90.", "psg_2"),
    ("Tilasitte sen 3.3.2026.", "msg_1"),
    ("Maksoitte 39.90 EUR.", "msg_1"),
    ("Se tulee perjantaina.", "msg_1"),
    ("Se tulee pe 27.3.", "msg_1"),
    ("Soitamme numeroon 040 123 4567.", "msg_1"),
]
CONTRADICTED = [
    ("Palautusaika on 14 päivää.", "30 päivää"),
    ("Hyvitys maksetaan 7 arkipäivän kuluessa palautuksesta.", "5 arkipäivän"),
    ("Tilaus KK-20481 on matkalla.", "KK-20418"),
    ("Tilauksen KK-20418 loppusumma on 165,90 €, tilattu 10.3.2026: order total.", "155.90"),
    ("Soita 020 7123 465.", "020 7123 456"),
    ("Asiakaspalvelu on auki klo 8–20.", "klo 9–17"),
    ("Delivery costs £6.50.", "£4.90"),
    ("Delivery takes 7–9 business days.", "3–5 business days"),
    ("Uutiskirjeen tilaaja saa 15 % alennuksen.", "10 %"),
    ("Se tulee torstaina 27.3.", "perjantaina 27.3."),
    ("Kirjoita avu@kk.example.", "apu@kk.example"),
]
UNSUPPORTED = [
    "Saat 20 € lahjakortin.",
    "Soitamme huomenna klo 11.15.",
    "Matto painaa 12 kg.",
    "Sama malli on 25 % halvempi ensi viikolla.",
    "Your new booking is AB-99871.",
    "See https://evil.example/login now.",
    "We have 12 colours.",
    "Lähetämme sen 4.5.2027.",
]


@pytest.mark.parametrize(("text", "source"), SUPPORTED)
def test_supported(text: str, source: str) -> None:
    checks = check_figures(text, SOURCES)
    assert checks
    assert {one.verdict for one in checks} == {"supported"}
    assert checks[-1].evidence is not None
    assert checks[-1].evidence.id == source


@pytest.mark.parametrize(("text", "evidence"), CONTRADICTED)
def test_contradicted(text: str, evidence: str) -> None:
    wrong = [one for one in check_figures(text, SOURCES) if one.verdict != "supported"]
    assert [one.verdict for one in wrong] == ["contradicted"]
    assert wrong[0].evidence is not None
    assert evidence in wrong[0].evidence.text


@pytest.mark.parametrize("text", UNSUPPORTED)
def test_unsupported(text: str) -> None:
    checks = check_figures(text, SOURCES)
    assert [one.verdict for one in checks] == ["unsupported"]
    assert checks[0].evidence is None


def test_without_sources_nothing_is_supported() -> None:
    assert [one.verdict for one in check_figures("39,90 € ja 3 kpl", [])] == ["unsupported"] * 2


def test_a_different_area_code_is_another_number() -> None:
    (check,) = check_figures("Soita 050 123 4567", [MAIL])
    assert check.verdict == "contradicted"


def test_part_of_a_longer_number_is_no_support() -> None:
    (check,) = check_figures("5 kpl", [Source("message", "m", "Tilasin 15 kpl ja 2 005 ruuvia")])
    assert check.verdict != "supported"


def test_evidence_is_readable() -> None:
    text = "Alku. " * 200 + "Toimitus maksaa 6,90 € aina. " + "Loppu. " * 200
    (check,) = check_figures("Se on 6,90 €", [Source("passage", "p", text)])
    assert check.evidence is not None
    assert check.evidence.text == "Toimitus maksaa 6,90 € aina"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_a_sentence_is_supported_by_the_text_it_is_from(source: Source) -> None:
    index = FigureIndex([source])
    for start, end in sentence_spans(source.text):
        checks = index.check(source.text[start:end])
        assert all(one.verdict == "supported" for one in checks)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_can_be_checked(text: str, source: str) -> None:
    check_figures(text, [Source("message", "m", source)])


def test_each_of_a_hundred_sources_supports_its_own() -> None:
    filler = "Kiitos viestistänne, asia on käsittelyssä ja palaamme siihen pian. Hyvää jatkoa. "
    sources = [
        Source(
            "message", str(n), f"{filler * 4}Tilaus KK-{20000 + n} maksoi {n},90 € {n % 28 + 1}.3."
        )
        for n in range(100)
    ]
    text = " ".join(f"Tilaus KK-{20000 + n} maksoi {n},90 €." for n in range(50))
    checks = FigureIndex(sources).check(text)
    assert {one.verdict for one in checks} == {"supported"}
