"""What goes before a reply is not shown while it streams; what is a reply is shown at once."""

import pytest

from copilot.drafts.beginning import BeginningHeld
from copilot.drafts.tidying import tidied

_BODY = "Hello Anna,\n\nIt is on its way: you get it on Monday.\n\nKind regards"


def streamed(text: str, size: int) -> list[str]:
    held = BeginningHeld()
    shown = [held.feed(text[at : at + size]) for at in range(0, len(text), size)]
    return [*shown, held.end()]


@pytest.mark.parametrize("size", [1, 3, 7, 500])
@pytest.mark.parametrize(
    "before",
    [
        "Sure, here is the reply:\n\n",
        "Sure! Here's a short draft for the customer:\n",
        "Certainly.\n\nBelow is the email:\n\n",
        "Here is a polite reply that you can send to her:\n",
        "Tässä on vastaus asiakkaalle:\n\n",
        "Ohessa luonnos:\n",
        "Reply:\n",
        "Vastaus:\n\n",
        "Subject: Your parcel\n\n",
        "Sure, here is the email:\n\nSubject: Your parcel\n\n",
    ],
)
def test_what_goes_before_a_reply_is_not_shown(before: str, size: int) -> None:
    shown = "".join(streamed(before + _BODY, size))
    assert shown.strip() == _BODY
    assert shown.strip() == tidied(before + _BODY, "email").text.strip()


@pytest.mark.parametrize("size", [1, 3, 7, 500])
@pytest.mark.parametrize(
    ("text", "most"),
    [
        (_BODY, 3),
        ("Hei Anna,\n\nPaketti on matkalla.", 3),
        ("Thank you for your message. Here is the reply:\nno", 2),
        ("Sure, you can return it within 30 days.", 8),
        ("Surely you can.", 5),
        ("Tässä tilauksesi tiedot. Se lähti eilen.", 26),
        ("Here is your tracking link, which is good for thirty days from now on, and more", 70),
        ("Here is the answer of our workshop to what you asked us on Monday morning, at last", 75),
        ("Tere! Pakk on teel.", 2),
        ("Hej! Paketet är på väg.", 3),
        ("4.90 €", 1),
    ],
)
def test_a_reply_is_shown_whole_and_soon(text: str, most: int, size: int) -> None:
    pieces = streamed(text, size)
    assert "".join(pieces) == text
    first = next(at for at, piece in enumerate(pieces) if piece)
    assert first * size <= most


@pytest.mark.parametrize("text", ["Sure, here is the reply:\n", "Sure", "Subject: x\n\n", "", "\n"])
def test_an_answer_of_nothing_else_is_not_lost(text: str) -> None:
    assert "".join(streamed(text, 4)) == text
