"""Placeholders for personal data on the way out, and the data again on the way back.

A placeholder such as ``[EMAIL_1]`` stands for one value as long as the pseudonymiser lives. Another
way of writing the same value (an inflected name, a phone number with other gaps) gets a letter,
``[NAME_1B]``, so that what comes back is restored to the character.
"""

import re
from collections.abc import AsyncIterator
from string import ascii_uppercase
from typing import NamedTuple

from copilot.privacy.composing import composed
from copilot.privacy.detect import detect
from copilot.privacy.entity import Entity, EntityType, without_overlaps
from copilot.privacy.known import KnownFacts, KnownFinder

_LABELS: dict[EntityType, str] = {
    "email": "EMAIL",
    "phone": "PHONE",
    "card": "CARD",
    "iban": "IBAN",
    "national_id": "ID",
    "ip": "IP",
    "url": "URL",
    "name": "NAME",
    "address": "ADDRESS",
    "handle": "HANDLE",
    "order": "ORDER",
    "placeholder": "TEXT",
}
_PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(_LABELS.values())})_\d{{1,6}}[A-Z]{{0,3}}\]")
_LONGEST = 20


class Redacted(NamedTuple):
    """A text with placeholders, and where in the original the personal data stood."""

    text: str
    entities: list[Entity]


class Pseudonymiser:
    """Replaces personal data by placeholders and puts it back, for one exchange.

    Args:
        known: What is known of the people in it.
    """

    def __init__(self, known: KnownFacts | None = None) -> None:
        self._finder = KnownFinder(known or KnownFacts())
        self._numbers: dict[tuple[EntityType, str], int] = {}
        self._forms: dict[tuple[EntityType, str], int] = {}
        self._placeholders: dict[tuple[EntityType, str, str], str] = {}
        self._originals: dict[str, str] = {}

    def redact(self, text: str) -> Redacted:
        """``text`` with placeholders, and the entities with offsets in ``text``."""
        plain, places = composed(text)
        kept, keys = self._found(plain)
        pieces: list[str] = []
        entities: list[Entity] = []
        position = 0
        for one in kept:
            start, end = (places[one.start], places[one.end]) if places else (one.start, one.end)
            placeholder = self._placeholder(one, text[start:end], keys.get(one))
            pieces += [text[position:start], placeholder]
            entities.append(Entity(start, end, one.type))
            position = end
        return Redacted("".join([*pieces, text[position:]]), entities)

    def _found(self, text: str) -> tuple[list[Entity], dict[Entity, str]]:
        """The entities in ``text``, and of those known beforehand the fact they are a form of."""
        keys: dict[Entity, str] = {}
        found = [
            Entity(match.start(), match.end(), "placeholder")
            for match in _PLACEHOLDER.finditer(text)
        ]
        known = list(self._finder.find(text))
        detected = detect(text)
        # A known address inside a longer one found by its form belongs to that.
        found += [one for one in detected if one.type in ("email", "url")]
        for entity, key in known:
            keys.setdefault(entity, key)
            found.append(entity)
        found += detected
        return without_overlaps(found), keys

    def mask(self, text: str) -> str:
        """``text`` with placeholders."""
        return self.redact(text).text

    def restore(self, text: str) -> str:
        """``text`` with every placeholder of ours replaced by what it stands for."""
        return _PLACEHOLDER.sub(lambda one: self._originals.get(one.group(), one.group()), text)

    async def restored(self, pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        """:meth:`restore` of a stream: a placeholder may be cut over its pieces."""
        held = ""
        async for piece in pieces:
            ready, held = _cut_safely(held + piece)
            if ready:
                yield self.restore(ready)
        if held:
            yield self.restore(held)

    def _placeholder(self, entity: Entity, original: str, key: str | None) -> str:
        kind = entity.type
        value = key if key is not None else _canonical(kind, original)
        place = (kind, value, original)
        if place not in self._placeholders:
            label = _LABELS[kind]
            taken = sum(one == kind for one, _ in self._numbers)
            number = self._numbers.setdefault((kind, value), taken + 1)
            form = self._forms.get((kind, value), 0)
            self._forms[kind, value] = form + 1
            written = f"[{label}_{number}{_letters(form)}]"
            self._placeholders[place] = written
            self._originals[written] = original
        return self._placeholders[place]


def _canonical(kind: EntityType, original: str) -> str:
    """What is the same for every way of writing one value."""
    if kind in ("phone", "card", "iban"):
        return re.sub(r"[^\w]", "", original).lower()
    return original if kind in ("url", "placeholder") else original.lower()


def _letters(form: int) -> str:
    """Nothing for the first form, then B, C and so on to Z, BA, BB."""
    written = ""
    while form:
        form, rest = divmod(form, len(ascii_uppercase))
        written = ascii_uppercase[rest] + written
    return written


def _cut_safely(text: str) -> tuple[str, str]:
    """``text`` up to where a placeholder may have begun, and the rest."""
    begin = text.rfind("[")
    if begin < 0 or "]" in text[begin:] or len(text) - begin > _LONGEST:
        return text, ""
    return text[:begin], text[begin:]
