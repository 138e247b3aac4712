"""Finding personal data by its form: addresses, numbers with check digits, phones, links.

Names have no form: those known of the customer are found by :mod:`copilot.privacy.names`.
"""

import re
from collections.abc import Iterator

from copilot.privacy import checksums
from copilot.privacy.addresses import find_addresses
from copilot.privacy.cards import find_cards
from copilot.privacy.entity import Entity, EntityType, without_overlaps
from copilot.privacy.ip_addresses import find_ips
from copilot.privacy.national_ids import find_national_ids
from copilot.privacy.phones import find_phones
from copilot.privacy.plain import plain

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+%'-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?!\w)"
)
_URL = re.compile(r"(?<!\w)(?:https?://|www\.)[^\s<>\"'«»“”|\\^`{}]{3,2000}", re.IGNORECASE)
_AT = re.compile(
    r"(?<![\w.+-])[\w.+%'-]{1,64}(?:[ \u00a0]?[(\[{] ?(?:at|ät|miukumauku) ?[)\]}][ \u00a0]?| ?@ ?)"
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.| ?[(\[{] ?(?:dot|piste|punkt) ?[)\]}] ?)){1,8}"
    r"[^\W\d_]{2,24}(?!\w)",
    re.IGNORECASE,
)
_BARE_LINK = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}"
    r"(?:com|net|org|info|io|eu|fi|se|no|dk|ee|de|fr|nl|uk|us|app|shop|example)/"
    r"[^\s<>\"'«»“”|\\^`{}]{2,2000}",
    re.IGNORECASE,
)
_IBAN = re.compile(
    r"(?<![^\W_])[A-Z]{2}[ \u00a0]?\d{2}(?:[ \u00a0.\u2010\u2011–-]{0,2}[A-Z0-9]){11,30}",
    re.IGNORECASE,
)


def detect(text: str) -> list[Entity]:
    """The personal data in ``text`` that its form gives away, in order, without overlaps."""
    written, text = text, plain(text)
    found = [*_links(text), *_matches(_EMAIL, text, "email"), *_matches(_AT, text, "email")]
    if text != written:
        found += _matches(_EMAIL, written, "email")
    if any(character.isdigit() for character in text):
        found += [*_ibans(text), *find_national_ids(text), *find_cards(text), *find_ips(text)]
        found = [*without_overlaps(found), *find_addresses(text)]
        numbers = without_overlaps(found)
        found += find_phones(text, taken=numbers)
    return without_overlaps(found)


def _matches(pattern: re.Pattern[str], text: str, kind: EntityType) -> Iterator[Entity]:
    for match in pattern.finditer(text):
        yield Entity(match.start(), match.end(), kind)


def _links(text: str) -> Iterator[Entity]:
    for match in (*_URL.finditer(text), *_BARE_LINK.finditer(text)):
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
    if wanted is None or wanted > len(ends):
        return None
    end = ends[wanted - 1]
    written = "".join(text[one - 1] for one in ends[:wanted]).upper()
    return end if checksums.is_iban(written) and not text[end : end + 1].isalnum() else None
