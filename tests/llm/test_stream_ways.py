"""Streams that differ from the protocol are read for what they mean."""

from types import SimpleNamespace
from typing import Any

import pytest

from copilot.llm.chat import ModelUnavailableError
from copilot.llm.stream_ways import StreamReader


def _event(text: str | None, ended: str | None = None) -> Any:
    choice = SimpleNamespace(delta=SimpleNamespace(content=text), finish_reason=ended)
    return SimpleNamespace(choices=[choice])


def _read(*texts: str) -> str:
    reader = StreamReader(100)
    return "".join(reader.read(_event(one)) for one in texts)


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (("Hei", "Hei Mai", "Hei Maija", "Hei Maija, kiitos"), "Hei Maija, kiitos"),
        (("\n", "\n\n", "Hei"), "\n\n\nHei"),
        (("*", "**", "Hei"), "***Hei"),
        (("Hei", " Hei", "Hei Hei"), "Hei HeiHei Hei"),
        (("ha", "ha", "ha"), "hahaha"),
        (("\ud83d", "\ude00 hei"), "😀 hei"),
    ],
)
def test_what_was_said_already_is_not_said_again(pieces: tuple[str, ...], text: str) -> None:
    assert _read(*pieces) == text


def test_an_event_without_words_adds_none() -> None:
    reader = StreamReader(100)
    assert reader.read(SimpleNamespace(choices=[])) == ""
    assert reader.read(SimpleNamespace(choices=[SimpleNamespace(finish_reason=None)])) == ""
    assert reader.read(_event(None, "stop")) == ""
    assert reader.ended == "stop"


def test_a_server_that_never_stops_is_stopped() -> None:
    reader = StreamReader(10)
    events = [_event(f"{number} words and more ") for number in range(100)]
    with pytest.raises(ModelUnavailableError, match="did not stop"):
        list(map(reader.read, events))
