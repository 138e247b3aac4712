"""Address words before what a message says."""

import pytest

from copilot.summaries.handles import address_lengths
from tests.summaries.threads import Turn, conversation


def said(turns: list[Turn]) -> list[str]:
    messages = conversation(turns, channel="social").messages
    lengths = address_lengths(messages)
    return [one.text[length:] for one, length in zip(messages, lengths, strict=True)]


def test_handles_are_left_out() -> None:
    turns: list[Turn] = [
        ("customer", "@LampShop @LampHelp My lamp hums."),
        ("agent", "@sam_t: Which lamp is it?"),
        ("customer", "@LampShop"),
    ]
    assert said(turns) == ["My lamp hums.", "Which lamp is it?", "@LampShop"]


@pytest.mark.parametrize("handle", ["LampShop", "lampshop"])
def test_a_handle_that_lost_its_sign_is_told_by_opening_message_after_message(handle: str) -> None:
    turns: list[Turn] = [
        ("customer", f"{handle} My lamp hums."),
        ("agent", "Sorry to hear that. Which lamp is it?"),
        ("customer", f"{handle} The tall one."),
    ]
    assert said(turns) == [
        "My lamp hums.",
        "Sorry to hear that. Which lamp is it?",
        "The tall one.",
    ]


@pytest.mark.parametrize(
    "texts",
    [
        ("Tilaus 4711 ei ole tullut.", "Tilaus on yhä myöhässä."),
        ("Thanks I got it.", "Thanks It works."),
        ("My lamp hums.", "My cable broke."),
        ("lamp hums", "lamp is hot"),
        ("iPhone My iPhone is dead.", "iPhone The iPhone is still dead."),
        ("Kiitos Olen kotona.", "Kiitos Se toimii."),
    ],
)
def test_words_that_people_begin_with_stay(texts: tuple[str, str]) -> None:
    assert said([("customer", text) for text in texts]) == list(texts)


def test_one_message_tells_nothing() -> None:
    assert said([("customer", "LampShop My lamp hums.")]) == ["LampShop My lamp hums."]
