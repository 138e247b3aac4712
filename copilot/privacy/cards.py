"""Finding payment cards: their beginnings, lengths and check digit, and words that call them so."""

import re
from collections.abc import Iterator

from copilot.privacy import checksums
from copilot.privacy.entity import Entity

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
    r"(?:card|kort|visa|\bcc\b|credit|debit|luotto|amex|american express|diners|maestro|"
    r"kreditkarte|kaar[dt]|charged?\b|veloit|debiter)"
    r"[^\d\n]{0,30}$",
    re.IGNORECASE,
)
_LOOK_BACK = 40
_CARD_LENGTHS = range(12, 20)
_USUAL_CARD = re.compile(
    r"(?:[456]|2[2-7]|35)\d{14,15}|[456]\d{18}|(?:3[47]|1800|2131)\d{11,13}|3[0689]\d{12}"
    r"|4\d{12}|(?:50(?:18|20|38)|5[678]\d\d|6304|6390|67(?:59|6[123])|0604)\d{8}"
)
"""Beginnings with their usual lengths; longer and shorter numbers are parcels and products."""


def find_cards(text: str) -> Iterator[Entity]:
    """The card numbers in ``text``, whose digits are 0 to 9."""
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
