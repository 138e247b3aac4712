"""Pairs of a draft and a source: what is right is supported, what only looks right never is."""

import random
from decimal import Decimal

import pytest

from copilot.grounding.figure_check import Source
from copilot.grounding.figures import check_figures
from tests.timing import ends


def verdicts(text: str, *sources: str) -> list[str]:
    given = [Source("message", str(number), source) for number, source in enumerate(sources)]
    return [one.verdict for one in check_figures(text, given)]


RIGHT = [
    ("Se tulee pe 27.3.", "Tulee pe 27.3.2026."),
    ("Suljettu 30.12.–2.1.2027.", "Suljettu 30.12.2026–2.1.2027."),
    ("Suljettu 30.12.2026-2.1.2027.", "Suljettu 30.12.2026–2.1.2027."),
    ("Se tulee 13.3.26.", "Se tulee 13.3.2026."),
    ("It costs two thousand euros.", "It costs 2 000 €."),
    ("Se maksoi kaksituhatta euroa.", "Se maksoi 2000 €."),
    ("One thousand two hundred and fifty euros", "1 250,00 €"),
    ("It costs 5 k€.", "It costs 5000 €."),
    ("€1.5 million", "1,5 miljoonaa euroa"),
    ("twenty five days", "25 days"),
    ("Pakastin on −18 °C.", "Säilytä -18 °C:ssa."),
    ("It takes at least 3 days.", "It takes 3–5 days."),
    ("It takes 5 days at most.", "It takes 3–5 days."),
    ("3 päivästä 5 päivään", "3–5 päivää"),
    ("It takes 3–5 days.", "It takes 3 days in town and 5 days elsewhere."),
    ("149 eurolla, 149 eurolle, 149 eurosta", "149 €"),
    ("kk.fi/palautus.", "https://www.kk.fi/palautus"),
]
WRONG = [
    # a figure that is part of another one
    ("Tilaus KK-20418", "Tilaus KK-20418-A"),
    ("Tilaus KK-20418", "Tilaus X-KK-20418"),
    ("Tilaus KK-20418", "Tilaus KK-20418/2"),
    ("Tilaus 20418", "Summa 20418 €"),
    ("a@kk.example", "a@kk.example.org"),
    ("a@kk.example", "x.a@kk.example"),
    ("https://kk.example/a", "https://kk.example/a/b"),
    ("https://kk.example/a", "https://kk.example/a?b=1"),
    ("kk.example", "evil-kk.example"),
    ("evil.com", "evil.com.attacker.net"),
    ("kk.example.evil.xyz", "kk.example"),
    ("kk.fi.evil.xyz/login", "kk.fi"),
    ("2 kg", "1/2 kg"),
    # ranges
    ("It takes 3–5 days.", "It takes 3–7 days. Refunds take 5 days."),
    ("Hinta on 10–25 €.", "Hinta on 10–15 € tai 25 €."),
    ("Delivery takes 3 business days.", "Delivery takes 3–5 business days."),
    ("Se maksaa 10 €.", "Se maksaa 10–15 €."),
    ("Suljettu 30.12.–2.1.2027.", "Suljettu 30.12.2025–2.1.2026."),
    # what a word before or after changes
    ("It costs €5 million.", "It costs €5."),
    ("It costs €5k.", "It costs €5."),
    ("It costs 5 thousand euros.", "It costs 5 euros."),
    ("It cost one thousand two hundred euros.", "It cost 200 €."),
    ("Se maksoi kaksituhatta euroa.", "Se maksoi kaksi euroa."),
    ("twenty five days", "5 days"),
    ("Pakastin on -18 °C.", "Huone on 18 °C."),
    ("Huone on 18 °C.", "Pakastin on −18 °C."),
    # a year in two digits
    ("Se tulee 13.3.27.", "Se tulee 13.3.2026."),
]


@pytest.mark.parametrize(("text", "source"), RIGHT)
def test_right(text: str, source: str) -> None:
    assert set(verdicts(text, source)) == {"supported"}


@pytest.mark.parametrize(("text", "source"), WRONG)
def test_wrong(text: str, source: str) -> None:
    found = verdicts(text, source)
    assert found
    assert set(found) != {"supported"}


def test_a_date_of_another_year_does_not_make_a_weekday_wrong() -> None:
    assert verdicts("Se tulee pe 27.3.", "Tilattu 27.3.2025.", "Tulee pe 27.3.2026.") == [
        "supported"
    ]


def test_a_standard_is_no_price() -> None:
    assert verdicts("Reitittimessä on Wi-Fi 6E.") == []


def written(value: Decimal) -> list[str]:
    whole, _, cents = f"{value:,.2f}".partition(".")
    finnish = [f"{whole.replace(',', gap)},{cents}" for gap in ("", " ", "\u00a0", "\u202f", ".")]
    english = [f"{whole}.{cents}", f"{whole.replace(',', '')}.{cents}"]
    return [
        *(f"{number}{unit}" for number in finnish for unit in (" €", "€", " euroa", " EUR")),
        *(f"{unit}{number}" for number in english for unit in ("€", "EUR ", "€ ")),
    ]


def test_amounts_however_they_are_written() -> None:
    chance = random.Random(3)
    for _ in range(400):
        value = Decimal(chance.randint(1, 10 ** chance.randint(2, 8))) / 100
        off = chance.choice(
            [Decimal(1), Decimal("0.01"), Decimal("0.10"), Decimal(1000), 9 * value]
        )
        source = f"Summa oli {chance.choice(written(value))}, kiitos."
        right = f"Hyvitämme {chance.choice(written(value))} tilille."
        wrong = f"Hyvitämme {chance.choice(written(value + off))} tilille."
        assert verdicts(right, source) == ["supported"], (right, source)
        assert verdicts(wrong, source) in (["contradicted"], ["unsupported"]), (wrong, source)


PHONES = [
    *("0{0}{1}{2}", "0{0} {1} {2}", "0{0}-{1}{2}", "(0{0}) {1} {2}", "+358{0}{1}{2}"),
    *("+358 {0} {1} {2}", "+358 (0){0} {1} {2}", "00358 {0} {1}{2}"),
]


def test_phone_numbers_however_they_are_written() -> None:
    chance = random.Random(3)
    for _ in range(200):
        parts = [str(chance.randint(*ends_)) for ends_ in ((40, 50), (100, 999), (1000, 9999))]
        other = [*parts[:2], str(int(parts[2]) % 9000 + 1000)]
        source = f"Numeroni on {chance.choice(PHONES).format(*parts)}."
        right = f"Soitamme numeroon {chance.choice(PHONES).format(*parts)}."
        wrong = f"Soitamme numeroon {chance.choice(PHONES).format(*other)}."
        assert verdicts(right, source) == ["supported"], (right, source)
        if other != parts:
            assert verdicts(wrong, source) != ["supported"], (wrong, source)


@pytest.mark.parametrize(
    "text",
    ["1 " * 50_000, "123 " * 50_000, "040 " * 50_000, "€1" * 50_000, "-" + "9" * 5000 + " colours"],
)
def test_odd_texts_come_to_an_end(text: str) -> None:
    with ends():
        check_figures(text[:6000], [Source("message", "m", text)])
