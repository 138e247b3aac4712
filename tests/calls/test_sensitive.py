"""What is sensitive in what people say on the phone, and what only looks like it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.calls.privacy import redact_transcript
from copilot.calls.redacted import SensitiveType
from copilot.cli.main import app
from copilot.speech.transcript import Transcript
from tests.calls.private import Said, said_segments


def redacted(
    *said: Said, language: str = "en", types: list[SensitiveType] | None = None
) -> tuple[list[str], list[str]]:
    """The texts without what was found, and the kinds of that."""
    heard = Transcript(language=language, duration=99, engine="x", segments=said_segments(*said))
    kept, found = redact_transcript(heard, types)
    return [one.text for one in kept.segments], [one.type for one in found]


FOUND = [
    # language, what the customer said, what is left
    ("en", "My card is 4012 8888 8888 1881.", "My card is [CARD]."),
    (
        "en",
        (
            "it's four zero one two eight eight eight eight eight eight eight eight one eight eight"
            " one"
        ),
        "it's [CARD]",
    ),
    (
        "en",
        (
            "the card number is forty twelve eighty-eight eighty-eight eighty-eight eighty-eight"
            " eighteen eighty-one thanks"
        ),
        "the card number is [CARD] thanks",
    ),
    (
        "en",
        (
            "my visa is four oh one two double eight double eight um double eight double eight and"
            " then one eight eight one, okay?"
        ),
        "my visa is [CARD], okay?",
    ),
    (
        "en",
        "card number 4012888888881881 and the security code is one two three",
        "card number [CARD] and the security code is [CVV]",
    ),
    (
        "fi",
        (
            "kortin numero on neljä nolla yksi kaksi kahdeksan kahdeksan kahdeksan kahdeksan"
            " kahdeksan kahdeksan kahdeksan kahdeksan yksi kahdeksan kahdeksan yksi"
        ),
        "kortin numero on [CARD]",
    ),
    (
        "fi",
        (
            "se on neljäkymmentä kaksitoista kahdeksankymmentäkahdeksan kahdeksankymmentäkahdeksan"
            " kahdeksankymmentäkahdeksan kahdeksankymmentäkahdeksan kahdeksantoista"
            " kahdeksankymmentäyksi"
        ),
        "se on [CARD]",
    ),
    ("fi", "turvakoodi on seitsemän kolme yksi", "turvakoodi on [CVV]"),
    ("fi", "henkilötunnus on 131052-308T", "henkilötunnus on [ID]"),
    ("fi", "se on yksi kolme yksi nolla viisi kaksi viiva kolme nolla kahdeksan tee", "se on [ID]"),
    ("fi", "tilinumero on FI21 1234 5600 0007 85", "tilinumero on [IBAN]"),
    (
        "fi",
        (
            "tilinumero on äf ii kaksi yksi yksi kaksi kolme neljä viisi kuusi nolla nolla nolla"
            " nolla nolla seitsemän kahdeksan viisi"
        ),
        "tilinumero on [IBAN]",
    ),
    (
        "en",
        (
            "my card number is four zero one two, let me see, eight eight eight eight eight eight"
            " eight eight uh wait one eight eight one"
        ),
        "my card number is [CARD]",
    ),
    ("en", "pay order 20418 with 4012 8888 8888 1881", "pay order 20418 with [CARD]"),
    (
        "en",
        (
            "order two zero four one eight, the card is four zero one two eight eight eight eight"
            " eight eight eight eight one eight eight one valid till ten twenty eight"
        ),
        "order two zero four one eight, the card is [CARD] valid till ten twenty eight",
    ),
    # One digit misheard: no check holds, but a card was spoken of.
    (
        "en",
        (
            "my card number is four zero one two eight eight eight eight eight eight nine eight one"
            " eight eight one"
        ),
        "my card number is [CARD]",
    ),
    ("fi", "kortin numero on 4012 8888 8988 1881", "kortin numero on [CARD]"),
]


@pytest.mark.parametrize(("language", "said", "left"), FOUND)
def test_found(language: str, said: str, left: str) -> None:
    assert redacted(("customer", said), language=language)[0] == [left]


KEPT = [
    ("en", "My order number is two zero four one eight nine nine eight eight seven seven."),
    ("en", "The tracking number is 37 0730 2541 8899 8877, it says delivered."),
    ("en", "Reference 1234 5678 9012 3456 7890 on the invoice."),
    ("en", "You can call me on zero four zero one two three four five six seven."),
    ("en", "I paid 39.90 with my card on the third of March at twelve fifteen."),
    ("en", "My card ends in one eight eight one."),
    ("en", "I have three cards and two kettles, and waited twenty five minutes."),
    ("en", "The serial is 356938035643809."),
    ("fi", "Tilausnumero on kaksi nolla neljä yksi kahdeksan yhdeksän yhdeksän."),
    ("fi", "Viitenumero on 1234 5678 9012 3456 78."),
    ("fi", "Puhelinnumeroni on nolla neljäkymmentä yksi kaksi kolme neljä viisi kuusi seitsemän."),
    ("fi", "Maksoin kortilla kolmekymmentäyhdeksän euroa yhdeksänkymmentä senttiä."),
    ("fi", "Seurantakoodi on JJFI 6543 2109 8765 4321 0987."),
]


@pytest.mark.parametrize(("language", "said"), KEPT)
def test_kept(language: str, said: str) -> None:
    assert redacted(("customer", said), language=language) == ([said], [])


def test_over_several_segments_with_the_agent_between() -> None:
    texts, found = redacted(
        ("agent", "And the number of the card?"),
        ("customer", "Four zero one two"),
        ("agent", "yes"),
        ("customer", "eight eight eight eight"),
        ("agent", "okay, go on"),
        ("customer", "eight eight eight eight, and then"),
        ("agent", "mhm"),
        ("customer", "one eight eight one. That's it."),
        ("agent", "Thank you, order 20418 is paid."),
    )
    assert texts == [
        "And the number of the card?",
        "[CARD]",
        "yes",
        "[CARD]",
        "okay, go on",
        "[CARD], and then",
        "mhm",
        "[CARD]. That's it.",
        "Thank you, order 20418 is paid.",
    ]
    assert found == ["card"] * 4


def test_what_the_agent_reads_back_goes_too() -> None:
    texts, _ = redacted(
        ("customer", "neljä nolla yksi kaksi"),
        ("agent", "neljä nolla yksi kaksi"),
        ("customer", "kahdeksan kahdeksan kahdeksan kahdeksan"),
        ("agent", "kahdeksan kahdeksan kahdeksan kahdeksan joo"),
        ("customer", "kahdeksan kahdeksan kahdeksan kahdeksan"),
        ("agent", "kahdeksan kahdeksan kahdeksan kahdeksan"),
        ("customer", "yksi kahdeksan kahdeksan yksi"),
        ("agent", "yksi kahdeksan kahdeksan yksi, kiitos."),
        language="fi",
    )
    assert texts == ["[CARD]", "[CARD]", "[CARD]", "[CARD] joo", "[CARD]", "[CARD]", "[CARD]",
                     "[CARD], kiitos."]  # fmt: skip


def test_on_one_channel_where_nobody_knows_who_speaks() -> None:
    texts, _ = redacted(
        ("unknown", "the card please four zero one two yes eight eight eight eight okay"),
        ("unknown", "eight eight eight eight mhm one eight eight one great"),
    )
    assert texts == ["the card please [CARD] okay", "[CARD] great"]


def test_the_security_code_asked_for_by_the_agent() -> None:
    texts, _ = redacted(
        ("agent", "And the three digits on the back of the card?"),
        ("customer", "That would be seven three one."),
        ("agent", "Thank you. It costs 120 euros."),
    )
    assert texts[1:] == ["That would be [CVV].", "Thank you. It costs 120 euros."]


def test_other_languages_by_what_is_written() -> None:
    texts, _ = redacted(("customer", "Meine Karte ist 4012 8888 8888 1881."), language="de")
    assert texts == ["Meine Karte ist [CARD]."]


def test_the_command_on_a_transcript(tmp_path: Path) -> None:
    said = said_segments(("customer", "card four zero one two 8888 8888 one eight eight one"))
    heard = Transcript(language="en", duration=4, engine="x", segments=said)
    file = tmp_path / "call.json"
    file.write_text(heard.model_dump_json(), "utf-8")
    result = CliRunner().invoke(app, ["redact", str(file), "--json"])
    assert result.exit_code == 0, result.output
    shown = json.loads(result.stdout)
    assert shown["transcript"]["segments"][0]["text"] == "card [CARD]"
    assert [one["type"] for one in shown["found"]] == ["card"]
    people = CliRunner().invoke(app, ["redact", str(file)])
    assert "Customer: card [CARD]" in people.output
