"""Noticing text that speaks to a language model instead of to people.

It is data for every engine and has no effect; but a person should know that somebody tried.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

_PATTERNS = (
    (
        r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:instruction|prompt|rule|"
        r"guideline|context|polic|direction)"
    ),
    r"\bunohda\b[^.\n]{0,40}\b(?:ohjee|kehot|sään)",
    r"\b(?:ohita|älä (?:noudata|välitä))\b[^.\n]{0,40}\b(?:ohjei|kehot|sään)",
    r"\b(?:system|developer|hidden) (?:prompt|message|instruction)",
    r"\bjärjestelmä(?:kehot|ohje|viesti)",
    (
        r"\b(?:you are|act as|pretend to be|behave as|olet) (?:now |nyt |an? )?(?:\w+ ){0,2}"
        r"(?:ai|assistant|language model|llm|chatbot|dan|tekoäly|kielimalli)\b"
    ),
    (
        r"\b(?:as|dear|attention|note to|message (?:to|for)|huomio) (?:an? |the |any )?"
        r"(?:ai|llm|language model|assistant|chatbot|tekoäly|kielimalli)\b"
    ),
    r"<\|?(?:im_start|im_end|system|endoftext|assistant|user)\|?>|\[/?INST\]|<</?SYS>>",
    (
        r"\b(?:reveal|print|repeat|output|show|tulosta|paljasta)\b[^.\n]{0,30}\b(?:prompt|instructions"
        r"|kehot|ohjeesi)"
    ),
    r"\bnew (?:instructions|task) ?:|\buudet ohjeet ?:",
    r"\bdo not (?:mention|tell|inform|reveal)\b[^.\n]{0,40}\b(?:user|agent|human|customer service)",
)
_SUSPICIOUS = re.compile("|".join(_PATTERNS), re.IGNORECASE)
_INVISIBLE = re.compile(r"[\u200b\u2060\u2062-\u2064\ufeff\U000e0000-\U000e007f]{3,}")
_CONTEXT = 60
_SEARCHED = 200_000


class Suspicion(NamedTuple):
    """Where such text was found, and the words."""

    where: str
    words: str


def suspicious(texts: Iterable[tuple[str, str]]) -> list[Suspicion]:
    """At most one finding per text.

    Args:
        texts: What to call each text, and the text.
    """
    found = []
    for where, text in texts:
        match = _SUSPICIOUS.search(text[:_SEARCHED])
        if match is not None:
            words = " ".join(text[match.start() : match.end() + _CONTEXT].split())
            found.append(Suspicion(where, words))
        elif _INVISIBLE.search(text[:_SEARCHED]):
            found.append(Suspicion(where, "(hidden characters)"))
    return found
