"""Personal data by its form, and what only looks like it. All numbers are made up."""

import pytest

from copilot.privacy.detect import detect
from tests.timing import ends


def _found(text: str) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.type) for one in detect(text)]


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("To anna.o'neil+shop@mail.example.co.uk.", "anna.o'neil+shop@mail.example.co.uk", "email"),
        ("osoite åke@sähkö.example", "åke@sähkö.example", "email"),
        ("card 4111 1111 1111 1111 exp", "4111 1111 1111 1111", "card"),
        ("7 12 4111-1111-1111-1111 040", "4111-1111-1111-1111", "card"),
        ("kortti 378282246310005.", "378282246310005", "card"),
        ("tili FI21 1234 5600 0007 85, kiitos", "FI21 1234 5600 0007 85", "iban"),
        ("IBAN GB82WEST12345698765432", "GB82WEST12345698765432", "iban"),
        ("iban fi2112345600000785 ja", "fi2112345600000785", "iban"),
        ("hetu 131052-308T", "131052-308T", "national_id"),
        ("hetu 131052–308T", "131052–308T", "national_id"),
        ("tel 040\u2011123\u20114567", "040\u2011123\u20114567", "phone"),
        ("syntynyt 010203A9012?", "010203A9012", None),
        ("personnummer 811228-9874", "811228-9874", "national_id"),
        ("personnummer 19811228-9874", "19811228-9874", "national_id"),
        ("isikukood 37605030299", "37605030299", "national_id"),
        ("from 192.168.10.4 today", "192.168.10.4", "ip"),
        ("from 2001:db8::8a2e:370:7334", "2001:db8::8a2e:370:7334", "ip"),
        ("(https://shop.example/reset?t=abc123.)", "https://shop.example/reset?t=abc123", "url"),
        ("(see www.shop.example/a_(b))", "www.shop.example/a_(b)", "url"),
        ("soita 040 123 4567 illalla", "040 123 4567", "phone"),
        ("puh. +358 40 123 4567", "+358 40 123 4567", "phone"),
        ("Call me at (907) 555-0123 now", "(907) 555-0123", "phone"),
        ("tel 020 7946 0958", "020 7946 0958", "phone"),
        ("555 1704 office", "555 1704", "phone"),
        ("卡号4111111111111111，谢谢", "4111111111111111", "card"),
        ("card ٤١١١١١١١١١١١١١١١", "٤١١١١١١١١١١١١١١١", "card"),
        ("no ４１１１ １１１１ １１１１ １１１１", "４１１１ １１１１ １１１１ １１１１", "card"),
        ("Visa4111111111111111.", "4111111111111111", "card"),
        ("4111.1111.1111.1111", "4111.1111.1111.1111", "card"),
        ("邮箱maija@posti.example", "maija@posti.example", "email"),
        ("maija (at) posti.example", "maija (at) posti.example", "email"),
        ("maija @posti.example", "maija @posti.example", "email"),
        ("CPR 010190-1234", "010190-1234", "national_id"),
        ("cpr-nummer 0101901234", "0101901234", "national_id"),
        ("konto 211062-5629", "211062-5629", "national_id"),
        ("SSN 219 09 9999", "219 09 9999", "national_id"),
        ("fødselsnr 16127512837.", "16127512837", "national_id"),
        ("151086 95088", "151086 95088", "national_id"),
        ("211062 5629", "211062 5629", "national_id"),
        ("tili FI21.1234.5600.0007.85, kiitos", "FI21.1234.5600.0007.85", "iban"),
        ("FI 21 1234 5600 0007 85", "FI 21 1234 5600 0007 85", "iban"),
        ("shop.example/reset?t=ab1", "shop.example/reset?t=ab1", "url"),
    ],
)  # fmt: skip
def test_finds(text: str, value: str, kind: str | None) -> None:
    assert _found(text) == ([(value, kind)] if kind else [])


@pytest.mark.parametrize("mark", "-+ABCDEFYXWVU")
def test_every_century_mark_of_a_finnish_id(mark: str) -> None:
    text = f"hetu on 131052{mark}308T, kiitos"
    assert _found(text) == [(f"131052{mark}308T", "national_id")]


@pytest.mark.parametrize(
    "text",
    [
        "Tilaus KK-20694 maksoi 1 234,50 € ja saapuu 13.8.2025 klo 14–16.",
        "Order 20694511 was placed on 2026-03-12 at 10:30:15.",
        "Invoice 4111111111111112, version 1.2.3 of 12.3.2026.",
        "Koko 170 × 240, paino 25 kg, tuote SHF-KEL-4.",
        "Seuranta JJFI62010004402 ja NL480117312GB",
        "kello 12:30:00 ja suhde 16:9",
        "käyttäjä @maija kirjoitti a@b",
        "Version 10.2.3.4, ei 10.2.3.5.",
        "FI2112345600000785X ja AB12 is the product we ordered twice",
        "lähetetty 5. helmikuuta 2026 13.22",
        "tuote 310299-1234567 ja 12039948123",
        "1 point = $0.0125 (1.25 cents)",
        "Tellimus 8812345 maksis 12 €, textile 7512345",
        "202603111234 ja 2026.03.12",
        "RF18 5390 0754 7034",
        "1234 211062 5629 88",
    ],
)
def test_leaves_what_is_no_personal_data(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(
    "text", ["1 " * 200_000, "a@" * 200_000, "4" * 400_000, "www." * 100_000, "FI21 " * 80_000]
)
def test_long_odd_texts_come_to_an_end(text: str) -> None:
    with ends():
        detect(text)
