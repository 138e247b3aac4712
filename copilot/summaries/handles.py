"""Address words: the ``@Shop`` that opens every message of one side is no part of what it says.

Exports of social channels often lose the ``@``; the word then is told by opening message after
message of one side and standing nowhere else.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from copilot.conversations.conversation import Message
from copilot.kernel.little_words import FUNCTION_WORDS
from copilot.summaries import act_patterns as said

_AT = re.compile(r"\s*(?:@[\w.]{1,60}:?\s+)+")
_FIRST = re.compile(r"\s*(\w{3,40})\s+(?=(\S+))")
_CAPITALISED = re.compile(r"[^\W\d_a-zåäö][a-zåäö']|I\b")
_WORD = re.compile(r"\w+")
_ODD = re.compile(r"[a-z][A-Z]|[A-Z]{2,}[a-z]|[_\d]")
_LEAST = 2


def address_lengths(messages: Sequence[Message]) -> list[int]:
    """How many characters of each message's text are address words before what it says."""
    lengths = [_after(_AT.match(one.text), one.text) for one in messages]
    sides: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(messages):
        sides[one.author.role].append(place)
    for places in sides.values():
        opening: defaultdict[str, dict[int, re.Match[str]]] = defaultdict(dict)
        for place in places:
            found = _FIRST.match(messages[place].text, lengths[place])
            if found:
                opening[found[1].lower()][place] = found
        for word, openings in opening.items():
            if (
                _addresses(openings, len(places))
                and not _ordinary(word)
                and not _said_elsewhere(word, openings, messages)
            ):
                for place, found in openings.items():
                    lengths[place] = _after(found, messages[place].text)
    return lengths


def _after(found: re.Match[str] | None, text: str) -> int:
    """Where the text goes on; a message that is nothing but an address keeps it."""
    return found.end() if found and text[found.end() :].strip() else 0


def _addresses(openings: dict[int, re.Match[str]], messages: int) -> bool:
    """Whether the word looks put before sentences: odd to look at, or followed by a beginning.

    A customer's ``Tilaus 123 …`` or ``My parcel …`` is followed by anything, and not every message
    begins so.
    """
    often = len(openings)
    one = next(iter(openings.values()))[1]
    if often < _LEAST or (2 * often < messages and not (_ODD.search(one) and often > _LEAST)):
        return False
    if often > _LEAST and (_ODD.search(one) or (often > _LEAST + 1 and often >= messages - 1)):
        return True
    begun = sum(bool(_CAPITALISED.match(one[2])) for one in openings.values())
    if 2 * begun < often:
        return False
    return bool(_ODD.search(one)) or one.islower() or often > _LEAST


def _ordinary(word: str) -> bool:
    """Whether people begin messages with the word anyway."""
    return bool(word in FUNCTION_WORDS or said.GREETING.match(word) or said.THANKS.match(word))


def _said_elsewhere(
    word: str, openings: dict[int, re.Match[str]], messages: Sequence[Message]
) -> bool:
    """Whether the word is used within what somebody says, as ordinary words are."""
    within = 0
    for place, one in enumerate(messages):
        text = one.text.lower()
        if word in text:
            found = _WORD.findall(text).count(word) - (place in openings)
            within += max(0, found)
    return within >= len(openings)
