"""The last look before text leaves, by itself."""

import pytest

from copilot.ledger.masking import LastLook, Searched
from copilot.llm.chat import ChatMessage

PERSONAL = {
    "email": "maija.virtanen@posti.example",
    "phone": "040 123 4567",
    "card": "4111 1111 1111 1111",
    "iban": "FI21 1234 5600 0007 85",
    "id": "131052-308T",
    "ip": "192.168.10.77",
    "url": "https://shop.example/o/8812?key=abc",
}
HARMLESS = (
    "The order of 13.8.2025 was 39,90 € and came at 14:30, after 3 weeks.\n\n"
    '<message number="2" sent_at="2026-03-01T08:00:00Z">[NAME_1] pays 1 234,50 €.</message>'
)


def look_at(*texts: str, searched: Searched | None = None) -> LastLook:
    return LastLook([ChatMessage("user", one) for one in texts], searched or Searched())


@pytest.mark.parametrize("kind", list(PERSONAL))
@pytest.mark.parametrize(
    "around", ["{}", "On 13.8.2025: {}, 39,90 €.", "a\n\n{}\n\nb", "<x>{}</x>"]
)
def test_what_has_a_form_is_masked_and_restored(kind: str, around: str) -> None:
    text = around.format(PERSONAL[kind])
    look = look_at(HARMLESS, text)
    left = look.messages[1].content
    assert PERSONAL[kind] not in left
    assert look.masked == {"name": 1, kind: 1}
    assert look.restore(left) == text


def test_what_is_harmless_leaves_as_it_is() -> None:
    searched = Searched()
    for _ in range(2):
        look = look_at(HARMLESS, searched=searched)
        assert look.messages[0].content == HARMLESS
        assert look.masked == {"name": 1}


def test_a_paragraph_known_to_be_clean_hides_nothing_new() -> None:
    searched = Searched(most=2)
    clean = "Order 20694123 came."
    for _ in range(3):
        assert look_at(clean, searched=searched).messages[0].content == clean
        mixed = look_at(f"{clean}\n\nCall {PERSONAL['phone']}", f"{clean} x", searched=searched)
        assert PERSONAL["phone"] not in mixed.messages[0].content
        assert mixed.messages[0].content.startswith(clean)


def test_placeholders_of_the_call_site_keep_their_meaning() -> None:
    look = look_at("[EMAIL_1] and [EMAIL_4B] wrote", f"from {PERSONAL['email']}")
    assert look.messages[0].content == "[EMAIL_1] and [EMAIL_4B] wrote"
    assert look.messages[1].content == "from [EMAIL_5]"
    assert look.restore("[EMAIL_1] [EMAIL_5]") == f"[EMAIL_1] {PERSONAL['email']}"


@pytest.mark.parametrize("length", [1, 2, 3, 5, 11, 1000])
def test_a_stream_is_restored_however_it_is_cut(length: int) -> None:
    text = f"Hei [x] [NAME_1]! {' ja '.join(PERSONAL.values())}. [Loppu"
    look = look_at(text)
    answer = look.messages[0].content
    pieces = [answer[at : at + length] for at in range(0, len(answer), length)]
    shown = "".join(look.take(one) for one in pieces) + look.rest()
    assert shown == text
