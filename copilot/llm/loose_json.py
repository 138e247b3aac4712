"""Reading JSON as language models write it (the only importer of ``json_repair``).

Small models put JSON into code fences and between sentences, quote with the wrong marks, forget
commas and brackets, or are cut off at their longest answer. What was cut off is told, because a
repaired text looks whole.
"""

import json
import re
from typing import Any, NamedTuple

_THINKING = re.compile(
    r"<(think(?:ing)?|reasoning)>.*?(?:</\1>|\Z)|\A.*</(?:think(?:ing)?|reasoning)>",
    re.DOTALL | re.IGNORECASE,
)
_TRAILING_COMMA = re.compile(r",(\s*[\]}])")
_CLOSING_FENCE = re.compile(r"\s*`{3,}\s*\Z")
_CURLY_QUOTES = str.maketrans(dict.fromkeys("“”„‟″", '"'))
_MAX_OBJECTS_TRIED = 20
_MAX_ANSWER = 100_000
_MAX_REPAIRED = 12_000
_MAX_MARKS = 1_000
_DEEPEST = 32
"""Bounds of what is repaired, several times what a summary needs: the repair takes time that grows
with the square of the quotes and brackets, and it is not broken off at a deadline."""

_MARK = re.compile(r"[\"'“”„()\[\]{}]")
_ENDS = "}]"


class LooseValue(NamedTuple):
    """A value that was read.

    Attributes:
        cut: Whether the text ended inside it, so that the last thing in it may not be whole.
    """

    value: dict[str, Any] | list[Any]
    cut: bool = False


def without_thinking(text: str) -> str:
    """``text`` without what a model wrote to itself, at most 100,000 characters of it."""
    return _THINKING.sub("", text[:_MAX_ANSWER]).strip()


def values_in(text: str) -> list[LooseValue]:
    """The objects and lists that may be the answer in ``text``, the likeliest first.

    Well-formed objects come first, as they stand; then what a repair makes of the text.
    """
    bare = without_thinking(text)
    if bare.startswith('"{'):
        bare = _unwrapped(bare)
    return [*map(LooseValue, _objects(bare)), *_repaired(bare)]


def _unwrapped(text: str) -> str:
    """The text inside, when the whole JSON was written as one JSON string."""
    try:
        inside = json.loads(text)
    except ValueError:
        return text
    return inside if isinstance(inside, str) else text


def _objects(text: str) -> list[dict[str, Any]]:
    """Every outermost JSON object in ``text``."""
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    position = text.find("{")
    for _ in range(_MAX_OBJECTS_TRIED):
        if position < 0:
            break
        for variant in (text[position:], _TRAILING_COMMA.sub(r"\1", text[position:])):
            try:
                value, length = decoder.raw_decode(variant)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                found.append(value)
            position += length - 1
            break
        position = text.find("{", position + 1)
    return found


def _repaired(text: str) -> list[LooseValue]:
    """What ``json_repair`` reads out of ``text`` from its first bracket on."""
    from json_repair import repair_json

    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    if not starts:
        return []
    body = _CLOSING_FENCE.sub("", text[min(starts) : min(starts) + _MAX_REPAIRED])
    if '"' not in body:
        body = body.translate(_CURLY_QUOTES)
    if _tangled(body):
        return []
    try:
        value = repair_json(body, return_objects=True, skip_json_loads=True)
    except (ValueError, RecursionError, IndexError, TypeError, AttributeError, KeyError):
        # A parser of broken text that meets text broken in a way it does not know.
        return []
    if not isinstance(value, dict | list):
        return []
    cut = _ends_inside(body)
    inner = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    return [LooseValue(value, cut), *(LooseValue(one, cut) for one in inner)]


def _tangled(body: str) -> bool:
    """Whether ``body`` has more quotes and brackets, or deeper ones, than an answer needs."""
    marks = _MARK.findall(body)
    depth = deepest = 0
    for mark in marks:
        depth = depth + 1 if mark in "{[" else max(0, depth - (mark in _ENDS))
        deepest = max(deepest, depth)
    return len(marks) > _MAX_MARKS or deepest > _DEEPEST


def _ends_inside(body: str) -> bool:
    """Whether ``body``, which begins with a bracket, ends in the middle of a value.

    Brackets alone that are missing at the end are no cut: every value is whole then.
    """
    quote = '"' if '"' in body else "'"
    depth = 0
    quoted = escaped = False
    for character in body:
        if quoted:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == quote:
                quoted = False
        elif character == quote:
            quoted = True
        elif character in "{[":
            depth += 1
        elif character in _ENDS:
            depth -= 1
            if depth == 0:
                return False
    return quoted or body.rstrip()[-1:] not in _ENDS
