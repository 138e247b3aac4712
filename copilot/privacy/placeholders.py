"""How placeholders are written, and how a model that copies them carelessly may write them."""

import re
from collections.abc import Iterator
from string import ascii_uppercase

from copilot.privacy.entity import EntityType

_LABELS: dict[EntityType, str] = {
    "email": "EMAIL",
    "phone": "PHONE",
    "card": "CARD",
    "iban": "IBAN",
    "national_id": "ID",
    "ip": "IP",
    "url": "URL",
    "name": "NAME",
    "address": "ADDRESS",
    "handle": "HANDLE",
    "order": "ORDER",
    "placeholder": "TEXT",
}
_ALL = "|".join(_LABELS.values())
_BEGUN = "|".join(
    sorted({one[:end] for one in _LABELS.values() for end in range(1, len(one) + 1)}, key=len)
)
_NUMBER = r"\d{1,6}[A-Za-z]{0,3}"

FORM = re.compile(
    # Whole: any case, and a space, hyphen or escape inside.
    rf"\\?\[[ \u00a0]?(?P<a>(?i:{_ALL}))[ \u00a0]?\\?[_ \u00a0-][ \u00a0]?(?P<b>{_NUMBER})"
    rf"[ \u00a0]?\\?\]"
    # The last bracket is gone.
    rf"|\\?\[(?P<c>(?i:{_ALL}))\\?_(?P<d>\d{{1,6}}(?:[A-Z]{{0,3}}(?![A-Za-z])|(?![A-Za-z])|(?="
    rf"[a-z]{{4}})))"
    # The first one is, or both: as we write it otherwise.
    rf"|(?<![A-Za-z0-9_\[\\])(?P<e>{_ALL})\\?_(?P<f>\d{{1,6}}[A-Z]{{0,3}})(?![A-Za-z0-9_])\\?\]?"
)
"""A placeholder as we write it, and forms that stand for it."""

_UNFINISHED = re.compile(
    r"\\?\[[^\[\]\n]{0,30}$"
    rf"|(?<![A-Za-z0-9_])(?:(?:{_BEGUN})|(?:{_ALL})\\?(?:_(?:\d{{1,6}}[A-Z]{{0,3}}\\?)?)?)$"
    r"|\\$"
)
_LOOK_BACK = 40


def written(kind: EntityType, number: int, form: int) -> str:
    """The placeholder of the value ``number`` of its kind, in its way of writing ``form``.

    The first way of writing a value has no letter, the others B, C and so on to Z, BA, BB.
    """
    letters = ""
    while form:
        form, rest = divmod(form, len(ascii_uppercase))
        letters = ascii_uppercase[rest] + letters
    return f"[{_LABELS[kind]}_{number}{letters}]"


def meant(match: re.Match[str]) -> Iterator[str]:
    """What a match of :data:`FORM` may stand for, likeliest first."""
    label = next(filter(None, match.group("a", "c", "e"))).upper()
    number = next(filter(None, match.group("b", "d", "f"))).upper()
    yield f"[{label}_{number}]"
    plain = number.rstrip(ascii_uppercase)
    if plain != number:
        # A way of writing that we never gave: the value is the same.
        yield f"[{label}_{plain}]"


def safe_end(text: str, start: int) -> int:
    """Where ``text`` from ``start`` can be cut: no placeholder is begun before and not ended."""
    near = max(start, len(text) - _LOOK_BACK)
    match = _UNFINISHED.search(text, near)
    return match.start() if match else len(text)
