"""Paging of lists that show the latest first: the place is a time and an id."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from copilot.kernel.clock import as_utc
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.paging import decode_cursor, encode_cursor
from copilot.kernel.text import storable

Rows = TypeVar("Rows", bound="Select[*tuple[Any, ...]]")
TimeColumn = ColumnElement[datetime] | InstrumentedAttribute[datetime]


def write_place(at: datetime, row_id: str) -> str:
    """The cursor that goes on after the row ``row_id`` of the time ``at``."""
    return encode_cursor(as_utc(at).isoformat(), row_id)


def read_place(cursor: str) -> tuple[datetime, str]:
    """The time and id in ``cursor``.

    Raises:
        InvalidInputError: It is not a cursor that a list gave.
    """
    written, row_id = decode_cursor(cursor, parts=2)
    try:
        return as_utc(datetime.fromisoformat(written)), storable(row_id)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(
            "The cursor is not one that a list gave: leave it out to start over."
        ) from error


def latest_first(
    rows: Rows,
    at: TimeColumn,
    row_id: InstrumentedAttribute[str],
    *,
    limit: int,
    cursor: str | None,
) -> Rows:
    """``rows`` sorted latest first, after ``cursor``, one more than ``limit`` to see if it ends.

    Raises:
        InvalidInputError: It is not a cursor that a list gave.
    """
    if cursor is not None:
        last_at, last_id = read_place(cursor)
        rows = rows.where(or_(at < last_at, and_(at == last_at, row_id < last_id)))
    return rows.order_by(at.desc(), row_id.desc()).limit(limit + 1)
