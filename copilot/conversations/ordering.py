"""The order of messages: the same whatever order they arrived in."""

import re
from datetime import datetime
from typing import NamedTuple

_NUMBER = re.compile(r"(\d+)")


class Place(NamedTuple):
    """What decides where a message stands: its time, then its second of the recording, then its id.

    Numbers within ids count as numbers, so ``m9`` comes before ``m10``.
    """

    sent_at: datetime
    start: float
    natural: tuple[str | int, ...]
    external_id: str


def place(sent_at: datetime, start: float | None, external_id: str) -> Place:
    """The place of one message, to sort by."""
    # A split at numbers alternates text and number, so that equal positions compare.
    parts = _NUMBER.split(external_id)
    natural = tuple(int(part) if at % 2 else part for at, part in enumerate(parts))
    return Place(sent_at, start or 0.0, natural, external_id)
