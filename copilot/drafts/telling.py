"""Which facts, sources and messages a model is told, where not all of them fit.

The customer's latest message and the agent's facts go first. The rest shares what is left, each
source and message as a whole or not at all.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from copilot.conversations.conversation import Message
from copilot.drafts.material import Material
from copilot.drafts.sources import DraftSource
from copilot.llm.room import FENCE_CHARACTERS

Mask = Callable[[str], str]
_SOURCE_CHARACTERS = 1800
_MESSAGE_CHARACTERS = 4000
_LEAST_CHARACTERS = 400
_MOST_OF_SOURCES = 7000
_MOST_OF_MESSAGES = 8000
_SHARE_OF_SOURCES = 0.5


class Told(NamedTuple):
    """Variables of the prompt for a draft."""

    facts: Sequence[str] = ()
    sources: Sequence[dict[str, str]] = ()
    messages: Sequence[dict[str, Any]] = ()


def told_in(material: Material, room: int, masked: Mask) -> Told:
    """What of ``material`` a prompt tells.

    Args:
        material: What the draft is made of.
        room: Characters for all of it, as they are when masked. The latest message is told even
            where there are none, cut as far as it must be.
        masked: Masks a text.
    """
    public = material.public_messages
    longest = min(_MESSAGE_CHARACTERS, max(_LEAST_CHARACTERS, room - FENCE_CHARACTERS))
    latest = [_message(one, longest, masked) for one in public[-1:]]
    room -= sum(map(_length, latest))
    facts = _fitting_facts(material.options.facts, room, masked)
    room -= sum(len(one) + FENCE_CHARACTERS for one in facts)
    enough = _MOST_OF_SOURCES + _MOST_OF_MESSAGES
    for_sources = room if room >= enough else int(room * _SHARE_OF_SOURCES)
    sources = sources_in(material.sources, for_sources, masked)
    room -= sum(map(_length, sources))
    for_messages = min(room, _MOST_OF_MESSAGES - sum(map(_length, latest)))
    messages = [*_earlier(public[:-1], for_messages, masked), *latest]
    return Told(facts, sources, messages)


def sources_in(sources: Sequence[DraftSource], room: int, masked: Mask) -> list[dict[str, str]]:
    """The sources that ``room`` characters hold, in order; never more than a few pages.

    Orders and promises are short and say what no article does: they go before the articles.
    """
    room = min(room, _MOST_OF_SOURCES)
    told: dict[int, dict[str, str]] = {}
    for source in sorted(sources, key=lambda one: one.passage is not None):
        text = masked(source.text[:_SOURCE_CHARACTERS])
        one = {"mark": source.mark, "kind": source.kind, "text": text}
        if _length(one) <= room:
            told[source.number] = one
            room -= _length(one)
    return [told[number] for number in sorted(told)]


def _fitting_facts(facts: Sequence[str], room: int, masked: Mask) -> list[str]:
    told: list[str] = []
    for fact in map(masked, facts):
        room -= len(fact) + FENCE_CHARACTERS
        if room < 0:
            break
        told.append(fact)
    return told


def _earlier(messages: Sequence[Message], room: int, masked: Mask) -> list[dict[str, Any]]:
    """The first message, which says what it is about, and the latest ones that fit beside it."""
    told: list[dict[str, Any]] = []
    first = [_message(one, _MESSAGE_CHARACTERS, masked) for one in messages[:1]]
    room -= sum(map(_length, first))
    if room < 0:
        return []
    for message in reversed(messages[1:]):
        one = _message(message, _MESSAGE_CHARACTERS, masked)
        room -= _length(one)
        if room < 0:
            break
        told.insert(0, one)
    return [*first, *told]


def _message(message: Message, longest: int, masked: Mask) -> dict[str, Any]:
    return {
        "seq": message.seq,
        "role": message.author.role,
        "day": message.sent_at.date().isoformat(),
        # Placeholders may be longer than what they stand for.
        "text": masked(message.text[:longest])[:longest],
    }


def _length(told: dict[str, Any]) -> int:
    return len(told["text"]) + FENCE_CHARACTERS
