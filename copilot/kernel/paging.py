"""Lists are paged by an opaque cursor: the place of the last row, not an offset."""

import base64
import json
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

from copilot.kernel.errors import InvalidInputError

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page of a list; ``next_cursor`` is null on the last."""

    items: list[Item]
    next_cursor: str | None = Field(default=None)


def encode_cursor(*place: str) -> str:
    """An opaque cursor for a row's sort values."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *, parts: int) -> tuple[str, ...]:
    """The sort values in ``cursor``.

    Raises:
        InvalidInputError: It is not a cursor of ours with ``parts`` values.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = json.loads(base64.urlsafe_b64decode(padded.encode("ascii", "strict")))
    except (ValueError, RecursionError) as error:
        raise _bad_cursor() from error
    if not (isinstance(place, list) and len(place) == parts and all(map(_is_text, place))):
        raise _bad_cursor()
    return tuple(place)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _bad_cursor() -> InvalidInputError:
    return InvalidInputError("The cursor is not one that a list gave: leave it out to start over.")
