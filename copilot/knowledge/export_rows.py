"""Values out of exports: JSON from strangers, where every field may be of any type."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from copilot.kernel.clock import UtcTime

_TIME: TypeAdapter[datetime | None] = TypeAdapter(UtcTime | None)
_LONGEST_NUMBER = 30
MAX_TAGS = 100


class WrongFieldError(ValueError):
    """A field of an export is of a type or form that it cannot be; its text is the fault told."""


def key(value: Any, name: str) -> str:
    """An id, which is a number or a text of digits, as text.

    Raises:
        WrongFieldError: It is neither.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**_LONGEST_NUMBER:
        return str(value)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return value.lstrip("0")[:_LONGEST_NUMBER] or "0"
    raise WrongFieldError(f"{name}: a number is wanted")


def optional_key(value: Any, name: str) -> str | None:
    """The same, or None for null."""
    return None if value is None else key(value, name)


def flag(value: Any, name: str) -> bool:
    """True or false, false for null.

    Raises:
        WrongFieldError: It is something else: what is a draft must not pass as published.
    """
    if value is None or isinstance(value, bool):
        return bool(value)
    raise WrongFieldError(f"{name}: true or false is wanted")


def time(value: Any, name: str) -> datetime | None:
    """A time in UTC, or None for null.

    Raises:
        WrongFieldError: It is none.
    """
    try:
        return _TIME.validate_python(value)
    except (ValidationError, OverflowError) as error:
        raise WrongFieldError(f"{name}: a time is wanted") from error


def texts(value: Any, name: str) -> list[str]:
    """A list of texts, empty for null.

    Raises:
        WrongFieldError: It is none.
    """
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    raise WrongFieldError(f"{name}: a list of texts is wanted")


def tags(*groups: list[str]) -> list[str]:
    """Every tag once, in order, without blank ones; as many as an article may have."""
    found = (one.strip() for group in groups for one in group)
    return list(dict.fromkeys(one for one in found if one))[:MAX_TAGS]
