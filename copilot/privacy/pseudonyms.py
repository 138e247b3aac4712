"""Placeholders for personal data on the way out, and the data again on the way back.

A placeholder such as ``[EMAIL_1]`` stands for one value as long as the pseudonymiser lives. Another
way of writing the same value (an inflected name, a phone number with other gaps) gets a letter,
``[NAME_1B]``, so that what comes back is restored to the character.
"""

import re
from collections.abc import AsyncIterator
from typing import NamedTuple

from copilot.privacy import placeholders
from copilot.privacy.composing import composed
from copilot.privacy.entity import Entity, EntityType, without_overlaps
from copilot.privacy.known import KnownFacts, KnownFinder
from copilot.privacy.ner import NameFinder
from copilot.privacy.remembered import by_form


class Redacted(NamedTuple):
    """A text with placeholders, and where in the original the personal data stood."""

    text: str
    entities: list[Entity]


class Pseudonymiser:
    """Replaces personal data by placeholders and puts it back, for one exchange.

    Args:
        known: What is known of the people in it.
        names: A model that finds more names, if one is configured.
        learn: Mask names that the texts introduce too ("Hi Anna"), which may be a firm's.
    """

    def __init__(
        self,
        known: KnownFacts | None = None,
        names: NameFinder | None = None,
        *,
        learn: bool = True,
    ) -> None:
        self._model = names
        self._learn = learn
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
            for match in placeholders.FORM.finditer(text)
        ]
        formed = by_form(text)
        named = formed.introduced if self._learn else ()
        for start, end in named:
            self._finder.learn(text[start:end])
        known = list(self._finder.find(text))
        detected = formed.entities
        # A known address inside a longer one found by its form belongs to that.
        found += [one for one in detected if one.type in ("email", "url")]
        for entity, key in known:
            keys.setdefault(entity, key)
            found.append(entity)
        found += detected
        for start, end in named:
            entity = Entity(start, end, "name")
            keys.setdefault(entity, text[start:end].lower())
            found.append(entity)
        if self._model is not None:
            found += self._model.find(text)
        return without_overlaps(found), keys

    def mask(self, text: str) -> str:
        """``text`` with placeholders."""
        return self.redact(text).text

    def restore(self, text: str) -> str:
        """``text`` with every placeholder of ours replaced by what it stands for.

        A placeholder is known though a model wrote it in small letters, with a space inside or
        without one of its brackets.
        """
        return self._restored(text, 0)

    def _restored(self, text: str, start: int) -> str:
        pieces: list[str] = []
        for match in placeholders.FORM.finditer(text, start):
            pieces += [text[start : match.start()], self._original(match)]
            start = match.end()
        return "".join([*pieces, text[start:]])

    def _original(self, match: re.Match[str]) -> str:
        for written in placeholders.meant(match):
            if written in self._originals:
                return self._originals[written]
        return match.group()

    async def restored(self, pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        """:meth:`restore` of a stream: a placeholder may be cut over its pieces."""
        # What stands before tells whether a word begins.
        before, held = "", ""
        async for piece in pieces:
            text = before + held + piece
            end = placeholders.safe_end(text, len(before))
            if end > len(before):
                yield self._restored(text[:end], len(before))
                before, held = text[end - 1 : end], text[end:]
            else:
                held = text[len(before) :]
        if held:
            yield self._restored(before + held, len(before))

    def _placeholder(self, entity: Entity, original: str, key: str | None) -> str:
        kind = entity.type
        value = key if key is not None else _canonical(kind, original)
        place = (kind, value, original)
        if place not in self._placeholders:
            taken = sum(one == kind for one, _ in self._numbers)
            number = self._numbers.setdefault((kind, value), taken + 1)
            form = self._forms.get((kind, value), 0)
            self._forms[kind, value] = form + 1
            written = placeholders.written(kind, number, form)
            self._placeholders[place] = written
            self._originals[written] = original
        return self._placeholders[place]


def _canonical(kind: EntityType, original: str) -> str:
    """What is the same for every way of writing one value."""
    if kind in ("phone", "card", "iban"):
        return re.sub(r"[^\w]", "", original).lower()
    return original if kind in ("url", "placeholder") else original.lower()
