"""A long thread whose every message says something of its own, and a model that reads prompts."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from copilot.conversations.conversation import Conversation
from tests.summaries.threads import Turn, conversation

_THINGS = ("kettle", "lamp", "heater", "blender", "speaker", "printer", "router", "camera")
_FILLER = "We looked into the matter with the warehouse and the courier as carefully as we could. "
_MESSAGE = re.compile(r"<data [0-9a-f]{12} message (\d+), (\w+), \S+>\n(.*?)\n</data", re.DOTALL)
_FACT = re.compile(r"The \w+ from order UK-\d+ costs £\d+\.\d\d\.")

Shown = dict[int, str]
Script = Callable[[list[dict[str, str]]], str]


def fact(number: int) -> str:
    """The sentence that only message ``number``, from 1, holds."""
    thing = _THINGS[number % len(_THINGS)]
    return f"The {thing} from order UK-{1000 + number} costs £{number}.{number % 100:02d}."


def long_thread(messages: int, characters: int = 600) -> Conversation:
    """``messages`` messages of about ``characters`` each."""
    filler = _FILLER * max(0, (characters - 60) // len(_FILLER))
    turns: Sequence[Turn] = [
        ("customer" if number % 2 else "agent", f"{fact(number)} {filler}")
        for number in range(1, messages + 1)
    ]
    return conversation(turns, subject="Several orders", language="en")


def shown_in(prompt: str) -> Shown:
    """The messages that a prompt shows, by number."""
    return {int(number): text for number, _, text in _MESSAGE.findall(prompt)}


def notes_in(prompt: str) -> list[tuple[int, str]]:
    """The notes that a prompt shows: the first message's number and the text."""
    return [
        (int(number), text)
        for number, text in re.findall(
            r"^- \w+, messages (\d+)[\d, ]*, \d{4}-\d\d-\d\d: (.*)$", prompt, re.MULTILINE
        )
    ]


def is_reduce(prompt: str) -> bool:
    """Whether a prompt asks for the whole summary out of notes."""
    return " notes>" in prompt


def is_part(prompt: str) -> bool:
    """Whether a prompt asks about one part."""
    return "You see part " in prompt


def is_repair(prompt: str) -> bool:
    """Whether a prompt asks for corrections."""
    return "You correct sentences" in prompt


def said(*sentences: tuple[str, Sequence[int]], headline: str = "Several orders") -> str:
    """An answer with these texts and numbers."""
    return json.dumps(
        {
            "headline": headline,
            "sections": [
                {
                    "kind": "request",
                    "sentences": [
                        {"text": text, "messages": list(numbers)} for text, numbers in sentences
                    ],
                }
            ],
        }
    )


def reader(messages: list[dict[str, str]]) -> str:
    """What an honest model answers: the facts of the first and last thing it is shown."""
    prompt = "\n".join(one["content"] for one in messages)
    told: list[tuple[int, str]] = notes_in(prompt) if is_reduce(prompt) else []
    for number, text in shown_in(prompt).items():
        told += [(number, one) for one in _FACT.findall(text)]
    ends = [told[0], told[-1]] if len(told) > 1 else told
    return said(*((text, [number]) for number, text in ends))


def corrections(*sentences: dict[str, Any]) -> str:
    """An answer to a request for corrections."""
    return json.dumps({"sentences": sentences})
