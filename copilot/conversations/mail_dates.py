"""When a mail was sent, as its headers tell it, in the shapes of the standards and in others."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from copilot.conversations.mail_bounds import BROKEN
from copilot.conversations.mail_headers import Headers
from copilot.conversations.quoted_dates import find_stamp

_LONGEST = 200
_MAX_HEADERS = 20
_YEARS = 1969, 2200  # the first year that RFC 5322 writes a mail in
_ZONE_HOURS = {"WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2} | {
    "MEZ": 1,
    "MESZ": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "JST": 9,
    "KST": 9,
}
"""Zones that mails name and the standard library does not know; it would take them for UTC."""
_NAMED_ZONE = re.compile(rf"\b({'|'.join(_ZONE_HOURS)})\s*$")
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?\s?(?:Z|[+-]\d\d:?\d\d)?")


def sent_at(headers: Headers) -> datetime | None:
    """In the zone the header names; that of the last server when no date can be read."""
    dates = headers.all("date")[:_MAX_HEADERS]
    received = [value.rsplit(";", 1)[-1] for value in headers.all("received")[:1]]
    for text in [*dates, *headers.all("resent-date")[:_MAX_HEADERS], *received]:
        found = _plausible(_standard(text.strip()[:_LONGEST]))
        if found is not None:
            return found
    for text in dates:
        stamp = find_stamp(text[:_LONGEST])
        if stamp is not None and stamp.sent_at is not None:
            return _plausible(stamp.sent_at)
    return None


def _standard(text: str) -> datetime | None:
    iso = _ISO.match(text)
    try:
        if iso:
            found = datetime.fromisoformat(iso[0].replace(" Z", "Z"))
        else:
            found = parsedate_to_datetime(text)
            named = _NAMED_ZONE.search(text)
            if named:
                hours = timedelta(hours=_ZONE_HOURS[named[1]])
                return found.replace(tzinfo=timezone(hours, named[1]))
        return found.replace(tzinfo=found.tzinfo or UTC)
    except (*BROKEN, OverflowError):
        return None


def _plausible(found: datetime | None) -> datetime | None:
    if found is None:
        return None
    try:
        found.astimezone(UTC)  # the years 1 and 9999 have times that UTC has not
    except (ValueError, OverflowError):
        return None
    return found if _YEARS[0] <= found.year < _YEARS[1] else None
