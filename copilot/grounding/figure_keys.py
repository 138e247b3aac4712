"""Under which keys a figure is indexed, and under which it is looked up.

What a writer leaves out (a currency, a year, a country code) must not keep two figures from
being the same, while what both state must be equal.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from copilot.grounding.figure import Key, Part
from copilot.grounding.figure_check import FigureKind

_ANY = "*"
_COUNTED = "counted"
_COUNTRY_CODE_LENGTHS = (1, 2, 3)


def index_keys(kind: FigureKind, parts: Sequence[Part]) -> tuple[Key, ...]:
    """The keys under which a source's figure can be found."""
    keys = parts[0] if len(parts) == 1 else tuple(key for part in parts for key in part)
    wider = [other for key in keys for other in _wider(kind, key)]
    return tuple(dict.fromkeys((*keys, *wider)))


def lookup_keys(kind: FigureKind, part: Part) -> Iterator[Key]:
    """The keys that a figure of a checked text is looked up by."""
    for key in part:
        yield from _asked(kind, key)


def _wider(kind: FigureKind, key: Key) -> Iterator[Key]:
    if kind == "amount":
        yield (_ANY, key[1])
    elif kind == "quantity" and str(key[0]).startswith("noun:"):
        yield (_COUNTED, key[1])
    elif kind == "date":
        yield from _date_wider(key)
    elif kind == "identifier":
        yield from _digits_alone(str(key[0]))
    elif kind == "phone":
        yield from _national(key)
    elif kind == "url":
        yield ("host", str(key[0]).partition("/")[0])


def _asked(kind: FigureKind, key: Key) -> Iterator[Key]:
    if kind == "amount":
        yield from [(_ANY, key[1])] if key[0] is None else [key, (None, key[1])]
    elif kind == "quantity":
        yield key
        if key[0] == "piece":
            yield (_COUNTED, key[1])
        elif str(key[0]).startswith("noun:"):
            yield ("piece", key[1])
    elif kind == "date":
        yield from _date_asked(key)
    elif kind == "identifier":
        yield key
        if str(key[0]).isdigit():
            yield ("digits", key[0])
    elif kind == "phone":
        yield key
        if key[0] == "+":
            yield from (("0", digits[1]) for digits in _national(key))
        else:
            yield ("national", key[1])
    elif kind == "url":
        yield key
        if "/" not in str(key[0]):
            yield ("host", key[0])
    else:
        yield key


def _date_wider(key: Key) -> Iterator[Key]:
    if key[0] == "said weekday":
        yield ("weekday", key[1])
    elif key[0] == "date":
        yield ("date", _ANY, *key[2:])
        named = weekday_of(key)
        if named is not None:
            yield ("weekday", named)


def _date_asked(key: Key) -> Iterator[Key]:
    if key[0] == "weekday":
        yield key
    elif key[0] == "date":
        if key[1] is None:
            yield ("date", _ANY, *key[2:])
        else:
            yield key
            yield ("date", None, *key[2:])


def weekday_of(key: Key) -> int | None:
    """The weekday (0 is Monday) of a complete date, or None."""
    _, year, month, day = key
    if isinstance(year, int) and isinstance(month, int) and isinstance(day, int):
        return date(year, month, day).weekday()
    return None


def _digits_alone(code: str) -> Iterator[Key]:
    """``KK20418`` is often called ``20418``."""
    digits = code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if digits != code and digits.isdigit() and len(digits) >= 4:
        yield ("digits", digits)


def _national(key: Key) -> Iterator[Key]:
    """What an international number may be without its country code."""
    if key[0] == "+":
        for length in _COUNTRY_CODE_LENGTHS:
            yield ("national", str(key[1])[length:])
