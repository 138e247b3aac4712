"""Seats, cars, platforms, lines, rooms and sizes: ``seat 48``, ``vaunussa 3``, ``koko 43``."""

import re
from collections.abc import Iterator

from copilot.grounding.figure import Figure
from copilot.grounding.finders.marking_words import Mark
from copilot.grounding.finders.scan import Anchors, matches

_NAMES = {
    "seat": r"seats?|paikka\w{0,4}|paika\w{1,5}|istuinpaik\w+",
    "car": r"car|coach|wagon|carriage|vaunu\w{0,5}",
    "platform": r"platform|track|laituri\w{0,4}|raide|raiteel\w+",
    "gate": r"gate|portti|portil\w+",
    "room": r"room|huone\w{0,5}",
    "line": r"bus|tram|train|line|bussi\w{0,3}|linja\w{0,4}|juna\w{0,3}|raitiovaun\w{1,4}",
    "size": r"size|koko|koossa|kokoa|koon|koosta",
}
_PLACE = re.compile(
    r"(?i:\b(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _NAMES.items())
    + r")(?: (?:number|no|nro|numero))?[.:]? )(?P<number>\d{1,3}[A-Za-z]?)"
    r"(?![\w:/%]|[.,–-]\d|\s?[€%])"
    r"(?! (?:x|m2|m²|cm|m|kpl|pcs|hours?|h|minutes?|min|päivää|days?)\b)"
)
_GROUP = "number"


def find_numbered_places(text: str, anchors: Anchors) -> Iterator[Figure]:
    """Short numbers that say where somebody sits, goes or sleeps, or what fits."""
    for match in matches(_PLACE, text, anchors.words(Mark.PLACE)):
        name = next(one for one in _NAMES if match[one])
        number = match[_GROUP]
        key = ((f"{name}:{number.lower()}",),)
        yield Figure(number, "identifier", match.start(_GROUP), match.end(_GROUP), (key,))
