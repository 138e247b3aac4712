"""Nothing known leaves, and what comes back is restored to the character, however it is cut."""

import random
import unicodedata
from collections.abc import AsyncIterator

import pytest

from copilot.privacy.known import KnownFacts
from copilot.privacy.pseudonyms import Pseudonymiser
from copilot.speech.spoken.writing import written_forms, written_out

_KNOWN = KnownFacts(
    names=("Maija Virtanen", "Oluwaseun Adeyemi"),
    emails=("maija.virtanen@posti.example",),
    phones=("+358401234567",),
    addresses=("Kuusitie 5 A 3, 00100 Helsinki",),
    handles=("maikki_v",),
    numbers=("KK-20694", "JJFI62010004402"),
)
_PERSONAL = (
    *("Maija", "Maijalle", "Virtasen", "VIRTANEN", "Adeyemin", "maija.virtanen@posti.example"),
    *("+358 40 123 4567", "040-1234567", "040 123 4567", "0401234567", "maikki_v"),
    *("Kuusitie 5 A 3, 00100 Helsinki", "kuusitie 5 A 3\n00100 helsinki", "20694"),
    *("KK-20694", "kk-20694"),
    *("JJFI62010004402", "4111 1111 1111 1111", "FI21 1234 5600 0007 85", "131052-308T"),
    *("192.168.10.4", "https://shop.example/r?token=1", "[EMAIL_1]", "[NAME_2]"),
)  # fmt: skip
_PLAIN = (
    *("hei", "tilaus", "saapuu", "13.3.", "39,90 €", "[S1]", "[", "]", "😀", "שלום", "\n", "—"),
    *("the", "parcel", "is", "late", "(", ")", "klo 14–16"),
)


def test_placeholders_are_stable_and_of_their_kind() -> None:
    pseudonyms = Pseudonymiser(_KNOWN)
    masked = pseudonyms.mask("Maija, maija.virtanen@posti.example, KK-20694. Maijalle! maija")
    assert masked == "[NAME_1], [EMAIL_1], [ORDER_1]. [NAME_1B]! [NAME_1C]"
    assert pseudonyms.mask("Maija") == "[NAME_1]"
    assert pseudonyms.restore("Hei [NAME_1]! [NAME_1B]") == "Hei Maija! Maijalle"


@pytest.mark.parametrize(
    "form",
    [
        *("Virtaselle", "virtanen", unicodedata.normalize("NFD", "Mäkelälle"), "D’Angelon"),
        *("Anna-Maijan", "Maijan", "Annalle", "358401234567", "040\u2011123 4567"),
        *("kk20694", "KK 20694", "JJFI 6201 0004 402"),
    ],
)
def test_known_facts_are_found_however_they_are_written(form: str) -> None:
    names = ("Pirjo Mäkelä", "Anna-Maija Virtanen", "Joe D'Angelo")
    known = KnownFacts(names, phones=_KNOWN.phones, numbers=_KNOWN.numbers)
    for text in (f"Kerroin ({form}) asiasta", f"Kerroin ({form}) pa\u0308ivällä asiasta"):
        pseudonyms = Pseudonymiser(known)
        masked = pseudonyms.redact(text)
        assert form not in masked.text
        assert [text[one.start : one.end] for one in masked.entities] == [form]
        assert pseudonyms.restore(masked.text) == text


def test_figures_and_words_like_known_facts_stay() -> None:
    known = KnownFacts(names=("Anna Price", "Helmi Kuusi"), numbers=("20694", "1234"))
    text = "What is the price: 206.94 or 1 234 €? Voitko antaa: anna kuusi helmeä, 12.34."
    assert Pseudonymiser(known).mask(text) == text


def test_unknown_placeholders_stay() -> None:
    assert Pseudonymiser().restore("[EMAIL_7] and [S1]") == "[EMAIL_7] and [S1]"


def test_text_that_looks_like_a_placeholder_gets_nothing() -> None:
    pseudonyms = Pseudonymiser(_KNOWN)
    masked = pseudonyms.mask("mail maija.virtanen@posti.example, not [EMAIL_1]")
    assert masked == "mail [EMAIL_1], not [TEXT_1]"
    assert pseudonyms.restore(masked).endswith("not [EMAIL_1]")


def test_entities_have_offsets_in_the_original() -> None:
    text = "Olen Virtanen, hetu 131052-308T."
    found = Pseudonymiser(_KNOWN).redact(text)
    assert [(text[one.start : one.end], one.type) for one in found.entities] == [
        ("Virtanen", "name"),
        ("131052-308T", "national_id"),
    ]
    assert found.text == "Olen [NAME_1], hetu [ID_1]."


async def test_thousand_random_texts_round_trip_whole_and_streamed() -> None:
    chance = random.Random(7)
    for _ in range(1000):
        personal = chance.choices(_PERSONAL, k=chance.randint(1, 6))
        words = [*personal, *chance.choices(_PLAIN, k=chance.randint(1, 10))]
        chance.shuffle(words)
        text = " ".join(words)
        pseudonyms = Pseudonymiser(_KNOWN)
        masked = pseudonyms.mask(text)
        for secret in personal:
            if not secret.startswith("["):
                assert secret not in masked, (secret, masked)
        assert pseudonyms.restore(masked) == text
        length = chance.randint(1, 9)
        pieces = [masked[at : at + length] for at in range(0, len(masked), length)]
        streamed = [one async for one in pseudonyms.restored(_stream(pieces))]
        assert "".join(streamed) == text


@pytest.mark.parametrize("text", ["[", "[[[[", "a [NAME_1", "[NAME_", "[" * 100])
async def test_what_only_begins_like_a_placeholder_is_passed_on(text: str) -> None:
    pieces = [one async for one in Pseudonymiser().restored(_stream(list(text)))]
    assert "".join(pieces) == text


async def _stream(pieces: list[str]) -> AsyncIterator[str]:
    for piece in pieces:
        yield piece


@pytest.mark.parametrize(
    ("language", "said", "personal"),
    [
        ("en", "it is K K two zero six nine four", "20694"),
        ("en", "my number is oh four oh one two three four five six seven", "0401234567"),
        ("en", "write to maija dot virtanen at posti dot com", "maija.virtanen@posti.com"),
        ("fi", "tilaus koo koo kaksi nolla kuusi yhdeksän neljä", "20694"),
        (
            "fi",
            "soita nolla neljä nolla yksi kaksi kolme neljä viisi kuusi seitsemän",
            "0401234567",
        ),
    ],
)
def test_what_was_said_aloud_is_masked_in_its_written_form(
    language: str, said: str, personal: str
) -> None:
    written = written_out(said.split(), written_forms(said.split(), language))
    assert personal in written.replace(" ", "").replace("-", "")
    pseudonyms = Pseudonymiser(_KNOWN)
    masked = pseudonyms.mask(written)
    assert personal not in masked.replace(" ", "").replace("-", "")
    assert pseudonyms.restore(masked) == written
