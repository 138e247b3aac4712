import pytest

from copilot.context.masking import MASK, Mask, names_of
from copilot.privacy.known import KnownFacts, KnownFinder
from tests.context.said import talk

KNOWN = KnownFacts(
    emails=("timo@home.example",),
    phones=("+358401234567",),
    handles=("timppa77",),
    numbers=("KK-20389", "4711", "JJFI62010004455"),
)
MASKED = Mask(KNOWN, ["Timo Uusipaikka"])


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Timo, we have sent a new lamp.", "Timo"),
        ("Lähetimme Uusipaikalle uuden lampun.", "Uusipaik"),
        ("Uusi lamppu lähti osoitteeseen timo@home.example.", "timo@"),
        ("We rang 040 123 4567 about it.", "4567"),
        ("We answered timppa77 on chat.", "timppa77"),
        ("Order 4711 was refunded.", "4711"),
        ("Order KK-20389 was refunded.", "20389"),
        ("The parcel is JJFI62010004455.", "JJFI"),
        # Not known of them, but of a form that tells of someone.
        ("Lähetimme sen osoitteeseen Puistokatu 3.", "Puistokatu"),
        ("We sent it to 3 Larch Brae, Inverness.", "Larch"),
        ("The other order was KK-99120.", "99120"),
        ("Write to somebody.else@home.example.", "somebody"),
        ("The case is 5520018.", "5520018"),
        ("Track it at https://parcel.example/t/NL480117312GB.", "NL48"),
        ("The parcel is JJFI 6542 0000 1234 5678.", "1234"),
        ("Se on osoitteessa mannerheimintie 12.", "mannerheimintie"),
        ("Veimme sen osoitteeseen Hämeenkatu 5 A 12.", "A 12"),
        ("Open https://shop.example/reset/QWERtyabc and choose anew.", "QWERty"),
    ],
)
def test_what_tells_who_somebody_is_is_hidden(text: str, secret: str) -> None:
    shown = MASKED.hide(text)
    assert secret.lower() not in shown.lower()
    assert MASK in shown


@pytest.mark.parametrize(
    "text",
    [
        "I have approved a full refund of £71.90, delivery fee included.",
        "39,90 € vapautettiin 24.1.2026, ja se näkyy tilillä 3–5 arkipäivässä.",
        "Use 18 g of coffee and set the grinder to step 8.",
        "See https://help.example/returns for the steps.",
    ],
)
def test_the_solution_itself_stays(text: str) -> None:
    assert MASKED.hide(text) == text


def test_what_a_conversation_calls_its_customer() -> None:
    one = talk(("customer", "Hi"), ("agent", "Hello"), author="T. Uusipaikka")
    assert names_of(one.messages, "Timo Uusipaikka") == ["Timo Uusipaikka", "T. Uusipaikka"]
    assert names_of([], None) == []


@pytest.mark.parametrize(
    "written",
    ["KK-20389", "kk 20389", "K K–20389", "KK_20389", "20389", "jjfi6201 0004455", "4711"],
)
def test_known_numbers_are_hidden_however_they_are_written(written: str) -> None:
    text = f"We looked at {written} again."
    assert any(one.type == "order" for one, _ in KnownFinder(KNOWN).find(text))
    assert MASKED.hide(text) == f"We looked at {MASK} again."


def test_a_number_of_letters_with_another_i_is_hidden() -> None:
    mask = Mask(KnownFacts(numbers=("KI-12A",)))
    assert mask.hide("The ticket kı 12a is closed.") == f"The ticket {MASK} is closed."
