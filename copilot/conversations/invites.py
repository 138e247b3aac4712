"""A calendar invite (iCalendar, RFC 5545 and 5546) as a few lines that a person reads.

Only the first event's own lines are given to the library, and no definitions of time zones: it
keeps those for as long as the process lives, under names that the next mail may use as well.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from copilot.kernel.text import storable

_MAX_BYTES = 2_000_000
_MAX_LINE = 4_000
_MAX_LINES = 100
_MAX_GUESTS = 20
_WANTED = re.compile(
    r"(?:summary|dtstart|dtend|duration|location|organizer|attendee|rrule|status)[;:]",
    re.IGNORECASE,
)
_METHODS = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled",
    "REPLY": "Answer to an invitation",
    "COUNTER": "Another time proposed",
    "DECLINECOUNTER": "Proposed time declined",
    "ADD": "Invitation, more dates",
}
_ANSWERS = {"ACCEPTED": "accepts", "DECLINED": "declines", "TENTATIVE": "may come"} | {
    "DELEGATED": "sends someone else"
}
_BROKEN = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError)


def invite_text(calendar: str) -> str:
    """What, when in which zone, where and by whom; empty when ``calendar`` has no event.

    Args:
        calendar: The content of a ``text/calendar`` part. Only its first event is told.
    """
    text = storable(calendar[:_MAX_BYTES])
    method, lines = _event_lines(text)
    if not lines:
        return ""
    event = _event(lines)
    return "\n".join(_told(event, method)) if event is not None else ""


def _event_lines(text: str) -> tuple[str, list[str]]:
    """The method, and the lines of the first event that are told, unfolded."""
    method, depth = "", 0
    found: list[str] = []
    for line in _unfolded(text):
        upper = line[:60].strip().upper()
        if upper.startswith("METHOD:") and not depth:
            method = upper[7:]
        elif upper.startswith("BEGIN:"):
            depth += depth > 0 or upper == "BEGIN:VEVENT"
        elif upper.startswith("END:") and depth:
            depth -= 1
            if not depth:
                break
        elif depth == 1 and _WANTED.match(line) and len(found) < _MAX_LINES:
            found.append(line)
    return method, found


def _unfolded(text: str) -> Iterator[str]:
    line, size = [""], 0
    for more in re.split(r"\r\n|\r|\n", text):
        if more[:1] in {" ", "\t"}:
            if size < _MAX_LINE:
                line.append(more[1:])
                size += len(more)
            continue
        yield "".join(line)[:_MAX_LINE]
        line, size = [more], len(more)
    yield "".join(line)[:_MAX_LINE]


def _event(lines: list[str]) -> Any:
    from icalendar import Event

    event: Any = None
    try:
        event = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]))
    except _BROKEN:
        # One line that the library refuses must not lose the others.
        event = Event()
        for line in lines:
            try:
                one = Event.from_ical(f"BEGIN:VEVENT\r\n{line}\r\nEND:VEVENT\r\n")
                for name, value in one.items():
                    event.setdefault(name, value)
            except _BROKEN:
                continue
    return event


def _told(event: Any, method: str) -> Iterator[str]:
    summary = _one_line(event.get("SUMMARY")) or "an event without a name"
    if _one_line(event.get("STATUS")).upper() == "CANCELLED":
        method = "CANCEL"
    yield f"{_METHODS.get(method, 'Event')}: {summary}"
    if when := _when(event):
        yield f"When: {when}"
    if where := _one_line(event.get("LOCATION")):
        yield f"Where: {where}"
    if organiser := _person(_first(event.get("ORGANIZER"))):
        yield f"Organiser: {organiser}"
    if method in {"REPLY", "COUNTER"}:
        guests = event.get("ATTENDEE", [])
        for guest in (guests if isinstance(guests, list) else [guests])[:_MAX_GUESTS]:
            answer = _ANSWERS.get(_parameter(guest, "PARTSTAT").upper())
            if answer and (person := _person(guest)):
                yield f"{person} {answer}."


def _when(event: Any) -> str:
    start = _first(event.get("DTSTART"))
    try:
        began, ended = start.dt, _ended(event)
    except _BROKEN:
        return _one_line(start)
    if not isinstance(began, date):
        return _one_line(start)
    again = ", repeated" if event.get("RRULE") else ""
    if not isinstance(began, datetime):
        return f"{began:%Y-%m-%d}, all day{again}"
    told = f"{began:%Y-%m-%d %H:%M}"
    if isinstance(ended, datetime) and ended.utcoffset() == began.utcoffset() and ended > began:
        told += f"–{ended:%H:%M}" if ended.date() == began.date() else f" – {ended:%Y-%m-%d %H:%M}"
    zone = _zone(began, start)
    return f"{told}{f' ({zone})' if zone else ''}{again}"


def _ended(event: Any) -> Any:
    if "DTEND" in event:
        ended = _first(event["DTEND"]).dt
        began = _first(event["DTSTART"]).dt
        # Where both name a zone that is not known, both clocks are the same one.
        return ended.replace(tzinfo=began.tzinfo) if _naive(ended) or _naive(began) else ended
    return (
        _first(event["DTSTART"]).dt + _first(event["DURATION"]).dt if "DURATION" in event else None
    )


def _naive(moment: Any) -> bool:
    return isinstance(moment, datetime) and moment.tzinfo is None


def _zone(moment: datetime, stated: Any) -> str:
    named = _one_line(_parameter(stated, "TZID"))
    offset = moment.strftime("%z")
    if not offset or getattr(moment.tzinfo, "key", "") == named:
        return named or _one_line(moment.tzname())
    # Outlook's names for zones, "FLE Standard Time", tell few people anything.
    return f"UTC{offset[:3]}:{offset[3:5]}"


def _person(value: Any) -> str:
    email = re.sub(r"^mailto:", "", _one_line(value), flags=re.IGNORECASE)
    name = _one_line(_parameter(value, "CN"))
    return f"{name} <{email}>" if name and email and name != email else name or email


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _parameter(value: Any, name: str) -> str:
    found = getattr(value, "params", {}).get(name, "")
    return str(found[0] if isinstance(found, list) and found else found)


def _one_line(value: Any) -> str:
    text = "" if value is None else str(_first(value))
    return storable(" ".join(text[:1000].split()))[:500]
