"""Finding personal data by its form: addresses, numbers with check digits, phones, links.

Names have no form: those known of the customer are found by :mod:`copilot.privacy.names`.
"""

import ipaddress
import re
from collections.abc import Iterator

from copilot.privacy import checksums
from copilot.privacy.addresses import find_addresses
from copilot.privacy.entity import Entity, EntityType, without_overlaps
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
_GAP = r"(?:[ \u00a0]{1,2}|[ \u00a0]?[-\u2010\u2011–.·][ \u00a0]?)"
_DIGIT_GROUPS = re.compile(
    rf"(?<![A-Z\d_+-])(?<!\d[.,])\d{{2,19}}(?:{_GAP}\d{{2,19}})*(?![A-Z\d_]|-\w|[.,]\d)"
)
_GROUP = re.compile(r"\d+")
_CARD_START = re.compile(r"[2-6]|1800|0604")
_CARD_GROUPS = frozenset(
    (
        *((4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1)),
        # As people type them by heart.
        *((8, 8), (4, 4, 8), (8, 4, 4), (4, 8, 4), (4, 12), (6, 10)),
    )
)
_CARD_CALLED = re.compile(
    r"(?:card|kort|visa|\bcc\b|credit|debit|luotto|amex|american express|diners|maestro|kreditkarte|krediitkaar|kaardi)"
    r"[^\d\n]{0,30}$",
    re.IGNORECASE,
)
_LOOK_BACK = 40
_IP4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_IP6 = re.compile(
    r"(?<![\w:.])(?:[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){1,6}:\d{1,3}(?:\.\d{1,3}){3}(?![\w:]|\.\d)"
    r"|(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?=:\d{2,5}(?!\w))"
    r"|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:]|\.\d))",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"(?:\bver(?:sion\w{0,4}|sio\w{0,7}|\.)?|\w{0,20}(?:version\w{0,4}|versio\w{0,7})|release|build"
    r"|firmware\w{0,5}|driver|ajuri\w{0,4}|\bv|(?:up|down)(?:dated?|graded?) to|päivit\w{1,12}"
    r"|(?:upp|opp|op)date?r[ae]?\w{0,3}(?: till?)?"
    r"|section|chapter|clause|paragraph|kohda\w{0,4}|kohta\w{0,2}|luvu\w{0,4}|luku|kappale\w{0,5}"
    r"|pykälä\w{0,3}|avsnitt\w{0,2}|kapit\w{1,5}|punkt\w{0,4}|artikla\w{0,3}|§)"
    r"[ \u00a0.:]{0,2}(?:\d[\d.]{2,15}\D{1,12})?$",
    re.IGNORECASE,
)
_IP_CALLED = re.compile(
    r"(?:\bip(?:v[46])?\b|ip-\w+|osoit\w{0,8}|address|adress\w{0,3}|\bfrom|server|palveli\w{1,8}"
    r"|\bhost\w{0,4}|\b(?:dns|wan|lan|vpn)\b|gateway|yhdyskäytävä\w{0,3})[^\d\n]{0,6}$",
    re.IGNORECASE,
)
_CARD_LENGTHS = range(12, 20)
_USUAL_CARD = re.compile(
    r"(?:[456]|2[2-7]|35)\d{14,15}|[456]\d{18}|(?:3[47]|1800|2131)\d{11,13}|3[0689]\d{12}"
    r"|4\d{12}|(?:50(?:18|20|38)|5[678]\d\d|6304|6390|67(?:59|6[123])|0604)\d{8}"
)
"""Beginnings with their usual lengths; longer and shorter numbers are parcels and products."""


def detect(text: str) -> list[Entity]:
    """The personal data in ``text`` that its form gives away, in order, without overlaps."""
    written, text = text, plain(text)
    found = [*_links(text), *_matches(_EMAIL, text, "email"), *_matches(_AT, text, "email")]
    if text != written:
        found += _matches(_EMAIL, written, "email")
    if any(character.isdigit() for character in text):
        found += [*_ibans(text), *find_national_ids(text), *_cards(text), *_ips(text)]
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


def _cards(text: str) -> Iterator[Entity]:
    for match in _DIGIT_GROUPS.finditer(text):
        # Other numbers may stand right before and after it: only its own groups count.
        groups = list(_GROUP.finditer(text, match.start(), match.end()))
        for first in range(len(groups)):
            before = text[max(0, groups[first].start() - _LOOK_BACK) : groups[first].start()]
            called = _CARD_CALLED.search(before) is not None
            most = min(8 if called else 5, len(groups) - first)
            for count in range(most, 0, -1):
                chosen = groups[first : first + count]
                if _is_card([one.group() for one in chosen], called=called):
                    yield Entity(chosen[0].start(), chosen[-1].end(), "card")


def _is_card(groups: list[str], *, called: bool) -> bool:
    """Whether digits are a card's; one that is called so may be grouped in any way."""
    digits = "".join(groups)
    shaped = len(groups) == 1 or tuple(map(len, groups)) in _CARD_GROUPS
    return (
        (called or (shaped and _is_usual(digits)))
        and len(digits) in _CARD_LENGTHS
        and _CARD_START.match(digits) is not None
        and len(set(digits)) > 1
        and checksums.luhn(digits)
    )


def _is_usual(digits: str) -> bool:
    is_product = len(digits) in (12, 13) and checksums.is_product_code(digits)
    return not is_product and _USUAL_CARD.fullmatch(digits) is not None


def _ips(text: str) -> Iterator[Entity]:
    # The longer form first: "::ffff:192.0.2.1" ends with an address of its own.
    for pattern in (_IP6, _IP4):
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
            if _is_ip(match.group()) and (_IP_CALLED.search(before) or not _VERSION.search(before)):
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
