"""Time, always aware and always UTC."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, PlainSerializer


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def as_utc(value: datetime) -> datetime:
    """The same instant in UTC; a time without a zone is taken to be UTC already.

    Raises:
        ValueError: In UTC it is before the year 1 or after 9999.
    """
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the time is out of range") from error


def _rfc3339(value: datetime) -> str:
    return as_utc(value).isoformat().replace("+00:00", "Z")


UtcTime = Annotated[
    datetime,
    AfterValidator(as_utc),
    PlainSerializer(_rfc3339, return_type=str, when_used="json"),
]
"""A pydantic field type: read from RFC 3339, kept in UTC, written with a ``Z``."""
