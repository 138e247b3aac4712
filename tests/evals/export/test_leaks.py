"""What the look at a written case finds that masking does not see."""

import re
import unicodedata

import pytest

from copilot.evals.export.masking import Mask, leaks
from copilot.evals.export.people import Team, facts_about, maybe_house
from copilot.privacy.known import KnownFacts
from tests.evals.export import desk

KNOWN = KnownFacts(
    names=("Maija Wirtanen", "Äijö Töölönen"),
    emails=("m.w82@posti.example",),
    phones=("+358407654321",),
    handles=("maijaw",),
    numbers=("KK-558201",),
)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        (unicodedata.normalize("NFD", "Töölönen_kuitti.pdf"), "name"),
        ("KuittiWirtanen.pdf", "name"),
        ("wirtanenmaija", "name"),
        ("[WIRTANEN_1]", "name"),
        ("Wir\u200btanen", "name"),
        ("Wir\u00adtanen", "name"),
        ("M.W82 @posti.example", "email"),
        ("m.w82@posti . example", "email"),
        ("m.w82 (at) posti [dot] example", "email"),
        ("m.w82 ät posti piste example", "email"),
        ("ｍ.ｗ８２＠posti.example", "email"),
        ("m.w82@\u200bposti.example", "email"),
        ("０４０７６５４３２１", "phone"),
        ("040_765_4321", "phone"),
        ("040,765,4321", "phone"),
        ("040\u200b7654321", "phone"),
        ("765 4321", "phone"),
        ("KK-558201_kuitti.pdf", "order"),
        ("@maijaw_", "handle"),
    ],
)
def test_no_way_of_writing_hides_it(written: str, kind: str) -> None:
    text = f"Katso {written} tänään"
    assert kind in leaks([text], KNOWN)
    # What the mask finds itself is gone; what it does not is told.
    masked = Mask(KNOWN).text(text)
    assert kind in leaks([masked], KNOWN) or re.fullmatch(r"Katso \[[A-Z]+_1\] tänään", masked)


def test_what_is_nobodys_stays() -> None:
    said = [
        "The iPhone 12 costs 1,299.00 € and comes in 3 days, order 20745.",
        "Maja Wirta, at home (at) noon. It was 765 1234 points.",
        "[NAME_1], [NAME_1B] and [ORDER_2] at [EMAIL_1]",
    ]
    assert leaks(said, KNOWN) == []
    # Texts that follow one another are not one text.
    assert leaks(["m.w82@", "posti.example", "0407", "654321"], KNOWN) == []


def test_tickets_and_colleagues_are_known_however_they_are_written() -> None:
    """A colleague is looked for where a text may name them: by any part of a double name."""
    team = Team(("Anna-Maija Sorsanen", "Äijö Kuusela", "Kaarlo Lehtoranta"))
    about = desk.plain_conversation("ZD-48213")
    said = ["Maija lupasi soittaa.", unicodedata.normalize("NFD", "T. Äijö"), "LehtorantaKuva.jpg"]
    found = facts_about(about, None, [], team, said)
    assert set(found.names) >= {"Maija", "Äijö", "Lehtoranta"}
    assert "Sorsanen" not in " ".join(found.names)
    assert found.numbers == ("ZD-48213",)
    assert Mask(found).text("Re: [ZD-48213] lamppu, 48213") == "Re: [[ORDER_1]] lamppu, [ORDER_1B]"
    mail = desk.plain_conversation("<20260301.1200@mail.example>")
    assert facts_about(mail, None, [], team, said).numbers == ()


@pytest.mark.parametrize(
    ("name", "firm"),
    [
        ("Kettle Support", ["Kettle"]),
        ("Noora / Kettle", ["Kettle"]),
        ("Noora, Kettle Support", ["Kettle"]),
        ("Noora (Support)", []),
        ("Noora - asiakaspalvelu", []),
        ("Wirtanen, Maija", []),
        ("Maija Wirtanen", []),
    ],
)
def test_what_of_a_name_may_be_the_firms(name: str, firm: list[str]) -> None:
    assert maybe_house(name) == firm
