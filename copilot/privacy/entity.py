"""What an entity is: a stretch of text that is personal data."""

from typing import Literal, NamedTuple

EntityType = Literal[
    "email",
    "phone",
    "card",
    "iban",
    "national_id",
    "ip",
    "url",
    "name",
    "address",
    "handle",
    "order",
    "placeholder",
]
"""``placeholder`` is text that only looks like one of our placeholders."""


class Entity(NamedTuple):
    """Character offsets of personal data in a text; the end is exclusive."""

    start: int
    end: int
    type: EntityType


def without_overlaps(candidates: list[Entity]) -> list[Entity]:
    """The entities in order of place; where two overlap, the one given first is kept."""
    kept: list[Entity] = []
    taken: set[int] = set()
    for one in candidates:
        place = range(one.start, one.end)
        if one.start < one.end and taken.isdisjoint(place):
            kept.append(one)
            taken.update(place)
    return sorted(kept)
