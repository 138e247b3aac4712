"""Finding personal data by its form: addresses, numbers with check digits, phones, links.

Names have no form: those known of the customer are found by :mod:`copilot.privacy.names`.
"""

import ipaddress
import re
from collections.abc import Iterator

from copilot.privacy import checksums
from copilot.privacy.entity import Entity, EntityType, without_overlaps
from copilot.privacy.phones import find_phones

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+%'-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?!\w)"
)
_URL = re.compile(r"(?<!\w)(?:https?://|www\.)[^\s<>\"'«»“”|\\^`{}]{3,2000}", re.IGNORECASE)
_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]){11,30}", re.IGNORECASE)
_DIGIT_GROUPS = re.compile(r"(?<![\w.,+-])\d{4,19}(?:[ \u00a0-]\d{2,19})*(?![\w-]|[.,]\d)")
_GROUP = re.compile(r"\d+")
_CARD_START = re.compile(r"[2-6]|1800|0604")
_CARD_GROUPS = frozenset(((4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1)))
_FINNISH = re.compile(
    r"(?<!\w)\d{6}[-+\u2010\u2011–A-FYXWVU]\d{3}[0-9A-FHJ-NPR-Y](?!\w)", re.IGNORECASE
)
_SWEDISH = re.compile(r"(?<!\w)(?:(?:18|19|20)?\d{6}[-+]\d{4}|(?:19|20)\d{10})(?!\w)")
_ELEVEN = re.compile(r"(?<!\w)\d{6} ?\d{5}(?!\w)")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
_IP4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_IP6 = re.compile(r"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])", re.IGNORECASE)
_SHORTEST_IBAN = 15
_CARD_LENGTHS = range(12, 20)


def detect(text: str) -> list[Entity]:
    """The personal data in ``text`` that its form gives away, in order, without overlaps."""
    found = [*_links(text), *_matches(_EMAIL, text, "email")]
    if any(character.isdigit() for character in text):
        found += [*_ibans(text), *_national_ids(text), *_cards(text), *_ips(text)]
        numbers = without_overlaps(found)
        found += find_phones(text, taken=numbers)
    return without_overlaps(found)


def _matches(pattern: re.Pattern[str], text: str, kind: EntityType) -> Iterator[Entity]:
    for match in pattern.finditer(text):
        yield Entity(match.start(), match.end(), kind)


def _links(text: str) -> Iterator[Entity]:
    for match in _URL.finditer(text):
        link = match.group().rstrip(".,;:!?*_~]")
        while link.endswith(")") and link.count(")") > link.count("("):
            link = link[:-1].rstrip(".,;:!?")
        yield Entity(match.start(), match.start() + len(link), "url")


def _ibans(text: str) -> Iterator[Entity]:
    match = _IBAN.search(text)
    while match is not None:
        end = _iban_end(text, match.start(), match.end())
        if end is not None:
            yield Entity(match.start(), end, "iban")
        match = _IBAN.search(text, match.start() + 1 if end is None else end)


def _iban_end(text: str, start: int, longest: int) -> int | None:
    """Where the IBAN at ``start`` ends: what follows may look like more of it."""
    wanted = checksums.iban_length(text[start : start + 2].upper())
    ends = [place + 1 for place in range(start, longest) if text[place].isalnum()]
    written = "".join(text[end - 1] for end in ends).upper()
    lengths = range(len(ends), _SHORTEST_IBAN - 1, -1) if wanted is None else [wanted]
    for length in lengths:
        if length <= len(ends) and checksums.is_iban(written[:length]):
            return ends[length - 1]
    return None


def _cards(text: str) -> Iterator[Entity]:
    for match in _DIGIT_GROUPS.finditer(text):
        # Other numbers may stand right before and after it: only its own groups count.
        groups = list(_GROUP.finditer(text, match.start(), match.end()))
        for first in range(len(groups)):
            for count in range(1, min(5, len(groups) - first) + 1):
                chosen = groups[first : first + count]
                if _is_card([one.group() for one in chosen]):
                    yield Entity(chosen[0].start(), chosen[-1].end(), "card")


def _is_card(groups: list[str]) -> bool:
    digits = "".join(groups)
    shaped = len(groups) == 1 or tuple(map(len, groups)) in _CARD_GROUPS
    return (
        shaped
        and len(digits) in _CARD_LENGTHS
        and _CARD_START.match(digits) is not None
        and len(set(digits)) > 1
        and checksums.luhn(digits)
    )


def _national_ids(text: str) -> Iterator[Entity]:
    for match in _FINNISH.finditer(text):
        if checksums.is_finnish_id(match.group()):
            yield Entity(match.start(), match.end(), "national_id")
    for match in _SWEDISH.finditer(text):
        if checksums.is_swedish_id(re.sub(r"\D", "", match.group())[-10:]):
            yield Entity(match.start(), match.end(), "national_id")
    for match in _ELEVEN.finditer(text):
        digits = match.group().replace(" ", "")
        if checksums.is_norwegian_id(digits) or checksums.is_estonian_id(digits):
            yield Entity(match.start(), match.end(), "national_id")
    yield from _matches(_SSN, text, "national_id")


def _ips(text: str) -> Iterator[Entity]:
    for pattern in (_IP4, _IP6):
        for match in pattern.finditer(text):
            if _is_ip(match.group()):
                yield Entity(match.start(), match.end(), "ip")


def _is_ip(text: str) -> bool:
    # "::" and "12:30:00" are an address and a time; only real digits count as one.
    if ":" in text and sum(character.isalnum() for character in text) < 4:
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
